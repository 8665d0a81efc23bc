"""cedre faits : les faits d'une année, de toutes les structures, en Parquet ; et leurs mesures, que DuckDB en agrège (OBS-3)."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cedre.core.templatetags.cedre import nombre
from cedre.observatoire.faits import MESURES, cites, ecrire
from cedre.observatoire.rempli import periode_demandee


class Command(BaseCommand):
    """Une année, un dossier vide."""

    help = (
        "Écrit en Parquet les faits que comptent les cadres, de toutes les structures, chaque personne sous un numéro au hasard, "
        f"et dans {MESURES} leurs nombres, par structure et par coupe. Ces fichiers parlent de personnes : ils ne circulent pas."
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
        indicateurs, depart, faits = cites(), time.monotonic(), []

        def dire(quoi: str, combien: int) -> None:
            faits.append(combien)
            self.stdout.write(f"  {len(faits):>3} sur {len(indicateurs) + 1} · {quoi} : {nombre(combien)} lignes")

        ecrire(indicateurs, periode, vers, dire=dire)
        duree = time.monotonic() - depart
        self.stdout.write(f"{nombre(sum(faits[1:]))} faits {periode}, dans {vers}, en {duree:.0f} s.")
