"""La longueur d’un texte se vérifie à l’écran : aucune colonne ne change, aucune table n’est refaite."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('regulation', '0005_point_de_l_ordre_du_jour'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
        migrations.AlterField(
            model_name='pointordredujour',
            name='echange',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce qui s’est dit'),
        ),
        migrations.AlterField(
            model_name='regulation',
            name='synthese',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce que l’équipe retient'),
        ),
        ]),
    ]
