"""Toutes les adresses du produit, et de quoi les essayer une à une."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import NamedTuple
from unittest.mock import patch

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.db.models import Model
from django.forms import BaseForm, BaseFormSet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from django.urls import resolve
from django_htmx.middleware import HtmxDetails

from cedre.comptes.acces import connecte
from cedre.comptes.droits import DROITS, Role
from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.structures.models import FicheDePoste
from cedre.tests.test_maison import ADRESSES, MODELES

# Un jeton, ou le code d'une personne (portail/tests/test_espace.py), ouvrent leurs adresses : aucun rôle n'y fait rien.
ROUTES = {route: vue for route, vue in ADRESSES if "<str:jeton>" not in route and getattr(vue, "droit", "") != "espace"}
DOSSIERS = sorted({route.split("/")[0] for route in ROUTES})
PALIER = 10_000
# Un mot, ou plusieurs, qui ouvrent la route qui en demande ; « csv » ouvre les autres.
MOTS = {
    "chiffres/<slug:code>": "delai_annonce",
    "personnes/<int:pk>/pris-en-charge/<slug:manque>": "sans_contact",
    "personnes/<int:pk>/courant/<slug:quoi>": "engagement",
    "importations/modele-<slug:sorte>": "personnes",
    "conformite/points/<slug:code>/action": "2-1a",
    "conformite/parametres/<slug:code>": "etp_accompagnement",
    "conformite/<slug:code>/": "2-1a",
    "manuel/sections/<slug:code>": "projet",
    "lectures/<slug:code>": "2004-10-suivi-ei-aci",
    "editions/<slug:code>/": "2004-10",
    "cadre-commun/<slug:liste>/nouveau": "prescripteur",
    "chiffres/chapitres/<slug:code>": "sorties",
    "chiffres/du-cadre/<slug:code>": "delai_annonce",
    "chiffres/du-cadre/<slug:code>.<slug:format_>": "delai_annonce csv",
    "cadres/<slug:code>/": "cedre-2026",
    "cadres/<slug:code>/<slug:rubrique>": "cedre-2026 delai_annonce",
}


def lignes(monde, modeles=MODELES) -> list:
    """Une ligne de chaque modèle de cette structure."""
    trouvees = (
        modele._base_manager.filter(**{modele.PARTAGE.organisation: monde.organisation.pk}).order_by("pk").first()
        for modele in modeles
        if modele.PARTAGE.organisation
    )
    return [ligne for ligne in trouvees if ligne]


def adresse(route: str, pk: int = 0, habilitation: Habilitation | None = None) -> str:
    """Une adresse concrète de la route. habilitation : de qui est la fiche de poste, quand la route en cite une."""
    if "<int:fiche_pk>" in route:
        fiche = FicheDePoste.objects.pour(habilitation).first()
        route = route.replace("<int:fiche_pk>", str(fiche.pk if fiche else pk))
    mots = iter(MOTS.get(route, "csv").split())
    return "/" + re.sub(r"<slug:\w+>", lambda _: next(mots), re.sub(r"<int:\w+>", str(pk), route))


def roles_de(vue) -> list[str]:
    """Les rôles, des seize, qui ont le droit de la vue ; celui qui peut le plus d'abord."""
    permis = [role for role in Role if vue.droit in ("public", "connecte") or vue.droit in DROITS[role]]
    return [role.value for role in sorted(permis, key=lambda role: -len(DROITS[role]))]


def du_dossier(dossier: str) -> list[tuple[str, Callable]]:
    """Les routes qui commencent ainsi, et leurs vues."""
    return [(route, vue) for route, vue in ROUTES.items() if route.split("/")[0] == dossier]


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


class Appel(NamedTuple):
    """Ce que rend une vue appelée sans le chemin qui y mène : son code, et ce qu'elle donnait au gabarit.

    regarde : si elle a lu ce qu'on lui envoyait, ou seulement si on lui envoyait quelque chose.
    """

    code: int
    contexte: dict = {}
    regarde: bool = True


def appeler(
    cible: str, habilitation: Habilitation, methode: str = "get", envoi: dict | None = None, apres=None, *, affiche: bool = False
) -> Appel:
    """Appelle la vue sans le chemin qui y mène : session, compte et affichage coûtent plus qu'elle.

    Rien n'est affiché, sauf à le demander, et tout est remis en place après que « apres » a regardé.
    """
    requete = _requete(cible, habilitation, methode, envoi)
    contextes = [{}]

    def garder(gabarit, contexte=None, *reste, **autres):
        contextes.append(contexte or {})
        return ""

    sans_afficher = nullcontext() if affiche else patch("django.shortcuts.loader.render_to_string", garder)
    with transaction.atomic(), sans_afficher:
        try:
            vue, args, kwargs = resolve(requete.path)
            reponse = vue(requete, *args, **kwargs)
            code = reponse.status_code
            liberer(reponse)
        except PermissionDenied:
            code = 403
        except Http404:
            code = 404
        except RequestDataTooBig:
            code = 413
        except SuspiciousOperation:
            code = 400
        finally:
            if apres:
                apres()
            transaction.set_rollback(True)
    return Appel(code, contextes[-1], requete.regards > AU_SEUIL)


def liberer(reponse: HttpResponseBase) -> None:
    """Ferme le fichier qu'une réponse tient ; la fermer elle-même fermerait la base de l'essai."""
    for fermer in reponse._resource_closers:
        fermer()


class _Messages(list):
    """Ce que la vue veut dire à l'écran : personne ne l'écoute."""

    def add(self, *_) -> None:
        pass


class _Regardee(WSGIRequest):
    """Une requête qui compte les fois où l'on regarde ce qu'elle envoie, ou si elle envoie."""

    regards = 0

    def __getattribute__(self, nom):
        if nom in ("POST", "FILES", "method", "body", "read"):
            self.regards += 1
        return super().__getattribute__(nom)


def _requete(cible: str, habilitation: Habilitation, methode: str, envoi: dict | None = None) -> _Regardee:
    requete = getattr(RequestFactory(), methode)(cible, envoi or {})
    requete.__class__ = _Regardee
    requete.user, requete.habilitation, requete.habilitations = habilitation.compte, habilitation, [habilitation]
    requete.consulte, requete.htmx, requete._messages = lambda *_: None, HtmxDetails(requete), _Messages()
    requete.session, requete.identifiant = SessionBase(), ""
    return requete


@contextmanager
def sans_mesurer():
    """Un geste y touche le passé sans que rien s'en mesure : il n'attend aucun motif, et ses traces se gardent."""
    with patch("cedre.comptes.passe.Mouvement._mesurer", lambda soi: {}):
        yield


def _au_seuil() -> int:
    """Ce que la porte d'une vue regarde d'un envoi avant d'y entrer."""
    requete = _requete("/", Habilitation(compte=Compte(), organisation=Organisation()), "post")
    connecte(lambda requete: HttpResponse())(requete)
    return requete.regards


AU_SEUIL = _au_seuil()


def repond(cible: str, habilitation: Habilitation) -> bool:
    """La vue trouve-t-elle sa ligne, lue ou postée ? Où l'on ne fait que poster, lire ramène au formulaire sans la chercher."""
    methodes = ("post",) if hasattr(resolve(cible).func, "page_du_formulaire") else ("get", "post")
    with sans_mesurer():
        return any(appeler(cible, habilitation, methode).code in (200, 302, 400, 409) for methode in methodes)


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


def formulaires(contextes) -> list[BaseForm]:
    """Tous les formulaires que des gabarits ont reçus, chacun une fois."""
    valeurs = [v for contexte in contextes or () for couche in contexte if isinstance(couche, dict) for v in couche.values()]
    trouves = [v for v in valeurs if isinstance(v, BaseForm)]
    trouves += [form for v in valeurs if isinstance(v, BaseFormSet) for form in v.forms]
    return list({id(form): form for form in trouves}.values())


class Ecrits(list):
    """Les ordres SQL d'un bloc qui ne sont pas des lectures ; restes : ceux qu'aucun retour en arrière n'a défaits."""

    def __init__(self):
        super().__init__()
        self.restes, self.points = [], {}

    def noter(self, execute, sql, params, many, context):
        """Joue cet ordre, et le range."""
        ordre, point = sql.lstrip("( ").upper(), sql.rpartition(" ")[2]
        if ordre.startswith("SAVEPOINT"):
            self.points[point] = len(self.restes)
        elif ordre.startswith("ROLLBACK TO"):
            del self.restes[self.points.get(point, 0) :]
        elif not ordre.startswith(("SELECT", "RELEASE", "ROLLBACK")):
            self.append(sql)
            self.restes.append(sql)
        return execute(sql, params, many, context)


@contextmanager
def guetter_les_ecritures() -> Iterator[Ecrits]:
    """Rend la liste, qui se remplira, des ordres SQL du bloc qui ne sont pas des lectures."""
    ecrits = Ecrits()
    with connection.execute_wrapper(ecrits.noter):
        yield ecrits


def ouvertures(route: str, habilitation: Habilitation, ouvrables) -> Iterator[tuple[Model | None, str]]:
    """Chaque ligne que cette route ouvre à cette habilitation, et son adresse ; l'adresse seule, si elle n'en ouvre aucune."""
    if "<int:" not in route:
        yield None, adresse(route)
    else:
        for ligne in ouvrables(route, habilitation):
            yield ligne, adresse(route, ligne.pk, habilitation)


def a_ouvrir(habilitation: Habilitation, ouvrables) -> Iterator[tuple[str, str]]:
    """Chaque route que cette habilitation a le droit de lire, et chaque adresse qu'elle y ouvre."""
    for route, vue in ROUTES.items():
        if habilitation.role in roles_de(vue):
            yield from ((route, cible) for _, cible in ouvertures(route, habilitation, ouvrables))


def pages(monde, role: str, ouvrables) -> Iterator[tuple[str, HttpResponse]]:
    """Tout ce que ce rôle peut lire en ce lieu, et ce que chaque route lui répond."""
    client = monde.client(role)
    for route, cible in a_ouvrir(monde.hab[role], ouvrables):
        reponse = client.get(cible)
        yield route, reponse
        liberer(reponse)
