"""Journaux structurés : une ligne JSON par événement, sans donnée personnelle ni lien qui ouvre quelque chose (RES-1)."""

import contextvars
import json
import logging
import re
from datetime import UTC, datetime
from functools import partial
from numbers import Number
from uuid import UUID

from django.http import HttpRequest

requete_id: contextvars.ContextVar[str] = contextvars.ContextVar("requete_id", default="-")

_COURRIEL = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+")
_MOT = re.compile(r"\S+")
_VALEUR = re.compile(r"[/@=<>'\"\d]|.{25}")  # un chemin, une adresse, une valeur, un jeton


def route(requete: HttpRequest) -> str:
    """Ce qu'un journal dit d'une page : le modèle de son adresse, jamais l'adresse, qui peut être un mot de passe."""
    trouvee = getattr(requete, "resolver_match", None)
    return trouvee.route if trouvee else "?"


def _sans_valeur(argument) -> object:
    """Ce qu'un journal dit d'un argument : un nombre tel quel, le nom d'une fonction ou d'une erreur, rien d'un texte."""
    while isinstance(argument, partial):
        argument = argument.func
    if argument is None or isinstance(argument, Number | UUID):
        return argument
    nomme = argument if callable(argument) else type(argument) if isinstance(argument, BaseException) else None
    return getattr(nomme, "__qualname__", "…")


def _mot(mot: str, *, a_remplir: bool) -> str:
    """Un mot d'une phrase d'une bibliothèque, s'il n'est pas déjà une valeur ; a_remplir : ses « %s » attendent les leurs."""
    return mot if (a_remplir and "%" in mot) or not _VALEUR.search(mot) else "…"


def _phrase(record: logging.LogRecord) -> str:
    """Ce qu'un événement dit.

    Une page se dit par sa méthode, sa route et sa réponse. Ce qu'écrit Cèdre est relu : ses mots sont gardés. De ce qu'écrivent
    les bibliothèques, seul le modèle de la phrase l'est : leurs valeurs citent des chemins, des liens, des gens.
    """
    requete = getattr(record, "request", None)
    if isinstance(requete, HttpRequest):
        return f"{requete.method} {route(requete)} {getattr(record, 'status_code', '')}".rstrip()
    try:
        if record.name.partition(".")[0] == "cedre":
            return _COURRIEL.sub("…@…", record.getMessage())
        arguments = record.args if isinstance(record.args, tuple) else ()
        modele = _MOT.sub(lambda mot: _mot(mot[0], a_remplir=bool(arguments)), str(record.msg))
        return modele % tuple(map(_sans_valeur, arguments)) if arguments else modele
    except (TypeError, ValueError):
        return "…"  # une phrase mal faite ne doit pas faire écrire ses valeurs par la bibliothèque


class EnJson(logging.Formatter):
    """Met un événement en JSON : heure UTC, niveau, source, requête, message, trace d'erreur s'il y en a une.

    Seuls le nom et le lieu de l'erreur sont gardés, jamais les valeurs : un message d'exception peut citer une personne.
    """

    def format(self, record: logging.LogRecord) -> str:
        ligne = {
            "heure": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "source": record.name,
            "requete": getattr(getattr(record, "request", None), "identifiant", requete_id.get()),
            "message": _phrase(record),
        }
        if record.exc_info and record.exc_info[0]:
            ligne["erreur"] = record.exc_info[0].__name__
            trace, lieux = record.exc_info[2], []
            while trace:
                code = trace.tb_frame.f_code
                lieux.append(f"{code.co_filename.rpartition('/cedre/')[2]}:{trace.tb_lineno} {code.co_name}")
                trace = trace.tb_next
            ligne["lieux"] = lieux[-12:]
        return json.dumps(ligne, ensure_ascii=False)


def hors_du_journal(vue):
    """Une page où l'on écrit sans nom ne laisse aucune ligne au journal, quel que soit le niveau : une ligne a une heure.

    Seule y reste une panne, qu'il faut pouvoir réparer.
    """
    vue.hors_du_journal = True
    return vue


def est_hors_du_journal(requete: HttpRequest | None) -> bool:
    """Vrai si la page demandée est de celles-là."""
    trouvee = getattr(requete, "resolver_match", None)
    return getattr(trouvee and trouvee.func, "hors_du_journal", False)


class SansHeure(logging.Filter):
    """Ôte les refus que Django noterait d'une page où l'on écrit sans nom : trop d'envois, page ouverte depuis longtemps."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Faux de ce qui ne s'écrit pas."""
        return getattr(record, "status_code", 500) >= 500 or not est_hors_du_journal(getattr(record, "request", None))
