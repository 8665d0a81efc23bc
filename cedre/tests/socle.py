"""Le socle : les structures que les essais demandent, bâties une fois pour tous ceux qui se suivent, et rendues intactes.

Chaque essai travaille dans sa propre transaction, annulée. Celle du socle les enveloppe : elle s'annule dès qu'un essai
demande autre chose. Un essai qui valide ses transactions bâtit les siennes.
"""

import os
import pickle
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import TransactionTestCase
from django.utils import timezone

__all__ = [
    "BATISSEURS",
    "_socle_pose",
    "ailleurs",
    "baties",
    "db",
    "embauchee",
    "ici",
    "pytest_collection_modifyitems",
    "pytest_ignore_collect",
    "pytest_runtest_setup",
    "reseau",
    "socle",
    "transactional_db",
]

# Par nom de fixture, ce qui la bâtit, de celles déjà bâties ; l'ordre est celui de la construction.
BATISSEURS: dict[str, Callable[[dict[str, Any]], Any]] = {}


def noms(demandes) -> tuple[str, ...]:
    """Ce que le socle doit porter, d'après les fixtures que l'essai demande."""
    return tuple(nom for nom in BATISSEURS if nom in demandes)


def valide_ses_transactions(demandes) -> bool:
    """Vrai si l'essai ne peut pas vivre dans une transaction."""
    return not {"live_server", "transactional_db"}.isdisjoint(demandes)


def batir(voulus: tuple[str, ...]) -> dict[str, Any]:
    """Bâtit ces structures ; les dernières s'appuient sur les premières."""
    baties = {}
    for nom in voulus:
        baties[nom] = BATISSEURS[nom](baties)
    return baties


class Socle:
    """Ce qui est bâti en ce moment, et la transaction qui l'annulera."""

    courant: "Socle | None" = None

    def __init__(self, bloqueur):
        self.bloqueur, self.pose, self.modele, self.transaction = bloqueur, None, b"", None

    def poser(self, voulus: tuple[str, ...]) -> None:
        """Bâtit ces structures, si ce ne sont pas déjà elles, de ce jour : celui d'un essai peut être un autre."""
        voulue = voulus, timezone.localdate()
        if voulue == self.pose:
            return
        self.lever()
        with self.bloqueur.unblock():
            self.transaction = transaction.atomic()
            self.transaction.__enter__()
            self.pose, self.modele = voulue, pickle.dumps(batir(voulus), pickle.HIGHEST_PROTOCOL)

    def copie(self) -> dict[str, Any]:
        """Ce qui est bâti, en une copie que l'essai peut changer ; relue dix fois plus vite que copiée d'objet en objet."""
        return pickle.loads(self.modele)

    def lever(self) -> None:
        """Annule tout ce qui est bâti."""
        if self.transaction:
            with self.bloqueur.unblock():
                transaction.set_rollback(True)
                self.transaction.__exit__(None, None, None)
        self.pose, self.modele, self.transaction = None, b"", None


@pytest.fixture(scope="session")
def socle(django_db_setup, django_db_blocker):
    """Le socle de tous les essais."""
    Socle.courant = Socle(django_db_blocker)
    yield Socle.courant
    Socle.courant.lever()


@pytest.fixture
def _socle_pose(request, socle):
    if valide_ses_transactions(request.fixturenames):
        socle.lever()
    else:
        socle.poser(noms(request.fixturenames))


@pytest.fixture
def db(_socle_pose, db):
    """La base, le socle posé."""


@pytest.fixture
def transactional_db(_socle_pose, transactional_db):
    """La base où l'essai valide ses transactions, le socle levé."""


@pytest.fixture
def baties(request, socle, db) -> dict[str, Any]:
    """Ce que l'essai demande : des copies, qu'il peut changer."""
    return socle.copie() if socle.transaction else batir(noms(request.fixturenames))


@pytest.fixture
def reseau(baties):
    """Une fédération et deux régions."""
    return baties["reseau"]


@pytest.fixture
def ici(reseau, baties):
    """La structure où l'on travaille."""
    return baties["ici"]


@pytest.fixture
def ailleurs(reseau, baties):
    """Une autre structure, d'une autre région : rien d'elle ne doit paraître ici."""
    return baties["ailleurs"]


@pytest.fixture
def embauchee(ici, baties):
    """Ici, avec une personne en parcours et un fait de chaque sorte."""
    return baties["embauchee"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Une classe d'essais de Django tient elle-même sa transaction : le socle se lève avant elle."""
    if Socle.courant and issubclass(getattr(item, "cls", None) or object, TransactionTestCase):
        Socle.courant.lever()


def pytest_ignore_collect(collection_path, config):
    """Un module dont les docstrings n'ont pas d'exemple n'a rien à jouer : chercher dans tous prenait un quart de la collecte."""
    module = collection_path.suffix == ".py" and not any(map(collection_path.match, config.getini("python_files")))
    return True if module and ">>> " not in collection_path.read_text(encoding="utf-8") else None


def tires_au_sort(essais: list) -> list:
    """De chaque fichier, un essai sur trois, en un seul cas, dans l'ordre du sort ; et tous ceux que deux moteurs jouent."""
    vus, gardes = defaultdict(dict), []
    for essai in essais:
        if essai.get_closest_marker("deux_moteurs") or valide_ses_transactions(essai.fixturenames):
            gardes.append(essai)
        elif (nom := essai.nodeid.partition("[")[0]) not in (siens := vus[essai.path]):
            siens[nom] = len(siens)
            gardes += [essai] * (siens[nom] % 3 == 0)
    return gardes


def pytest_collection_modifyitems(config, items):
    """Range ensemble les essais qui demandent les mêmes structures, pour ne les bâtir qu'une fois ; l'ordre reste libre."""
    if os.environ.get("TIRAGE") == "1":
        gardes = tires_au_sort(items)
        config.hook.pytest_deselected(items=[*set(items).difference(gardes)])
        items[:] = gardes
    items.sort(key=lambda e: (valide_ses_transactions(e.fixturenames), noms(e.fixturenames)))
