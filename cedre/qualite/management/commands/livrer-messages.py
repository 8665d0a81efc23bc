"""« cedre livrer-messages » : ce qui a été dit sans nom les jours d'avant, à qui tient la qualité (AME-1)."""

from django.core.management.base import BaseCommand, CommandError

from cedre.core.templatetags.cedre import accorde
from cedre.qualite.operations.sans_nom import livrer_a_chacun


class Command(BaseCommand):
    """Relancer ne livre rien deux fois. Code de sortie 1 si un message attend encore la clé qui l'a fermé."""

    help = (
        "Livre ensemble, en désordre, les messages sans nom déposés avant aujourd’hui. « cedre serveur » le fait déjà à 5 h 50, "
        "ou à son réveil ; cette commande le fait d’ailleurs (cron, minuterie systemd) ou rattrape un matin manqué."
    )

    def handle(self, *args, **options):
        livres, fermes = livrer_a_chacun()
        self.stdout.write(f"{accorde(livres, 'message livré,messages livrés')}.")
        if fermes:
            raise CommandError(f"{accorde(fermes, 'message attend,messages attendent')} la clé du coffre (voir le journal).")
