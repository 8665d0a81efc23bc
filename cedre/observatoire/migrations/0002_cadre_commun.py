"""Installe le cadre commun de départ ; ensuite la fédération l'édite à l'écran."""

from pathlib import Path

import yaml
from django.db import migrations


def installer(apps, schema_editor):
    Terme = apps.get_model("observatoire", "Terme")
    cadre = yaml.safe_load((Path(__file__).parent.parent / "nomenclatures.yaml").read_text(encoding="utf-8"))
    for liste, lignes in cadre.items():
        for rang, ligne in enumerate(lignes):
            code, libelle, categorie, asp, data_inclusion, aide = [*ligne, "", "", "", ""][:6]
            correspondances = {"asp": asp, "data_inclusion": data_inclusion, "aide": aide} if liste == "domaine" else {}
            Terme.objects.create(
                liste=liste,
                code=code,
                libelle=libelle,
                categorie=categorie,
                correspondances=correspondances,
                rang=rang,
            )


class Migration(migrations.Migration):
    dependencies = [("observatoire", "0001_initial")]
    operations = [migrations.RunPython(installer, migrations.RunPython.noop)]
