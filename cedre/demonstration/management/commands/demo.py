"""« cedre demo » : ouvrir Cèdre avec un réseau d'exemple."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cedre.core.serveur import ServeurImpossible, preparer, servir, verifier_port
from cedre.demonstration import base
from cedre.demonstration.reseau import creer_demonstration
from cedre.observatoire.operations import figer_le_mois

ADRESSE = "127.0.0.1"
ANNONCE = "Cèdre est ouvert : {adresse}"


class Command(BaseCommand):
    """Prépare la base, y met le réseau d'exemple s'il n'y est pas, et sert le site."""

    help = "Ouvre Cèdre avec un réseau d’exemple : des structures et des personnes inventées, jusqu’à aujourd’hui."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="Port du site (8000 par défaut).")
        parser.add_argument("--neuve", action="store_true", help="Efface d’abord les données d’exemple, et elles seules.")
        parser.add_argument("--sans-servir", action="store_true", help="Prépare les données et s’arrête là.")

    def handle(self, *args, port, neuve, sans_servir, **options):
        if not settings.DEMO or settings.HOTE:
            raise CommandError("La démonstration ouvre tous les comptes : elle ne se lance pas en production.")
        try:
            if not sans_servir:
                verifier_port(port, ADRESSE)
            if neuve:
                base.effacer()
            if base.exiger_demonstration() == base.Etat.VIDE:
                self.dire("Préparation de la base et des pages…")
            preparer()
            if base.etat() == base.Etat.VIDE:
                self.dire("Création du réseau d’exemple (des personnes inventées) :")
                creer_demonstration(timezone.localdate(), lambda ligne: self.dire(f"  {ligne}"))
                figer_le_mois.enqueue()  # les tendances paraissent peu à peu, une fois le site ouvert
            if not sans_servir:
                servir(port=port, adresse=ADRESSE, annonce=ANNONCE)
        except (ServeurImpossible, base.PasUneDemonstration) as e:
            raise CommandError(str(e)) from e

    def dire(self, ligne: str) -> None:
        """Une ligne d'avancement, sans attendre."""
        self.stdout.write(ligne)
        self.stdout.flush()
