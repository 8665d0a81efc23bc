"""Ce que l'on reçoit de Cèdre sans l'ouvrir : le courriel du matin, l'agenda par son adresse secrète (ACC-6)."""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.contrib.sessions.models import Session
from django.core.mail import mailers
from django.db import transaction
from django.db.models import Q, QuerySet
from django.tasks import task

from cedre.comptes.fuseaux import par_fuseau
from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.comptes.operations import condenser, libelles, tracer
from cedre.portail.courriel import courriel
from cedre.portail.espace import oublier

logger = logging.getLogger("cedre.portail")


@transaction.atomic
def _choisir(habilitation: Habilitation, *, par: Habilitation, champ: str, valeur) -> None:
    setattr(habilitation, champ, valeur)
    habilitation.save(update_fields=[champ])
    detail = f"{libelles(Habilitation, [champ])} : {'oui' if valeur else 'non'}"
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=habilitation, detail=detail)


def recevoir_le_courriel(habilitation: Habilitation, *, oui: bool, par: Habilitation) -> None:
    """Reçoit, ou ne reçoit plus, le courriel du matin à ce titre."""
    _choisir(habilitation, champ="courriel_du_jour", valeur=oui, par=par)


def donner_adresse(habilitation: Habilitation, *, adresse: Callable[[str], str], par: Habilitation) -> str:
    """Donne à l'agenda une adresse secrète, que l'on ne saura plus redire ; l'ancienne ne vaut plus.

    adresse : fonction du jeton vers l'adresse complète.
    """
    jeton = secrets.token_urlsafe(32)
    _choisir(habilitation, champ="condensat_agenda", valeur=condenser(jeton), par=par)
    return adresse(jeton)


def reprendre_adresse(habilitation: Habilitation, *, par: Habilitation) -> None:
    """L'adresse de l'agenda n'ouvre plus rien."""
    _choisir(habilitation, champ="condensat_agenda", valeur=None, par=par)


@dataclass
class Envoi:
    """Combien de courriels sont partis, et combien ont été refusés."""

    partis: int = 0
    refuses: int = 0


def _reserver(habilitation: Habilitation, le: date) -> bool:
    """Vrai pour un seul de ceux qui voudraient écrire à cette habilitation ce jour-là.

    La condition ne lit que la ligne changée : PostgreSQL la relit après avoir attendu l'autre.
    """
    pas_encore = Q(courriel_du_jour_le=None) | Q(courriel_du_jour_le__lt=le)
    siennes = Habilitation.objects.filter(pas_encore, pk=habilitation.pk, courriel_du_jour=True, retiree_le=None)
    return bool(siennes.update(courriel_du_jour_le=le))


def envoyer_a_chacun(fuseau: str = "") -> Envoi:
    """Le courriel de ce jour, à chacun celui qu'il est dans sa structure ; fuseau : aux structures de cette heure seulement."""
    envois = par_fuseau(envoyer_le_jour, Organisation.objects.all(), fuseau)
    return Envoi(sum(envoi.partis for envoi in envois), sum(envoi.refuses for envoi in envois))


def envoyer_le_jour(le: date, chez: QuerySet[Organisation] | None = None) -> Envoi:
    """Écrit à chacun de ceux qui l'ont choisi, une fois par jour au plus, même lancé deux fois ou deux fois ensemble.

    chez : les organisations où il est ce jour-là ; toutes si rien n'est dit. Rien n'est réservé tant que le serveur de courriel
    ne répond pas : OSError est levée, et l'on peut relancer. Un courriel refusé ne se renvoie pas, car il est peut-être arrivé :
    celui du lendemain redira ce qui manque encore.
    """
    envoi, poste = Envoi(), mailers.default
    choisies = Habilitation.objects.actives().filter(courriel_du_jour=True)
    if chez is not None:
        choisies = choisies.filter(organisation__in=chez)
    for habilitation in choisies.exclude(courriel_du_jour_le=le).select_related("compte", "organisation").order_by("pk"):
        try:
            message = courriel(habilitation, le)
        except Exception:
            logger.exception("courriel du matin non écrit : habilitation %s", habilitation.pk)
            envoi.refuses += 1
            continue
        if message is None:
            continue
        poste.open()
        if not _reserver(habilitation, le):
            continue
        try:
            poste.send_messages([message])
            envoi.partis += 1
        except (OSError, ValueError):
            logger.exception("courriel du matin non parti : habilitation %s", habilitation.pk)
            envoi.refuses += 1
            with suppress(OSError):
                poste.close()
    poste.close()
    return envoi


@task()
def le_jour(fuseau: str = "") -> None:
    """Le courriel du matin, par le travailleur de tâches de « cedre serveur » ; à chaque fuseau son matin."""
    envoyer_a_chacun(fuseau)


@task()
def oublier_les_espaces() -> None:
    """Chaque nuit, les sessions d'espace finies : leur dernière page a une heure, et l'on peut y avoir écrit sans nom (AME-1)."""
    for session in Session.objects.order_by("pk"):
        oublier(session)
