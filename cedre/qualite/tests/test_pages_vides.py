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

VIDES = [
    ("qualite:principes", "qualite:principe_nouveau", "qualite", "ca", "Aucun principe n’est énoncé"),
    ("qualite:procedures", "qualite:procedure_nouvelle", "direction", "ca", "Aucune procédure"),
    ("qualite:formations", "qualite:formation_nouvelle", "qualite", "cip", "Rien n’est prévu cette année-là"),
    ("qualite:enquetes", "qualite:enquete_nouvelle", "qualite", "ca", "Aucune enquête"),
    ("qualite:ameliorations", "qualite:action_nouvelle", "direction", "mad", "Aucune action décidée"),
    ("structures:postes", "structures:poste_nouveau", "qualite", "ca", "Aucun poste n’est écrit"),
    ("structures:projet", "structures:axe_nouveau", "direction", "ca", "Aucun axe n’est en vigueur"),
    ("structures:offres", "structures:offre_nouvelle", "mad", "cip", "L’offre n’est pas encore écrite"),
    ("partenariats:partenaires", "partenariats:partenaire_nouveau", "cip", "mad", "L’annuaire est vide"),
    ("partenariats:clients", "partenariats:client_nouveau", "mad", "accueil", "Aucun client encore"),
    ("partenariats:rencontres", "partenariats:rencontre_nouvelle", "cip", "ca", "Aucune rencontre n’est notée"),
]


@pytest.mark.parametrize("liste, commencer, peut, ne_peut_pas, dit", VIDES, ids=[v[0] for v in VIDES])
def test_une_page_vide_mene_qui_peut_a_son_premier_geste_et_personne_d_autre(ici, liste, commencer, peut, ne_peut_pas, dit):
    Partenaire.objects.filter(organisation=ici.organisation).delete()
    pages = {role: ici.client(role).get(reverse(liste)).content.decode() for role in (peut, ne_peut_pas)}
    adresse = f'href="{reverse(commencer)}"'
    assert dit in pages[peut] and dit in pages[ne_peut_pas]
    assert adresse in pages[peut] and adresse not in pages[ne_peut_pas]
    vides = [bloc.partition("</div>")[0] for bloc in pages[peut].split('<div class="vide">')[1:]]
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
