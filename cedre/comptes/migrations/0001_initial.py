# Écrit par makemigrations.

import cedre.comptes.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Compte',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='courriel')),
                ('prenom', models.CharField(max_length=80, verbose_name='prénom')),
                ('nom', models.CharField(max_length=80)),
                ('is_active', models.BooleanField(default=True, verbose_name='actif')),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['nom', 'prenom', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('federation', 'Fédération'), ('region', 'Association régionale'), ('ensemblier', 'Ensemblier'), ('structure', 'Structure')], max_length=12)),
                ('type_siae', models.CharField(blank=True, choices=[('AI', 'Association intermédiaire'), ('ETTI', 'Entreprise de travail temporaire d’insertion'), ('EI', 'Entreprise d’insertion'), ('ACI', 'Atelier et chantier d’insertion')], max_length=4, verbose_name='type de structure')),
                ('nom', models.CharField(max_length=160)),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='adresse')),
                ('siret', models.CharField(blank=True, max_length=14, validators=[cedre.comptes.models.valider_siret], verbose_name='SIRET')),
                ('adresse', models.CharField(blank=True, max_length=200)),
                ('code_postal', models.CharField(blank=True, max_length=5)),
                ('commune', models.CharField(blank=True, max_length=100)),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('adhesion_le', models.DateField(blank=True, null=True, verbose_name='adhésion')),
                ('charte_le', models.DateField(blank=True, null=True, verbose_name='signature de la charte')),
                ('convention_tripartite_le', models.DateField(blank=True, null=True, verbose_name='convention tripartite')),
                ('fin_formation_action_le', models.DateField(blank=True, null=True, verbose_name='fin de la formation-action')),
                ('ensemblier', models.ForeignKey(blank=True, limit_choices_to={'nature': 'ensemblier'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='membres', to='comptes.organisation')),
                ('region', models.ForeignKey(blank=True, limit_choices_to={'nature': 'region'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rattachees', to='comptes.organisation', verbose_name='association régionale')),
            ],
            options={
                'ordering': ['nom', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('accueil', 'Accueil'), ('cip', 'Accompagnateur·rice socioprofessionnel·le (CIP)'), ('mad', 'Mise à disposition, encadrement technique'), ('qualite', 'Référent·e qualité'), ('direction', 'Direction'), ('ca', 'Administrateur·rice (CA)'), ('salarie', 'Salarié·e en parcours'), ('client', 'Client'), ('partenaire', 'Partenaire'), ('referent_regional', 'Référent·e qualité régional·e'), ('ca_regional', 'CA régional'), ('responsable_qualite', 'Responsable qualité de la fédération'), ('comite', 'Comité de certification'), ('bureau', 'Bureau de la fédération'), ('groupe_qualite', 'Groupe Qualité'), ('auditeur', 'Auditeur·rice qualité')], max_length=24, verbose_name='rôle')),
                ('courriel', models.EmailField(max_length=254)),
                ('condensat', models.CharField(max_length=64, unique=True)),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('expire_le', models.DateTimeField(default=cedre.comptes.models.dans_sept_jours)),
                ('acceptee_le', models.DateTimeField(blank=True, null=True)),
                ('annulee_le', models.DateTimeField(blank=True, null=True)),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='comptes.organisation')),
            ],
            options={
                'ordering': ['-cree_le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Habilitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('accueil', 'Accueil'), ('cip', 'Accompagnateur·rice socioprofessionnel·le (CIP)'), ('mad', 'Mise à disposition, encadrement technique'), ('qualite', 'Référent·e qualité'), ('direction', 'Direction'), ('ca', 'Administrateur·rice (CA)'), ('salarie', 'Salarié·e en parcours'), ('client', 'Client'), ('partenaire', 'Partenaire'), ('referent_regional', 'Référent·e qualité régional·e'), ('ca_regional', 'CA régional'), ('responsable_qualite', 'Responsable qualité de la fédération'), ('comite', 'Comité de certification'), ('bureau', 'Bureau de la fédération'), ('groupe_qualite', 'Groupe Qualité'), ('auditeur', 'Auditeur·rice qualité')], max_length=24, verbose_name='rôle')),
                ('depuis', models.DateTimeField(default=django.utils.timezone.now)),
                ('utilisee_le', models.DateTimeField(blank=True, null=True)),
                ('retiree_le', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                ('compte', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='habilitations', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='habilitations', to='comptes.organisation')),
            ],
            options={
                'ordering': ['organisation__nom', 'role', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Trace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateTimeField(default=django.utils.timezone.now)),
                ('role', models.CharField(blank=True, choices=[('accueil', 'Accueil'), ('cip', 'Accompagnateur·rice socioprofessionnel·le (CIP)'), ('mad', 'Mise à disposition, encadrement technique'), ('qualite', 'Référent·e qualité'), ('direction', 'Direction'), ('ca', 'Administrateur·rice (CA)'), ('salarie', 'Salarié·e en parcours'), ('client', 'Client'), ('partenaire', 'Partenaire'), ('referent_regional', 'Référent·e qualité régional·e'), ('ca_regional', 'CA régional'), ('responsable_qualite', 'Responsable qualité de la fédération'), ('comite', 'Comité de certification'), ('bureau', 'Bureau de la fédération'), ('groupe_qualite', 'Groupe Qualité'), ('auditeur', 'Auditeur·rice qualité')], max_length=24, verbose_name='rôle')),
                ('geste', models.CharField(choices=[('consulter', 'a ouvert'), ('creer', 'a créé'), ('modifier', 'a modifié'), ('supprimer', 'a supprimé'), ('exporter', 'a exporté'), ('importer', 'a importé'), ('inviter', 'a invité'), ('retirer', 'a retiré'), ('anonymiser', 'a anonymisé'), ('effacer', 'a effacé')], max_length=12)),
                ('objet', models.CharField(max_length=60)),
                ('objet_id', models.BigIntegerField(null=True)),
                ('personne_id', models.BigIntegerField(null=True, verbose_name='dossier')),
                ('detail', models.CharField(blank=True, max_length=400, verbose_name='détail')),
                ('compte', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='comptes.organisation')),
            ],
            options={
                'ordering': ['-le', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nature', 'structure'), models.Q(('type_siae', ''), _negated=True)), models.Q(models.Q(('nature', 'structure'), _negated=True), ('type_siae', '')), _connector='OR'), name='organisation_type_si_structure', violation_error_message='Une structure a un type (AI, ETTI, EI ou ACI) ; les autres n’en ont pas.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('siret', ''), _negated=True), fields=('siret',), name='organisation_siret_unique', violation_error_message='Une organisation porte déjà ce SIRET.'),
        ),
        migrations.AddConstraint(
            model_name='habilitation',
            constraint=models.UniqueConstraint(condition=models.Q(('retiree_le', None)), fields=('compte', 'organisation', 'role'), name='habilitation_active_unique'),
        ),
        migrations.AddIndex(
            model_name='trace',
            index=models.Index(fields=['organisation', '-le'], name='trace_organisation_le'),
        ),
        migrations.AddIndex(
            model_name='trace',
            index=models.Index(models.F('personne_id'), models.OrderBy(models.F('le'), descending=True), condition=models.Q(('personne_id__isnull', False)), name='trace_dossier'),
        ),
    ]
