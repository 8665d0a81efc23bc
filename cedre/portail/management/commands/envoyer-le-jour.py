"""« cedre envoyer-le-jour » : le courriel du matin à ceux qui l'ont choisi."""

from django.core.management.base import BaseCommand, CommandError

from cedre.core.templatetags.cedre import accorde
from cedre.portail.operations import envoyer_a_chacun


class Command(BaseCommand):
    """Écrit à chacun une fois par jour au plus. Code de sortie 1 si un courriel n'est pas parti."""

    help = (
        "Envoie le courriel du matin, « Aujourd’hui » en nombres et sans aucun nom, à qui l’a choisi dans « Mon compte ». "
        "Une fois par jour au plus : relancer n’envoie rien deux fois. Rien à dire : pas de courriel ; le samedi et le dimanche, "
        "seulement s’il y a un rendez-vous à une heure. « cedre serveur » l’envoie déjà à 6 h 30 ; cette commande l’envoie "
        "plus tôt (cron, minuterie systemd) ou rattrape un matin manqué."
    )

    def handle(self, *args, **options):
        try:
            envoi = envoyer_a_chacun()
        except OSError as faute:
            raise CommandError(f"Le serveur de courriel ne répond pas ({faute}) : relancez quand il répondra.") from faute
        self.stdout.write(f"{accorde(envoi.partis, 'courriel parti,courriels partis')}.")
        if envoi.refuses:
            raise CommandError(f"{accorde(envoi.refuses, 'courriel refusé,courriels refusés')} : le journal dit lesquelles.")
