"""Ajoute au cadre commun les listes de la mission insertion : engagements, contrats, sorties."""

from importlib import import_module

from django.db import migrations


installer = import_module("cedre.observatoire.migrations.0001_reunies_jusqu_a_0005").installer


class Migration(migrations.Migration):
    dependencies = [("observatoire", "0003_insertion")]
    operations = [migrations.RunPython(installer, migrations.RunPython.noop)]
