"""Les tables telles que les migrations 0001 à 0006 les laissaient : une base neuve n'en rejoue pas l'histoire."""

import cedre.comptes.models
import cedre.core.champs
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('partenariats', '0001_initial'),
        ('partenariats', '0002_insertion'),
        ('partenariats', '0003_ordre_alphabetique'),
        ('partenariats', '0004_rencontres'),
        ('partenariats', '0005_textes_bornes'),
        ('partenariats', '0006_convention_close_le'),
    ]

    dependencies = [
        ('comptes', '0008_registre_du_passe'),
        ('observatoire', '0001_reunies_jusqu_a_0005'),
    ]

    operations = [
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('entreprise', 'Entreprise'), ('collectivite', 'Collectivité'), ('association', 'Association'), ('particulier', 'Particulier')], default='entreprise', max_length=12)),
                ('nom', models.CharField(max_length=160)),
                ('siret', models.CharField(blank=True, max_length=14, validators=[cedre.comptes.models.valider_siret], verbose_name='SIRET')),
                ('contact', models.CharField(blank=True, max_length=120, verbose_name='personne à joindre')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('courriel', models.EmailField(blank=True, max_length=254)),
                ('adresse', models.CharField(blank=True, max_length=200)),
                ('actif', models.BooleanField(default=True, verbose_name='proposé dans les listes')),
                ('texte_recherche', cedre.core.champs.TexteDerive(editable=False, max_length=700)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clients', to='comptes.organisation')),
            ],
            options={
                'ordering': [django.db.models.functions.comparison.Collate('nom', 'fr-x-icu'), 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'nom'), name='client_nom_unique', violation_error_message='Un client porte déjà ce nom.')],
            },
        ),
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
                ('themes', models.ManyToManyField(blank=True, limit_choices_to={'liste': 'domaine'}, related_name='+', to='observatoire.terme', verbose_name='thèmes')),
            ],
            options={
                'ordering': [django.db.models.functions.comparison.Collate('nom', 'fr-x-icu'), 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'nom'), name='partenaire_nom_unique', violation_error_message='Un partenaire porte déjà ce nom.')],
            },
        ),
        migrations.CreateModel(
            name='Convention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('objet', models.CharField(max_length=200)),
                ('du', models.DateField(verbose_name='en vigueur du')),
                ('au', models.DateField(blank=True, help_text='Vide si elle n’a pas de fin.', null=True, verbose_name='au')),
                ('tacite', models.BooleanField(default=False, verbose_name='se reconduit d’elle-même')),
                ('close', models.BooleanField(default=False, verbose_name='ne sera pas renouvelée')),
                ('close_le', models.DateField(blank=True, editable=False, null=True, verbose_name='décidé le')),
                ('precision', models.TextField(blank=True, max_length=20000, verbose_name='ce qui est convenu')),
                ('partenaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conventions', to='partenariats.partenaire')),
            ],
            options={
                'ordering': ['-du', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gte', models.F('du')), _connector='OR'), name='convention_fin_apres_debut', violation_error_message='La fin vient avant le début.'), models.CheckConstraint(condition=models.Q(('close', True), ('close_le', None), _connector='OR'), name='convention_close_un_jour')],
            },
        ),
        migrations.CreateModel(
            name='Rencontre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('reunion', 'Réunion'), ('groupe', 'Groupe de travail'), ('signature', 'Signature d’une convention'), ('autre', 'Autre')], default='reunion', max_length=9)),
                ('le', models.DateField(verbose_name='le')),
                ('avec', models.CharField(blank=True, max_length=200, verbose_name='et avec')),
                ('sujet', models.CharField(max_length=200)),
                ('suites', models.TextField(blank=True, max_length=2000, verbose_name='ce qui en est sorti')),
                ('pour_nous', models.CharField(blank=True, max_length=160, verbose_name='qui de chez nous')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rencontres', to='comptes.organisation')),
                ('partenaires', models.ManyToManyField(blank=True, related_name='rencontres', to='partenariats.partenaire')),
            ],
            options={
                'verbose_name': 'rencontre d’acteurs locaux',
                'verbose_name_plural': 'rencontres d’acteurs locaux',
                'ordering': ['-le', '-pk'],
            },
        ),
    ]
