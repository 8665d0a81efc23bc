"""Ce que la structure négocie et emploie : annexes financières, objectifs, heures de permanents (OBS-1)."""

import datetime
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comptes', '0009_experimentation'),
        ('observatoire', '0005_mesures_figees'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnnexeFinanciere',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('heures_etp', models.DecimalField(decimal_places=2, help_text='Les heures de travail d’un équivalent temps plein, telles que l’annexe les écrit : souvent 1 820 en ACI.', max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='heures d’un ETP dans l’année')),
                ('etp', models.DecimalField(decimal_places=2, max_digits=7, validators=[django.core.validators.MinValueValidator(0)], verbose_name='ETP conventionnés')),
                ('taux_dynamiques', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='sorties dynamiques, en %')),
                ('taux_durables', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='emploi durable, en %')),
                ('taux_transition', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='emploi de transition, en %')),
                ('taux_positives', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='sorties positives, en %')),
                ('numero', models.CharField(max_length=40, verbose_name='numéro')),
                ('type_siae', models.CharField(choices=[('AI', 'Association intermédiaire'), ('ETTI', 'Entreprise de travail temporaire d’insertion'), ('EI', 'Entreprise d’insertion'), ('ACI', 'Atelier et chantier d’insertion')], max_length=4, verbose_name='type de structure')),
                ('du', models.DateField(verbose_name='premier jour')),
                ('au', models.DateField(verbose_name='dernier jour')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='annexes', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'annexe financière',
                'verbose_name_plural': 'annexes financières',
                'ordering': ['-du', 'type_siae', 'numero', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AncienneAnnexe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('au', models.DateField(blank=True, null=True)),
                ('du', models.DateField(default=datetime.date(1900, 1, 1))),
                ('heures_etp', models.DecimalField(decimal_places=2, help_text='Les heures de travail d’un équivalent temps plein, telles que l’annexe les écrit : souvent 1 820 en ACI.', max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='heures d’un ETP dans l’année')),
                ('etp', models.DecimalField(decimal_places=2, max_digits=7, validators=[django.core.validators.MinValueValidator(0)], verbose_name='ETP conventionnés')),
                ('taux_dynamiques', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='sorties dynamiques, en %')),
                ('taux_durables', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='emploi durable, en %')),
                ('taux_transition', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='emploi de transition, en %')),
                ('taux_positives', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='sorties positives, en %')),
                ('annexe', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anciennes', to='observatoire.annexefinanciere')),
            ],
            options={
                'verbose_name': 'annexe financière avant un avenant',
                'verbose_name_plural': 'annexes financières avant un avenant',
                'ordering': ['au', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HeuresDePermanents',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sorte', models.CharField(choices=[('accompagnement', 'Accompagnement socioprofessionnel'), ('encadrement', 'Encadrement technique'), ('direction', 'Direction, coordination'), ('administratif', 'Administratif et autres')], max_length=16, verbose_name='sorte de personnel')),
                ('du', models.DateField(verbose_name='premier jour')),
                ('au', models.DateField(verbose_name='dernier jour')),
                ('heures', models.DecimalField(decimal_places=2, max_digits=8, validators=[django.core.validators.MinValueValidator(0)])),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='heures_de_permanents', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'heures de permanents',
                'verbose_name_plural': 'heures de permanents',
                'ordering': ['-du', 'au', 'sorte', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='annexefinanciere',
            constraint=models.UniqueConstraint(fields=('organisation', 'numero'), name='annexe_numero_unique', violation_error_message='Une annexe porte déjà ce numéro.'),
        ),
        migrations.AddConstraint(
            model_name='annexefinanciere',
            constraint=models.CheckConstraint(condition=models.Q(('au__gte', models.F('du'))), name='annexe_fin_apres_debut', violation_error_message='Le dernier jour vient avant le premier.'),
        ),
        migrations.AddConstraint(
            model_name='ancienneannexe',
            constraint=models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='observatoire_ancienneannexe_du_au', violation_error_message='La fin vient après le début.'),
        ),
        migrations.AddConstraint(
            model_name='heuresdepermanents',
            constraint=models.UniqueConstraint(fields=('organisation', 'sorte', 'du', 'au'), name='heures_de_permanents_une_fois'),
        ),
        migrations.AddConstraint(
            model_name='heuresdepermanents',
            constraint=models.CheckConstraint(condition=models.Q(('au__gte', models.F('du'))), name='heures_de_permanents_du_au'),
        ),
    ]
