"""Là où il n'y a encore rien, qui peut commencer y est mené, et qui ne peut pas lit à qui c'est (MAN-1, PRO-2, TRA-3)."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Navigateur
from django.urls import reverse
from django.utils import timezone

from cedre.partenariats.models import Client, Partenaire
from cedre.qualite.models import Enquete, ReponseEnquete
from cedre.qualite.operations.enquetes import ouvrir
from cedre.structures.models import FicheDePoste, Offre
from cedre.tests.ecran import propre

REFERENT = "La personne référente qualité ou la direction peuvent"
# Par page : qui peut commencer, et ce qu'il lit ; qui ne le peut pas, et ce qu'il lit.
VIDES = {
    ("qualite:principes", "qualite:principe_nouveau", "Aucun principe n’est énoncé"): {
        "qualite": "Trois à six phrases que chacun peut redire, et comment elles se voient au quotidien. Énoncer le premier",
        "ca": f"{REFERENT} en énoncer.",
    },
    ("qualite:procedures", "qualite:procedure_nouvelle", "Aucune procédure"): {
        "direction": "Le référentiel en attend au moins trois : contractualiser les engagements, mobiliser les heures de "
        "travail, tenir la régulation. Écrire la première",
        "ca": f"{REFERENT} en écrire.",
    },
    ("qualite:formations", "qualite:formation_nouvelle", "Rien n’est prévu cette année-là"): {
        "qualite": "Un besoin, une action, quand, combien : le plan se bâtit ligne à ligne. Écrire la première action",
        "cip": "La personne référente qualité ou la direction tiennent ce plan.",
    },
    ("qualite:enquetes", "qualite:enquete_nouvelle", "Aucune enquête"): dict.fromkeys(
        ("qualite", "ca"),
        "Cinq modèles sont prêts : à l’entrée, à la sortie, après l’accueil, pour les clients, sur l’emploi et la participation.",
    ),
    ("qualite:ameliorations", "qualite:action_nouvelle", "Aucune action décidée"): dict.fromkeys(
        ("direction", "mad"),
        "Une action part d’un écart, d’une réclamation, d’une enquête, d’une régulation… et ne se clôt que son effet vérifié.",
    ),
    ("structures:postes", "structures:poste_nouveau", "Aucun poste n’est écrit"): {
        "qualite": "Commencez par la direction, puis par ce qui en dépend : les organigrammes se dessinent seuls.",
        "ca": f"{REFERENT} les écrire.",
    },
    ("structures:projet", "structures:axe_nouveau", "Aucun axe n’est en vigueur"): {
        "direction": "Un axe dit une priorité, pourquoi, jusqu’à quand, et les chiffres qui la suivent. Deux ou trois suffisent.",
        "ca": f"{REFERENT} en écrire.",
    },
    ("structures:offres", "structures:offre_nouvelle", "L’offre n’est pas encore écrite"): {
        "mad": "Commencez par ce que vous proposez le plus souvent : un atelier, une aide aux démarches, une formation d’un "
        "partenaire. Écrire la première réponse",
        "cip": "Les personnes qui tiennent l’offre (encadrement, qualité, direction) peuvent l’écrire.",
    },
    ("partenariats:partenaires", "partenariats:partenaire_nouveau", "L’annuaire est vide"): {
        "cip": "Une réorientation se fait toujours vers un partenaire : commencez par ceux que vous appelez le plus. "
        "Ajouter un partenaire",
        "mad": "Les personnes qui tiennent l’annuaire (CIP, qualité, direction) peuvent y ajouter un partenaire.",
    },
    ("partenariats:clients", "partenariats:client_nouveau", "Aucun client encore"): {
        "mad": "Une mise en situation de travail se fait chez un client ou dans un atelier : commencez par ceux qui font "
        "travailler le plus de monde. Ajouter un client",
        "accueil": "Les personnes qui tiennent le travail (mise à disposition, CIP, direction) peuvent y ajouter un client.",
    },
    ("partenariats:rencontres", "partenariats:rencontre_nouvelle", "Aucune rencontre n’est notée"): {
        "cip": "Une réunion à la mairie, un groupe de travail du bassin d’emploi, une convention signée : trois lignes "
        "suffisent. Noter la dernière",
        "ca": "Les personnes qui tiennent l’annuaire (CIP, qualité, direction) peuvent en noter.",
    },
}


@pytest.mark.parametrize("page", VIDES, ids=lambda page: page[0])
def test_une_page_vide_mene_qui_peut_a_son_premier_geste_et_dit_aux_autres_a_qui_c_est(ici, page):
    liste, commencer, dit = page
    Partenaire.objects.filter(organisation=ici.organisation).delete()
    adresse = f'href="{reverse(commencer)}"'
    for rang, (role, texte) in enumerate(VIDES[page].items()):
        lu = ici.client(role).get(reverse(liste)).content.decode()
        vides = [bloc.partition("</div>")[0] for bloc in lu.split('<div class="vide">')[1:]]
        assert f"{dit} {texte}" in [propre(bloc) for bloc in vides], role
        assert (adresse in lu) is (rang == 0), role
        assert {lien for bloc in vides for lien in re.findall(r'<a [^>]*(href="[^"]+")', bloc)} <= {adresse}


def test_avec_un_filtre_une_liste_vide_ne_dit_pas_que_rien_n_existe(ici):
    for route in ("partenariats:partenaires", "partenariats:clients", "structures:offres"):
        page = ici.client("mad").get(reverse(route), {"active": "non", "actif": "non"}).content.decode()
        assert "vide" not in page.partition("<h2")[2].partition("</h2>")[0] and "retirez un filtre" in page.lower(), route


def test_sans_version_publiee_il_n_y_a_rien_a_diffuser_ni_a_comparer(ici):
    client = ici.client("qualite")
    reponse = client.get(reverse("qualite:diffusion"))
    assert reponse.url == reverse("qualite:manuel")
    dit = [(m.level_tag, str(m)) for m in get_messages(reponse.wsgi_request)]
    assert dit == [("info", "Publiez d’abord une version : elle se diffusera ensuite.")]
    assert client.get(reverse("qualite:comparaison")).status_code == 404
    page = client.get(reverse("qualite:manuel")).content.decode()
    assert "Aucune version n’est encore publiée" in page and reverse("qualite:diffusion") not in page


@pytest.mark.parametrize("modele, champ", [(Client, "nom"), (Offre, "intitule"), (FicheDePoste, "intitule")])
def test_ce_que_l_on_ne_propose_plus_quitte_les_listes_et_reste_a_l_annuaire(ici, modele, champ):
    modele.objects.filter(organisation=ici.organisation).delete()
    actif = "actif" if modele is Client else "active"
    gardee, _ = (modele.objects.create(organisation=ici.organisation, **{champ: n, actif: n == "A"}) for n in ("A", "B"))
    siens = modele.objects.filter(organisation=ici.organisation)
    assert [*(siens.proposes() if modele is Client else siens.proposees())] == [gardee] and siens.count() == 2


def test_une_enquete_trop_repondue_aujourd_hui_n_en_ferme_pas_une_autre(ici, ailleurs, monkeypatch):
    monkeypatch.setattr("cedre.qualite.views.enquetes.PAR_ENQUETE", 2)
    au = timezone.localdate() + timedelta(days=5)
    une, autre = (
        ouvrir(Enquete(organisation=m.organisation, modele="clients", au=au), par=m.hab["qualite"]) for m in (ici, ailleurs)
    )
    for appareil, enquete in enumerate((une, une, une, autre)):
        adresse = reverse("qualite:repondre_enquete", args=[enquete.jeton])
        Navigateur(REMOTE_ADDR=f"192.0.2.{appareil}").post(adresse, {"travail": "1"})
    assert [ReponseEnquete.objects.filter(enquete=e).count() for e in (une, autre)] == [2, 1]
