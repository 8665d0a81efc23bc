"""Les fichiers déposés : aucun ne reste sans la ligne qui le cite, même si l'enregistrement échoue ou le disque est plein."""

from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import datetime, timedelta
from itertools import batched, chain
from pathlib import Path

from django.apps import apps
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import FileField
from django.utils import timezone

PAR_REQUETE = 500
deposes: ContextVar[list[str] | None] = ContextVar("deposes", default=None)  # pendant une requête, ce qu'elle a déposé


class Depot(FileSystemStorage):
    """Le dossier des fichiers ; ce qu'une requête y dépose est su avant d'être écrit, entier ou non."""

    def _save(self, name, content):
        notes = deposes.get()
        if notes is not None:
            notes.append(name)
        garde = super()._save(name, content)
        if notes is not None:
            notes.append(garde)
        return garde


def oublier_les_orphelins(noms: Iterable[str]) -> None:
    """Efface ceux de ces fichiers qu'aucune ligne ne cite."""
    for nom in _sans_ligne(noms):
        default_storage.delete(nom)


def balayer() -> None:
    """Efface les fichiers de plus d'un jour qu'aucune ligne ne cite : restes d'une coupure, d'un enregistrement manqué."""
    racine, avant = Path(default_storage.location), timezone.now() - timedelta(days=1)
    vieux = (p for p in racine.rglob("*") if p.is_file() and datetime.fromtimestamp(p.stat().st_mtime, tz=avant.tzinfo) < avant)
    oublier_les_orphelins(p.relative_to(racine).as_posix() for p in vieux)


def _sans_ligne(noms: Iterable[str]) -> Iterator[str]:
    champs = [f for modele in apps.get_models() for f in modele._meta.local_fields if isinstance(f, FileField)]
    for lot in batched(dict.fromkeys(noms), PAR_REQUETE):
        cites = (f.model._base_manager.filter(**{f"{f.name}__in": lot}).values_list(f.name, flat=True) for f in champs)
        yield from set(lot) - set(chain.from_iterable(cites))
