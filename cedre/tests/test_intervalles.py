"""Ce qui se tient d'un jour à l'autre : dire deux fois, se raviser le même jour, revenir en arrière (décision 0029)."""

from datetime import date, timedelta

import pytest

from cedre.core.intervalles import DE_TOUT_TEMPS, date_au_jour, faire_valoir, retenir, tenir
from cedre.parcours.models import Contrat
from cedre.parcours.models.contrat import AncienneFin

LE, UN_JOUR = date(2026, 3, 10), timedelta(days=1)


@pytest.fixture
def tenues(ici):
    """Ce que l'organisation a été : rien de dit encore."""
    return ici.organisation.appartenances


def lues(tenues) -> list[tuple]:
    return [(t.du, t.au, t.type_siae) for t in tenues.order_by("du")]


def test_changer_ferme_ce_qui_valait_ce_jour_la_et_ouvre_la_suite(tenues):
    tenir(tenues, LE, type_siae="AI")
    tenir(tenues, LE + UN_JOUR, type_siae="EI")
    assert lues(tenues) == [(LE, LE + UN_JOUR, "AI"), (LE + UN_JOUR, None, "EI")]
    assert [[t.type_siae for t in tenues.au_jour(LE + n * UN_JOUR)] for n in (-1, 0, 1, 99)] == [[], ["AI"], ["EI"], ["EI"]]
    tenir(tenues, LE + 2 * UN_JOUR)
    assert [[t.type_siae for t in tenues.au_jour(LE + n * UN_JOUR)] for n in (1, 2)] == [["EI"], []], "plus rien ne vaut"


def test_dire_deux_fois_la_meme_chose_ne_change_rien_et_se_raviser_le_jour_meme_ne_laisse_que_le_soir(tenues):
    tenir(tenues, LE, type_siae="AI")
    for _ in range(2):
        tenir(tenues, LE + UN_JOUR, type_siae="AI")
    assert lues(tenues) == [(LE, None, "AI")]
    tenir(tenues, LE + UN_JOUR, type_siae="EI")
    tenir(tenues, LE + UN_JOUR, type_siae="ACI")
    assert lues(tenues) == [(LE, LE + UN_JOUR, "AI"), (LE + UN_JOUR, None, "ACI")]
    tenir(tenues, LE + UN_JOUR, type_siae="AI")
    assert lues(tenues) == [(LE, None, "AI")], "revenu à ce qu’il était le matin : sans trou ni couture"


def test_dire_d_un_jour_passe_remplace_tout_ce_qui_suivait(tenues):
    for n, type_siae in enumerate(("AI", "EI", "ACI")):
        tenir(tenues, LE + 3 * n * UN_JOUR, type_siae=type_siae)
    tenir(tenues, LE + UN_JOUR, type_siae="ETTI")
    assert lues(tenues) == [(LE, LE + UN_JOUR, "AI"), (LE + UN_JOUR, None, "ETTI")]


def test_ce_qui_vaut_ou_non_garde_son_premier_jour_et_un_aller_retour_ne_laisse_pas_de_trou(tenues):
    assert faire_valoir(tenues, LE, vaut=False) is None and lues(tenues) == []
    assert [faire_valoir(tenues, LE + n * UN_JOUR, vaut=True) for n in (0, 0, 2)] == [LE, LE, LE]
    assert lues(tenues) == [(LE, None, "")], "dit deux fois le même jour, dit une fois"
    assert faire_valoir(tenues, LE + 5 * UN_JOUR, vaut=False) is None and lues(tenues) == [(LE, LE + 5 * UN_JOUR, "")]
    assert faire_valoir(tenues, LE + 5 * UN_JOUR, vaut=True) == LE and lues(tenues) == [(LE, None, "")]
    faire_valoir(tenues, LE + 6 * UN_JOUR, vaut=False)
    assert faire_valoir(tenues, LE + 8 * UN_JOUR, vaut=True) == LE + 8 * UN_JOUR
    assert lues(tenues) == [(LE, LE + 6 * UN_JOUR, ""), (LE + 8 * UN_JOUR, None, "")]
    faire_valoir(tenues, LE + 8 * UN_JOUR, vaut=False)
    assert lues(tenues) == [(LE, LE + 6 * UN_JOUR, "")], "dit et dédit le même jour"


def test_ce_qu_une_ligne_disait_se_garde_une_fois_par_jour_et_s_oublie_si_l_on_y_revient(embauchee):
    contrat, anciennes = embauchee.contrat, embauchee.contrat.anciennes_fins
    anciennes.all().delete()

    def dire(le: date, avant, apres) -> None:
        retenir(anciennes, le, avant={"fin": avant}, apres={"fin": apres})
        Contrat.objects.filter(pk=contrat.pk).update(fin=apres)

    def lues() -> list[tuple]:
        return [(a.du, a.au, a.fin) for a in anciennes.order_by("du")]

    un, deux, trois = (LE + n * 30 * UN_JOUR for n in (1, 2, 3))
    dire(LE, un, un)
    assert lues() == [], "rien n’a changé"
    dire(LE, un, deux)
    dire(LE, deux, trois)
    assert lues() == [(DE_TOUT_TEMPS, LE, un)], "changé deux fois le même jour, seul le matin se garde"
    dire(LE + 4 * UN_JOUR, trois, deux)
    assert lues() == [(DE_TOUT_TEMPS, LE, un), (LE, LE + 4 * UN_JOUR, trois)]
    jours = [LE - UN_JOUR, LE, LE + 3 * UN_JOUR, LE + 4 * UN_JOUR]
    dites = [
        Contrat.objects.annotate(dite=date_au_jour(le, AncienneFin.objects.all(), "contrat", "fin")).get(pk=contrat.pk).dite
        for le in jours
    ]
    assert dites == [un, trois, trois, deux]
    dire(LE + 4 * UN_JOUR, deux, trois)
    assert lues() == [(DE_TOUT_TEMPS, LE, un)], "revenu le jour même à ce que l’on disait le matin"
