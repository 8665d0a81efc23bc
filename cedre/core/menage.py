"""Ce que la machine garde et qui ne sert plus : sessions finies, tâches faites, compteurs expirés, journal de SQLite."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.tasks import task
from django.utils import timezone


@task()
def ranger() -> None:
    """Efface, chaque nuit, les sessions finies, les compteurs expirés et les tâches de trente jours, échouées comprises."""
    call_command("clearsessions")
    call_command("ox_prune", older_than="30d", include_failed=True, verbosity=0)
    maintenant = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as curseur:
        table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
        curseur.execute(f"DELETE FROM {table} WHERE expires < %s", [maintenant])
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            curseur.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # le journal tient l'ordre des écritures de la journée
