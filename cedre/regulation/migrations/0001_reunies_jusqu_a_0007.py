"""Les tables telles que les migrations 0001 à 0007 les laissaient : une base neuve n'en rejoue pas l'histoire."""

import cedre.core.champs
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('regulation', '0001_insertion'),
        ('regulation', '0002_points_d_une_personne'),
        ('regulation', '0003_rythme_tenu'),
        ('regulation', '0004_cle_du_manque'),
        ('regulation', '0005_point_de_l_ordre_du_jour'),
        ('regulation', '0006_textes_bornes'),
        ('regulation', '0007_jour_de_diffusion'),
    ]

    dependencies = [
        ('comptes', '0008_registre_du_passe'),
        ('parcours', '0001_reunies_jusqu_a_0017'),
    ]

    operations = [
        migrations.CreateModel(
            name='Regulation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(verbose_name='date')),
                ('heure', models.TimeField(blank=True, null=True)),
                ('lieu', models.CharField(blank=True, max_length=120)),
                ('etat', models.CharField(choices=[('prevue', 'Prévue'), ('ouverte', 'Ouverte'), ('tenue', 'Tenue')], default='prevue', max_length=8, verbose_name='état')),
                ('rythme', models.PositiveSmallIntegerField(default=14, verbose_name='rythme de la structure quand elle s’est tenue, en jours')),
                ('synthese', models.TextField(blank=True, max_length=20000, verbose_name='ce que l’équipe retient')),
                ('diffusee_le', models.DateTimeField(blank=True, null=True, verbose_name='compte rendu diffusé le')),
                ('diffusee_jour', cedre.core.champs.DateDerivee(blank=True, editable=False, null=True)),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('animee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='animée par')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regulations', to='comptes.organisation')),
                ('presents', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'régulation pédagogique',
                'verbose_name_plural': 'régulations pédagogiques',
                'ordering': ['-le', '-pk'],
                'indexes': [models.Index(fields=['organisation', 'le'], name='regulation_organisation_le')],
            },
        ),
        migrations.CreateModel(
            name='PointOrdreDuJour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('manque', models.CharField(blank=True, max_length=24, verbose_name='raison')),
                ('sujet', models.CharField(blank=True, max_length=200)),
                ('echange', models.TextField(blank=True, max_length=20000, verbose_name='ce qui s’est dit')),
                ('rang', models.PositiveSmallIntegerField(default=0)),
                ('engagement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='points', to='parcours.engagement')),
                ('personne', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='points', to='parcours.personne')),
                ('regulation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='regulation.regulation')),
            ],
            options={
                'verbose_name': 'point de l’ordre du jour',
                'verbose_name_plural': 'points de l’ordre du jour',
                'ordering': ['regulation', 'rang', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('personne__isnull', False), models.Q(('sujet', ''), _negated=True), _connector='OR'), name='point_sur_quelqu_un_ou_quelque_chose', violation_error_message='Un point parle d’une personne ou d’un sujet.')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quoi', models.CharField(max_length=300)),
                ('echeance', models.DateField(verbose_name='pour le')),
                ('faite_le', models.DateField(blank=True, null=True, verbose_name='faite le')),
                ('qui', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='regulation.pointordredujour')),
            ],
            options={
                'verbose_name': 'décision',
                'ordering': ['echeance', 'pk'],
                'indexes': [models.Index(fields=['faite_le', 'echeance'], name='decision_echeance')],
            },
        ),
    ]
