"""Une édition se charge entière, ou dit toutes ses fautes (CER-1, CER-2, issue 4 §1)."""

from datetime import date
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cedre.certification import editions as module
from cedre.certification.editions import livrees, versions
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


def test_chaque_fichier_du_depot_se_charge_et_dit_de_quelle_edition_il_est():
    noms = {f"{e.lignee}-{e.code}" for e in livrees()} | {f"{e.lignee}-{e.code}.preuves-{e.preuves.numero}" for e in prouvees()}
    assert noms == {chemin.stem for chemin in DOSSIER.glob("*.yaml")}


def prouvees() -> list:
    return [edition for edition in livrees() if edition.preuves]


SANS_PREUVES = FICTIVE.replace(", preuves: [{indicateur: delai_annonce}]", "").encode()


def preuves(**cles) -> bytes:
    """Une version des preuves de l'édition d'essai, avec ces clés de plus."""
    dites = {"format": "cedre-preuves/1", "edition": "essai", "numero": 1, "du": "2020-01-01", "pourquoi": "Première version"}
    points = {"points": {"1a": [{"indicateur": "delai_annonce"}]}}
    return yaml.safe_dump(dites | points | cles, allow_unicode=True).encode()


def test_un_texte_et_ses_preuves_font_l_edition_et_le_texte_garde_son_condensat():
    separee, entiere = lire(SANS_PREUVES, preuves()), lire(FICTIVE.encode())
    assert [*separee.points()] == [*entiere.points()] and separee.citee == "Édition d’essai, preuves n° 1"
    assert separee.condensat == lire(SANS_PREUVES, preuves(numero=2)).condensat


@pytest.mark.parametrize(
    "octets, dites, dit",
    [
        (SANS_PREUVES, b"", "une exigence dit ce qui la prouve"),
        (SANS_PREUVES, preuves(edition="autre"), "sont de l’édition autre"),
        (SANS_PREUVES, preuves(points={"1a": [{"constat": "Vu ?"}], "9z": [{"constat": "Vu ?"}]}), "9z : ce point"),
        (SANS_PREUVES, preuves(points={"1a": [{"indicateur": "inventé"}]}), "« inventé » n’existe pas"),
        (SANS_PREUVES, preuves(du="2020-02-31"), "n’existe pas"),
        (SANS_PREUVES, preuves(numero=0), "numero"),
        (FICTIVE.encode(), preuves(), "le texte dit déjà"),
    ],
)
def test_des_preuves_fautives_disent_pourquoi(octets, dites, dit):
    with pytest.raises(EditionRefusee) as refus:
        lire(octets, dites)
    assert any(dit in faute for faute in refus.value.fautes), refus.value.fautes


def test_d_autres_preuves_ne_jugent_qu_a_partir_de_leur_jour(db, tmp_path, monkeypatch):
    """Une nouvelle version de Cèdre ne juge rien de nouveau sans le dire (CER-3)."""
    (tmp_path / "cedre-essai.yaml").write_bytes(SANS_PREUVES.replace(b"lignee: fictive", b"lignee: cedre"))
    suivante = preuves(numero=2, du="2026-03-01", points={"1a": [{"indicateur": "delai_tenu"}]})
    (tmp_path / "cedre-essai.preuves-1.yaml").write_bytes(preuves())
    (tmp_path / "cedre-essai.preuves-2.yaml").write_bytes(suivante)
    monkeypatch.setattr(module, "livrees", lambda: tuple(module.versions(tmp_path / "cedre-essai.yaml")))

    def prouvee_par(le: date) -> str:
        (edition,) = module.editions(le=le)
        return next(edition.points()).preuves[0].indicateur

    jours = [date(2010, 1, 1), date(2026, 2, 28), date(2026, 3, 1), date(2026, 12, 1)]
    assert [prouvee_par(le) for le in jours] == ["delai_annonce"] * 2 + ["delai_tenu"] * 2


@given(total=st.integers(1, 500), atteint=st.integers(0, 500), haut=st.integers(1, 9), bas=st.integers(1, 9))
def test_une_part_minimale_se_juge_sans_arrondi(total, atteint, haut, bas):
    part = Fraction(min(haut, bas), max(haut, bas))
    disposition = Disposition(("AI",), Regle.PART_MINIMALE, part)
    trouve = juger(disposition, Mesure(total, atteint), parametres={}, lectures_ouvertes=set())
    assert (trouve.verdict == Verdict.SATISFAIT) is (atteint * part.denominator >= total * part.numerator)
    assert (trouve.seuil - 1) * part.denominator < total * part.numerator <= trouve.seuil * part.denominator


def test_les_versions_des_preuves_se_suivent_par_leur_numero_la_dixieme_apres_la_neuvieme(tmp_path):
    texte = tmp_path / "essai.yaml"
    texte.write_bytes(SANS_PREUVES)
    for numero in range(1, 13):
        (tmp_path / f"essai.preuves-{numero}.yaml").write_bytes(preuves(numero=numero))
    assert [une.preuves.numero for une in versions(texte)] == [*range(1, 13)]
