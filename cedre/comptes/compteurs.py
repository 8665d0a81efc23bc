"""Combien de fois l'on écrit sans nom en un jour, sans garder qui ni quand : un nombre sous une empreinte, jusqu'à minuit."""

from datetime import datetime, time, timedelta

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac


def appareil(request) -> str:
    """L'adresse de qui envoie ; en IPv6, celle de son réseau."""
    return f"appareil {get_ip(request)}"


def _a_minuit() -> datetime:
    demain = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(demain, time()))


def il_en_reste(quoi: str, au_plus: dict[str, int]) -> bool:
    """Vrai, et compté une fois de plus, si aucun de ces plafonds du jour n'est atteint. au_plus : par qui ou par quoi, combien.

    L'empreinte ne se refait pas sans le secret de l'installation, ni le lendemain. Ce qui expire à minuit ne dit pas son heure.
    """
    fin = _a_minuit()
    cles = {salted_hmac(f"compteur {fin:%Y-%m-%d} {quoi}", qui, algorithm="sha256").hexdigest(): n for qui, n in au_plus.items()}
    with transaction.atomic():
        deja = cache.get_many(cles)
        if any(deja.get(cle, 0) >= plafond for cle, plafond in cles.items()):
            return False
        for cle in cles:
            cache.set(cle, deja.get(cle, 0) + 1, (fin - timezone.now()).total_seconds())
    return True
