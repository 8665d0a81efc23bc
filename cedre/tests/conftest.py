"""Ce que partagent les essais qui vont par toutes les adresses : les deux structures, et ce que chaque adresse sait ouvrir."""

from collections.abc import Callable
from copy import deepcopy
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from cedre.comptes.models import Habilitation
from cedre.conftest import Monde, creer_ailleurs, creer_ici, creer_reseau, embaucher
from cedre.tests.test_maison import MODELES
from cedre.tests.test_partage import ROUTES, adresse, lignes, roles_de

PALIER = 10_000


def separer_les_identifiants() -> None:
    """Chaque table numérote à partir de son propre palier."""
    with connection.cursor() as curseur:
        for rang, modele in enumerate(MODELES, start=1):
            table, depart = modele._meta.db_table, rang * PALIER
            if connection.vendor == "sqlite":
                curseur.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                curseur.execute("INSERT INTO sqlite_sequence(name, seq) VALUES (%s, %s)", [table, depart])
            else:
                curseur.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest(%s, nextval(pg_get_serial_sequence(%s, 'id'))))",
                    [table, depart, table],
                )


@pytest.fixture
def identifiants_distincts(db):
    """Un identifiant ne désigne jamais deux lignes de tables différentes."""
    separer_les_identifiants()


def repond(cible: str, habilitation: Habilitation, methode: str = "get") -> bool:
    """La vue trouve-t-elle sa ligne ? Toute fin, même une panne, le dit, sauf 404. N'écrit rien, n'affiche rien."""
    requete = getattr(RequestFactory(), methode)(cible)
    requete.user, requete.habilitation, requete.habilitations = habilitation.compte, habilitation, [habilitation]
    requete.consulte = requete.ecrire_consultations = lambda *_: None
    vue, args, kwargs = resolve(cible)
    with transaction.atomic(), patch("django.shortcuts.loader.render_to_string", return_value=""):
        try:
            reponse: HttpResponse = vue(requete, *args, **kwargs)
            if reponse.status_code != 405:
                return reponse.status_code != 404
        except Http404:
            return False
        except Exception:
            return True
        finally:
            transaction.set_rollback(True)
    return methode == "get" and repond(cible, habilitation, "post")


class _Cherche(Exception):
    """La vue vient de chercher sa ligne : on sait de quel modèle."""


def modele_cherche(cible: str, habilitation: Habilitation):
    """Le modèle de la première ligne que la vue cherche par la_ligne ; rien si elle s'y prend autrement."""

    def noter(queryset, *args, **kwargs):
        raise _Cherche(queryset.model)

    for methode in ("get", "post"):
        requete = getattr(RequestFactory(), methode)(cible)
        requete.user, requete.habilitation, requete.habilitations = habilitation.compte, habilitation, [habilitation]
        requete.consulte = requete.ecrire_consultations = lambda *_: None
        vue, args, kwargs = resolve(cible)
        try:
            with transaction.atomic(), patch("cedre.comptes.acces.get_object_or_404", noter):
                vue(requete, *args, **kwargs)
        except _Cherche as trouve:
            return trouve.args[0]
        except Exception:
            continue
    return None


@pytest.fixture(scope="session")
def ouvrables(django_db_setup, django_db_blocker) -> Callable[[str, Monde], list]:
    """Rend, pour une route et une structure, une ligne de chaque modèle que la route sait y ouvrir.

    Les identifiants étant distincts, les autres lignes n'y désignent rien. Ce que la route sait ouvrir est cherché une
    fois, vue par vue, dans « ici » ; si elle n'y trouve rien, toutes les lignes lui seront présentées.
    """
    trouves = {}
    with django_db_blocker.unblock(), transaction.atomic():
        separer_les_identifiants()
        ici = embaucher(creer_ici(creer_reseau()[1]))
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


@pytest.fixture(scope="module")
def _deux_mondes(ouvrables, django_db_blocker):
    """Ici et ailleurs, bâtis une fois pour tout un fichier : chaque essai y travaille dans sa propre transaction, annulée."""
    with django_db_blocker.unblock(), transaction.atomic():
        separer_les_identifiants()
        _, regions = creer_reseau()
        ici, ailleurs = embaucher(creer_ici(regions)), embaucher(creer_ailleurs(regions))
        ici.connecter()
        yield ici, ailleurs
        transaction.set_rollback(True)


@pytest.fixture
def mondes(_deux_mondes, db):
    """Ici et ailleurs, sans un seul identifiant en commun ; des copies, que l'essai peut changer."""
    return deepcopy(_deux_mondes)
