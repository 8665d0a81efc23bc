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


def test_une_evaluation_se_dit_pour_aujourd_hui_et_la_page_va_de_la_derniere_a_la_premiere(ici, qualite):
    ligne = principe(ici)
    adresse = reverse("qualite:principe_evaluer", args=[ligne.pk])
    assert qualite.get(adresse).context["form"]["le"].value() == jour(0)
    for decalage, constat in ((-9, "Ancien"), (0, "Neuf"), (-4, "Milieu")):
        saisie = {"le": jour(decalage), "comment": "En équipe", "constat": constat}
        assert qualite.post(adresse, saisie).url == reverse("qualite:principe", args=[ligne.pk])
    page = ici.client("ca").get(reverse("qualite:principe", args=[ligne.pk]))
    assert [e.constat for e in page.context["evaluations"]] == ["Neuf", "Milieu", "Ancien"]
    assert qualite.get(reverse(LISTE)).context["principes"][0][1].constat == "Neuf"


def test_un_principe_neuf_est_d_aujourd_hui_et_ne_se_retire_pas_encore(ici, ailleurs, qualite):
    form = qualite.get(reverse("qualite:principe_nouveau")).context["form"]
    assert form["enonce_le"].value() == jour(0) and "retire_le" not in form.fields
    a_venir, retire = principe(ici, "À venir", 1), principe(ici, "Retiré", retire_le=jour(0))
    neuf, vieux = principe(ici, "Neuf", 0), principe(ici, "Vieux")
    principe(ailleurs, "Ailleurs")
    page = ici.client("ca").get(reverse(LISTE))
    assert [p for p, _, _ in page.context["principes"]] == [vieux, neuf]
    assert {*page.context["autres"]} == {a_venir, retire}
    assert page.content.decode().count(">Jamais évalué</span>") == 2
    demain = EvaluationDePrincipe(principe=neuf, le=jour(1), comment="En équipe", constat="Vu")
    demain.save()
    assert ici.client("ca").get(reverse(LISTE)).context["principes"][1] == (neuf, None, False)


def test_chaque_principe_dit_s_il_est_a_reevaluer(ici):
    for enonce, le in (("Évalué", -9), ("Ancien", -800)):
        ligne = principe(ici, enonce)
        EvaluationDePrincipe.objects.create(principe=ligne, le=jour(le), comment="À trois", constat="Vu")
    page = ici.client("ca").get(reverse(LISTE)).content.decode()
    premier, _, second = page.partition("Évalué</a>")[2].partition("Ancien</a>")
    assert ">Évalué</span>" in premier and ">À réévaluer</span>" in second.partition("</section>")[0]
    assert ">À réévaluer</span>" not in premier
