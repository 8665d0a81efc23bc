"""Contrats de travail, suspensions, ruptures, renouvellements, PASS IAE (mission insertion, nomenclatures §2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation, Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Contrat, Entretien, Evaluation, Information, PassIAE, Personne, Suite, Suspension
from cedre.parcours.operations import contrats as gestes
from cedre.parcours.operations.contacts import donner_suite
from cedre.parcours.operations.entretiens import conclure
from cedre.parcours.reserves import reserves
from cedre.tests.envois import MOTIF
from cedre.tests.faits import amener


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def adresse(route: str, ligne) -> str:
    """L'adresse de la route, pour cette ligne."""
    return reverse(f"parcours:{route}", args=[ligne.pk])


def saisie(nature: str = "cddu", debut: int = 0, fin: int | None = 89, **autres) -> dict:
    """Un contrat tel que la page l'envoie."""
    envoi = {"nature": terme("nature_contrat", nature).pk, "debut": dans(debut).isoformat(), "heures_hebdo": "26"}
    return envoi | {"fin_prevue": dans(fin).isoformat() if fin is not None else ""} | autres


def contrat(personne, debut: int = 0, fin: int | None = 89, nature: str = "cddi") -> Contrat:
    """Un contrat déjà enregistré."""
    fin_prevue = dans(fin) if fin is not None else None
    return Contrat.objects.create(
        personne=personne, nature=terme("nature_contrat", nature), debut=dans(debut), fin_prevue=fin_prevue
    )


@pytest.fixture
def en_chantier(ici):
    """Ici devient un chantier : un contrat à la fois."""
    Organisation.objects.filter(pk=ici.organisation.pk).update(type_siae="ACI")
    return ici


@pytest.mark.parametrize("phase", ["pre_accueil", "accueil", "pre_embauche"])
def test_le_premier_contrat_fait_entrer_en_parcours(ici, cip, phase):
    assert amener(ici.personne, phase, dans(-2)).phase == phase
    assert cip.post(adresse("contrat_nouveau", ici.personne), saisie(debut=3)).url == adresse("contrats", ici.personne)
    ici.personne.refresh_from_db()
    assert (ici.personne.phase, ici.personne.phase_depuis) == ("parcours", dans(0)), "du jour où l'on signe"
    assert Trace.objects.filter(geste="creer", objet="contrat de travail", personne_id=ici.personne.pk).count() == 1


@pytest.mark.parametrize("phase", ["sortie", "sans_suite", "reorientee"])
def test_un_nouveau_contrat_rouvre_un_dossier_clos_et_un_ancien_non(ici, cip, phase):
    amener(ici.personne, phase, dans(-10))
    cip.post(adresse("contrat_nouveau", ici.personne), saisie(debut=-200, fin=-100))
    ici.personne.refresh_from_db()
    assert ici.personne.phase == phase
    cip.post(adresse("contrat_nouveau", ici.personne), saisie(debut=-2))
    ici.personne.refresh_from_db()
    assert (ici.personne.phase, ici.personne.phase_depuis) == ("parcours", dans(-2))


@pytest.mark.parametrize(
    "type_siae, natures",
    [
        ("AI", {"cddi", "cddu", "cdi", "cdi_inclusion", "cdd", "apprentissage"}),
        ("ETTI", {"mission", "cdi", "cdi_inclusion", "cdd", "apprentissage"}),
        ("EI", {"cddi", "cdi", "cdi_inclusion", "cdd", "apprentissage"}),
        ("ACI", {"cddi", "cdi", "cdi_inclusion", "cdd", "apprentissage"}),
    ],
)
def test_les_natures_proposees_sont_celles_de_la_structure(ici, cip, type_siae, natures):
    Organisation.objects.filter(pk=ici.organisation.pk).update(type_siae=type_siae)
    form = cip.get(adresse("contrat_nouveau", ici.personne)).context["form"]
    assert {t.code for t in form.fields["nature"].queryset} == natures


@pytest.mark.parametrize("nature, fin, refuse", [("cddu", None, True), ("cdi", None, False), ("cdi", 30, True)])
def test_seul_un_cdi_n_a_pas_de_dernier_jour(ici, cip, nature, fin, refuse):
    reponse = cip.post(adresse("contrat_nouveau", ici.personne), saisie(nature, fin=fin))
    assert (reponse.status_code == 200) is refuse
    if refuse:
        assert reponse.context["form"].errors.keys() == {"fin_prevue"}
    assert ici.personne.contrats.exists() is not refuse


@pytest.mark.parametrize(("debut", "attendu"), [(-1, False), (0, False), (1, True)])
def test_un_contrat_qui_commence_aujourd_hui_n_est_plus_a_venir(ici, debut, attendu):
    assert contrat(ici.personne, debut=debut).a_venir is attendu


def test_un_contrat_d_un_seul_jour_se_signe(ici, cip):
    cip.post(adresse("contrat_nouveau", ici.personne), saisie(fin=0))
    assert ici.personne.contrats.get().court()


def test_une_annee_impossible_se_voit(ici, cip):
    reponse = cip.post(adresse("contrat_nouveau", ici.personne), saisie() | {"debut": "0026-01-01", "fin_prevue": "9999-12-31"})
    assert reponse.context["form"].errors.keys() == {"debut", "fin_prevue"}


def test_un_chantier_refuse_deux_contrats_le_meme_jour_et_le_dit(en_chantier, cip):
    contrat(en_chantier.personne, 0, 30)
    reponse = cip.post(adresse("contrat_nouveau", en_chantier.personne), saisie("cddi", 30, 60))
    assert "Un autre contrat" in reponse.context["form"].errors["debut"][0]
    cip.post(adresse("contrat_nouveau", en_chantier.personne), saisie("cddi", 31, 60))
    assert en_chantier.personne.contrats.count() == 2


def test_en_association_intermediaire_deux_contrats_se_cumulent_et_la_page_le_dit(ici, cip):
    cip.post(adresse("contrat_nouveau", ici.personne), saisie())
    page = cip.post(adresse("contrat_nouveau", ici.personne), saisie(debut=5), follow=True)
    assert any("en même temps" in reserve for reserve in page.context["reserves"])
    assert ici.personne.contrats.count() == 2


def test_corriger_un_contrat_ne_peut_pas_le_faire_chevaucher(en_chantier, cip):
    contrat(en_chantier.personne, 0, 30)
    suivant = contrat(en_chantier.personne, 31, 60)
    assert cip.post(adresse("contrat_corriger", suivant), saisie("cddi", 30, 60)).status_code == 200
    cip.post(adresse("contrat_corriger", suivant), saisie("cddi", 40, 60))
    suivant.refresh_from_db()
    assert suivant.debut == dans(40)
    assert Trace.objects.get(geste="modifier", objet="contrat de travail").detail.startswith("correction : premier jour")


def test_rompu_un_contrat_ne_chevauche_plus_celui_qui_le_suit(en_chantier):
    premier, par = contrat(en_chantier.personne, 0, 60), en_chantier.hab["cip"]
    premier = gestes.rompre(premier, le=dans(20), motif=terme("motif_rupture", "accord"), par=par)
    contrat(en_chantier.personne, 21, 60)
    gestes.corriger(premier, champs=["heures_hebdo"], par=par)
    premier.rompu_le = dans(21)
    with pytest.raises(GesteImpossible, match="court déjà"):
        gestes.corriger(premier, champs=["rompu_le"], par=par)


def test_l_absence_de_pass_d_information_et_d_evaluation_se_dit_sans_bloquer(ici, cip):
    page = cip.post(adresse("contrat_nouveau", ici.personne), saisie(), follow=True)
    dites = " ".join(page.context["reserves"])
    assert all(mot in dites for mot in ("PASS IAE", "statut de salarié", "évaluation conjointe"))
    Information.objects.create(personne=ici.personne, statut_explique=True)
    Evaluation.objects.filter(pk=ici.evaluation.pk).update(validee_le=timezone.now())
    PassIAE.objects.create(personne=ici.personne, debut=dans(0), fin=dans(89))
    assert cip.get(adresse("contrats", ici.personne)).context["reserves"] == []


@pytest.mark.parametrize("debut, fin, dit", [(0, 89, ""), (0, 88, "finit le"), (1, 400, "Aucun PASS")])
def test_un_pass_qui_ne_couvre_pas_le_contrat_se_dit(ici, cip, debut, fin, dit):
    contrat(ici.personne)
    contrat(ici.personne, -100, -50)
    PassIAE.objects.create(personne=ici.personne, debut=dans(debut), fin=dans(fin))
    reserves = cip.get(adresse("contrats", ici.personne)).context["reserves"]
    assert [dit in r for r in reserves] == ([True] if dit else [])


def test_renouveler_propose_le_lendemain_pour_la_meme_duree(ici, cip):
    ancien = contrat(ici.personne, -60, 30)
    ancien.heures_hebdo, ancien.remuneration_horaire = 26, Decimal("12.02")
    ancien.save()
    page = cip.get(adresse("contrat_renouveler", ancien))
    assert (page.context["form"]["debut"].value(), page.context["form"]["fin_prevue"].value()) == (dans(31), dans(121))
    assert page.context["form"]["heures_hebdo"].value() == ancien.heures_hebdo == 26
    assert page.context["form"]["remuneration_horaire"].value() == Decimal("12.02")
    cip.post(adresse("contrat_renouveler", ancien), saisie("cddi", 31, 121))
    assert ancien.renouvellement.debut == dans(31)
    assert Trace.objects.get(geste="creer", objet="contrat de travail").detail == "renouvellement"
    assert cip.get(adresse("contrat_renouveler", ancien)).status_code == 302
    with pytest.raises(GesteImpossible, match="déjà renouvelé"):
        gestes.signer(ancien.renouvele(), par=ici.hab["cip"])


def test_un_contrat_rompu_ou_sans_terme_ne_se_renouvelle_pas(ici, cip):
    rompu = gestes.rompre(contrat(ici.personne), le=dans(0), motif=terme("motif_rupture", "accord"), par=ici.hab["cip"])
    for ligne in (rompu, contrat(ici.personne, -9, None, "cdi")):
        assert cip.get(adresse("contrat_renouveler", ligne)).url == adresse("contrats", ici.personne)


def test_rompre_dit_la_date_et_le_motif_et_le_dernier_jour_est_encore_travaille(ici, cip):
    ligne = contrat(ici.personne, -10, 30)
    reponse = cip.post(adresse("contrat_rompre", ligne), {"le": dans(0).isoformat()})
    assert reponse.context["form"].errors.keys() == {"motif"}
    motif = terme("motif_rupture", "demission").pk
    assert cip.post(adresse("contrat_rompre", ligne), {"le": dans(-11).isoformat(), "motif": motif}).context["form"].errors
    with pytest.raises(GesteImpossible, match="pendant le contrat"):
        gestes.rompre(ligne, le=dans(31), motif=terme("motif_rupture", "demission"), par=ici.hab["cip"])
    cip.post(adresse("contrat_rompre", ligne), {"le": dans(0).isoformat(), "motif": motif})
    ligne.refresh_from_db()
    assert (ligne.fin, ligne.court(), ligne.court(dans(1))) == (dans(0), True, False)
    with pytest.raises(GesteImpossible, match="déjà rompu"):
        gestes.rompre(ligne, le=dans(0), motif=ligne.motif_rupture, par=ici.hab["cip"])


def test_une_rupture_saisie_par_erreur_se_corrige(ici, cip):
    ligne = contrat(ici.personne, -10, 30)
    gestes.rompre(ligne, le=dans(0), motif=terme("motif_rupture", "accord"), par=ici.hab["cip"])
    vide = {"rompu_le": "", "motif_rupture": ""}
    assert cip.post(adresse("contrat_corriger", ligne), saisie("cddi", -10, 30, **vide) | MOTIF).status_code == 302
    ligne.refresh_from_db()
    assert (ligne.rompu_le, ligne.fin) == (None, dans(30))


def test_suspendre_puis_noter_le_retour(ici, cip):
    ligne = contrat(ici.personne, -10, 30)
    motif = terme("motif_suspension", "arret").pk
    cip.post(adresse("contrat_suspendre", ligne), {"du": dans(-2).isoformat(), "au": "", "motif": motif})
    assert not Contrat.objects.travailles(dans(0)).exists()
    assert "Suspendu" in cip.get(adresse("contrats", ici.personne)).content.decode()
    suspension = ligne.suspensions.get()
    cip.post(adresse("suspension", suspension), {"du": dans(-2).isoformat(), "au": dans(-1).isoformat(), "motif": motif})
    assert Contrat.objects.travailles(dans(0)).exists()
    assert not Contrat.objects.travailles(dans(-1)).exists()
    traces = Trace.objects.filter(objet="suspension").exclude(geste="consulter")
    assert list(traces.order_by("pk").values_list("geste", flat=True)) == ["creer", "modifier"]


@pytest.mark.parametrize("du, au", [(-11, -8), (20, 31), (31, None), (-3, None), (-9, -5), (-4, -4)])
def test_une_suspension_reste_dans_le_contrat_et_n_en_croise_pas_une_autre(ici, du, au):
    ligne = contrat(ici.personne, -10, 30)
    motif = terme("motif_suspension", "arret")
    Suspension.objects.create(contrat=ligne, du=dans(-5), au=dans(-2), motif=motif)
    essai = Suspension(contrat=ligne, du=dans(du), au=dans(au) if au is not None else None, motif=motif)
    with pytest.raises(GesteImpossible):
        gestes.suspendre(essai, champs=[], par=ici.hab["cip"])


def test_une_suspension_d_avant_une_autre_se_note_et_ne_suspend_pas_un_contrat_fini(ici):
    ligne, motif = contrat(ici.personne, -30, -1), terme("motif_suspension", "arret")
    Suspension.objects.create(contrat=ligne, du=dans(-5), au=None, motif=motif)
    gestes.suspendre(Suspension(contrat=ligne, du=dans(-9), au=dans(-8), motif=motif), champs=[], par=ici.hab["cip"])
    assert ligne.suspensions.count() == 2
    assert ligne.suspension_en_cours is None


def test_retirer_une_saisie_ne_change_la_phase_que_de_qui_n_a_plus_de_contrat(ici):
    par, qui = ici.hab["cip"], ici.personne
    premier, second = contrat(qui, -30, -1), contrat(qui, 0, 30)
    gestes.retirer(premier, personne=qui, par=par)
    qui.refresh_from_db()
    assert (qui.phase, qui.phase_depuis) == ("parcours", dans(0))
    amener(qui, "sortie", dans(0))
    gestes.retirer(second, personne=qui, par=par)
    qui.refresh_from_db()
    assert qui.phase == "sortie"


def test_les_reserves_regardent_le_pass_qui_va_le_plus_loin_et_un_contrat_a_venir(ici):
    qui = Personne.objects.avec_reperes().get(pk=ici.personne.pk)
    a_venir, d_avant = contrat(qui, 10, 40), contrat(qui, 5, 10)
    courts = [PassIAE(debut=dans(-9), fin=dans(20)), PassIAE(debut=dans(-5), fin=dans(60))]
    assert reserves(qui, [a_venir, d_avant], courts) == [f"Il court en même temps qu’un autre : {d_avant}."]


def test_une_suspension_sans_retour_connu_court_toujours(ici):
    ligne, motif = contrat(ici.personne, -10, 30), terme("motif_suspension", "arret")
    Suspension.objects.create(contrat=ligne, du=dans(-5), au=None, motif=motif)
    with pytest.raises(GesteImpossible, match="court déjà"):
        gestes.suspendre(Suspension(contrat=ligne, du=dans(9), au=dans(10), motif=motif), champs=[], par=ici.hab["cip"])


def test_un_pass_sans_dernier_jour_recoit_le_sept_cent_trentieme(ici, cip):
    cip.post(adresse("pass_nouveau", ici.personne), {"numero": "99999 2612345", "debut": "2024-02-29", "fin": ""})
    ligne = ici.personne.pass_iae.get()
    assert (ligne.numero, ligne.fin) == ("999992612345", date(2026, 2, 27))


def test_une_prolongation_repousse_le_dernier_jour_et_se_trace(ici, cip):
    ligne = PassIAE.objects.create(personne=ici.personne, debut=date(2025, 1, 1), fin=date(2026, 12, 31))
    cip.post(adresse("pass_corriger", ligne), {"numero": "", "debut": "2025-01-01", "fin": "2027-06-30"})
    ligne.refresh_from_db()
    assert ligne.fin == date(2027, 6, 30)
    assert Trace.objects.get(objet="PASS IAE", geste="modifier").detail == "dernier jour"


def test_une_saisie_par_erreur_se_retire_avec_sa_trace_et_la_personne_quitte_le_parcours(ici, cip):
    amener(ici.personne, "pre_embauche", dans(-2))
    cip.post(adresse("contrat_nouveau", ici.personne), saisie())
    cip.post(adresse("contrat_retirer", ici.personne.contrats.get()))
    ici.personne.refresh_from_db()
    assert (ici.personne.contrats.count(), ici.personne.phase, ici.personne.phase_depuis) == (0, "pre_embauche", dans(-2))
    assert Trace.objects.filter(geste="supprimer", personne_id=ici.personne.pk).exists()


@pytest.mark.parametrize("role, ouvre", [("accueil", 403), ("qualite", 200), ("mad", 200), ("cip", 200), ("direction", 200)])
def test_la_page_des_contrats_s_ouvre_a_qui_lit_les_parcours(ici, role, ouvre):
    contrat(ici.personne)
    page = ici.client(role).get(adresse("contrats", ici.personne))
    assert page.status_code == ouvre
    assert ("Nouveau contrat" in page.content.decode()) is (role in ("mad", "cip", "direction"))


def test_un_dossier_anonyme_ne_recoit_plus_de_contrat(ici, cip):
    lignes = [contrat(ici.personne, -10), PassIAE.objects.create(personne=ici.personne, debut=dans(0), fin=dans(9))]
    Personne.objects.filter(pk=ici.personne.pk).update(anonymisee_le=dans(0))
    routes = [("contrat_nouveau", ici.personne), ("pass_nouveau", ici.personne), ("pass_corriger", lignes[1])]
    routes += [(f"contrat_{r}", lignes[0]) for r in ("renouveler", "corriger", "rompre", "suspendre", "retirer")]
    assert {cip.post(adresse(route, ligne), saisie()).status_code for route, ligne in routes} == {404}


def test_une_personne_en_parcours_ne_se_reoriente_pas_et_ne_s_inscrit_pas_de_nouveau(ici, cip):
    cip.post(adresse("contrat_nouveau", ici.personne), saisie())
    ici.personne.refresh_from_db()
    motif = terme("motif_sans_suite", "emploi")
    with pytest.raises(GesteImpossible, match="sortie"):
        donner_suite(ici.personne, suite=Suite(nature="sans_suite", motif=motif), par=ici.hab["cip"])
    conclure(ici.entretien, issue=Entretien.Issue.INSCRIPTION, le=dans(0), par=ici.hab["cip"])
    ici.personne.refresh_from_db()
    assert ici.personne.phase == "parcours"


@pytest.mark.parametrize("combien", [1, 20])
def test_la_page_des_contrats_tient_en_douze_requetes(ici, cip, django_assert_max_num_queries, combien):
    for rang in range(combien):
        ligne = contrat(ici.personne, -rang * 10, 5 - rang * 10)
        Suspension.objects.create(contrat=ligne, du=ligne.debut, motif=terme("motif_suspension", "arret"))
        PassIAE.objects.create(personne=ici.personne, debut=dans(-rang), fin=dans(rang))
    with django_assert_max_num_queries(12):
        assert cip.get(adresse("contrats", ici.personne)).status_code == 200


@pytest.mark.parametrize("fin, a_purger", [(None, False), (0, False), (-700, False), (-800, True)])
def test_un_contrat_fait_durer_le_dossier_qui_ne_se_purge_pas_tant_qu_il_court(ici, fin, a_purger):
    personne = Personne.objects.create(
        organisation=ici.organisation, nom="Ada", prenom="Ada", cree_le=timezone.now() - timedelta(days=1500)
    )
    contrat(personne, -1000, fin, "cdi" if fin is None else "cddi")
    assert Personne.objects.filter(pk=personne.pk).a_purger(dans(0), 24).exists() is a_purger
