"""Installe le cadre commun de départ ; ensuite la fédération l'édite à l'écran."""

from pathlib import Path

import yaml
from django.db import migrations


def installer(apps, schema_editor):
    """Ajoute les termes du fichier qui manquent ; ce que la fédération a édité ne change pas."""
    Terme = apps.get_model("observatoire", "Terme")
    connus = set(Terme.objects.values_list("liste", "code"))
    cadre = yaml.safe_load((Path(__file__).parent.parent / "nomenclatures.yaml").read_text(encoding="utf-8"))
    for liste, lignes in cadre.items():
        for rang, ligne in enumerate(lignes):
            terme = _terme(liste, ligne)
            if (liste, terme["code"]) not in connus:
                Terme.objects.create(liste=liste, rang=rang, **terme)


def _terme(liste: str, ligne) -> dict:
    if isinstance(ligne, dict):
        tete = {"code": ligne.pop("code"), "libelle": ligne.pop("libelle"), "categorie": ligne.pop("categorie", "")}
        return {**tete, "correspondances": ligne}
    code, libelle, categorie, asp, data_inclusion, aide = [*ligne, "", "", "", ""][:6]
    correspondances = {"asp": asp, "data_inclusion": data_inclusion, "aide": aide} if liste == "domaine" else {}
    return {"code": code, "libelle": libelle, "categorie": categorie, "correspondances": correspondances}


class Migration(migrations.Migration):
    dependencies = [("observatoire", "0001_initial")]
    operations = [migrations.RunPython(installer, migrations.RunPython.noop)]
