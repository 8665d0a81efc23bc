"""Ce que les enquêtes closes disent de la satisfaction : les bornes, ce qui s'y compte et ce qui n'y est pas (AME-2, AME-5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cedre.core.indicateurs import tous
from cedre.core.periodes import Periode
from cedre.qualite.models import Enquete
from cedre.qualite.operations import enquetes as gestes
from cedre.qualite.resultats import depouiller

CODES = ("reponses_d_echelle", "reponses_favorables")
QUESTIONS = [
    {"code": "un", "genre": "echelle", "texte": "Un", "mots": ["A", "B", "C", "D"]},
    {"code": "deux", "genre": "oui_non", "texte": "Deux", "mots": ["Non", "Oui"]},
    {"code": "trois", "genre": "echelle", "texte": "Trois", "mots": ["A", "B", "C", "D"]},
    {"code": "mieux", "genre": "texte", "texte": "Mieux"},
]


def le(jours: int):
    """Aujourd'hui, et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def enquete(monde, close: int | None, *reponses: dict, modele: str = "clients") -> Enquete:
    """Une enquête, et ce que l'on y a répondu."""
    resultats = depouiller(QUESTIONS, [{"reponses": dites, "par": None} for dites in reponses])
    quand = {"du": le(-300), "au": le(-200), "close_le": None if close is None else le(close)}
    dite = {"titre": modele, "modele": modele, "questions": QUESTIONS, "resultats": resultats, "nombre": len(reponses)}
    return Enquete.objects.create(organisation=monde.organisation, **dite | quand)


def lues(monde, du: int = -100, au: int = -10, vue: int = 0) -> tuple[float, ...]:
    """Les réponses aux échelles, et les favorables, d'une période."""
    quand = Periode(le(du), le(au), le(vue))
    return tuple(float(tous()[code].mesurer(monde.organisation, quand).atteint) for code in CODES)


@pytest.fixture(autouse=True)
def aucune(ici, ailleurs):
    """Aucune enquête, nulle part."""
    for une in Enquete.objects.all():
        une.reponses.all().delete()
        une.delete()


CINQ = [{"un": rang, "deux": 1, "trois": 3, "mieux": "rien"} for rang in (0, 1, 2, 3, 3)]


def test_on_additionne_toutes_les_questions_a_quatre_mots_et_leurs_deux_mots_les_plus_favorables(ici, ailleurs):
    enquete(ici, -50, *CINQ)
    enquete(ailleurs, -50, *CINQ)
    assert lues(ici) == (10, 8), "ni le oui ou non, ni le texte"


def test_une_question_a_qui_moins_de_cinq_ont_repondu_n_y_est_pas(ici):
    enquete(ici, -50, *CINQ[:4], {"un": 2})
    assert lues(ici) == (5, 3)


def test_une_enquete_de_moins_de_cinq_reponses_ou_pas_encore_close_n_y_est_pas(ici):
    enquete(ici, -50, *CINQ[:4])
    enquete(ici, None, *CINQ)
    assert lues(ici) == (0, 0)


@pytest.mark.parametrize(("close", "compte"), [(-101, False), (-100, True), (-10, True), (-9, False)])
def test_une_enquete_compte_le_jour_ou_elle_se_clot(ici, close, compte):
    enquete(ici, close, *CINQ)
    assert lues(ici) == ((10, 8) if compte else (0, 0))
    assert lues(ici, vue=close - 1) == (0, 0)


def test_on_lit_a_qui_l_enquete_s_adressait(ici):
    enquete(ici, -50, *CINQ)
    enquete(ici, -50, *[dites | {"un": 0} for dites in CINQ], modele="participation")
    quand = Periode(le(-100), le(-10), le(0))
    par_public = tous()["reponses_favorables"].mesurer_par("à qui", quand, ici.organisation)
    assert {public: float(m.atteint) for public, m in par_public.items()} == {"clients": 8, "participation": 5}


def test_une_reponse_scellee_ne_se_compte_qu_a_la_cloture(ici):
    une = gestes.ouvrir(Enquete(organisation=ici.organisation, modele="clients", au=le(9)), par=ici.hab["direction"])
    for _ in range(6):
        gestes.repondre(une, reponses={"travail": 3, "suivi": 0})
    assert lues(ici, au=0) == (0, 0)
    gestes.clore(une, par=ici.hab["direction"])
    assert lues(ici, au=0) == (12, 6)
