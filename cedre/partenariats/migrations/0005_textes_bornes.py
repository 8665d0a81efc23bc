"""La longueur d’un texte se vérifie à l’écran : aucune colonne ne change, aucune table n’est refaite."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partenariats', '0004_rencontres'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
        migrations.AlterField(
            model_name='convention',
            name='precision',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce qui est convenu'),
        ),
        ]),
    ]
