"""Une somme se dit hors de l'équipe si cinq personnes y contribuent, et à ce qu'elle laisse d'une autre (décision 0043)."""

import gzip
import io
import json
from decimal import Decimal

import pytest
from django.core.files import File
from django.utils import timezone

from cedre.comptes.discretion import mesure_en_mots
from cedre.core.indicateurs import Mesure
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import Rapport
from cedre.observatoire.operations import rapports
from cedre.observatoire.paquet import FAITS, contributeurs
from cedre.observatoire.rempli import RubriqueRemplie

HEURES, D_UNE_PARTIE = "heures_d_actions", "heures_de_formation"


def un_paquet(**faits: dict[str, str]) -> dict:
    """Un paquet de ces sommes : de chacune, ce que vaut chaque sujet."""
    figures = [{"code": code, "methode": "somme", "de_personnes": True, "unite": "heures"} for code in faits]
    lignes = [f"{code},{sujet},{valeur}\n" for code, siens in faits.items() for sujet, valeur in siens.items()]
    return {
        "chiffres.json": json.dumps({"figures": figures}).encode(),
        FAITS: "".join(["figure,sujet,valeur\n", *lignes]).encode(),
    }


def compter(paquet: dict) -> dict[str, int]:
    return contributeurs(paquet, paquet[FAITS].decode().splitlines())


def de(combien: int) -> dict[str, str]:
    return {f"s{rang}": "10" for rang in range(combien)}


def test_on_compte_des_personnes_non_des_lignes_et_pas_celles_qui_n_ajoutent_rien():
    paquet = un_paquet(tout=de(6) | {"": "8", "s0": "0"})
    paquet[FAITS] += b"tout,s1,3\n"
    assert compter(paquet) == {"tout": 5}


@pytest.mark.parametrize(
    "part, dits",
    [
        (de(40), {"tout": 40, "part": 40}),  # rien n'en reste
        (de(38), {"tout": 40, "part": 2}),  # ce qui reste est de deux personnes
        (de(40) | {"s0": "4"}, {"tout": 40, "part": 1}),  # d'une seule, en partie
        (de(30), {"tout": 40, "part": 10}),
        (de(38) | {"ailleurs": "1"}, {"tout": 40, "part": 39}),  # elle n'en est pas une partie
    ],
)
def test_une_partie_d_une_autre_somme_ne_dit_pas_de_qui_est_le_reste(part, dits):
    assert compter(un_paquet(tout=de(40), part=part)) == dits


@pytest.mark.parametrize("combien, dite", [(0, "n’est pas dit"), (4, "n’est pas dit"), (5, "environ 35\u202f300 heures")])
def test_hors_de_l_equipe_une_somme_se_dit_a_partir_de_cinq_personnes_a_trois_chiffres(combien, dite):
    mesure, dit = Mesure(140, Decimal("35324.5")), {"grandeur": True, "de_personnes": True}
    assert dite in mesure_en_mots(mesure, "heures", **dit, contributeurs=combien)


@pytest.mark.parametrize("combien, dite", [(4, "n’est pas dit"), (5, "environ 12 heures")])
def test_le_cube_dit_de_combien_de_personnes_est_une_somme_entiere_et_la_region_la_lit(reseau, combien, dite):
    paquet, region = un_paquet(**{HEURES: de(combien)}), reseau[0].hab["referent_regional"]
    dites = [{"code": code, "figure": HEURES, "filtres": filtres} for code, filtres in ((HEURES, []), (D_UNE_PARTIE, ["nature"]))]
    rubriques = [dite | {"numerateur": 1200, "denominateur": 100, "inconnue": ""} for dite in dites]
    chiffres = json.loads(paquet["chiffres.json"]) | {"rubriques": rubriques}
    paquet |= {"chiffres.json": json.dumps(chiffres).encode(), "noyau.csv": b"entete\n"}
    faits = File(io.BytesIO(gzip.compress(paquet.pop(FAITS))))
    cube = {n.rubrique: n.contributeurs for n in rapports._cube(Rapport(cadre="cedre-2026"), paquet, faits)}
    assert cube == {HEURES: combien, D_UNE_PARTIE: None}, "d'une partie, jamais"
    (rubrique,) = [r for r in livres()["cedre-2026"].tenues() if r.code == HEURES]
    lue = RubriqueRemplie(rubrique, Mesure(7, Decimal(12)), contributeurs=cube[HEURES])
    assert dite in lue.dite(timezone.localdate(), pour=region) and not lue.dites_par(pour=region)
