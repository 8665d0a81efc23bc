"""« cedre rapport » publie, puis dit d'une phrase si ce qui est gardé est ce qui a été publié (OBS-2)."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cedre.core.periodes import annee
from cedre.observatoire.models import NombrePublie, Rapport

DERNIERE = timezone.localdate().year - 1


def dire(geste: str, **options) -> str:
    """Ce que la commande écrit."""
    sortie = StringIO()
    call_command("rapport", geste, **{"structure": "ici", "annee": DERNIERE, "cadre": "fse-plus"} | options, stdout=sortie)
    return sortie.getvalue()


@pytest.fixture
def publie(embauchee, settings, tmp_path) -> Rapport:
    settings.MEDIA_ROOT = tmp_path
    dire("publier")
    return Rapport.objects.get()


def test_publie_puis_verifie_et_encore_quand_les_faits_sont_effaces(publie):
    assert (publie.periode, publie.etat) == (annee(date(DERNIERE, 1, 1)), "publie")
    assert "Tout concorde" in dire("verifier")
    publie.faits.delete()
    assert "les faits étant effacés" in dire("verifier")


def test_un_octet_change_dans_un_fichier_garde_se_dit_et_le_code_de_sortie_le_dit(publie):
    for fichier in (publie.faits, publie.paquet):
        garde = Path(fichier.path)
        octets = bytearray(garde.read_bytes())
        octets[len(octets) // 3] ^= 1
        sain = garde.read_bytes()
        garde.write_bytes(bytes(octets))
        with pytest.raises(CommandError, match="1 rapport"):
            dire("verifier")
        garde.write_bytes(sain)
    assert "Tout concorde" in dire("verifier")


def test_un_condensat_ou_un_nombre_change_dans_la_base_se_dit(publie):
    Rapport.objects.update(condensats=publie.condensats | {"noyau.csv": "0" * 64})
    with pytest.raises(CommandError):
        dire("verifier")
    Rapport.objects.update(condensats=publie.condensats)
    NombrePublie.objects.create(rapport=publie, rubrique="de_trop", numerateur=1)
    with pytest.raises(CommandError):
        dire("verifier")


@pytest.mark.parametrize(
    "geste, options, dit",
    [
        ("publier", {"structure": "nulle-part"}, "Aucune structure"),
        ("publier", {"annee": DERNIERE + 1}, "se publie ensuite"),
        ("publier", {"cadre": "inventé"}, "n’est pas connu"),
        ("publier", {"cadre": "asp-bilan", "mois": 3}, "se remplit par année"),
        ("publier", {"mois": 13}, "de 1 à 12"),
        ("publier", {"annee": 26}, "quatre chiffres"),
        ("publier", {"compte": "cip@ici.example"}, "ne peut y publier"),
        ("verifier", {}, "n’a rien publié"),
    ],
)
def test_ce_qui_ne_se_peut_pas_se_dit_en_clair(embauchee, geste, options, dit):
    with pytest.raises(CommandError, match=dit):
        dire(geste, **options)
    assert not Rapport.objects.exclude(publie_le=None).exists()
