"""Aucun verdict ne repose sur un nombre que ni le texte ni une lecture ne donne (CER-3, décision 0037)."""

import re

import pytest

from cedre.certification.editions import livrees
from cedre.certification.referentiel import Edition, Point, Preuve
from cedre.certification.verdicts import Disposition, Regle, Verdict, juger
from cedre.core.indicateurs import Mesure

NOMBRES = ["vingt-quatre", "trente-six", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze"]
NOMBRES += ["douze", "quinze", "vingt", "trente", "quarante", "soixante", "cent"]
EN_CHIFFRES = {"24": "vingt-quatre", "12": "douze", "36": "trente-six", "2": "deux", "1/3": "tiers"}
UN_NOMBRE = re.compile(rf"\d+(?:/\d+)?|année civile|\b(?:{'|'.join(NOMBRES)})\b")
# Il suffit qu'il y en ait : depuis quand une fiche ou un principe a été relu n'y change rien.
EXCEPTIONS = {("2.4b-2", "fiches_de_poste_a_jour", "existe"), ("2.5c-1", "principes_evalues", "existe")}


def nombres(texte: str) -> set[str]:
    """Les nombres et les délais qu'un texte dit, en toutes lettres ; non ceux d'un paragraphe."""
    return {EN_CHIFFRES.get(dit, dit) for dit in UN_NOMBRE.findall(re.sub(r"§ [\d.]+", "", texte.lower()))}


def n_a_pas_de_source(edition: Edition, point: Point, preuve: Preuve, definition: str) -> set[str]:
    """Les nombres de cette définition que ni le texte du point, ni ses mots, ni une lecture dont la preuve dépend ne disent."""
    demandees = [preuve.disposition(d) for d in point.dispositions]
    lues = [edition.lectures[code] for d in demandees for code in d.lectures]
    questions = [dit for une in lues for dit in (une.question, *une.reponses.values())]
    return nombres(definition) - nombres(" ".join([point.texte, *(d.mots for d in demandees), *questions]))


def des_preuves() -> tuple[Edition, list[tuple[Point, Preuve]]]:
    """Les preuves calculées de la dernière version, point par point."""
    (edition,) = (edition for edition in livrees() if edition.preuves and edition.preuves.numero == 4)
    return edition, [(point, preuve) for point in edition.points() for preuve in point.preuves if preuve.mesuree]


def test_chaque_nombre_d_une_preuve_est_du_texte_ou_d_une_lecture():
    edition, preuves = des_preuves()
    trouves = {}
    for point, preuve in preuves:
        if sans := n_a_pas_de_source(edition, point, preuve, preuve.mesuree.definition):
            trouves[point.code, preuve.indicateur, preuve.regle] = sans
    assert trouves == dict.fromkeys(EXCEPTIONS, {"vingt-quatre"})


def test_un_nombre_de_plus_se_voit_en_lettres_ou_en_chiffres():
    edition, preuves = des_preuves()
    point, preuve = next((point, preuve) for point, preuve in preuves if preuve.indicateur == "rythme_tenu")
    dites = [n_a_pas_de_source(edition, point, preuve, dit) for dit in ("douze mois", "24 mois", "trente jours", "81 jours")]
    assert dites == [set(), set(), {"trente"}, {"81"}]


@pytest.mark.parametrize(
    "tolerance, retenues, atteint, verdict",
    [
        ("fenetre", {}, 1, Verdict.ENGAGE),
        ("fenetre", {"fenetre": "1/2"}, 1, Verdict.SATISFAIT),
        ("fenetre", {}, 0, Verdict.INSUFFISANT),
        ("", {}, 1, Verdict.SATISFAIT),
    ],
)
def test_ce_qui_existe_a_regarder_un_temps_non_dit_est_engage_tant_que_la_lecture_est_ouverte(
    tolerance, retenues, atteint, verdict
):
    disposition = Disposition(("AI",), Regle.EXISTE, tolerance=tolerance)
    assert juger(disposition, Mesure(1, atteint), parametres={}, retenues=retenues).verdict == verdict
