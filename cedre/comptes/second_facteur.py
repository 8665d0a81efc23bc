"""Qui doit avoir un second facteur, et à partir de quel jour : les rôles dont un droit l'exige (RES-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cedre.comptes.models import Habilitation

DELAI = timedelta(days=30)
MONTEE = "0004_seconds_facteurs_fermes"  # la migration de la version qui l'exige : son jour ouvre le délai de ceux d'avant


@dataclass(frozen=True)
class Demande:
    """Un second facteur à enregistrer : avant quel jour, et si ce jour est passé."""

    avant: date

    @property
    def passee(self) -> bool:
        """Vrai dès ce jour : rien d'autre ne s'ouvre."""
        return timezone.localdate() >= self.avant


def demande(habilitations: Iterable[Habilitation]) -> Demande | None:
    """Ce que l'on demande à un compte, d'après ses habilitations actives (avec_second_facteur) ; rien en démonstration.

    Le délai court du jour où il tient un tel rôle, ou de la montée de version s'il le tenait déjà.
    """
    tenues = [h for h in habilitations if any(droit.exige_second_facteur for droit in h.droits)]
    if not settings.SECOND_FACTEUR or not tenues or tenues[0].second_facteur:
        return None
    depuis = min(timezone.localdate(h.depuis) for h in tenues)
    return Demande(max(depuis, jour_de_la_montee()) + DELAI)


@cache
def jour_de_la_montee() -> date:
    """Le jour où cette installation a commencé à l'exiger."""
    montee = MigrationRecorder(connection).applied_migrations().get(("comptes", MONTEE))
    return timezone.localdate(montee.applied) if montee else date.min
