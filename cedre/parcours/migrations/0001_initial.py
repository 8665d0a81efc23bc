# Écrit par makemigrations.

import cedre.core.champs
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('comptes', '0001_initial'),
        ('observatoire', '0001_initial'),
        ('partenariats', '0001_initial'),
        ('structures', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('trajectoire', models.CharField(blank=True, choices=[('stable', 'Stable'), ('instable', 'Instable'), ('precaire', 'Précaire')], max_length=8, verbose_name='trajectoire socioprofessionnelle')),
                ('synthese', models.TextField(blank=True, verbose_name='ce que l’on retient ensemble')),
                ('validee_le', models.DateTimeField(blank=True, null=True, verbose_name='validée le')),
                ('version', models.PositiveIntegerField(default=1)),
                ('conduite_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grille', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='structures.grille')),
            ],
            options={
                'verbose_name': 'évaluation conjointe',
                'verbose_name_plural': 'évaluations conjointes',
                'ordering': ['-le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Cotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valeur_personne', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='selon la personne')),
                ('valeur_accompagnateur', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='selon l’accompagnateur')),
                ('commentaire', models.TextField(blank=True)),
                ('domaine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='structures.domaine')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cotations', to='parcours.evaluation')),
            ],
            options={
                'ordering': ['domaine__rang', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EvaluationProfessionnelle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('mets_test', 'METS test'), ('atelier', 'Atelier d’évaluation'), ('milieu_de_travail', 'Évaluation en milieu de travail')], default='mets_test', max_length=18)),
                ('le', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('lieu', models.CharField(blank=True, max_length=160, verbose_name='chez qui, où')),
                ('conclusion', models.CharField(choices=[('prete', 'Peut occuper le poste'), ('a_preparer', 'Peut l’occuper après une préparation'), ('autre_poste', 'À évaluer sur un autre poste')], max_length=12)),
                ('synthese', models.TextField(blank=True, verbose_name='synthèse')),
                ('evaluee_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fiche_de_poste', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='structures.fichedeposte')),
            ],
            options={
                'verbose_name': 'évaluation professionnelle',
                'verbose_name_plural': 'évaluations professionnelles',
                'ordering': ['-le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CompetenceEvaluee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('libelle', models.CharField(max_length=160)),
                ('niveau', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'À acquérir'), (1, 'Avec de l’aide'), (2, 'En autonomie'), (3, 'Sait la transmettre')], null=True, validators=[django.core.validators.MaxValueValidator(3)])),
                ('observation', models.CharField(blank=True, max_length=300)),
                ('competence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='structures.competence')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='competences', to='parcours.evaluationprofessionnelle')),
            ],
            options={
                'verbose_name': 'compétence évaluée',
                'verbose_name_plural': 'compétences évaluées',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Importation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom_fichier', models.CharField(max_length=200)),
                ('fichier', models.FileField(blank=True, upload_to='importations')),
                ('colonnes', models.JSONField(blank=True, default=list, help_text='Par colonne du fichier : entete, champ, ecartee (la raison), exemples.')),
                ('ligne_titres', models.PositiveIntegerField(default=1)),
                ('etat', models.CharField(choices=[('depose', 'Déposé'), ('en_analyse', 'Lecture en cours'), ('analyse', 'Prêt à importer'), ('en_cours', 'Import en cours'), ('termine', 'Importé'), ('echec', 'Interrompu')], default='depose', max_length=10, verbose_name='état')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='lignes')),
                ('traitees', models.PositiveIntegerField(default=0, verbose_name='traitées')),
                ('creees', models.PositiveIntegerField(default=0, verbose_name='créées')),
                ('modifiees', models.PositiveIntegerField(default=0, verbose_name='modifiées')),
                ('inchangees', models.PositiveIntegerField(default=0, verbose_name='inchangées')),
                ('refusees', models.PositiveIntegerField(default=0, verbose_name='refusées')),
                ('lignes', models.JSONField(blank=True, default=list, help_text='[numéro de ligne, ce qui en est fait], pour chaque ligne.')),
                ('apercu', models.JSONField(blank=True, default=list, verbose_name='aperçu')),
                ('remarques', models.JSONField(blank=True, default=list)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='importations', to='comptes.organisation')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-cree_le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='InformationCollective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(verbose_name='date')),
                ('heure', models.TimeField(verbose_name='heure')),
                ('duree', models.PositiveSmallIntegerField(default=90, help_text='En minutes.', verbose_name='durée')),
                ('lieu', models.CharField(max_length=160)),
                ('capacite', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='nombre de places')),
                ('annulee', models.BooleanField(default=False, verbose_name='annulée')),
                ('animee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='animée par')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='informations_collectives', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'information collective',
                'verbose_name_plural': 'informations collectives',
                'ordering': ['-le', '-heure', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NoteSante',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texte', models.TextField(verbose_name='précision')),
                ('cotation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='note_sante', to='parcours.cotation')),
            ],
            options={
                'verbose_name': 'précision de santé',
                'verbose_name_plural': 'précisions de santé',
            },
        ),
        migrations.CreateModel(
            name='Personne',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(blank=True, help_text='Le numéro de la personne dans un autre logiciel.', max_length=40, verbose_name='référence')),
                ('nom', models.CharField(max_length=80)),
                ('prenom', models.CharField(max_length=80, verbose_name='prénom')),
                ('nom_recherche', cedre.core.champs.TexteDerive(editable=False, max_length=170)),
                ('cle_identite', cedre.core.champs.TexteDerive(editable=False, max_length=170)),
                ('sexe', models.CharField(blank=True, choices=[('F', 'Femme'), ('H', 'Homme')], max_length=1)),
                ('date_naissance', models.DateField(blank=True, null=True, verbose_name='date de naissance')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('telephone_2', models.CharField(blank=True, max_length=20, verbose_name='autre téléphone')),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('adresse', models.CharField(blank=True, max_length=200)),
                ('code_postal', models.CharField(blank=True, max_length=5)),
                ('commune', models.CharField(blank=True, max_length=100)),
                ('phase', models.CharField(choices=[('pre_accueil', 'Pré-accueil'), ('accueil', 'Accueil'), ('pre_embauche', 'Pré-embauche'), ('reorientee', 'Réorientée'), ('sans_suite', 'Sans suite')], default='pre_accueil', max_length=12)),
                ('phase_depuis', models.DateField(default=django.utils.timezone.localdate)),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('modifie_le', models.DateTimeField(auto_now=True)),
                ('anonymisee_le', models.DateField(blank=True, null=True)),
                ('duree_chomage', models.ForeignKey(blank=True, limit_choices_to={'liste': 'duree_chomage'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='observatoire.terme', verbose_name='durée de chômage')),
                ('niveau_formation', models.ForeignKey(blank=True, limit_choices_to={'liste': 'formation'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='observatoire.terme', verbose_name='niveau de formation')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='personnes', to='comptes.organisation')),
                ('prescripteur', models.ForeignKey(blank=True, limit_choices_to={'liste': 'prescripteur'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='observatoire.terme')),
                ('prestations', models.ManyToManyField(blank=True, limit_choices_to={'liste': 'prestation'}, related_name='+', to='observatoire.terme', verbose_name='prestations et revenus')),
                ('referent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suivies', to=settings.AUTH_USER_MODEL, verbose_name='référent·e')),
            ],
            options={
                'ordering': ['nom_recherche', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Information',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('presence', models.CharField(choices=[('prevue', 'Attendue'), ('presente', 'Présente'), ('absente', 'Absente'), ('excusee', 'Excusée')], default='presente', max_length=8, verbose_name='présence')),
                ('offre_presentee', models.BooleanField(default=False, verbose_name='l’offre d’insertion a été présentée')),
                ('statut_explique', models.BooleanField(default=False, verbose_name='le statut de salarié et ses conséquences pratiques ont été expliqués')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('collective', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='informations', to='parcours.informationcollective')),
                ('personne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='informations', to='parcours.personne')),
            ],
            options={
                'ordering': ['-le', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='evaluationprofessionnelle',
            name='personne',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='evaluations_professionnelles', to='parcours.personne'),
        ),
        migrations.AddField(
            model_name='evaluation',
            name='personne',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='evaluations', to='parcours.personne'),
        ),
        migrations.CreateModel(
            name='Entretien',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(verbose_name='date')),
                ('heure', models.TimeField(blank=True, null=True)),
                ('lieu', models.CharField(blank=True, max_length=120)),
                ('etat', models.CharField(choices=[('prevu', 'Prévu'), ('en_cours', 'En cours d’écriture'), ('realise', 'Réalisé'), ('absent', 'La personne n’est pas venue'), ('annule', 'Annulé')], default='prevu', max_length=8, verbose_name='état')),
                ('situation', models.TextField(blank=True, help_text='Comment elle vit, ce qui a changé récemment, qui l’entoure.', verbose_name='Sa situation aujourd’hui')),
                ('experience', models.TextField(blank=True, help_text='Emplois, formations, activités bénévoles, savoir-faire du quotidien.', verbose_name='Son expérience')),
                ('attentes', models.TextField(blank=True, help_text='Avec ses mots. Ce qu’elle veut, ce qu’elle ne veut pas.', verbose_name='Ses attentes, son projet')),
                ('points_d_appui', models.TextField(blank=True, help_text='Ce qui marche, ce sur quoi compter, les personnes ressources.', verbose_name='Ses points d’appui')),
                ('besoins', models.TextField(blank=True, help_text='Horaires, mobilité, garde d’enfants… Rien sur la santé ni la justice : « contrainte d’agenda » suffit.', verbose_name='Ses besoins, ses contraintes')),
                ('synthese', models.TextField(blank=True, help_text='Relu avec la personne avant de se quitter.', verbose_name='Ce que l’on retient ensemble')),
                ('issue', models.CharField(blank=True, choices=[('inscription', 'Inscription'), ('autre_rencontre', 'Une autre rencontre'), ('reorientation', 'Réorientation motivée vers un partenaire')], max_length=16, verbose_name='suite')),
                ('version', models.PositiveIntegerField(default=1)),
                ('modifie_le', models.DateTimeField(auto_now=True)),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('conduit_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entretiens', to=settings.AUTH_USER_MODEL, verbose_name='conduit par')),
                ('personne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entretiens', to='parcours.personne')),
            ],
            options={
                'verbose_name': 'entretien d’accueil',
                'verbose_name_plural': 'entretiens d’accueil',
                'ordering': ['-le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('canal', models.CharField(choices=[('visite', 'Sur place'), ('telephone', 'Au téléphone'), ('courriel', 'Par courriel'), ('courrier', 'Par courrier'), ('en_ligne', 'En ligne (plateforme)'), ('exterieur', 'À l’extérieur (forum, permanence)')], default='visite', max_length=10)),
                ('prescripteur_precision', models.CharField(blank=True, max_length=120, verbose_name='qui, précisément')),
                ('demande', models.TextField(blank=True, verbose_name='ce que la personne demande')),
                ('delai_annonce', models.PositiveSmallIntegerField(blank=True, help_text='En jours, jusqu’à un entretien ou une information collective. Vide : aucun délai n’a été annoncé.', null=True, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='délai annoncé')),
                ('echeance_annoncee', cedre.core.champs.DateDerivee(editable=False, null=True)),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('prescripteur', models.ForeignKey(blank=True, limit_choices_to={'liste': 'prescripteur'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='observatoire.terme')),
                ('recu_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('personne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='parcours.personne')),
            ],
            options={
                'verbose_name': 'premier contact',
                'verbose_name_plural': 'premiers contacts',
                'ordering': ['-le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Suite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('nature', models.CharField(choices=[('inscription', 'Inscription'), ('reorientation', 'Réorientation'), ('sans_suite', 'Clôture sans suite')], max_length=14)),
                ('precision', models.TextField(blank=True, verbose_name='précision')),
                ('entretien', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='suite_donnee', to='parcours.entretien')),
                ('motif', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='observatoire.terme')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partenaire', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partenariats.partenaire', verbose_name='partenaire')),
                ('personne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='suites', to='parcours.personne')),
            ],
            options={
                'verbose_name': 'suite donnée',
                'verbose_name_plural': 'suites données',
                'ordering': ['-le', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='cotation',
            constraint=models.UniqueConstraint(fields=('evaluation', 'domaine'), name='cotation_unique'),
        ),
        migrations.AddIndex(
            model_name='informationcollective',
            index=models.Index(fields=['organisation', 'le'], name='collective_organisation_le'),
        ),
        migrations.AddIndex(
            model_name='personne',
            index=models.Index(fields=['organisation', 'nom_recherche', 'id'], name='personne_nom'),
        ),
        migrations.AddIndex(
            model_name='personne',
            index=models.Index(fields=['organisation', 'phase', 'nom_recherche', 'id'], name='personne_phase'),
        ),
        migrations.AddIndex(
            model_name='personne',
            index=models.Index(fields=['organisation', 'cle_identite'], name='personne_identite'),
        ),
        migrations.AddIndex(
            model_name='personne',
            index=models.Index(fields=['organisation', 'date_naissance'], name='personne_naissance'),
        ),
        migrations.AddConstraint(
            model_name='personne',
            constraint=models.UniqueConstraint(condition=models.Q(('reference', ''), _negated=True), fields=('organisation', 'reference'), name='personne_reference_unique', violation_error_message='Un dossier porte déjà cette référence.'),
        ),
        migrations.AddIndex(
            model_name='information',
            index=models.Index(fields=['personne', 'le'], name='information_personne_le'),
        ),
        migrations.AddConstraint(
            model_name='information',
            constraint=models.UniqueConstraint(condition=models.Q(('collective__isnull', False)), fields=('collective', 'personne'), name='information_une_par_seance', violation_error_message='Cette personne est déjà inscrite à cette information collective.'),
        ),
        migrations.AddConstraint(
            model_name='information',
            constraint=models.CheckConstraint(condition=models.Q(('presence', 'presente'), models.Q(('offre_presentee', False), ('statut_explique', False)), _connector='OR'), name='information_dite_aux_presents', violation_error_message='On n’a pu expliquer qu’à une personne présente.'),
        ),
        migrations.AddIndex(
            model_name='evaluationprofessionnelle',
            index=models.Index(fields=['personne', 'le'], name='evaluation_pro_personne_le'),
        ),
        migrations.AddIndex(
            model_name='evaluation',
            index=models.Index(fields=['personne', 'le'], name='evaluation_personne_le'),
        ),
        migrations.AddIndex(
            model_name='entretien',
            index=models.Index(fields=['personne', 'le'], name='entretien_personne_le'),
        ),
        migrations.AddIndex(
            model_name='entretien',
            index=models.Index(fields=['conduit_par', 'etat', 'le'], name='entretien_agenda'),
        ),
        migrations.AddConstraint(
            model_name='entretien',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat', 'realise'), _negated=True), models.Q(('issue', ''), _negated=True), _connector='OR'), name='entretien_realise_a_une_suite', violation_error_message='Un entretien réalisé dit quelle suite lui est donnée.'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['personne', 'le'], name='contact_personne_le'),
        ),
        migrations.AddIndex(
            model_name='suite',
            index=models.Index(fields=['personne', 'le'], name='suite_personne_le'),
        ),
        migrations.AddConstraint(
            model_name='suite',
            constraint=models.CheckConstraint(condition=models.Q(('nature', 'inscription'), ('motif__isnull', False), _connector='OR'), name='suite_motivee', violation_error_message='Une réorientation ou une clôture dit son motif.'),
        ),
        migrations.AddConstraint(
            model_name='suite',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nature', 'reorientation'), _negated=True), ('partenaire__isnull', False), _connector='OR'), name='suite_reorientation_vers_un_partenaire', violation_error_message='Une réorientation dit vers quel partenaire.'),
        ),
    ]
