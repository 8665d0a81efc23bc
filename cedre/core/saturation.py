"""Ce qui arrête Cèdre sans être une faute : disque plein, base occupée, clés absentes, courriel en panne : dit en une phrase."""

import errno
from smtplib import SMTPException
from socket import gaierror

from django.db import OperationalError

from cedre.core.coffre import CoffreFerme

PLEIN = "Le disque du serveur est plein"
OCCUPEE = "La base est occupée ou ne répond pas"
SANS_CLE = "Le serveur n’a pas ses clés"
SANS_COURRIEL = "Le courriel ne part pas"


def raison(erreur: BaseException | None) -> str:
    """Pourquoi Cèdre ne peut pas enregistrer, en une phrase ; vide si l'erreur est une faute ordinaire."""
    if isinstance(erreur, CoffreFerme):
        return SANS_CLE
    if isinstance(erreur, OSError) and erreur.errno in (errno.ENOSPC, errno.EDQUOT):
        return PLEIN
    if isinstance(erreur, SMTPException | ConnectionError | TimeoutError | gaierror):
        return SANS_COURRIEL
    if isinstance(erreur, OperationalError):
        return PLEIN if _disque_plein(erreur) else OCCUPEE
    return ""


def _disque_plein(erreur: OperationalError) -> bool:
    """SQLite le dit dans son message, PostgreSQL par son code (53100)."""
    return "disk is full" in str(erreur) or getattr(erreur.__cause__, "sqlstate", None) == "53100"
