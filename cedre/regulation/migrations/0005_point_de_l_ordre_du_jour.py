"""Un point de l'ordre du jour n'est pas un point du référentiel : la table change de nom, aucune ligne ne se perd (TRA-1)."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('regulation', '0004_cle_du_manque'),
    ]

    operations = [
        migrations.RenameModel(old_name='Point', new_name='PointOrdreDuJour'),
    ]
