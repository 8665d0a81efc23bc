"""Ce que partagent les essais qui vont par toutes les adresses : le réseau entier, et ce que chaque adresse sait ouvrir."""

from functools import lru_cache
from unittest.mock import patch

import pytest
import typst
from django.db import transaction
from django.http import HttpResponse

from cedre.tests.adresses import separer_les_identifiants
from cedre.tests.mondes import Reseau
from cedre.tests.ouvrables import Ouvrables
from cedre.tests.socle import BATISSEURS


@pytest.fixture
def identifiants_distincts(db):
    """Un identifiant ne désigne jamais deux lignes de tables différentes."""
    separer_les_identifiants()


def _partout(baties) -> Reseau:
    separer_les_identifiants()
    return Reseau()


BATISSEURS["partout"] = _partout


class _EnClair:
    """Ce qui compose un document, réduit à ce qu'on lui donne à écrire."""

    def __init__(self, gabarit, *, sys_inputs: dict, **reste):
        self.donnees = sys_inputs["donnees"]

    def compile(self, **reste) -> bytes:
        return self.donnees.encode()


COMPOSEUR = "cedre.core.pdf.typst.Compiler"


@pytest.fixture(scope="session")
def ouvrables(socle, django_db_blocker) -> Ouvrables:
    """Ce que chaque route sait ouvrir, cherché une fois pour toutes ; le réseau où on l'a cherché sert à l'essai qui suit."""
    socle.poser(("partout",))
    with django_db_blocker.unblock(), transaction.atomic(), patch(COMPOSEUR, _EnClair):
        trouves = Ouvrables(socle.copie()["partout"])
        transaction.set_rollback(True)
    return trouves


@pytest.fixture
def partout(ouvrables, baties) -> Reseau:
    """Tout le réseau, sans un seul identifiant en commun d'une table à l'autre."""
    return baties["partout"]


@pytest.fixture
def pages_d_erreur_nues(monkeypatch):
    """Les pages de refus se réduisent à leur code : « test_une_page_d_erreur… » les lit pour chaque rôle."""
    monkeypatch.setattr("cedre.core.views._page_erreur", lambda request, code, *textes: HttpResponse(status=code))


@pytest.fixture
def documents_en_clair(monkeypatch):
    """Un PDF n'est que le texte qu'il dirait : l'essai le lit comme une page."""
    monkeypatch.setattr(COMPOSEUR, _EnClair)


_COMPOSEUR = typst.Compiler


@lru_cache(maxsize=32)
def _compose(gabarit, entrees: tuple, racine, polices, normes: tuple) -> bytes:
    compositeur = _COMPOSEUR(gabarit, root=racine, font_paths=polices, sys_inputs=dict(entrees))
    return compositeur.compile(format="pdf", pdf_standards=list(normes))


class _UneFois:
    """Ce qui compose un document, qui s'en souvient : du même gabarit et des mêmes données, le même PDF."""

    def __init__(self, gabarit, *, sys_inputs: dict, root=None, font_paths=()):
        self.tout = gabarit, tuple(sys_inputs.items()), root, font_paths

    def compile(self, *, format: str, pdf_standards: list) -> bytes:
        return _compose(*self.tout, tuple(pdf_standards))


@pytest.fixture
def documents_une_fois(monkeypatch):
    """Deux envois qui mènent au même document ne le composent qu'une fois."""
    monkeypatch.setattr(COMPOSEUR, _UneFois)


@pytest.fixture
def pages_nues(pages_d_erreur_nues, monkeypatch):
    """Les pages ne s'affichent pas : l'essai ne lit que leur code ; « test_aucune_page… » les affiche toutes."""
    monkeypatch.setattr("django.shortcuts.loader.render_to_string", lambda *args, **kwargs: "")
