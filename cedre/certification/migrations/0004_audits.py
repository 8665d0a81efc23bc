# Écrit par makemigrations.

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certification', '0003_reunions'),
        ('comptes', '0003_ordre_alphabetique'),
        ('qualite', '0004_entretiens_annuels'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            },
        ),
        migrations.AddIndex(
            model_name='audit',
            index=models.Index(fields=['organisation', 'clos_le'], name='audit_organisation_clos_le'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(('auditeur', None), models.Q(('auditeur', models.F('audite')), _negated=True), _connector='OR'), name='audit_de_quelqu_un_d_autre', violation_error_message='Personne ne s’audite soi-même : choisissez quelqu’un d’autre.'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nature', 'interne'), ('structure_auditrice', None)), models.Q(('nature', 'croise'), ('structure_auditrice__isnull', False), models.Q(('structure_auditrice', models.F('organisation')), _negated=True)), _connector='OR'), name='audit_croise_par_une_autre', violation_error_message='Un audit croisé est mené par une autre structure ; un audit interne, par la sienne.'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clos_le', None), ('mene_le', None)), models.Q(('auditeur__isnull', False), ('declinee_le', None), ('mene_le__gte', models.F('demande_le')), ('mene_le__isnull', False), models.Q(('clos_le', None), models.Q(('clos_le__gte', models.F('mene_le')), ('clos_le__isnull', False), ('verdicts__isnull', False)), _connector='OR')), _connector='OR'), name='audit_dans_l_ordre', violation_error_message='Un audit se demande, se mène, puis se clôt, par quelqu’un que l’on nomme.'),
        ),
        migrations.AddConstraint(
            model_name='constat',
            constraint=models.CheckConstraint(condition=models.Q(('texte', ''), _negated=True), name='constat_dit_quelque_chose', violation_error_message='Un constat dit ce que l’on a vu.'),
        ),
    ]
