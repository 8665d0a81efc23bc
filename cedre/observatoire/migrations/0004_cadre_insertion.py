"""Ajoute au cadre commun les listes de la mission insertion : engagements, contrats, sorties."""

from importlib import import_module

from django.db import migrations


def installer(apps, schema_editor):
    import_module("cedre.observatoire.migrations.0002_cadre_commun").installer(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("observatoire", "0003_insertion")]
    operations = [migrations.RunPython(installer, migrations.RunPython.noop)]
