"""cedre faits : les faits d'une année, de toutes les structures, en Parquet ; et leurs mesures, que DuckDB en agrège (OBS-3)."""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import django
from django.core.management.base import BaseCommand, CommandError

from cedre.core.templatetags.cedre import nombre
from cedre.observatoire.faits import FAITS, MESURES, cites, ecrire
from cedre.observatoire.rempli import periode_demandee

A_LA_FOIS = 2  # processus : l'un lit la base pendant que l'autre agrège


class Command(BaseCommand):
    """Une année, un dossier vide."""

    help = (
        f"Écrit en Parquet les faits que comptent les cadres, de toutes les structures ({FAITS}), chaque personne sous un numéro "
        f"au hasard, et leurs nombres, par structure et par coupe ({MESURES}). Les faits parlent de personnes : ils ne circulent "
        "pas."
    )

    def add_arguments(self, parser):
        parser.add_argument("--annee", metavar="A", type=int, required=True, help="l’année, close ou en cours")
        parser.add_argument("--vers", metavar="DOSSIER", type=Path, required=True, help="un dossier vide, ou à créer")

    def handle(self, annee, vers, **options):
        """Dit chaque fichier, à mesure."""
        if not 1900 <= annee <= 9998:
            raise CommandError("L’année s’écrit avec quatre chiffres, par exemple 2026.")
        if (periode := periode_demandee(annee)) is None:
            raise CommandError("Cette période est à venir : rien ne s’y compte encore.")
        if vers.exists() and (not vers.is_dir() or any(vers.iterdir())):
            raise CommandError(f"« {vers} » n’est pas un dossier vide.")
        vers.mkdir(mode=0o700, parents=True, exist_ok=True)
        codes, depart, faits = cites(), time.monotonic(), 0
        with ProcessPoolExecutor(A_LA_FOIS, get_context("spawn"), initializer=django.setup) as processus:
            for rang, (quoi, combien) in enumerate(ecrire(codes, periode, vers, a_la_fois=processus.map)):
                faits += combien if rang else 0
                self.stdout.write(f"  {rang:>3} sur {len(codes)} · {quoi} : {nombre(combien)} lignes")
        self.stdout.write(f"{nombre(faits)} faits {periode}, dans {vers}, en {time.monotonic() - depart:.0f} s.")
