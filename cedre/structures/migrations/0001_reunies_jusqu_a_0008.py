"""Les tables telles que les migrations 0001 à 0008 les laissaient : une base neuve n'en rejoue pas l'histoire."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('structures', '0001_initial'),
        ('structures', '0002_insertion'),
        ('structures', '0003_logo'),
        ('structures', '0004_ordre_alphabetique'),
        ('structures', '0005_dates_de_l_offre'),
        ('structures', '0006_projet'),
        ('structures', '0007_textes_bornes'),
        ('structures', '0008_seuils_et_usages_dates'),
    ]

    dependencies = [
        ('comptes', '0008_registre_du_passe'),
        ('observatoire', '0001_reunies_jusqu_a_0005'),
        ('partenariats', '0001_reunies_jusqu_a_0006'),
    ]

    operations = [
        migrations.CreateModel(
            name='Axe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intitule', models.CharField(max_length=160, verbose_name='intitulé')),
                ('pourquoi', models.TextField(blank=True, max_length=2000)),
                ('defini_le', models.DateField(verbose_name='défini le')),
                ('defini_par', models.CharField(blank=True, max_length=160, verbose_name='par qui')),
                ('jusqu_au', models.DateField(blank=True, null=True, verbose_name='valable jusqu’au')),
                ('codes', models.JSONField(blank=True, default=list, verbose_name='indicateurs')),
                ('diffuse_le', models.DateField(blank=True, null=True, verbose_name='diffusé le')),
                ('diffusion', models.CharField(blank=True, max_length=200, verbose_name='comment, à qui')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='axes', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'axe de développement',
                'verbose_name_plural': 'axes de développement',
                'ordering': ['-defini_le', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('jusqu_au', None), ('jusqu_au__gte', models.F('defini_le')), _connector='OR'), name='axe_fin_apres_debut', violation_error_message='La fin vient avant le début.')],
            },
        ),
        migrations.CreateModel(
            name='FicheDePoste',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('active', models.BooleanField(default=True, verbose_name='proposée dans les listes')),
                ('retiree_le', models.DateField(blank=True, editable=False, null=True, verbose_name='retirée des listes le')),
                ('intitule', models.CharField(max_length=120, verbose_name='intitulé')),
                ('code_rome', models.CharField(blank=True, max_length=5, validators=[django.core.validators.RegexValidator('^[A-N]\\d{4}$', 'Un code ROME est une lettre de A à N et quatre chiffres : K1304.')], verbose_name='code ROME')),
                ('description', models.TextField(blank=True, max_length=20000)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fiches_de_poste', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'fiche de poste',
                'verbose_name_plural': 'fiches de poste',
                'ordering': [django.db.models.functions.comparison.Collate('intitule', 'fr-x-icu'), 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'intitule'), name='fiche_de_poste_unique', violation_error_message='Une fiche de poste porte déjà cet intitulé.')],
            },
        ),
        migrations.CreateModel(
            name='Competence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('libelle', models.CharField(max_length=160, verbose_name='compétence')),
                ('rang', models.PositiveSmallIntegerField(default=0)),
                ('fiche_de_poste', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='competences', to='structures.fichedeposte')),
            ],
            options={
                'verbose_name': 'compétence',
                'ordering': ['rang', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Grille',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('publiee_le', models.DateField(blank=True, null=True, verbose_name='publiée le')),
                ('presentation', models.TextField(blank=True, max_length=20000, verbose_name='comment la présenter')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grilles', to='comptes.organisation')),
            ],
            options={
                'ordering': ['-version', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'version'), name='grille_version_unique'), models.UniqueConstraint(condition=models.Q(('publiee_le', None)), fields=('organisation',), name='grille_un_seul_brouillon', violation_error_message='Un brouillon est déjà ouvert.')],
            },
        ),
        migrations.CreateModel(
            name='Domaine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('libelle', models.CharField(max_length=80, verbose_name='libellé')),
                ('aide', models.CharField(blank=True, max_length=300, verbose_name='de quoi parler')),
                ('regime', models.CharField(choices=[('ordinaire', 'Ordinaire : échelle et commentaire'), ('sante', 'Santé : échelle, précisions réservées aux rôles autorisés et hors des exports'), ('agenda', 'Justice : seulement « contrainte d’agenda », sans aucun commentaire')], default='ordinaire', max_length=10, verbose_name='régime')),
                ('rang', models.PositiveSmallIntegerField(default=0)),
                ('theme', models.ForeignKey(limit_choices_to={'liste': 'domaine'}, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='observatoire.terme', verbose_name='thème du cadre commun')),
                ('grille', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domaines', to='structures.grille')),
            ],
            options={
                'ordering': ['rang', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('grille', 'theme'), name='domaine_theme_unique', violation_error_message='Ce thème est déjà dans la grille.')],
            },
        ),
        migrations.CreateModel(
            name='Echelon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valeur', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(9)])),
                ('libelle', models.CharField(max_length=80, verbose_name='libellé')),
                ('grille', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='echelons', to='structures.grille')),
            ],
            options={
                'verbose_name': 'échelon',
                'ordering': ['grille', 'valeur'],
                'constraints': [models.UniqueConstraint(fields=('grille', 'valeur'), name='echelon_unique')],
            },
        ),
        migrations.CreateModel(
            name='Offre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('active', models.BooleanField(default=True, verbose_name='proposée dans les listes')),
                ('retiree_le', models.DateField(blank=True, editable=False, null=True, verbose_name='retirée des listes le')),
                ('intitule', models.CharField(max_length=160, verbose_name='intitulé')),
                ('nature', models.CharField(choices=[('travail', 'Mise en situation de travail'), ('entretien', 'Entretien, suivi individuel'), ('atelier', 'Atelier collectif'), ('formation', 'Formation'), ('demarches', 'Aide aux démarches'), ('convivial', 'Activité sociale ou conviviale')], default='atelier', max_length=10)),
                ('description', models.TextField(blank=True, max_length=20000)),
                ('qualifiante', models.BooleanField(default=False, verbose_name='mène à une qualification')),
                ('depuis', models.DateField(blank=True, default=django.utils.timezone.localdate, editable=False, null=True, verbose_name='proposée depuis le')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offres', to='comptes.organisation')),
                ('partenaire', models.ForeignKey(blank=True, help_text='Vide : la structure elle-même.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offres', to='partenariats.partenaire', verbose_name='partenaire qui la porte')),
                ('themes', models.ManyToManyField(blank=True, limit_choices_to={'liste': 'domaine'}, related_name='+', to='observatoire.terme', verbose_name='thèmes')),
                ('types_engagement', models.ManyToManyField(blank=True, limit_choices_to={'liste': 'type_engagement'}, related_name='+', to='observatoire.terme', verbose_name='types d’engagement servis')),
            ],
            options={
                'verbose_name': 'offre d’insertion',
                'verbose_name_plural': 'offres d’insertion',
                'ordering': ['nature', django.db.models.functions.comparison.Collate('intitule', 'fr-x-icu'), 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'intitule'), name='offre_unique', violation_error_message='L’offre contient déjà cet intitulé.')],
            },
        ),
        migrations.CreateModel(
            name='Poste',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intitule', models.CharField(max_length=120, verbose_name='intitulé')),
                ('missions', models.TextField(blank=True, max_length=2000)),
                ('fonctions', models.JSONField(blank=True, default=list)),
                ('ouvert_le', models.DateField(default=django.utils.timezone.localdate, verbose_name='existe depuis le')),
                ('ferme_le', models.DateField(blank=True, null=True, verbose_name='supprimé le')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postes', to='comptes.organisation')),
                ('rattache_a', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rattaches', to='structures.poste', verbose_name='rattaché à')),
            ],
            options={
                'verbose_name': 'poste',
                'ordering': [django.db.models.functions.comparison.Collate('intitule', 'fr-x-icu'), 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ferme_le', None), ('ferme_le__gte', models.F('ouvert_le')), _connector='OR'), name='poste_ferme_apres_ouvert', violation_error_message='La suppression vient avant la création.')],
            },
        ),
        migrations.CreateModel(
            name='Occupation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=120, verbose_name='prénom et nom')),
                ('du', models.DateField(verbose_name='depuis le')),
                ('au', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('compte', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='compte dans Cèdre')),
                ('poste', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='occupations', to='structures.poste')),
            ],
            options={
                'verbose_name': 'occupation d’un poste',
                'verbose_name_plural': 'occupations des postes',
                'ordering': ['du', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gte', models.F('du')), _connector='OR'), name='occupation_fin_apres_debut', violation_error_message='La fin vient avant le début.')],
            },
        ),
        migrations.CreateModel(
            name='ProjetAssociatif',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(verbose_name='adopté le')),
                ('adopte_par', models.CharField(max_length=160, verbose_name='par qui')),
                ('texte', models.TextField(max_length=3500, verbose_name='le projet associatif')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projets_associatifs', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'projet associatif',
                'verbose_name_plural': 'projets associatifs',
                'ordering': ['-le', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'le'), name='projet_associatif_un_par_jour', violation_error_message='Un texte a déjà été adopté ce jour-là : corrigez-le.')],
            },
        ),
        migrations.CreateModel(
            name='RedefinitionDAxe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(verbose_name='redéfini le')),
                ('axe', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='redefinitions', to='structures.axe')),
            ],
            options={
                'verbose_name': 'redéfinition d’un axe',
                'verbose_name_plural': 'redéfinitions des axes',
                'ordering': ['axe', '-le'],
                'constraints': [models.UniqueConstraint(fields=('axe', 'le'), name='axe_redefini_une_fois_par_jour')],
            },
        ),
        migrations.CreateModel(
            name='Reglages',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jours_sans_contact', models.PositiveSmallIntegerField(default=30, help_text='Au-delà, la personne est signalée.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='jours sans se parler')),
                ('semaines_sans_heures', models.PositiveSmallIntegerField(default=4, help_text='Sous contrat et non suspendu, sans aucune heure.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='semaines sans heures')),
                ('alerte_contrat', models.PositiveSmallIntegerField(default=30, help_text='Jours avant le dernier jour, si aucun contrat ne suit.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='fin de contrat annoncée')),
                ('alerte_pass', models.PositiveSmallIntegerField(default=90, help_text='Jours avant le dernier jour du PASS IAE.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='fin de PASS IAE annoncée')),
                ('alerte_bilan', models.PositiveSmallIntegerField(default=14, help_text='Jours avant la date du bilan.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='bilan annoncé')),
                ('delai_remise', models.PositiveSmallIntegerField(default=7, help_text='Jours entre le début d’un engagement et sa remise à la personne.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='délai pour remettre')),
                ('delai_sortie', models.PositiveSmallIntegerField(default=15, help_text='Jours après la fin du dernier contrat.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='délai pour documenter une sortie')),
                ('rythme_regulation', models.PositiveSmallIntegerField(default=14, help_text='Jours d’une régulation à la suivante.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='rythme des régulations')),
                ('delai_annonce', models.PositiveSmallIntegerField(default=10, help_text='En jours, entre le premier contact et l’entretien ou l’information collective.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(180)], verbose_name='délai annoncé d’habitude')),
                ('duree_entretien', models.PositiveSmallIntegerField(default=60, help_text='En minutes.', verbose_name='durée d’un entretien')),
                ('conservation_mois', models.PositiveSmallIntegerField(default=24, help_text='En mois après le dernier contact ; au-delà, le dossier est proposé à la purge (CNIL, deux ans).', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='conservation active')),
                ('offre', models.TextField(blank=True, help_text='Le texte que l’accueil a sous les yeux pour présenter la structure.', max_length=20000, verbose_name='l’offre d’insertion, à dire à l’accueil')),
                ('statut', models.TextField(blank=True, help_text='Contrat, paie, effets sur les allocations, durée : ce que la personne doit savoir avant.', max_length=20000, verbose_name='le statut de salarié et ses conséquences, à dire')),
                ('logo', models.FileField(blank=True, help_text='PNG ou JPEG, 200 Ko et 2 000 pixels de côté au plus. En tête de vos documents.', upload_to='logos')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reglages', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'réglages',
                'verbose_name_plural': 'réglages',
            },
        ),
        migrations.CreateModel(
            name='Relecture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('fiche_de_poste', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='relectures', to='structures.fichedeposte')),
            ],
            options={
                'verbose_name': 'relecture d’une fiche de poste',
                'verbose_name_plural': 'relectures de fiches de poste',
                'ordering': ['-le', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('fiche_de_poste', 'le'), name='relecture_une_par_jour')],
            },
        ),
        migrations.CreateModel(
            name='Seuils',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('jours_sans_contact', models.PositiveSmallIntegerField(default=30, help_text='Au-delà, la personne est signalée.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='jours sans se parler')),
                ('semaines_sans_heures', models.PositiveSmallIntegerField(default=4, help_text='Sous contrat et non suspendu, sans aucune heure.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='semaines sans heures')),
                ('alerte_contrat', models.PositiveSmallIntegerField(default=30, help_text='Jours avant le dernier jour, si aucun contrat ne suit.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='fin de contrat annoncée')),
                ('alerte_pass', models.PositiveSmallIntegerField(default=90, help_text='Jours avant le dernier jour du PASS IAE.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='fin de PASS IAE annoncée')),
                ('alerte_bilan', models.PositiveSmallIntegerField(default=14, help_text='Jours avant la date du bilan.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='bilan annoncé')),
                ('delai_remise', models.PositiveSmallIntegerField(default=7, help_text='Jours entre le début d’un engagement et sa remise à la personne.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='délai pour remettre')),
                ('delai_sortie', models.PositiveSmallIntegerField(default=15, help_text='Jours après la fin du dernier contrat.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='délai pour documenter une sortie')),
                ('rythme_regulation', models.PositiveSmallIntegerField(default=14, help_text='Jours d’une régulation à la suivante.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='rythme des régulations')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='seuils', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'seuils d’une structure',
                'verbose_name_plural': 'seuils d’une structure',
                'ordering': ['organisation', 'du'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='structures_seuils_du_au', violation_error_message='La fin vient après le début.'), models.UniqueConstraint(fields=('organisation', 'du'), name='seuils_un_par_jour')],
            },
        ),
        migrations.CreateModel(
            name='UsageDeFiche',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('fiche_de_poste', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='usages', to='structures.fichedeposte')),
            ],
            options={
                'verbose_name': 'usage d’une fiche de poste',
                'verbose_name_plural': 'usages des fiches de poste',
                'ordering': ['fiche_de_poste', 'du'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='structures_usagedefiche_du_au', violation_error_message='La fin vient après le début.'), models.UniqueConstraint(fields=('fiche_de_poste', 'du'), name='usage_de_fiche_un_par_jour')],
            },
        ),
        migrations.CreateModel(
            name='UsageDOffre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('decrite', models.BooleanField(default=True, verbose_name='décrite')),
                ('offre', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='usages', to='structures.offre')),
            ],
            options={
                'verbose_name': 'usage d’une offre',
                'verbose_name_plural': 'usages des offres',
                'ordering': ['offre', 'du'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='structures_usagedoffre_du_au', violation_error_message='La fin vient après le début.'), models.UniqueConstraint(fields=('offre', 'du'), name='usage_d_offre_un_par_jour')],
            },
        ),
    ]
