"""Les jours où une structure travaille : ni week-end, ni jour férié, presque rien en août."""

from bisect import bisect_left
from datetime import date, timedelta
from functools import cache
from random import Random

from dateutil.easter import easter

AFFLUENCE = (1.15, 1.0, 1.1, 1.0, 0.85, 0.95, 0.7, 0.25, 1.35, 1.2, 1.05, 0.65)  # de janvier à décembre


@cache
def feries(annee: int) -> frozenset[date]:
    """Les jours fériés légaux de France."""
    paques = easter(annee)
    mobiles = [paques + timedelta(days=n) for n in (1, 39, 50)]
    fixes = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    return frozenset(mobiles + [date(annee, mois, jour) for mois, jour in fixes])


def est_ouvre(jour: date) -> bool:
    """Vrai si l'on travaille ce jour-là."""
    return jour.weekday() < 5 and jour not in feries(jour.year)


def ouvre_apres(jour: date, ecart: int = 0) -> date:
    """Le premier jour ouvré, ecart jours après cette date."""
    jour += timedelta(days=ecart)
    while not est_ouvre(jour):
        jour += timedelta(days=1)
    return jour


def ouvre_avant(jour: date) -> date:
    """Le dernier jour ouvré, cette date comprise."""
    while not est_ouvre(jour):
        jour -= timedelta(days=1)
    return jour


class Affluence:
    """Tire des jours ouvrés entre deux dates, plus souvent en septembre qu'en août, et un peu plus d'une année à l'autre."""

    def __init__(self, debut: date, fin: date):
        self.jours, self.cumul, total = [], [], 0.0
        duree = (fin - debut).days + 1
        for n in range(duree):
            if est_ouvre(jour := debut + timedelta(days=n)):
                total += AFFLUENCE[jour.month - 1] * (0.8 + 0.4 * n / duree)
                self.jours.append(jour)
                self.cumul.append(total)

    def tirer(self, alea: Random, combien: int) -> list[date]:
        """Autant de jours, dans l'ordre ; le même peut venir plusieurs fois."""
        plafond = self.cumul[-1] if self.cumul else 0
        return sorted(self.jours[bisect_left(self.cumul, alea.random() * plafond)] for _ in range(combien if plafond else 0))
