"""Une lecture du manuel s'appelle un accusé de lecture : la table change de nom, aucune ligne ne se perd (MAN-3)."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('qualite', '0006_autoevaluation_en_un_mot'),
    ]

    operations = [
        migrations.RenameModel(old_name='Lecture', new_name='AccuseDeLecture'),
        migrations.AlterModelOptions(
            name='accusedelecture',
            options={'ordering': ['-le', '-pk'], 'verbose_name': 'accusé de lecture', 'verbose_name_plural': 'accusés de lecture'},
        ),
    ]
