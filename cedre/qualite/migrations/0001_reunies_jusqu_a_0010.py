"""Les tables telles que les migrations 0001 à 0010 les laissaient : une base neuve n'en rejoue pas l'histoire."""

import cedre.core.champs
import cedre.qualite.models.enquetes
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('qualite', '0001_qualite'),
        ('qualite', '0002_origine_audit_et_reunion'),
        ('qualite', '0003_point_d_une_action'),
        ('qualite', '0004_entretiens_annuels'),
        ('qualite', '0005_version_et_origine_d_un_besoin'),
        ('qualite', '0006_autoevaluation_en_un_mot'),
        ('qualite', '0007_accuse_de_lecture'),
        ('qualite', '0008_ce_que_demande_l_anonymat'),
        ('qualite', '0009_les_reponses_se_scellent'),
        ('qualite', '0010_rien_ne_dit_plus_qui_ni_quand'),
    ]

    dependencies = [
        ('comptes', '0008_registre_du_passe'),
        ('parcours', '0001_reunies_jusqu_a_0017'),
        ('structures', '0001_reunies_jusqu_a_0008'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enquete',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('modele', models.CharField(max_length=40, verbose_name='modèle')),
                ('titre', models.CharField(max_length=120)),
                ('du', models.DateField(default=django.utils.timezone.localdate, verbose_name='du')),
                ('au', models.DateField(verbose_name='au')),
                ('questions', models.JSONField(default=list)),
                ('jeton', models.CharField(default=cedre.qualite.models.enquetes.jeton_neuf, editable=False, max_length=40, unique=True)),
                ('close_le', models.DateField(blank=True, null=True, verbose_name='close le')),
                ('resultats', models.JSONField(blank=True, default=list, verbose_name='résultats')),
                ('nombre', models.PositiveIntegerField(default=0, editable=False, verbose_name='réponses')),
                ('assez_des', models.DateField(blank=True, editable=False, null=True, verbose_name='cinq réponses dès la semaine du')),
                ('assez_depuis', models.DateField(blank=True, editable=False, null=True, verbose_name='ses cinq dernières réponses depuis la semaine du')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquetes', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'enquête',
                'ordering': ['-du', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('au__gte', models.F('du'))), name='enquete_periode', violation_error_message='Une enquête finit après avoir commencé.')],
            },
        ),
        migrations.CreateModel(
            name='EntretienAnnuel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenu_le', models.DateField(verbose_name='tenu le')),
                ('points', models.TextField(blank=True, max_length=8000, verbose_name='ce qui s’est dit')),
                ('besoins', models.TextField(blank=True, max_length=2000, verbose_name='besoins de formation')),
                ('version', models.PositiveIntegerField(default=1)),
                ('compte', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entretiens_annuels', to=settings.AUTH_USER_MODEL, verbose_name='avec qui')),
                ('mene_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='mené par')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entretiens_annuels', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'entretien annuel',
                'verbose_name_plural': 'entretiens annuels',
                'ordering': ['-tenu_le', '-pk'],
                'indexes': [models.Index(fields=['organisation', 'compte', 'tenu_le'], name='entretien_annuel_tenu_le')],
                'constraints': [models.CheckConstraint(condition=models.Q(('compte', models.F('mene_par')), _negated=True), name='entretien_annuel_a_deux', violation_error_message='On ne mène pas son propre entretien.'), models.UniqueConstraint(fields=('organisation', 'compte', 'tenu_le'), name='entretien_annuel_un_par_jour', violation_error_message='Un entretien de ce jour-là est déjà noté.')],
            },
        ),
        migrations.CreateModel(
            name='ActionDeFormation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('besoin', models.CharField(max_length=200)),
                ('intitule', models.CharField(max_length=200, verbose_name='action')),
                ('pour_qui', models.CharField(blank=True, max_length=160, verbose_name='pour qui')),
                ('prevue_du', models.DateField(verbose_name='prévue du')),
                ('prevue_au', models.DateField(verbose_name='au')),
                ('organisme', models.CharField(blank=True, max_length=160)),
                ('heures', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(5000)])),
                ('cout', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='coût')),
                ('realisee_le', models.DateField(blank=True, null=True, verbose_name='réalisée le')),
                ('abandonnee_le', models.DateField(blank=True, null=True, verbose_name='abandonnée le')),
                ('motif', models.CharField(blank=True, max_length=200, verbose_name='motif de l’abandon')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions_de_formation', to='comptes.organisation')),
                ('poste', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='structures.poste')),
                ('entretien', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions_de_formation', to='qualite.entretienannuel', verbose_name='entretien où le besoin s’est dit')),
            ],
            options={
                'verbose_name': 'action de formation',
                'verbose_name_plural': 'actions de formation',
                'ordering': ['prevue_du', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('prevue_au__gte', models.F('prevue_du'))), name='formation_fin_apres_debut', violation_error_message='La fin vient avant le début.'), models.CheckConstraint(condition=models.Q(('realisee_le', None), ('abandonnee_le', None), _connector='OR'), name='formation_realisee_ou_abandonnee', violation_error_message='Une action est réalisée, ou abandonnée : pas les deux.'), models.CheckConstraint(condition=models.Q(models.Q(('abandonnee_le', None), ('motif', '')), models.Q(models.Q(('abandonnee_le', None), _negated=True), models.Q(('motif', ''), _negated=True)), _connector='OR'), name='formation_abandon_motive', violation_error_message='Un abandon se dit avec son jour et son motif.')],
            },
        ),
        migrations.CreateModel(
            name='MessageSansNom',
            fields=[
                ('id', models.BigIntegerField(default=cedre.qualite.models.enquetes.numero_au_hasard, editable=False, primary_key=True, serialize=False)),
                ('le', models.DateField(default=django.utils.timezone.localdate, editable=False, verbose_name='déposé le')),
                ('scelle', models.TextField(editable=False, max_length=65536, verbose_name='scellé')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages_sans_nom', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'message sans nom',
                'verbose_name_plural': 'messages sans nom',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Principe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enonce', models.CharField(max_length=300, verbose_name='énoncé')),
                ('au_quotidien', models.TextField(max_length=2000, verbose_name='comment cela se voit au quotidien')),
                ('enonce_le', models.DateField(verbose_name='énoncé le')),
                ('retire_le', models.DateField(blank=True, null=True, verbose_name='retiré le')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='principes', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'principe d’action',
                'verbose_name_plural': 'principes d’action',
                'ordering': ['enonce_le', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('retire_le', None), ('retire_le__gte', models.F('enonce_le')), _connector='OR'), name='principe_retire_apres_enonce', violation_error_message='Il ne se retire pas avant d’être énoncé.')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationDePrincipe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(verbose_name='évalué le')),
                ('comment', models.CharField(max_length=300, verbose_name='comment')),
                ('constat', models.TextField(max_length=2000, verbose_name='ce que l’on a vu')),
                ('changements', models.TextField(blank=True, max_length=2000, verbose_name='ce que l’on change')),
                ('principe', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='qualite.principe')),
            ],
            options={
                'verbose_name': 'évaluation d’un principe',
                'verbose_name_plural': 'évaluations des principes',
                'ordering': ['-le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('titre', models.CharField(max_length=120)),
                ('but', models.TextField(max_length=1000)),
                ('mission', models.CharField(choices=[('accueil', 'Mission accueil'), ('insertion', 'Mission insertion'), ('observatoire', 'Mission observatoire'), ('transversal', 'Transversal aux missions')], max_length=12)),
                ('phase', models.CharField(blank=True, choices=[('pre_accueil', 'Pré-accueil'), ('accueil', 'Accueil'), ('pre_embauche', 'Pré-embauche'), ('parcours', 'Parcours'), ('sortie', 'Sortie')], help_text='Vide : toutes les phases.', max_length=16)),
                ('qui', models.CharField(help_text='Qui agit : une fonction plutôt qu’un nom.', max_length=200)),
                ('etapes', models.JSONField(default=list, verbose_name='étapes')),
                ('outils', models.JSONField(blank=True, default=list)),
                ('codes', models.JSONField(blank=True, default=list, verbose_name='indicateurs')),
                ('reglage', models.CharField(blank=True, choices=[('delai_annonce', 'Délai du premier contact à l’accueil (jours)'), ('rythme_regulation', 'Rythme des régulations (jours)'), ('delai_remise', 'Délai pour remettre un engagement (jours)'), ('delai_sortie', 'Délai pour documenter une sortie (jours)'), ('jours_sans_contact', 'Temps le plus long sans se parler (jours)'), ('semaines_sans_heures', 'Temps le plus long sans heures (semaines)')], max_length=24, verbose_name='délai ou rythme écrit')),
                ('valeur', models.PositiveSmallIntegerField(blank=True, help_text='Le nombre de jours ou de semaines que la procédure annonce.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='ce que le texte écrit')),
                ('depuis', models.DateField(default=django.utils.timezone.localdate, verbose_name='en vigueur depuis le')),
                ('retiree_le', models.DateField(blank=True, null=True, verbose_name='retirée le')),
                ('prochaine_revision', models.DateField(blank=True, null=True, verbose_name='prochaine révision')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='procedures', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'procédure',
                'ordering': ['mission', 'titre', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reglage', ''), ('valeur', None)), models.Q(models.Q(('reglage', ''), _negated=True), ('valeur__isnull', False)), _connector='OR'), name='procedure_chiffre_entier', violation_error_message='Un délai ou un rythme écrit a son nombre, et un nombre dit ce qu’il compte.'), models.CheckConstraint(condition=models.Q(('retiree_le', None), ('retiree_le__gte', models.F('depuis')), _connector='OR'), name='procedure_retiree_apres_ecrite', violation_error_message='Une procédure se retire après avoir été en vigueur.')],
            },
        ),
        migrations.CreateModel(
            name='Reclamation',
            fields=[
                ('id', models.BigIntegerField(default=cedre.qualite.models.enquetes.numero_au_hasard, editable=False, primary_key=True, serialize=False)),
                ('numero', models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='numéro')),
                ('sorte', models.CharField(choices=[('reclamation', 'Réclamation'), ('dysfonctionnement', 'Dysfonctionnement')], default='reclamation', max_length=20, verbose_name='c’est')),
                ('origine', models.CharField(choices=[('demandeur', 'Un·e demandeur·se d’emploi'), ('salarie', 'Un·e salarié·e en parcours'), ('client', 'Un client'), ('partenaire', 'Un partenaire'), ('equipe', 'L’équipe'), ('autre', 'Quelqu’un d’autre')], max_length=12, verbose_name='qui le dit')),
                ('canal', models.CharField(choices=[('ecran', 'Dite ou écrite à l’équipe'), ('papier', 'Sur papier, par lettre'), ('telephone', 'Par téléphone'), ('courriel', 'Par courriel'), ('espace', 'Depuis son espace'), ('public', 'Par l’affiche ou le site')], default='ecran', max_length=12, verbose_name='comment c’est arrivé')),
                ('texte', models.TextField(max_length=4000, verbose_name='ce qui ne va pas')),
                ('qui', models.CharField(blank=True, max_length=120, verbose_name='son nom')),
                ('contact', models.CharField(blank=True, max_length=160, verbose_name='comment lui répondre')),
                ('reponse_attendue', models.BooleanField(default=False, editable=False, verbose_name='attend une réponse')),
                ('recue_le', models.DateField(default=django.utils.timezone.localdate, verbose_name='reçue le')),
                ('repondre_avant', cedre.core.champs.DateDerivee(editable=False, verbose_name='à répondre avant le')),
                ('accusee_le', models.DateField(blank=True, null=True, verbose_name='réception accusée le')),
                ('traitement', models.TextField(blank=True, max_length=4000, verbose_name='ce que l’on a fait')),
                ('reponse', models.TextField(blank=True, max_length=4000, verbose_name='ce que l’on a répondu')),
                ('repondue_le', models.DateField(blank=True, null=True, verbose_name='répondue le')),
                ('motif_cloture', models.TextField(blank=True, max_length=1000, verbose_name='pourquoi sans réponse')),
                ('close_le', models.DateField(blank=True, null=True, verbose_name='close le')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reclamations', to='comptes.organisation')),
                ('signalee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signalée par')),
                ('traitee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='qui s’en charge')),
            ],
            options={
                'verbose_name': 'réclamation',
                'ordering': ['-recue_le', '-pk'],
                'indexes': [models.Index(fields=['organisation', 'recue_le'], name='reclamation_recue_le')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'numero'), name='reclamation_numero'), models.CheckConstraint(condition=models.Q(('close_le', None), ('repondue_le__isnull', False), models.Q(('motif_cloture', ''), _negated=True), _connector='OR'), name='reclamation_close_avec_reponse_ou_motif', violation_error_message='Une réclamation ne se clôt pas sans réponse, ou sans dire pourquoi il n’y en a pas.'), models.CheckConstraint(condition=models.Q(('repondue_le', None), models.Q(('reponse', ''), _negated=True), _connector='OR'), name='reclamation_repondue_avec_des_mots'), models.CheckConstraint(condition=models.Q(models.Q(('accusee_le', None), ('accusee_le__gte', models.F('recue_le')), _connector='OR'), models.Q(('repondue_le', None), ('repondue_le__gte', models.F('recue_le')), _connector='OR'), models.Q(('close_le', None), ('close_le__gte', models.F('recue_le')), _connector='OR')), name='reclamation_dates_dans_l_ordre')],
            },
        ),
        migrations.CreateModel(
            name='ActionAmelioration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origine', models.CharField(choices=[('ecart', 'Écart au référentiel'), ('reclamation', 'Réclamation ou dysfonctionnement'), ('enquete', 'Enquête'), ('regulation', 'Régulation'), ('autoevaluation', 'Autoévaluation'), ('derive', 'Dérive d’une procédure'), ('audit', 'Audit'), ('reunion', 'Réunion d’évaluation, revue annuelle'), ('autre', 'Autre')], default='autre', max_length=16, verbose_name='d’où vient-elle')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='référence')),
                ('point', models.CharField(blank=True, help_text='Son code, quand elle part d’une exigence.', max_length=20, verbose_name='point du référentiel')),
                ('quoi', models.CharField(max_length=300, verbose_name='que change-t-on')),
                ('effet_attendu', models.CharField(max_length=300, verbose_name='quel effet en attend-on')),
                ('echeance', models.DateField(verbose_name='pour le')),
                ('decidee_le', models.DateField(default=django.utils.timezone.localdate, verbose_name='décidée le')),
                ('faite_le', models.DateField(blank=True, null=True, verbose_name='faite le')),
                ('fait', models.TextField(blank=True, max_length=2000, verbose_name='ce qui a été fait')),
                ('effet_verifie_le', models.DateField(blank=True, null=True, verbose_name='effet vérifié le')),
                ('effet_constate', models.TextField(blank=True, max_length=2000, verbose_name='l’effet constaté')),
                ('efficace', models.BooleanField(blank=True, null=True, verbose_name='l’effet attendu est là')),
                ('close_le', models.DateField(blank=True, null=True, verbose_name='close le')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ameliorations', to='comptes.organisation')),
                ('qui', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='qui s’en charge')),
                ('suite_de', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suites', to='qualite.actionamelioration')),
                ('enquete', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ameliorations', to='qualite.enquete', verbose_name='enquête')),
                ('reclamation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ameliorations', to='qualite.reclamation', verbose_name='réclamation')),
            ],
            options={
                'verbose_name': 'action d’amélioration',
                'verbose_name_plural': 'actions d’amélioration',
                'ordering': ['echeance', 'pk'],
                'indexes': [models.Index(fields=['organisation', 'echeance'], name='amelioration_echeance')],
                'constraints': [models.CheckConstraint(condition=models.Q(('close_le', None), models.Q(('close_le__gte', models.F('effet_verifie_le')), ('effet_verifie_le__isnull', False)), _connector='OR'), name='amelioration_close_apres_verification', violation_error_message='Une action ne se clôt pas avant que son effet soit vérifié.'), models.CheckConstraint(condition=models.Q(models.Q(('effet_verifie_le', None), ('efficace', None)), models.Q(('effet_verifie_le__gte', models.F('faite_le')), ('efficace__isnull', False), ('faite_le__isnull', False), models.Q(('effet_constate', ''), _negated=True)), _connector='OR'), name='amelioration_verifiee_apres_faite', violation_error_message='Un effet vérifié a sa date, ses mots, et un avis ; et l’action a été faite avant.')],
            },
        ),
        migrations.CreateModel(
            name='ReponseEnquete',
            fields=[
                ('id', models.BigIntegerField(default=cedre.qualite.models.enquetes.numero_au_hasard, editable=False, primary_key=True, serialize=False)),
                ('scelle', models.TextField(editable=False, max_length=65536, verbose_name='scellé')),
                ('enquete', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reponses', to='qualite.enquete')),
            ],
            options={
                'verbose_name': 'réponse à une enquête',
                'verbose_name_plural': 'réponses à une enquête',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RevisionDeProcedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(default=django.utils.timezone.localdate, verbose_name='relue le')),
                ('changement', models.CharField(blank=True, max_length=300, verbose_name='ce qui change')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('procedure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='qualite.procedure')),
            ],
            options={
                'verbose_name': 'révision de procédure',
                'verbose_name_plural': 'révisions de procédures',
                'ordering': ['-le', '-pk'],
                'indexes': [models.Index(fields=['procedure', 'le'], name='revision_procedure_le')],
            },
        ),
        migrations.CreateModel(
            name='TexteDuManuel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(max_length=24)),
                ('texte', models.TextField(max_length=12000)),
                ('version', models.PositiveIntegerField(default=1)),
                ('modifie_le', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='textes_du_manuel', to='comptes.organisation')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'texte du manuel',
                'verbose_name_plural': 'textes du manuel',
                'ordering': ['organisation', 'section'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'section'), name='texte_du_manuel_unique')],
            },
        ),
        migrations.CreateModel(
            name='VersionDuManuel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('publiee_le', models.DateField(default=django.utils.timezone.localdate, verbose_name='publiée le')),
                ('approuvee_par', models.CharField(help_text='Le prénom et le nom de qui approuve.', max_length=120, verbose_name='approuvée par')),
                ('au_titre_de', models.CharField(choices=[('direction', 'Direction'), ('ca', 'Conseil d’administration')], max_length=9, verbose_name='au titre de')),
                ('approuvee_le', models.DateField(default=django.utils.timezone.localdate, verbose_name='approuvée le')),
                ('changements', models.TextField(blank=True, max_length=2000, verbose_name='ce qui change')),
                ('contenu', models.JSONField()),
                ('fichier', models.FileField(upload_to='manuels')),
                ('condensat', models.CharField(max_length=64)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions_du_manuel', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'version du manuel',
                'verbose_name_plural': 'versions du manuel',
                'ordering': ['organisation', '-numero'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'numero'), name='version_du_manuel_numero_unique'), models.CheckConstraint(condition=models.Q(('approuvee_le__lte', models.F('publiee_le')), models.Q(('approuvee_par', ''), _negated=True)), name='version_du_manuel_approuvee_avant', violation_error_message='Une version s’approuve avant d’être publiée, par une personne que l’on nomme.')],
            },
        ),
        migrations.CreateModel(
            name='AccuseDeLecture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(blank=True, max_length=120, verbose_name='nom sur la liste')),
                ('le', models.DateField(default=django.utils.timezone.localdate, verbose_name='lu le')),
                ('mode', models.CharField(choices=[('ecran', 'À l’écran'), ('papier', 'Sur une liste en papier')], max_length=6, verbose_name='comment')),
                ('compte', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('personne', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lectures', to='parcours.personne')),
                ('manuel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lectures', to='qualite.versiondumanuel')),
            ],
            options={
                'verbose_name': 'accusé de lecture',
                'verbose_name_plural': 'accusés de lecture',
                'ordering': ['-le', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('manuel', 'compte'), name='lecture_une_par_compte'), models.UniqueConstraint(fields=('manuel', 'personne'), name='lecture_une_par_personne'), models.CheckConstraint(condition=models.Q(('compte__isnull', False), ('personne__isnull', False), models.Q(('nom', ''), _negated=True), _connector='OR'), name='lecture_de_quelqu_un', violation_error_message='Une lecture est celle de quelqu’un.')],
            },
        ),
    ]
