"""Ce que la machine garde et ne sert plus : sessions finies, compteurs échus, tâches faites, fichiers et journaux de trop."""

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.tasks import task
from django.utils import timezone

from cedre.core.depot import balayer
from cedre.core.sauvegarde import oublier_les_copies


@task()
def ranger() -> None:
    """Efface, chaque nuit, sessions finies, compteurs échus, fichiers sans ligne, restes de restauration, vieilles tâches."""
    call_command("clearsessions")
    oublier_les_compteurs()
    balayer()
    oublier_les_copies()
    call_command("ox_prune", older_than="30d", include_failed=True, verbosity=0)


def oublier_les_compteurs() -> None:
    """Efface du cache ce qui est échu, et vide le journal de SQLite, qui garde l'ordre des écritures de la journée."""
    echu = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as curseur:
        curseur.execute(f"DELETE FROM {connection.ops.quote_name(cache._table)} WHERE expires < %s", [echu])
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            curseur.execute("PRAGMA wal_checkpoint(TRUNCATE)")
