"""Une lecture de sens choisit ce qui prouve : le tiers des salariés d'une AI, ce jour-là ou sur l'année (CER-3, § 2.2 a)."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest
import yaml

from cedre.certification.conformite import Faits, evaluer
from cedre.certification.editions import livrees
from cedre.certification.models import LectureRetenue, ValeurDeParametre
from cedre.certification.tests.fictive import FICTIVE
from cedre.certification.tests.test_lecture_edition import fautes
from cedre.certification.verdicts import Verdict
from cedre.core.indicateurs import Mesure

LE = date(2026, 12, 31)
CE_JOUR, DANS_L_ANNEE = "salaries_engages_selon_le_texte", "salaries_engages_dans_l_annee"
ENGAGES = {CE_JOUR: Mesure(100, 34), DANS_L_ANNEE: Mesure(300, 34)}
POINTS = ("2.2a", "2.2a-2", "2.2a-3")


@pytest.fixture(scope="module")
def edition():
    return next(une for une in livrees() if une.code == "2004-10" and une.preuves.numero == 3)


def retenue(question: str, reponse: str, du: date = LE) -> LectureRetenue:
    dite = {"lignee": "cedre", "edition": "2004-10", "retenue_par": "le bureau"}
    return LectureRetenue(question=question, reponse=reponse, du=du, **dite)


def prouve(edition, type_siae: str, *retenues, le: date = LE) -> set:
    """Ce qui prouve les points du § 2.2 a : l'indicateur, son verdict et les lectures qu'il emploie ; de même aux trois."""
    financees = ValeurDeParametre(parametre="etp_accompagnement", du=date(2020, 1, 1), valeur=Fraction(5, 2))
    mesures = defaultdict(lambda: Mesure(1, 1), ENGAGES)
    jugees = evaluer(edition, type_siae, le, mesures=mesures, faits=Faits(lectures=[*retenues], parametres=[financees]))
    points = [p for s in jugees for p in s.points if p.point.code in POINTS]
    assert len({p.verdict for p in points}) == 1
    (dites,) = {
        frozenset((p.preuve.indicateur, p.verdict, *(une.lecture.code for une in p.lectures)) for p in point.preuves)
        for point in points
    }
    return set(dites)


def test_tant_que_la_question_est_ouverte_une_ai_ne_se_juge_pas(edition):
    assert prouve(edition, "AI") == {(code, Verdict.INDETERMINABLE, "tiers") for code in ENGAGES}
    (jugee,) = [s for s in evaluer_sans_lecture(edition) if s.specification.code == "2.2a"]
    assert jugee.verdict == Verdict.INDETERMINABLE
    assert jugee.points[0].preuves[0].jugement.raison.startswith("La question reste ouverte : En AI, « a minima un tiers")


def evaluer_sans_lecture(edition):
    return evaluer(edition, "AI", LE, mesures=defaultdict(lambda: Mesure(1, 1), ENGAGES), faits=Faits())


def test_chaque_reponse_choisit_sa_preuve_a_partir_de_son_jour(edition):
    ce_jour, dans_l_annee = retenue("tiers", "jour"), retenue("tiers", "annee", date(2027, 1, 1))
    assert prouve(edition, "AI", ce_jour) == {(CE_JOUR, Verdict.SATISFAIT, "tiers")}
    assert prouve(edition, "AI", ce_jour, dans_l_annee) == {(CE_JOUR, Verdict.SATISFAIT, "tiers")}
    suivie = prouve(edition, "AI", ce_jour, dans_l_annee, le=date(2027, 1, 1))
    assert suivie == {(DANS_L_ANNEE, Verdict.INSUFFISANT, "tiers")}, "34 sur 300 n'est pas un tiers"


@pytest.mark.parametrize("reponse", ["", "jour", "annee"])
def test_ei_aci_et_etti_gardent_ce_jour_la(edition, reponse):
    retenues = [retenue("tiers", reponse)] if reponse else []
    for type_siae in ("EI", "ACI"):
        assert prouve(edition, type_siae, *retenues) == {(CE_JOUR, Verdict.INSUFFISANT)}
    etp = retenue("etp", "accompagnateurs")
    assert prouve(edition, "ETTI", *retenues, etp) == {(CE_JOUR, Verdict.SATISFAIT, "etp")}


SENS = {"question": "Quand ?", "reference": "§ 1", "sorte": "sens", "reponses": {"tot": "tôt", "tard": "tard"}}
TOUTES = ["AI", "ETTI", "EI", "ACI"]


def refus(*preuves: dict, **dit) -> list[str]:
    """Ce que l'on reproche à l'édition d'essai, qu'une question de sens, et ces preuves, précisent."""
    brut = yaml.safe_load(FICTIVE) | {"lectures": {"quand": SENS | dit}}
    brut["en_vigueur"] = {"du": "2020-01-01"}
    brut["parametres"]["moitie"]["valeurs"][0]["du"] = "2020-01-01"
    point = brut["chapitres"][0]["specifications"][0]["points"][0]
    point["preuves"] = [{"indicateur": "delai_annonce"} | preuve for preuve in preuves]
    return fautes(yaml.safe_dump(brut).encode())


def selon(reponse: str, lecture: str = "quand") -> dict:
    return {"selon": {"lecture": lecture, "reponse": reponse}}


@pytest.mark.parametrize(
    ("preuves", "dites"),
    [
        ([selon("tot")], [f"1a : rien ne le prouve toujours pour {type_siae}" for type_siae in sorted(TOUTES)]),
        ([selon("tot"), selon("tard") | {"types": ["AI", "EI", "ACI"]}], ["1a : rien ne le prouve toujours pour ETTI"]),
        ([{"types": ["AI", "EI", "ACI"]}], ["1a : rien ne le prouve toujours pour ETTI"]),
        ([{}, selon("jamais")], ["1a : « jamais » n’est pas une réponse à une question de sens « quand »"]),
        ([{}, selon("tot", "ou")], ["1a : « tot » n’est pas une réponse à une question de sens « ou »"]),
    ],
)
def test_une_reponse_sous_laquelle_rien_ne_prouverait_se_refuse(preuves, dites):
    assert refus(*preuves) == dites


def test_une_question_qui_choisit_est_de_sens_et_le_texte_ne_la_tranche_que_par_une_de_ses_reponses():
    deux = selon("tot"), selon("tard")
    assert refus(*deux, sorte="tolerance") == ["1a : « tot » n’est pas une réponse à une question de sens « quand »"]
    tranchee = {"retenu": "vite", "par": "Le bureau", "depuis": "2020-01-01"}
    assert refus(*deux, **tranchee) == ["quand : « vite » n’est pas une réponse à cette question"]
