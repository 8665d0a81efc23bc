"""Ce que la machine garde et qui ne sert plus : sessions finies, tâches faites."""

from django.core.management import call_command
from django.tasks import task


@task()
def ranger() -> None:
    """Efface, chaque nuit, les sessions finies et les tâches de plus de trente jours, échouées comprises."""
    call_command("clearsessions")
    call_command("ox_prune", older_than="30d", include_failed=True, verbosity=0)
