"""Clore un engagement demande ce que le travail et les actions servent ensuite ; hier n'en change pas (§ 2.3 b, INS-4, INS-5)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from cedre.core.indicateurs import tous
from cedre.parcours.models import ActionAssociee, Engagement, MiseEnSituation, Objectif
from cedre.parcours.operations import engagements, travail
from cedre.parcours.operations.actions import tenir_action
from cedre.parcours.tests.refus import dans, refus


@pytest.fixture
def suivie(embauchee):
    """Son engagement est clos d'hier, un autre a commencé ; du travail et une action prévue servent encore le premier."""
    ouverte = datetime.combine(dans(-30), time(12), UTC)
    MiseEnSituation.objects.update(cree_le=ouverte)
    ActionAssociee.objects.update(engagement=embauchee.engagement, objectif=embauchee.objectif)
    suivant = Engagement.objects.create(
        personne=embauchee.personne, type_engagement=embauchee.engagement.type_engagement, debut=dans(0), bilan_le=dans(60)
    )
    embauchee.vise = Objectif.objects.create(engagement=suivant, libelle="Passer le code")
    embauchee.suivant = engagements.commencer(suivant, par=embauchee.hab["cip"])
    return embauchee


def mesure(code: str, monde, jours: int) -> tuple:
    """Ce que l'indicateur comptait ce jour-là."""
    return tuple(tous()[code].mesurer(monde.organisation, dans(jours)))


def page(monde) -> str:
    """Où l'on dit ce que le travail sert ensuite."""
    return reverse("parcours:engagement_ensuite", args=[monde.suivant.pk])


def l_engagement_clos() -> Engagement:
    """Celui qui vient de se clore."""
    return Engagement.objects.get(etat="clos")


def champs() -> tuple[str, str]:
    """Les noms des deux lignes."""
    return f"mets_{MiseEnSituation.objects.get().pk}", f"action_{ActionAssociee.objects.get().pk}"


def test_le_travail_ne_compte_plus_a_partir_du_lendemain_de_la_cloture_puis_compte_des_qu_on_le_dit(suivie):
    Engagement.objects.filter(etat="clos").update(clos_le=dans(-1))
    Engagement.objects.filter(pk=suivie.suivant.pk).update(debut=dans(-1))
    assert [mesure("travail_selon_l_engagement", suivie, jours) for jours in (-2, -1, 0)] == [(1, 1), (1, 1), (1, 0)]
    suivie.client("cip").post(page(suivie), dict.fromkeys(champs(), suivie.vise.pk))
    assert [mesure("travail_selon_l_engagement", suivie, jours) for jours in (-2, -1, 0)] == [(1, 1), (1, 1), (1, 1)]
    assert MiseEnSituation.objects.get().objectif == ActionAssociee.objects.get().objectif == suivie.vise


def test_commencer_l_engagement_suivant_mene_a_dire_ce_que_le_travail_sert(embauchee):
    cip, qui = embauchee.client("cip"), embauchee.personne
    projet = engagements.construire(qui, par=embauchee.hab["cip"])
    envoi = {
        "type_engagement": projet.type_engagement_id,
        "forme": "ecrit",
        "demande": "",
        "version": projet.version,
        "debut": dans(0).isoformat(),
        "bilan_le": dans(60).isoformat(),
        "geste": "commencer",
        **{f"{lignes}-{nom}": n for lignes, n in (("objectifs", 1), ("moyens", 0)) for nom in ("TOTAL_FORMS", "INITIAL_FORMS")},
        "objectifs-INITIAL_FORMS": 0,
        "objectifs-0-libelle": "Passer le code",
    }
    reponse = cip.post(reverse("parcours:engagement_modifier", args=[projet.pk]), envoi)
    assert reponse.url == reverse("parcours:engagement_ensuite", args=[projet.pk])
    assert [str(champ.label) for champ in cip.get(reponse.url).context["form"]] == [str(embauchee.mise_en_situation)]
    lu = cip.get(reverse("parcours:engagement", args=[projet.pk])).text
    assert "sert encore un engagement clos" in lu and reponse.url in lu


def test_une_ligne_oubliee_est_refusee_sans_rien_perdre_ni_rien_ecrire(suivie):
    mets, action = champs()
    reponse = suivie.client("cip").post(page(suivie), {mets: suivie.vise.pk, action: ""})
    form = reponse.context["form"]
    assert form.errors.keys() == {action} and form[mets].value() == str(suivie.vise.pk)
    assert MiseEnSituation.objects.get().engagement == l_engagement_clos()


def test_aucun_se_dit_en_clair_et_ne_se_redemande_pas(suivie):
    suivie.client("cip").post(page(suivie), dict.fromkeys(champs(), "aucun"))
    mets, action = MiseEnSituation.objects.get(), ActionAssociee.objects.get()
    assert (mets.engagement, mets.objectif, action.engagement, action.objectif) == (None,) * 4
    assert mesure("travail_selon_l_engagement", suivie, 0) == (1, 0)
    assert "Rien à dire" in suivie.client("cip").get(page(suivie)).text


def test_ce_qui_est_fini_ou_fait_ou_sert_deja_ne_se_demande_pas(suivie):
    assert [type(ligne) for ligne in travail.a_rattacher(suivie.suivant)] == [MiseEnSituation, ActionAssociee]
    MiseEnSituation.objects.update(au=dans(0))
    assert len(travail.a_rattacher(suivie.suivant)) == 2
    MiseEnSituation.objects.update(au=dans(-1))
    ActionAssociee.objects.update(etat="faite")
    assert travail.a_rattacher(suivie.suivant) == []
    MiseEnSituation.objects.update(au=None, engagement=suivie.suivant)
    assert travail.a_rattacher(suivie.suivant) == []


def test_on_ne_demande_rien_avant_que_le_nouvel_engagement_ne_coure(suivie):
    suivie.suivant.debut = dans(1)
    assert travail.a_rattacher(suivie.suivant) == []
    suivie.suivant.debut, suivie.suivant.etat = dans(0), "clos"
    assert travail.a_rattacher(suivie.suivant) == []


@pytest.mark.parametrize("change", ["objectif", "ligne"])
def test_ce_qui_a_change_entre_temps_se_dit(suivie, change):
    mets = MiseEnSituation.objects.get()
    if change == "ligne":
        MiseEnSituation.objects.update(au=dans(-1))
    choix = {mets: suivie.objectif if change == "objectif" else suivie.vise}
    dit, _ = refus(travail.rattacher, suivie.suivant, choix=choix, par=suivie.hab["cip"])
    assert "a changé entre-temps" in dit


def test_la_page_du_travail_et_le_dossier_disent_que_son_engagement_est_clos(suivie):
    mad, mets = suivie.client("mad"), reverse("parcours:mets", args=[suivie.mise_en_situation.pk])
    assert "Cet engagement est clos" in mad.get(mets).text
    assert "Engagement clos" in mad.get(reverse("parcours:personne", args=[suivie.personne.pk])).text
    travail.rattacher(suivie.suivant, choix={MiseEnSituation.objects.get(): suivie.vise}, par=suivie.hab["cip"])
    assert "Cet engagement est clos" not in mad.get(mets).text


@pytest.mark.parametrize("clos, fin, dit", [(0, None, True), (1, None, False), (0, 0, True), (0, -1, False)])
def test_le_travail_est_a_rattacher_du_jour_ou_l_engagement_se_clot_a_sa_fin(clos, fin, dit):
    mets = MiseEnSituation(engagement=Engagement(clos_le=dans(clos)), du=dans(-9), au=None if fin is None else dans(fin))
    assert mets.est_a_rattacher is dit
    assert not MiseEnSituation(engagement=None, du=dans(-9)).est_a_rattacher


def test_une_action_faite_se_rattache_a_l_engagement_d_alors(suivie):
    action = ActionAssociee.objects.create(
        personne=suivie.personne, offre=ActionAssociee.objects.get().offre, le=dans(-5), etat="faite"
    )
    form = suivie.client("mad").get(reverse("parcours:action", args=[action.pk])).context["form"]
    assert {*form.fields["objectif"].queryset} == {suivie.objectif, suivie.vise}
    assert mesure("actions_selon_l_engagement", suivie, 0) == (1, 0)
    action.objectif = suivie.objectif
    tenir_action(action, champs=["objectif"], par=suivie.hab["mad"])
    assert mesure("actions_selon_l_engagement", suivie, 0) == (1, 1)


def test_le_travail_fini_se_corrige_par_un_objectif_d_alors(suivie):
    MiseEnSituation.objects.update(au=dans(-1), engagement=None, objectif=None)
    form = suivie.client("mad").get(reverse("parcours:mets_modifier", args=[suivie.mise_en_situation.pk])).context["form"]
    assert suivie.objectif in form.fields["objectif"].queryset
    MiseEnSituation.objects.update(au=dans(-1) - timedelta(days=40), du=dans(-60))
    form = suivie.client("mad").get(reverse("parcours:mets_modifier", args=[suivie.mise_en_situation.pk])).context["form"]
    assert suivie.objectif not in form.fields["objectif"].queryset


@pytest.mark.parametrize("le, au, demandee", [(-1, None, False), (0, None, True), (-9, -1, False), (-9, 0, True)])
def test_une_action_d_hier_sert_encore_l_engagement_d_hier(suivie, le, au, demandee):
    ActionAssociee.objects.update(le=dans(le), au=None if au is None else dans(au))
    dites = [ligne for ligne in travail.a_rattacher(suivie.suivant) if isinstance(ligne, ActionAssociee)]
    assert bool(dites) is demandee
