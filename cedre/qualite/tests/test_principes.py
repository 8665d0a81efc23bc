"""Les principes d'action : énoncés, évalués (OBS-5, § 2.5 c)."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import tous
from cedre.qualite.models import EvaluationDePrincipe, Principe

LISTE = "qualite:principes"


def jour(decalage: int):
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def principe(monde, enonce="Chacun progresse", du=-900, **faits) -> Principe:
    """Un principe énoncé depuis longtemps."""
    return Principe.objects.create(
        organisation=monde.organisation, enonce=enonce, au_quotidien="On le dit", enonce_le=jour(du), **faits
    )


@pytest.fixture
def qualite(ici):
    """Le navigateur de la référente qualité d'ici."""
    return ici.client("qualite")


def test_un_principe_s_enonce_puis_s_evalue_et_la_mesure_suit(ici, qualite):
    saisie = {"enonce": "Chacun progresse", "au_quotidien": "On le dit", "enonce_le": jour(-10)}
    page = qualite.post(reverse("qualite:principe_nouveau"), saisie)
    ligne = Principe.objects.get()
    assert page.url == reverse("qualite:principe", args=[ligne.pk])
    mesure = tous()["principes_evalues"].mesurer
    assert mesure(ici.organisation, jour(0)) == (1, 0)
    evaluation = {"le": jour(-5), "comment": "En équipe", "constat": "On le dit trop peu", "changements": "Le dire au bilan"}
    qualite.post(reverse("qualite:principe_evaluer", args=[ligne.pk]), evaluation)
    assert mesure(ici.organisation, jour(0)) == (1, 1)
    assert mesure(ici.organisation, jour(-6)) == (1, 0)
    assert "Le dire au bilan" in ici.client("ca").get(reverse("qualite:principe", args=[ligne.pk])).content.decode()


def test_la_liste_dit_ce_qui_est_a_reevaluer(ici, qualite):
    evalue, ancien, jamais = principe(ici, "Évalué"), principe(ici, "Ancien", -899), principe(ici, "Jamais", -898)
    principe(ici, "Retiré", retire_le=jour(0))
    il_y_a_deux_ans = jour(0) - relativedelta(months=24)
    for ligne, le in ((evalue, il_y_a_deux_ans + timedelta(days=1)), (evalue, jour(-800)), (ancien, il_y_a_deux_ans)):
        EvaluationDePrincipe.objects.create(principe=ligne, le=le, comment="En équipe", constat="Vu")
    contexte = qualite.get(reverse(LISTE)).context
    assert [(p, e is not None, a_jour) for p, e, a_jour in contexte["principes"]] == [
        (evalue, True, True),
        (ancien, True, False),
        (jamais, False, False),
    ]
    assert contexte["principes"][0][1].le == il_y_a_deux_ans + timedelta(days=1)
    assert [p.enonce for p in contexte["autres"]] == ["Retiré"]


def test_une_evaluation_a_venir_ne_se_dit_pas(ici, qualite):
    ligne = principe(ici)
    saisie = {"le": jour(1), "comment": "En équipe", "constat": "Vu"}
    page = qualite.post(reverse("qualite:principe_evaluer", args=[ligne.pk]), saisie)
    assert "pas encore venu" in page.context["form"].errors["le"][0]


def test_un_principe_ne_se_retire_pas_avant_d_etre_enonce(ici, qualite):
    ligne = principe(ici)
    saisie = {"enonce": "X", "au_quotidien": "Y", "enonce_le": jour(-900), "retire_le": jour(-901)}
    page = qualite.post(reverse("qualite:principe_modifier", args=[ligne.pk]), saisie)
    assert "avant d’être énoncé" in page.context["form"].non_field_errors()[0]


def test_une_evaluation_se_corrige(ici, qualite):
    ligne = EvaluationDePrincipe.objects.create(principe=principe(ici), le=jour(-5), comment="En équipe", constat="Vu")
    saisie = {"le": jour(-6), "comment": "En équipe", "constat": "Revu"}
    assert qualite.post(reverse("qualite:principe_evaluation", args=[ligne.pk]), saisie).status_code == 302
    ligne.refresh_from_db()
    assert (ligne.le, ligne.constat) == (jour(-6), "Revu")
