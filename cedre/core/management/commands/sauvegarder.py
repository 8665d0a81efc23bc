"""cedre sauvegarder FICHIER : la base et les fichiers dans une archive."""

import sqlite3
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from cedre.core.sauvegarde import SauvegardeImpossible, sauvegarder


class Command(BaseCommand):
    help = "Écrit une sauvegarde complète (base et fichiers) dans une archive tar.gz ; Cèdre peut rester ouvert."

    requires_system_checks = ()  # même une installation mal réglée se sauvegarde

    def add_arguments(self, parser):
        parser.add_argument("fichier", type=Path, help="l'archive à écrire, par exemple cedre-2026-11-21.tar.gz")

    def handle(self, *, fichier, **options):
        try:
            manifeste = sauvegarder(fichier.absolute())
        except (SauvegardeImpossible, OSError) as e:
            raise CommandError(str(e)) from e
        except (DatabaseError, sqlite3.DatabaseError) as e:
            raise CommandError(f"La base ne se lit pas entière ({e}) : aucune sauvegarde n'a été écrite.") from e
        taille = fichier.stat().st_size / 2**20
        fichiers = len(manifeste["membres"]) - 1
        self.stdout.write(f"Sauvegarde écrite dans {fichier} : la base et {fichiers} fichier(s), {taille:.1f} Mo.")
