"""Une période : deux jours extrêmes, compris, et le jour où on la regarde. Il n'y en a qu'une sorte dans la maison."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from cedre.core.dates import UN_JOUR, il_y_a


@dataclass(frozen=True)
class Periode:
    """Du premier au dernier jours, compris. vue_le : le jour où l'on regarde, s'il n'est pas le dernier.

    Ce qui s'est passé dans la période se borne par du et au ; ce que l'on en savait, par le.
    """

    du: date
    au: date
    vue_le: date | None = None

    @property
    def le(self) -> date:
        """Le jour où l'on regarde : ce que l'on a su depuis n'y compte pas."""
        return self.vue_le or self.au

    @property
    def dernier_jour(self) -> date:
        """Le dernier que l'on en connaît : celui où l'on regarde, si elle n'est pas finie."""
        return min(self.au, self.le)

    @property
    def cle(self) -> str:
        """De quoi la reconnaître parmi d'autres."""
        return f"{self.du.isoformat()}/{self.au.isoformat()}/{self.le.isoformat()}"

    def __contains__(self, le: date) -> bool:
        return self.du <= le <= self.au

    def dans(self, champ: str = "le") -> dict[str, date]:
        """De quoi ne garder que ce qui est daté, par ce champ, de cette période."""
        return {f"{champ}__gte": self.du, f"{champ}__lte": self.au}

    def __str__(self):
        return f"le {self.du:%d/%m/%Y}" if self.du == self.au else f"du {self.du:%d/%m/%Y} au {self.au:%d/%m/%Y}"


def mois(le: date) -> Periode:
    """Le mois de ce jour.

    >>> str(mois(date(2024, 2, 10)))
    'du 01/02/2024 au 29/02/2024'
    """
    return Periode(le.replace(day=1), le.replace(day=monthrange(le.year, le.month)[1]))


def trimestre(le: date) -> Periode:
    """Le trimestre de ce jour.

    >>> str(trimestre(date(2024, 5, 31)))
    'du 01/04/2024 au 30/06/2024'
    """
    premier = le.replace(month=le.month - (le.month - 1) % 3, day=1)
    return Periode(premier, mois(premier + relativedelta(months=2)).au)


def annee(le: date) -> Periode:
    """L'année de ce jour."""
    return Periode(le.replace(month=1, day=1), le.replace(month=12, day=31))


def semaines_entieres(periode: Periode) -> Periode:
    """Du premier lundi au dernier dimanche que l'on en connaît : rien n'y tient si le premier vient après le dernier.

    >>> str(semaines_entieres(Periode(date(2024, 2, 1), date(2024, 2, 29))))
    'du 05/02/2024 au 25/02/2024'
    """
    lundi, fin = periode.du + timedelta(days=-periode.du.weekday() % 7), periode.dernier_jour
    return Periode(lundi, fin - timedelta(days=(fin.weekday() + 1) % 7))


def mois_finis_le(le: date, nombre: int) -> Periode:
    """Autant de mois de calendrier, le dernier jour étant celui-ci.

    >>> str(mois_finis_le(date(2024, 2, 29), 12)), str(mois_finis_le(date(2025, 2, 28), 12))
    ('du 01/03/2023 au 29/02/2024', 'du 29/02/2024 au 28/02/2025')
    """
    return Periode(il_y_a(nombre, le) + UN_JOUR, le)


def douze_mois_finis_le(le: date) -> Periode:
    """Les douze mois, de calendrier, qui finissent ce jour-là : la seule façon de dire « dans l'année »."""
    return mois_finis_le(le, 12)
