"""Une structure qui a vécu deux ans : le réseau d'essai, et dans « ici » vingt-cinq dossiers de plus, à tous les états."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random

import time_machine
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation
from cedre.conftest import Monde
from cedre.demonstration.calendrier import ouvre_avant
from cedre.demonstration.ecriture import Lot
from cedre.demonstration.maison import Cadre, Maison, Profil, creer_comptes, instant
from cedre.demonstration.projet import Projet
from cedre.demonstration.qualite import Qualite
from cedre.demonstration.reseau import peupler
from cedre.demonstration.reunions import reunir
from cedre.structures.models import Grille, Reglages
from cedre.tests.adresses import separer_les_identifiants
from cedre.tests.mondes import ICI, Reseau

LE = date(2026, 6, 17)  # un jour ouvré au milieu d'un mois : ce qui se compte un jour donné ne dépend pas du jour de l'essai
DOSSIERS_VECUS = 25
MOIS_PASSES = (1, 2, 4, 7, 12, 20)


def fins_de_mois() -> list[date]:
    """Six fins de mois déjà passées, des plus proches à celles d'il y a deux ans."""
    return [LE.replace(day=1) - relativedelta(months=mois - 1) - timedelta(days=1) for mois in MOIS_PASSES]


@contextmanager
def ce_jour() -> Iterator[None]:
    """On est ce jour-là, à dix heures."""
    with time_machine.travel(datetime(LE.year, LE.month, LE.day, 8, tzinfo=UTC), tick=False):
        yield


class MaisonVecue(Maison):
    """Une structure d'essai, telle qu'elle aurait vécu : ses propres comptes, et une collègue partie."""

    def __init__(self, monde: Monde, fin: date):
        self.monde = monde
        profil = Profil("ici", "Ici", "AI", "Villesarde", "99110", DOSSIERS_VECUS, annees=2, avec_depart=True, suffixe="-ici")
        super().__init__(profil, monde.organisation, Cadre(), Random("le passé tient"), fin, "")

    def _equiper(self) -> None:
        arrivee = instant(self.debut - relativedelta(years=1))
        for role, habilitation in self.monde.hab.items():
            habilitation.depuis = arrivee
            self.comptes[role] = [habilitation.compte]
        Habilitation.objects.filter(organisation=self.organisation).update(depuis=arrivee)
        poste = [("ancienne-cip@ici.example", self.organisation, "cip")]
        self.partie = creer_comptes(self.alea, poste, "", self.fin)["ancienne-cip@ici.example"]
        self.partie_le = ouvre_avant(self.fin - timedelta(days=200))
        Habilitation.objects.filter(compte=self.partie).update(retiree_le=instant(self.partie_le))
        Compte.objects.filter(pk=self.partie.pk).update(is_active=False)

    def _meubler(self) -> None:
        Reglages.objects.filter(organisation=self.organisation).delete()
        super()._meubler()

    def _grilles(self) -> None:
        Grille.objects.filter(organisation=self.organisation).update(version=0)
        super()._grilles()


def batir_le_vecu(baties) -> Reseau:
    """Le réseau d'essai, et les deux ans d'« ici »."""
    separer_les_identifiants()
    with ce_jour():
        reseau = Reseau()
        maison = MaisonVecue(reseau[ICI], timezone.localdate())
        Projet(maison)
        for _ in peupler(maison, lot=Lot()):
            pass
        maison.entourage.preparer_la_prochaine()
        Qualite(maison, une_sur=1)
        reunir(maison)
        Reglages.objects.filter(organisation=maison.organisation).update(conservation_mois=10)
    return reseau
