"""Ce que l'on demande à un partenaire pour une personne, et ce qu'il répond (TRA-3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import embaucher
from cedre.core.pdf import compiler
from cedre.parcours.liaison import fiche_du_partenaire
from cedre.parcours.models import Liaison

LISTE = "parcours:liaisons"


@pytest.fixture
def liaison(embauchee):
    """Une demande d'il y a vingt jours, à relancer aujourd'hui."""
    jour = timezone.localdate()
    Liaison.objects.all().delete()
    return Liaison.objects.create(
        personne=embauchee.personne,
        partenaire=embauchee.partenaire,
        le=jour - timedelta(days=20),
        relance_le=jour,
        demande="Une place au permis solidaire",
        par=embauchee.hab["cip"].compte,
    )


def saisir(liaison, **champs) -> dict:
    noms = ("partenaire_id", "demande", "le", "relance_le")
    return {nom.removesuffix("_id"): getattr(liaison, nom) for nom in noms} | champs


def dans_la_liste(client) -> list:
    page = client.get(reverse(LISTE)).context["page"]
    rappels = client.get(reverse("portail:accueil")).context["rappels"]
    assert sum(r.nombre for r in rappels if r.adresse == reverse(LISTE)) == page.paginator.count
    return list(page)


def test_demander_a_un_partenaire_se_garde_avec_qui_l_a_fait(embauchee, cip):
    adresse = reverse("parcours:liaison_nouvelle", args=[embauchee.personne.pk])
    jour = timezone.localdate()
    saisie = {"partenaire": embauchee.partenaire.pk, "demande": "Un logement", "le": jour, "relance_le": jour}
    cip.post(adresse, saisie)
    ligne = Liaison.objects.get(demande="Un logement")
    assert (ligne.personne, ligne.par) == (embauchee.personne, embauchee.hab["cip"].compte)
    assert Trace.objects.filter(personne_id=embauchee.personne.pk, geste="creer", objet="fiche de liaison").exists()


@pytest.mark.parametrize("dans, rappelee", [(-1, True), (0, True), (1, False), (None, False)])
def test_sans_reponse_on_relance_a_partir_du_jour_dit(liaison, cip, dans, rappelee):
    relance = None if dans is None else timezone.localdate() + timedelta(days=dans)
    Liaison.objects.update(relance_le=relance)
    assert dans_la_liste(cip) == ([liaison] if rappelee else [])


def test_une_reponse_fait_taire_la_relance_et_porte_la_date_du_jour(liaison, cip):
    cip.post(reverse("parcours:liaison", args=[liaison.pk]), saisir(liaison, reponse="Oui, en mars"))
    liaison.refresh_from_db()
    assert (liaison.reponse, liaison.reponse_le) == ("Oui, en mars", timezone.localdate())
    assert dans_la_liste(cip) == []


@pytest.mark.parametrize(
    "champs, refuse",
    [
        ({"le": 1}, "le"),
        ({"relance_le": -21}, "relance_le"),
        ({"reponse_le": 0}, "reponse"),
        ({"reponse": "Oui", "reponse_le": -21}, "reponse_le"),
        ({"reponse": "Oui", "reponse_le": 1}, "reponse_le"),
        ({"reponse": "Oui", "reponse_le": -20}, None),
    ],
)
def test_les_dates_d_une_demande_se_suivent(liaison, cip, champs, refuse):
    jour = timezone.localdate()
    champs = {nom: jour + timedelta(days=v) if isinstance(v, int) else v for nom, v in champs.items()}
    reponse = cip.post(reverse("parcours:liaison", args=[liaison.pk]), saisir(liaison, **champs))
    assert (set(reponse.context["form"].errors) if reponse.context else None) == (refuse and {refuse})


def test_la_cip_relance_pour_les_siens_et_la_direction_pour_tous(embauchee, liaison, cip):
    embauchee.personne.referent = embauchee.hab["direction"].compte
    embauchee.personne.save()
    assert dans_la_liste(cip) == []
    assert dans_la_liste(embauchee.client("direction")) == [liaison]


def test_un_dossier_rendu_anonyme_ne_se_relance_plus(embauchee, liaison, cip):
    embauchee.personne.anonymisee_le = timezone.now()
    embauchee.personne.save()
    assert dans_la_liste(cip) == []


def test_la_fiche_ne_dit_que_ce_qu_il_faut(embauchee, liaison):
    fiche = fiche_du_partenaire(liaison)
    assert fiche.keys() == {"structure", "le", "personne", "partenaire", "contact", "demande", "par", "reponse_avant"}
    assert embauchee.personne.telephone not in str(fiche) and str(embauchee.personne.date_naissance.year) not in str(fiche)


@pytest.mark.parametrize("relance", [True, False])
def test_la_fiche_se_remet_en_pdf_et_se_trace(embauchee, liaison, cip, relance):
    if not relance:
        Liaison.objects.update(relance_le=None, par=None)
        liaison.refresh_from_db()
    assert compiler("parcours/typst/demande.typ", fiche_du_partenaire(liaison)).startswith(b"%PDF")
    reponse = cip.post(reverse("parcours:liaison_pdf", args=[liaison.pk]))
    assert reponse["Content-Type"] == "application/pdf"
    assert Trace.objects.filter(geste="exporter", personne_id=embauchee.personne.pk).exists()


def test_le_partenaire_d_une_autre_structure_ne_se_choisit_pas(embauchee, ailleurs, cip):
    embaucher(ailleurs)
    jour = timezone.localdate()
    saisie = {"partenaire": ailleurs.partenaire.pk, "demande": "Un logement", "le": jour}
    reponse = cip.post(reverse("parcours:liaison_nouvelle", args=[embauchee.personne.pk]), saisie)
    assert reponse.context["form"].errors.keys() == {"partenaire"}


def test_la_frise_mene_a_la_demande(liaison, embauchee, cip):
    dossier = cip.get(reverse("parcours:personne", args=[embauchee.personne.pk])).content.decode()
    assert reverse("parcours:liaison", args=[liaison.pk]) in dossier


@pytest.mark.parametrize("relance, reponse, etat", [(0, None, "À relancer"), (1, None, "Sans réponse"), (-5, 0, "Répondu")])
def test_le_dossier_mene_a_toutes_les_fiches_de_liaison_de_la_personne(embauchee, cip, relance, reponse, etat):
    jour, liaison = timezone.localdate(), embauchee.personne.liaisons.get()
    liaison.relance_le = jour + timedelta(days=relance)
    if reponse is not None:
        liaison.reponse, liaison.reponse_le = "Oui.", jour
    liaison.save()
    cible = reverse("parcours:liaisons_personne", args=[embauchee.personne.pk])
    assert cible in cip.get(reverse("parcours:personne", args=[embauchee.personne.pk])).content.decode()
    page = cip.get(cible).content.decode()
    assert etat in page and reverse("parcours:liaison", args=[liaison.pk]) in page
    assert (
        cible not in embauchee.client("accueil").get(reverse("parcours:personne", args=[embauchee.personne.pk])).content.decode()
    )
