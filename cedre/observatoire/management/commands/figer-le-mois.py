"""« cedre figer-le-mois » : ce que comptait chaque indicateur aux fins de mois passées (OBS-1, décision 0034)."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from cedre.core.templatetags.cedre import accorde
from cedre.observatoire.operations import figer


class Command(BaseCommand):
    """Relancer ne fige rien deux fois."""

    help = (
        "Fige, structure par structure, les mesures des fins de mois passées qui ne le sont pas encore. « cedre serveur » le "
        "fait déjà chaque nuit ; cette commande le fait d’ailleurs (cron, minuterie systemd) ou rattrape un mois manqué."
    )

    def handle(self, *args, **options):
        self.stdout.write(f"{accorde(figer(timezone.localdate()), 'mesure figée,mesures figées')}.")
