"""Le dossier et son histoire montrent ce que les vues déclarent, à qui en a le droit, là où en est la personne."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import include, path, reverse
from django.utils import timezone

from cedre.comptes import gestes as declares
from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Geste, geste
from cedre.comptes.partage import personne_de
from cedre.observatoire.models import Terme
from cedre.parcours.models import (
    Bilan,
    Contact,
    Contrat,
    Engagement,
    Entretien,
    InformationCollective,
    Jobcoach,
    MiseEnSituation,
    Personne,
    Seance,
    Suite,
    SuiviSortie,
)
from cedre.urls import urlpatterns as celles_du_site


@geste("Féliciter", "valide", sur=Personne, quand=lambda personne: personne.est_ouverte, rang=2)
@avec_droit(Droit.CONTRATS_TENIR)
def feliciter(request, pk):
    return HttpResponse()


@geste("Ce qui lui a été répondu", "courriel", montre={Suite: "pk"})
@avec_droit(Droit.CONTRATS_TENIR)
def reponse(request, pk):
    return HttpResponse()


SIENNES = [path("<int:pk>/feliciter", feliciter, name="feliciter"), path("<int:pk>/", reponse, name="reponse")]
urlpatterns = [path("fictive/", include((SIENNES, "fictive"))), *celles_du_site]


@pytest.fixture
def site_avec_deux_pages_de_plus(settings):
    settings.ROOT_URLCONF = __name__


def autres_gestes(monde, role: str) -> list[str]:
    """Les adresses du volet « Autres gestes », dans l'ordre."""
    page = monde.client(role).get(reverse("parcours:personne", args=[monde.personne.pk])).content.decode()
    volet = re.search(r'Autres gestes.*?<div class="volet">(.*?)</div>', page, re.DOTALL)
    return re.findall(r'<(?:a|form)\b[^>]*? (?:href|action)="([^"]+)"', volet[1]) if volet else []


@pytest.mark.usefixtures("site_avec_deux_pages_de_plus")
def test_un_geste_declare_sur_la_personne_parait_au_dossier_par_sa_seule_declaration(ici):
    adresse = f"/fictive/{ici.personne.pk}/feliciter"
    assert {role for role in ("accueil", "cip", "mad", "qualite", "direction") if adresse in autres_gestes(ici, role)} == {
        "cip",
        "mad",
        "direction",
    }
    assert autres_gestes(ici, "mad")[0] == adresse, "le rang dit l’ordre"
    Personne.objects.update(phase="sans_suite")
    assert adresse not in autres_gestes(ici, "mad"), "le geste n’a plus de sens"


@pytest.mark.usefixtures("site_avec_deux_pages_de_plus")
def test_un_fait_dont_la_page_se_declare_devient_un_lien_dans_l_histoire(ici):
    motif = Terme.objects.de("motif_sans_suite").first()
    suite = ici.personne.suites.create(nature="sans_suite", le=timezone.localdate(), motif=motif)

    def fait(role):
        faits = ici.client(role).get(reverse("parcours:personne", args=[ici.personne.pk])).context["faits"]
        return next((f.sorte.titre, f.sorte.icone, f.adresse) for f in faits if f.genre == "suite")

    assert fait("mad") == ("Suite donnée", "courriel", f"/fictive/{suite.pk}/")
    assert fait("accueil") == ("Suite donnée", "courriel", "")


def test_un_fait_sans_page_a_l_icone_du_geste_qui_l_ajoute(ici, cip):
    faits = cip.get(reverse("parcours:personne", args=[ici.personne.pk])).context["faits"]
    assert {(f.sorte.titre, f.sorte.icone, f.adresse) for f in faits if f.genre == "contact"} == {
        ("Premier contact", "telephone", "")
    }


TOUJOURS = {
    "information",
    "evaluation_commencer",
    "evolution",
    "evaluations_pro",
    "nouveau_contact",
    "contrat_nouveau",
    "liaison_nouvelle",
}
D_UN_PARCOURS = {"mets_nouvelle", "action_nouvelle", "jobcoach", "espace", "attestation"}


@pytest.mark.parametrize(
    ("phase", "attendus"),
    {
        "pre_accueil": TOUJOURS | {"inscription", "suite", "evaluation_refuser"},
        "pre_embauche": TOUJOURS | D_UN_PARCOURS | {"inscription", "suite", "entretien_prevoir", "evaluation_refuser"},
        "parcours": TOUJOURS | D_UN_PARCOURS | {"sortie", "entretien_prevoir", "evaluation_refuser"},
        "sortie": (TOUJOURS | D_UN_PARCOURS) - {"nouveau_contact"},
        "reorientee": TOUJOURS - {"nouveau_contact"},
    }.items(),
)
def test_les_autres_gestes_sont_ceux_de_la_phase(ici, phase, attendus):
    Personne.objects.update(phase=phase)
    attendues = {reverse(f"parcours:{route}", args=[ici.personne.pk]) for route in attendus}
    assert set(autres_gestes(ici, "cip")) == attendues


def test_un_dossier_anonyme_ne_propose_aucun_geste(embauchee):
    Personne.objects.update(anonymisee_le=timezone.localdate())
    page = embauchee.client("direction").get(reverse("parcours:personne", args=[embauchee.personne.pk]))
    assert autres_gestes(embauchee, "direction") == []
    assert "On s’est parlé" not in page.content.decode()
    assert "Rectifier" not in page.content.decode()
    assert "Nouvelle demande" not in page.content.decode()


@pytest.mark.parametrize(
    ("phase", "engagement", "attendue"),
    [
        ("sans_suite", "", "parcours:nouveau_contact"),
        ("accueil", "", "parcours:entretien_prevoir"),
        ("parcours", "clos", "parcours:engagement_construire"),
        ("parcours", "en_cours", "parcours:engagement"),
    ],
)
def test_le_premier_geste_suit_la_personne(embauchee, phase, engagement, attendue):
    Personne.objects.update(phase=phase)
    if engagement == "clos":
        embauchee.personne.engagements.update(etat="clos", clos_le=timezone.localdate())
    page = embauchee.client("cip").get(reverse("parcours:personne", args=[embauchee.personne.pk]))
    route, objet = page.context["principal"]
    assert route == attendue
    assert page.content.decode().count(f'="{reverse(route, args=[objet.pk])}"') >= 1
    assert reverse(route, args=[objet.pk]) not in autres_gestes(embauchee, "cip")


def test_prevoir_un_bilan_se_propose_quand_un_engagement_court_sans_bilan(embauchee):
    def propose():
        personne = Personne.objects.get(pk=embauchee.personne.pk)
        dits = [g.route for g in declares.gestes_sur(personne, embauchee.hab["cip"])]
        adresse = reverse("parcours:bilan_prevoir", args=[personne.pk])
        assert (adresse in autres_gestes(embauchee, "cip")) == ("parcours:bilan_prevoir" in dits)
        return "parcours:bilan_prevoir" in dits

    assert not propose(), "un bilan est à l’agenda"
    embauchee.personne.bilans.update(etat="annule", annule_le=timezone.localdate())
    assert propose()
    embauchee.personne.engagements.update(etat="clos", clos_le=timezone.localdate())
    assert not propose(), "aucun engagement ne court"


def test_le_dossier_qui_propose_un_bilan_ne_lit_rien_de_plus(embauchee, cip, django_assert_max_num_queries):
    embauchee.personne.bilans.update(etat="annule", annule_le=timezone.localdate())
    with django_assert_max_num_queries(13):  # dont ses critères d’éligibilité
        cip.get(reverse("parcours:personne", args=[embauchee.personne.pk]))


HIER, CE_JOUR, DEMAIN, LOIN = timedelta(days=-1), timedelta(), timedelta(days=1), timedelta(days=90)
DU_TRAVAIL = ["evaluer_au_travail", "fiche_de_liaison", "lien_client", "lien_client_revoquer", "mets_modifier"]


@pytest.mark.parametrize(
    ("modele", "etat", "attendus"),
    [
        (Bilan, {"etat": "prevu", "le": HIER}, "bilan_absente bilan_annuler bilan_reprogrammer"),
        (Bilan, {"etat": "prevu", "le": CE_JOUR}, "bilan_absente bilan_annuler bilan_reprogrammer"),
        (Bilan, {"etat": "prevu", "le": DEMAIN}, "bilan_annuler bilan_reprogrammer"),
        (Bilan, {"etat": "annule"}, ""),
        (Bilan, {"etat": "en_cours"}, ""),
        (Bilan, {"etat": "clos"}, "bilan_pdf bilan_remettre bilan_rouvrir"),
        (Entretien, {"etat": "prevu", "le": HIER}, "entretien_absente entretien_annuler entretien_reprogrammer"),
        (Entretien, {"etat": "prevu", "le": CE_JOUR}, "entretien_absente entretien_annuler entretien_reprogrammer"),
        (Entretien, {"etat": "prevu", "le": DEMAIN}, "entretien_annuler entretien_reprogrammer"),
        (Entretien, {"etat": "realise"}, "entretien_corriger"),
        (Entretien, {"etat": "absent"}, ""),
        (Engagement, {"etat": "projet"}, "engagement_abandonner engagement_modifier engagement_pdf"),
        (Engagement, {"etat": "en_cours"}, "engagement_modifier engagement_pdf engagement_remettre"),
        (Engagement, {"etat": "clos"}, "engagement_pdf"),
        (Contrat, {"debut": HIER, "fin": DEMAIN}, "contrat_corriger contrat_renouveler contrat_rompre contrat_suspendre"),
        (Contrat, {"debut": -LOIN, "fin": CE_JOUR}, "contrat_corriger contrat_renouveler contrat_rompre contrat_suspendre"),
        (Contrat, {"debut": CE_JOUR, "fin": None}, "contrat_corriger contrat_rompre contrat_suspendre"),
        (Contrat, {"debut": DEMAIN, "fin": LOIN}, "contrat_corriger contrat_renouveler contrat_rompre contrat_suspendre"),
        (Contrat, {"debut": -LOIN, "fin": LOIN, "rompu_le": CE_JOUR}, "contrat_corriger contrat_suspendre"),
        (Contrat, {"debut": DEMAIN, "fin": LOIN, "rompu_le": HIER}, "contrat_corriger contrat_suspendre"),
        (Contrat, {"debut": -LOIN, "fin": HIER}, "contrat_corriger contrat_renouveler"),
        (Jobcoach, {"clos_le": None}, "jobcoach_clore jobcoach_corriger jobcoach_visite"),
        (Jobcoach, {"clos_le": HIER}, ""),
        (SuiviSortie, {"prevu_le": DEMAIN}, "suivi_sortie"),
        (MiseEnSituation, {"au": None}, " ".join([*DU_TRAVAIL, "mets_terminer"])),
        (MiseEnSituation, {"au": LOIN}, " ".join(DU_TRAVAIL)),
        (SuiviSortie, {"prevu_le": LOIN}, ""),
    ],
)
def test_chaque_fait_propose_ce_qui_a_un_sens_la_ou_il_en_est(embauchee, modele, etat, attendus):
    fait, le = modele.objects.first(), timezone.localdate()
    for champ, valeur in etat.items():
        setattr(fait, champ, le + valeur if isinstance(valeur, timedelta) else valeur)

    def proposes():
        return " ".join(sorted(g.route.removeprefix("parcours:") for g in declares.gestes_sur(fait, embauchee.hab["cip"])))

    assert proposes() == attendus
    personne_de(fait).anonymisee_le = le
    se_lisent = [dit for dit in attendus.split() if dit in ("bilan_pdf", "engagement_pdf")]
    assert proposes().split() == se_lisent, "un dossier anonyme ne s’écrit plus, et se lit encore"


@pytest.mark.parametrize(("modele", "route"), [(InformationCollective, "collective_modifier"), (Seance, "atelier_modifier")])
def test_une_seance_se_modifie_tant_qu_elle_n_est_pas_annulee(embauchee, modele, route):
    seance = modele.objects.get()
    assert [g.route for g in declares.gestes_sur(seance, embauchee.hab["cip"])] == [f"parcours:{route}"]
    seance.annulee = True
    assert declares.gestes_sur(seance, embauchee.hab["cip"]) == []


def test_un_geste_ne_redit_pas_qu_un_dossier_anonyme_ne_s_ecrit_plus(ici):
    ecrire, lire = Geste("Écrire", sur=Personne), Geste("Lire", sur=Personne, meme_anonyme=True)
    fait = Contact.objects.get()
    assert [dit.convient_a(objet) for dit in (ecrire, lire) for objet in (fait, fait.personne)] == [True] * 4
    fait.personne.anonymisee_le = timezone.localdate()
    assert [dit.convient_a(objet) for dit in (ecrire, lire) for objet in (fait, fait.personne)] == [False, False, True, True]


def test_ce_qui_se_fait_encore_d_un_dossier_anonyme_n_y_ecrit_pas():
    assert {route for route, dit in declares.gestes().items() if dit.meme_anonyme} == {
        *("parcours:contrats", "parcours:evolution", "parcours:traces_personne"),
        *("parcours:bilan_pdf", "parcours:engagement_pdf", "parcours:remise_pdf"),
        "regulation:retirer",
    }
