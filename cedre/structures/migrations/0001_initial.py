# Écrit par makemigrations.

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('comptes', '0001_initial'),
        ('observatoire', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FicheDePoste',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intitule', models.CharField(max_length=120, verbose_name='intitulé')),
                ('code_rome', models.CharField(blank=True, max_length=5, validators=[django.core.validators.RegexValidator('^[A-N]\\d{4}$', 'Un code ROME est une lettre de A à N et quatre chiffres : K1304.')], verbose_name='code ROME')),
                ('description', models.TextField(blank=True)),
                ('active', models.BooleanField(default=True, verbose_name='proposée dans les listes')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fiches_de_poste', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'fiche de poste',
                'verbose_name_plural': 'fiches de poste',
                'ordering': ['intitule', 'pk'],
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
                ('presentation', models.TextField(blank=True, verbose_name='comment la présenter')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grilles', to='comptes.organisation')),
            ],
            options={
                'ordering': ['-version', 'pk'],
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
            },
        ),
        migrations.CreateModel(
            name='Reglages',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delai_annonce', models.PositiveSmallIntegerField(default=10, help_text='En jours, entre le premier contact et l’entretien ou l’information collective.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(180)], verbose_name='délai annoncé d’habitude')),
                ('duree_entretien', models.PositiveSmallIntegerField(default=60, help_text='En minutes.', verbose_name='durée d’un entretien')),
                ('conservation_mois', models.PositiveSmallIntegerField(default=24, help_text='En mois après le dernier contact ; au-delà, le dossier est proposé à la purge (CNIL, deux ans).', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='conservation active')),
                ('offre', models.TextField(blank=True, help_text='Le texte que l’accueil a sous les yeux pour présenter la structure.', verbose_name='l’offre d’insertion, à dire à l’accueil')),
                ('statut', models.TextField(blank=True, help_text='Contrat, paie, effets sur les allocations, durée : ce que la personne doit savoir avant.', verbose_name='le statut de salarié et ses conséquences, à dire')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reglages', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'réglages',
                'verbose_name_plural': 'réglages',
            },
        ),
        migrations.AddConstraint(
            model_name='fichedeposte',
            constraint=models.UniqueConstraint(fields=('organisation', 'intitule'), name='fiche_de_poste_unique', violation_error_message='Une fiche de poste porte déjà cet intitulé.'),
        ),
        migrations.AddConstraint(
            model_name='grille',
            constraint=models.UniqueConstraint(fields=('organisation', 'version'), name='grille_version_unique'),
        ),
        migrations.AddConstraint(
            model_name='grille',
            constraint=models.UniqueConstraint(condition=models.Q(('publiee_le', None)), fields=('organisation',), name='grille_un_seul_brouillon', violation_error_message='Un brouillon est déjà ouvert.'),
        ),
        migrations.AddConstraint(
            model_name='echelon',
            constraint=models.UniqueConstraint(fields=('grille', 'valeur'), name='echelon_unique'),
        ),
        migrations.AddConstraint(
            model_name='domaine',
            constraint=models.UniqueConstraint(fields=('grille', 'theme'), name='domaine_theme_unique', violation_error_message='Ce thème est déjà dans la grille.'),
        ),
    ]
