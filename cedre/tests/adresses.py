"""Toutes les adresses du produit, et de quoi les essayer une à une."""

import re
from contextlib import contextmanager
from unittest.mock import patch

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.forms import BaseForm, BaseFormSet
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from cedre.comptes.droits import DROITS, ROLES_DE_STRUCTURE, Role
from cedre.comptes.models import Habilitation
from cedre.tests.test_maison import ADRESSES, MODELES

# Un jeton, ou le code d'une personne (portail/tests/test_espace.py), ouvrent leurs adresses : aucun rôle n'y fait rien.
ROUTES = {route: vue for route, vue in ADRESSES if "<str:jeton>" not in route and getattr(vue, "droit", "") != "espace"}
PALIER = 10_000


def lignes(monde, modeles=MODELES) -> list:
    """Une ligne de chaque modèle de cette structure."""
    trouvees = (
        modele._base_manager.filter(**{modele.PARTAGE.organisation: monde.organisation.pk}).order_by("pk").first()
        for modele in modeles
        if modele.PARTAGE.organisation
    )
    return [ligne for ligne in trouvees if ligne]


def adresse(route: str, pk: int = 0) -> str:
    """Une adresse concrète de la route."""
    return "/" + re.sub(r"<slug:\w+>", "csv", re.sub(r"<int:\w+>", str(pk), route))


def roles_de(vue) -> list[str]:
    """Les rôles d'une structure qui ont le droit de la vue."""
    if vue.droit in ("public", "connecte"):
        return sorted(ROLES_DE_STRUCTURE)
    return [role.value for role in Role if role in ROLES_DE_STRUCTURE and vue.droit in DROITS[role]]


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


def appeler(cible: str, habilitation: Habilitation, methode: str = "get") -> int:
    """Le code que rend la vue, appelée sans le chemin qui y mène : session, compte et page d'erreur coûtent plus qu'elle.

    N'écrit rien, n'affiche rien.
    """
    requete = _requete(cible, habilitation, methode)
    vue, args, kwargs = resolve(cible)
    with transaction.atomic(), patch("django.shortcuts.loader.render_to_string", return_value=""):
        try:
            reponse: HttpResponse = vue(requete, *args, **kwargs)
            return reponse.status_code
        except PermissionDenied:
            return 403
        except Http404:
            return 404
        finally:
            transaction.set_rollback(True)


def entrer(cible: str, habilitation: Habilitation, methode: str) -> int:
    """Le code que rend la vue ; 500 si elle tombe, faute du chemin qui y mène : elle a laissé entrer."""
    try:
        return appeler(cible, habilitation, methode)
    except Exception:
        return 500


def _requete(cible: str, habilitation: Habilitation, methode: str):
    requete = getattr(RequestFactory(), methode)(cible)
    requete.user, requete.habilitation, requete.habilitations = habilitation.compte, habilitation, [habilitation]
    requete.consulte = lambda *_: None
    return requete


def repond(cible: str, habilitation: Habilitation) -> bool:
    """La vue trouve-t-elle sa ligne, lue ou postée ? Toute fin, même une panne, le dit, sauf 404."""
    for methode in ("get", "post"):
        try:
            code = appeler(cible, habilitation, methode)
        except Exception:
            return True
        if code != 405:
            return code != 404
    return False


class _Cherche(Exception):
    """La vue vient de chercher sa ligne : on sait de quel modèle."""


def modele_cherche(cible: str, habilitation: Habilitation):
    """Le modèle de la première ligne que la vue cherche par la_ligne ; rien si elle s'y prend autrement."""

    def noter(queryset, *args, **kwargs):
        raise _Cherche(queryset.model)

    for methode in ("get", "post"):
        requete = _requete(cible, habilitation, methode)
        vue, args, kwargs = resolve(cible)
        try:
            with transaction.atomic(), patch("cedre.comptes.acces.get_object_or_404", noter):
                vue(requete, *args, **kwargs)
        except _Cherche as trouve:
            return trouve.args[0]
        except Exception:
            continue
    return None


def formulaires(reponse):
    """Tous les formulaires qu'une page a reçus."""
    for contexte in reponse.context or ():
        for couche in contexte:
            for valeur in couche.values() if isinstance(couche, dict) else ():
                if isinstance(valeur, BaseForm):
                    yield valeur
                elif isinstance(valeur, BaseFormSet):
                    yield from valeur.forms


@contextmanager
def guetter_les_ecritures():
    """Rend la liste, qui se remplira, des ordres SQL du bloc qui ne sont pas des lectures."""
    ecrits = []

    def noter(execute, sql, params, many, context):
        if not sql.lstrip("( ").upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            ecrits.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noter):
        yield ecrits


def pages(monde, role, ouvrables):
    """Les pages que ce rôle peut lire, avec les identifiants de sa structure.

    Celle d'une ligne ne s'ouvre que pour un rôle, celui qui peut le plus : elle ne montre aux autres rien de plus.
    """
    client = monde.client(role)
    for route, vue in ROUTES.items():
        roles = roles_de(vue)
        if role in roles and ("<int:" not in route or role == max(roles, key=lambda r: len(DROITS[r]))):
            for ligne in ouvrables(route, monde):
                reponse = client.get(adresse(route, ligne.pk))
                if reponse.status_code == 200:
                    yield route, reponse
