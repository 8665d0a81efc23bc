# Écrit par makemigrations.

import cedre.core.champs
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('comptes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Partenaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('social', 'Partenaire social'), ('professionnel', 'Partenaire professionnel')], default='social', max_length=14)),
                ('nom', models.CharField(max_length=160)),
                ('role', models.CharField(blank=True, max_length=200, verbose_name='ce que l’on y trouve')),
                ('contact', models.CharField(blank=True, max_length=120, verbose_name='personne à joindre')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('adresse', models.CharField(blank=True, max_length=200)),
                ('actif', models.BooleanField(default=True, verbose_name='proposé dans les listes')),
                ('texte_recherche', cedre.core.champs.TexteDerive(editable=False, max_length=700)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partenaires', to='comptes.organisation')),
            ],
            options={
                'ordering': ['nom', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'nom'), name='partenaire_nom_unique', violation_error_message='Un partenaire porte déjà ce nom.')],
            },
        ),
    ]
