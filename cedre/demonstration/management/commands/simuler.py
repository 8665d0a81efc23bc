"""« cedre simuler » : remplir la base d'un réseau inventé, à l'échelle voulue."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cedre.demonstration.reseau import GRAINE, simuler

PLAFOND_STRUCTURES, PLAFOND_PERSONNES, PLAFOND_ANNEES = 4_500, 300_000, 10


class Command(BaseCommand):
    """Ajoute des structures simulées, sans toucher à ce qui est déjà là."""

    help = (
        "Ajoute à la base des structures inventées (sim-0001, sim-0002…) et la vie de leurs personnes, au fil de l’écriture. "
        "La même graine, le même jour, sur une base vide, donne les mêmes données."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--structures", type=int, required=True, metavar="N", help=f"Nombre de structures, {PLAFOND_STRUCTURES} au plus."
        )
        parser.add_argument(
            "--personnes",
            type=int,
            required=True,
            metavar="M",
            help="Personnes accueillies par an, toutes les structures ensemble : M × A premiers dossiers en tout, répartis "
            f"inégalement entre les structures, plus quelques doublons. {PLAFOND_PERSONNES} au plus.",
        )
        parser.add_argument(
            "--annees", type=int, default=3, metavar="A", help="Années écoulées jusqu’à aujourd’hui (3 par défaut)."
        )
        parser.add_argument("--graine", default=GRAINE, metavar="S", help="Autre graine, autres données.")
        parser.add_argument(
            "--mot-de-passe", metavar="MDP", help="Mot de passe des comptes créés (cip-sim-0001@…). Sans lui, nul n’y entre."
        )

    def handle(self, *args, structures, personnes, annees, graine, mot_de_passe, **options):
        if settings.HOTE:
            raise CommandError("CEDRE_HOTE est défini : cette base est celle d’une production, on n’y simule rien.")
        for nom, valeur, plafond in (
            ("--structures", structures, PLAFOND_STRUCTURES),
            ("--personnes", personnes, PLAFOND_PERSONNES),
            ("--annees", annees, PLAFOND_ANNEES),
        ):
            if not 1 <= valeur <= plafond:
                raise CommandError(f"{nom} va de 1 à {plafond}.")
        total, faites, pas, depart = personnes * annees, 0, 0, time.monotonic()
        for slug, ecrites in simuler(
            structures=structures,
            personnes=personnes,
            annees=annees,
            fin=timezone.localdate(),
            graine=graine,
            mot_de_passe=mot_de_passe,
        ):
            faites += ecrites
            if faites * 50 // total > pas or faites == total:
                pas, duree = faites * 50 // total, time.monotonic() - depart
                reste = duree / faites * (total - faites)
                self.stderr.write(f"{faites:>9} personnes sur {total} · {slug} · {duree:.0f} s, encore {reste:.0f} s environ")
        self.stdout.write(f"{structures} structures et {total} personnes ajoutées en {time.monotonic() - depart:.0f} s.")
