"""Ce que partagent les essais qui vont par toutes les adresses : les deux structures, et ce que chaque adresse sait ouvrir."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.http import HttpResponse

from cedre.certification.tests.fictive import prouver
from cedre.conftest import Monde, creer_ailleurs, creer_ici, creer_reseau, embaucher
from cedre.tests.adresses import ROUTES, adresse, lignes, modele_cherche, repond, roles_de, separer_les_identifiants
from cedre.tests.socle import BATISSEURS
from cedre.tests.test_maison import MODELES


@pytest.fixture
def identifiants_distincts(db):
    """Un identifiant ne désigne jamais deux lignes de tables différentes."""
    separer_les_identifiants()


@pytest.fixture(scope="session")
def ouvrables(socle, django_db_blocker) -> Callable[[str, Monde], list]:
    """Rend, pour une route et une structure, une ligne de chaque modèle que la route sait y ouvrir.

    Les identifiants étant distincts, les autres lignes n'y désignent rien. Ce que la route sait ouvrir est cherché une
    fois, vue par vue, dans « ici » ; si elle n'y trouve rien, toutes les lignes lui seront présentées.
    """
    trouves = {}
    socle.lever()
    with django_db_blocker.unblock(), transaction.atomic():
        separer_les_identifiants()
        ici = embaucher(creer_ici(creer_reseau()[1]))
        prouver(ici)
        siennes = lignes(ici)
        for route, vue in ROUTES.items():
            if "<int:" in route and (roles := roles_de(vue)):
                habilitation = ici.hab[roles[0]]
                modele = modele_cherche(adresse(route, 1), habilitation)
                candidates = [ligne for ligne in siennes if type(ligne) is modele] if modele else siennes
                trouves[route] = [type(ligne) for ligne in candidates if repond(adresse(route, ligne.pk), habilitation)]
        transaction.set_rollback(True)

    def chercher(route: str, monde: Monde) -> list:
        return lignes(monde, trouves.get(route) or MODELES) if "<int:" in route else [monde.personne]

    return chercher


def _deux_mondes(baties) -> tuple[Monde, Monde]:
    separer_les_identifiants()
    _, regions = creer_reseau()
    deux = embaucher(creer_ici(regions)), embaucher(creer_ailleurs(regions))
    for monde in deux:
        prouver(monde)
    deux[0].connecter()
    return deux


BATISSEURS["mondes"] = _deux_mondes


@pytest.fixture
def mondes(ouvrables, baties):
    """Ici et ailleurs, sans un seul identifiant en commun."""
    return baties["mondes"]


@pytest.fixture
def pages_d_erreur_nues(monkeypatch):
    """Les pages de refus se réduisent à leur code : « test_une_page_d_erreur… » les lit pour chaque rôle."""
    monkeypatch.setattr("cedre.core.views._page_erreur", lambda request, code, *textes: HttpResponse(status=code))


@pytest.fixture
def pages_nues(pages_d_erreur_nues, monkeypatch):
    """Les pages ne s'affichent pas : l'essai ne lit que leur code ; « test_aucune_page… » les affiche toutes."""
    monkeypatch.setattr("django.shortcuts.loader.render_to_string", lambda *args, **kwargs: "")
