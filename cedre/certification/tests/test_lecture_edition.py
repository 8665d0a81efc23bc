"""Une édition se charge entière, ou dit toutes ses fautes (CER-1, CER-2, issue 4 §1)."""

from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cedre.certification.lecture_edition import lire
from cedre.certification.referentiel import DOSSIER, EditionRefusee
from cedre.certification.tests.fictive import FICTIVE
from cedre.certification.verdicts import Disposition, Regle, Verdict, juger
from cedre.core.indicateurs import Mesure


def changee(*chemin, **cles) -> bytes:
    """L'édition d'essai, avec ces clés de plus au bout du chemin."""
    brut = yaml.safe_load(FICTIVE.replace("2020-01-01", "'2020-01-01'"))
    noeud = brut
    for pas in chemin:
        noeud = noeud[pas]
    noeud.update(cles)
    return yaml.safe_dump(brut, allow_unicode=True).encode()


def exemple(**cles) -> dict:
    """Un exemple que le jugement contredit."""
    return {"type": "AI", "total": 3, "atteint": 2, "verdict": "satisfait"} | cles


SPEC = ("chapitres", 0, "specifications", 0)
POINT = (*SPEC, "points", 0)


def test_l_edition_d_essai_se_charge_et_garde_son_condensat():
    edition = lire(FICTIVE.encode())
    assert [point.code for point in edition.points()] == ["1a", "1a-1"]
    assert edition.condensat != lire(FICTIVE.encode() + b"\n").condensat


@pytest.mark.parametrize(
    "octets, dit",
    [
        (changee(*POINT, preuves=[{"indicateur": "inventé"}]), "indicateur « inventé » n’existe pas"),
        (changee(*SPEC, dispositions=[{"types": ["AI"], "regle": "exhaustif"}]), "ETTI doit être couvert une fois"),
        (changee(*SPEC, dispositions=[{"types": ["AI", "ETTI", "EI", "ACI", "AI"], "regle": "exhaustif"}]), "il l’est 2"),
        (changee(*SPEC, "points", 1, preuves=[{"constat": "Vu ?"}]), "une latitude ne s’évalue pas"),
        (changee(*SPEC, "points", 1, code="1a"), "sert 2 fois"),
        (
            changee(*POINT, dispositions=[{"types": ["AI", "ETTI", "EI", "ACI"], "regle": "nombre_minimal", "parametre": "x"}]),
            "« x »",
        ),
        (changee(*POINT, dispositions=[{"types": ["AI", "ETTI", "EI", "ACI"], "regle": "exhaustif", "lecture": "y"}]), "« y »"),
        (changee(*SPEC, exemples=[exemple()]), "donne « insuffisant »"),
        (changee(*SPEC, dispositions=[{"types": ["AI", "ETTI", "EI", "ACI"], "regle": "part_minimale"}]), "part"),
        (changee(texte="manquant"), "aucun chapitre"),
        (changee(inconnue=1), "inconnue"),
        (changee(en_vigueur={"du": "2020-02-31"}), "n’existe pas"),
        (changee(*SPEC, exemples=[exemple(parametres={"x": float("nan")})]), "n’existe pas"),
        (changee(*SPEC, exemples=[exemple(parametres={"x": float("inf")})]), "n’existe pas"),
        (changee(code="a\n"), "code"),
        (changee(code="a" * 21), "code"),
        (changee(lignee="a" * 41), "lignee"),
        (changee(*POINT, code="1/a"), "code"),
        (changee(*SPEC, code="1" * 21), "code"),
        (changee(parametres={"à nous": {"libelle": "x", "unite": "y"}}), "à nous"),
        (b"a: [", "YAML lisible"),
        (b"\xff", "YAML lisible"),
    ],
)
def test_une_edition_fautive_dit_pourquoi(octets, dit):
    with pytest.raises(EditionRefusee) as refus:
        lire(octets)
    assert any(dit in faute for faute in refus.value.fautes), refus.value.fautes


@pytest.mark.parametrize("chemin", sorted(DOSSIER.glob("*.yaml")), ids=lambda chemin: chemin.stem)
def test_chaque_edition_du_depot_se_charge(chemin):
    edition = lire(chemin.read_bytes())
    assert f"{edition.lignee}-{edition.code}" == chemin.stem


@given(total=st.integers(1, 500), atteint=st.integers(0, 500), haut=st.integers(1, 9), bas=st.integers(1, 9))
def test_une_part_minimale_se_juge_sans_arrondi(total, atteint, haut, bas):
    part = Fraction(min(haut, bas), max(haut, bas))
    disposition = Disposition(("AI",), Regle.PART_MINIMALE, part)
    trouve = juger(disposition, Mesure(total, atteint), parametres={}, lectures_ouvertes=set())
    assert (trouve.verdict == Verdict.SATISFAIT) is (atteint * part.denominator >= total * part.numerator)
    assert (trouve.seuil - 1) * part.denominator < total * part.numerator <= trouve.seuil * part.denominator
