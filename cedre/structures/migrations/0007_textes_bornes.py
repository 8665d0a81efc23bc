"""La longueur d’un texte se vérifie à l’écran : aucune colonne ne change, aucune table n’est refaite."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('structures', '0006_projet'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
        migrations.AlterField(
            model_name='fichedeposte',
            name='description',
            field=models.TextField(blank=True, max_length=20000),
        ),
        migrations.AlterField(
            model_name='grille',
            name='presentation',
            field=models.TextField(blank=True, max_length=20000, verbose_name='comment la présenter'),
        ),
        migrations.AlterField(
            model_name='offre',
            name='description',
            field=models.TextField(blank=True, max_length=20000),
        ),
        migrations.AlterField(
            model_name='projetassociatif',
            name='texte',
            field=models.TextField(max_length=3500, verbose_name='le projet associatif'),
        ),
        migrations.AlterField(
            model_name='reglages',
            name='offre',
            field=models.TextField(blank=True, help_text='Le texte que l’accueil a sous les yeux pour présenter la structure.', max_length=20000, verbose_name='l’offre d’insertion, à dire à l’accueil'),
        ),
        migrations.AlterField(
            model_name='reglages',
            name='statut',
            field=models.TextField(blank=True, help_text='Contrat, paie, effets sur les allocations, durée : ce que la personne doit savoir avant.', max_length=20000, verbose_name='le statut de salarié et ses conséquences, à dire'),
        ),
        ]),
    ]
