"""La longueur d’un texte se vérifie à l’écran : aucune colonne ne change, aucune table n’est refaite."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certification', '0005_version_d_une_reunion'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
        migrations.AlterField(
            model_name='appreciation',
            name='commentaire',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce qui le fait dire'),
        ),
        migrations.AlterField(
            model_name='correspondance',
            name='contenu',
            field=models.TextField(max_length=1048576),
        ),
        migrations.AlterField(
            model_name='editiondeposee',
            name='contenu',
            field=models.TextField(max_length=1048576),
        ),
        migrations.AlterField(
            model_name='editiondeposee',
            name='validee_par',
            field=models.TextField(blank=True, help_text='Les membres du bureau, un par ligne.', max_length=2000, verbose_name='validée par'),
        ),
        ]),
    ]
