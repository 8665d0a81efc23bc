"""Installe le cadre commun de départ ; ensuite la fédération l'édite à l'écran."""

from importlib import import_module

from django.db import migrations

installer = import_module("cedre.observatoire.migrations.0001_reunies_jusqu_a_0005").installer


class Migration(migrations.Migration):
    dependencies = [("observatoire", "0001_initial")]
    operations = [migrations.RunPython(installer, migrations.RunPython.noop)]
