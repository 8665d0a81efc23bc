"""cedre restaurer FICHIER : remet Cèdre dans l'état d'une sauvegarde."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cedre.core.sauvegarde import SauvegardeImpossible, ouvrir, restaurer


class Command(BaseCommand):
    help = "Remet Cèdre dans l'état d'une sauvegarde ; l'archive est vérifiée d'abord, les données d'avant sont gardées à côté."

    def add_arguments(self, parser):
        parser.add_argument("fichier", type=Path, help="l'archive écrite par « cedre sauvegarder »")
        parser.add_argument("--oui", action="store_true", help="ne pas demander confirmation")

    def handle(self, *, fichier, oui, **options):
        try:
            with ouvrir(fichier.absolute(), dans=settings.DONNEES) as (dossier, manifeste):
                quand = date_format(localtime(parse_datetime(manifeste["date"])), "j F Y à H:i")
                self.stdout.write(f"Sauvegarde du {quand}, Cèdre {manifeste['version']}, entière.")
                if not oui and input("Remplacer les données actuelles ? Écrivez « oui » : ").strip().lower() != "oui":
                    self.stdout.write("Rien n'a été changé.")
                    return
                avant = restaurer(dossier)
        except EOFError:
            raise CommandError("Sans réponse, rien n'a été changé ; ajoutez --oui pour répondre d'avance.") from None
        except (SauvegardeImpossible, OSError) as e:
            raise CommandError(str(e)) from e
        self.stdout.write(f"Cèdre est restauré. Les données d'avant sont dans {avant}. Redémarrez Cèdre s'il était ouvert.")
