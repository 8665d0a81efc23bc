"""Les tables telles que les migrations 0001 à 0006 les laissaient : une base neuve n'en rejoue pas l'histoire."""

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('certification', '0001_preuves'),
        ('certification', '0002_certificats_et_correspondances'),
        ('certification', '0003_reunions'),
        ('certification', '0004_audits'),
        ('certification', '0005_version_d_une_reunion'),
        ('certification', '0006_textes_bornes'),
    ]

    dependencies = [
        ('comptes', '0008_registre_du_passe'),
        ('qualite', '0001_reunies_jusqu_a_0010'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appreciation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('point', models.CharField(max_length=20)),
                ('le', models.DateField(default=django.utils.timezone.localdate)),
                ('valeur', models.CharField(choices=[('satisfait', 'Satisfait'), ('insuffisant', 'Insuffisant'), ('sans_objet', 'Sans objet')], max_length=12)),
                ('commentaire', models.TextField(blank=True, max_length=20000, verbose_name='ce qui le fait dire')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appreciations', to='comptes.organisation')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'appréciation',
                'ordering': ['-le', '-pk'],
                'indexes': [models.Index(fields=['organisation', 'le'], name='appreciation_organisation_le')],
            },
        ),
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('interne', 'Audit interne'), ('croise', 'Audit croisé')], default='interne', max_length=12)),
                ('edition', models.CharField(max_length=20, verbose_name='édition')),
                ('champ', models.JSONField(default=list, verbose_name='ce qui est audité')),
                ('demande_le', models.DateField(default=django.utils.timezone.localdate, verbose_name='demandé le')),
                ('prevu_le', models.DateField(verbose_name='prévu le')),
                ('declinee_le', models.DateField(blank=True, null=True, verbose_name='demande déclinée le')),
                ('mene_le', models.DateField(blank=True, null=True, verbose_name='mené le')),
                ('clos_le', models.DateField(blank=True, null=True, verbose_name='clos le')),
                ('sans_constat', models.JSONField(blank=True, default=list, verbose_name='rien à signaler')),
                ('synthese', models.TextField(blank=True, max_length=4000, verbose_name='ce que l’on retient')),
                ('verdicts', models.JSONField(blank=True, null=True)),
                ('audite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='qui répond de ce qui est audité')),
                ('auditeur', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='qui audite')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='audits', to='comptes.organisation')),
                ('structure_auditrice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audits_menes', to='comptes.organisation', verbose_name='structure qui audite')),
            ],
            options={
                'ordering': ['-prevu_le', '-pk'],
                'indexes': [models.Index(fields=['organisation', 'clos_le'], name='audit_organisation_clos_le')],
                'constraints': [models.CheckConstraint(condition=models.Q(('auditeur', None), models.Q(('auditeur', models.F('audite')), _negated=True), _connector='OR'), name='audit_de_quelqu_un_d_autre', violation_error_message='Personne ne s’audite soi-même : choisissez quelqu’un d’autre.'), models.CheckConstraint(condition=models.Q(models.Q(('nature', 'interne'), ('structure_auditrice', None)), models.Q(('nature', 'croise'), ('structure_auditrice__isnull', False), models.Q(('structure_auditrice', models.F('organisation')), _negated=True)), _connector='OR'), name='audit_croise_par_une_autre', violation_error_message='Un audit croisé est mené par une autre structure ; un audit interne, par la sienne.'), models.CheckConstraint(condition=models.Q(models.Q(('clos_le', None), ('mene_le', None)), models.Q(('auditeur__isnull', False), ('declinee_le', None), ('mene_le__gte', models.F('demande_le')), ('mene_le__isnull', False), models.Q(('clos_le', None), models.Q(('clos_le__gte', models.F('mene_le')), ('clos_le__isnull', False), ('verdicts__isnull', False)), _connector='OR')), _connector='OR'), name='audit_dans_l_ordre', violation_error_message='Un audit se demande, se mène, puis se clôt, par quelqu’un que l’on nomme.')],
            },
        ),
        migrations.CreateModel(
            name='Certificat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(verbose_name='certifiée le')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificats', to='comptes.organisation')),
            ],
            options={
                'ordering': ['organisation', '-le'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'le'), name='certificat_une_fois_par_jour', violation_error_message='Cette certification est déjà notée, à ce jour-là.')],
            },
        ),
        migrations.CreateModel(
            name='Constat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('point', models.CharField(max_length=20)),
                ('nature', models.CharField(choices=[('force', 'Force'), ('progres', 'Piste de progrès'), ('ecart', 'Écart')], max_length=8, verbose_name='ce que c’est')),
                ('texte', models.TextField(max_length=2000, verbose_name='ce que l’on constate')),
                ('action', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='constats', to='qualite.actionamelioration', verbose_name='action décidée')),
                ('audit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='constats', to='certification.audit')),
            ],
            options={
                'verbose_name': 'constat d’audit',
                'verbose_name_plural': 'constats d’audit',
                'ordering': ['audit', 'point', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('texte', ''), _negated=True), name='constat_dit_quelque_chose', violation_error_message='Un constat dit ce que l’on a vu.')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intitule', models.CharField(max_length=160, verbose_name='intitulé')),
                ('points', models.JSONField(default=list, help_text='Les codes des points du référentiel.', verbose_name='ce qu’il prouve')),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='comptes.organisation')),
            ],
            options={
                'ordering': ['intitule', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EditionDeposee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lignee', models.SlugField(max_length=40)),
                ('code', models.SlugField(max_length=20)),
                ('contenu', models.TextField(max_length=1048576)),
                ('condensat', models.CharField(max_length=64)),
                ('etat', models.CharField(choices=[('brouillon', 'Brouillon'), ('validee', 'Validée')], default='brouillon', max_length=9, verbose_name='état')),
                ('deposee_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déposée le')),
                ('validee_le', models.DateField(blank=True, null=True, verbose_name='décision du')),
                ('validee_par', models.TextField(blank=True, help_text='Les membres du bureau, un par ligne.', max_length=2000, verbose_name='validée par')),
                ('deposee_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'édition déposée',
                'verbose_name_plural': 'éditions déposées',
                'ordering': ['-deposee_le', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('etat', 'validee')), fields=('lignee', 'code'), name='edition_validee_une_fois', violation_error_message='Une édition validée porte déjà ce code.'), models.CheckConstraint(condition=models.Q(('etat', 'brouillon'), models.Q(('validee_le__isnull', False), models.Q(('validee_par', ''), _negated=True)), _connector='OR'), name='edition_validee_par_des_personnes', violation_error_message='Dites qui a validé cette édition, et quand.')],
            },
        ),
        migrations.CreateModel(
            name='Correspondance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('de', models.SlugField(max_length=20)),
                ('contenu', models.TextField(max_length=1048576)),
                ('condensat', models.CharField(max_length=64)),
                ('deposee_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déposée le')),
                ('deposee_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vers', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='correspondances', to='certification.editiondeposee')),
            ],
            options={
                'ordering': ['vers', 'de'],
                'constraints': [models.UniqueConstraint(fields=('vers', 'de'), name='correspondance_une_par_depart')],
            },
        ),
        migrations.CreateModel(
            name='ReunionEvaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('reunion', 'Réunion d’évaluation'), ('revue', 'Revue annuelle')], default='reunion', max_length=8, verbose_name='c’est')),
                ('prevue_le', models.DateField(verbose_name='prévue le')),
                ('du', models.DateField(verbose_name='période regardée, du')),
                ('au', models.DateField(verbose_name='au')),
                ('tenue_le', models.DateField(blank=True, null=True, verbose_name='tenue le')),
                ('autres_presents', models.CharField(blank=True, max_length=300, verbose_name='autres présents')),
                ('compte_rendu', models.TextField(blank=True, max_length=10000, verbose_name='ce qui s’est dit')),
                ('conclusions', models.TextField(blank=True, max_length=4000, verbose_name='ce que l’on en retient')),
                ('preparation', models.JSONField(default=dict, editable=False, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='ce que l’on avait sous les yeux')),
                ('close_le', models.DateField(blank=True, null=True, verbose_name='close le')),
                ('version', models.PositiveIntegerField(default=1)),
                ('decisions', models.ManyToManyField(blank=True, editable=False, related_name='reunions', to='qualite.actionamelioration', verbose_name='décisions')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reunions', to='comptes.organisation')),
                ('presents', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='présents de l’équipe')),
            ],
            options={
                'verbose_name': 'réunion d’évaluation',
                'verbose_name_plural': 'réunions d’évaluation',
                'ordering': ['-prevue_le', '-pk'],
                'indexes': [models.Index(fields=['organisation', 'tenue_le'], name='reunion_tenue_le')],
                'constraints': [models.CheckConstraint(condition=models.Q(('au__gte', models.F('du'))), name='reunion_periode_dans_l_ordre', violation_error_message='La période finit avant de commencer.'), models.CheckConstraint(condition=models.Q(('tenue_le', None), models.Q(('compte_rendu', ''), _negated=True), _connector='OR'), name='reunion_tenue_avec_des_mots', violation_error_message='Une réunion tenue a son compte rendu.'), models.CheckConstraint(condition=models.Q(('close_le', None), models.Q(('close_le__gte', models.F('tenue_le')), ('tenue_le__isnull', False)), _connector='OR'), name='reunion_close_apres_tenue', violation_error_message='Une réunion se clôt après s’être tenue.')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fichier', models.FileField(upload_to='preuves')),
                ('nom', models.CharField(max_length=160, verbose_name='nom du fichier')),
                ('genre', models.CharField(max_length=80)),
                ('condensat', models.CharField(max_length=64)),
                ('taille', models.PositiveIntegerField()),
                ('du', models.DateField(verbose_name='couvre du')),
                ('au', models.DateField(blank=True, help_text='Vide : jusqu’à ce qu’une autre le remplace.', null=True, verbose_name='au')),
                ('perime_le', models.DateField(blank=True, help_text='Le jour où il ne prouvera plus rien.', null=True, verbose_name='périmé le')),
                ('depose_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déposé le')),
                ('depose_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='certification.document')),
            ],
            options={
                'verbose_name': 'révision de document',
                'verbose_name_plural': 'révisions de documents',
                'ordering': ['document', '-du', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gte', models.F('du')), _connector='OR'), name='revision_periode_dans_l_ordre', violation_error_message='Le dernier jour vient après le premier.')],
            },
        ),
        migrations.CreateModel(
            name='ValeurDeParametre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parametre', models.CharField(max_length=40)),
                ('du', models.DateField(verbose_name='à partir du')),
                ('valeur', models.DecimalField(decimal_places=2, max_digits=8)),
                ('reference', models.CharField(help_text='La convention, l’avenant, la délibération.', max_length=200, verbose_name='d’où vient ce nombre')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parametres', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'valeur de paramètre',
                'verbose_name_plural': 'valeurs de paramètres',
                'ordering': ['parametre', '-du', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'parametre', 'du'), name='une_valeur_par_jour', violation_error_message='Ce paramètre a déjà une valeur à partir de ce jour.')],
            },
        ),
    ]
