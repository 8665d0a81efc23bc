"""Les chiffres de la structure : chaque indicateur, sa mesure du jour, et la liste de ce qui manque derrière (OBS-1)."""

from dataclasses import dataclass
from datetime import date

from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import Indicateur, Mesure, tous
from cedre.observatoire.mesures import mesurer


@dataclass(frozen=True)
class Chiffre:
    """Un indicateur et sa mesure."""

    indicateur: Indicateur
    mesure: Mesure

    @property
    def manquent(self) -> int:
        """Combien ne satisfont pas : le nombre de lignes de la liste derrière."""
        return self.mesure.total - self.mesure.atteint


def chiffres(habilitation: Habilitation, le: date) -> list[Chiffre]:
    """Tous les indicateurs de l'organisation à cette date, en une requête, dans l'ordre du référentiel."""
    mesures = mesurer([*tous().values()], habilitation.organisation_id, le)
    lus = [Chiffre(tous()[code], mesure) for code, mesure in mesures.items()]
    return sorted(lus, key=lambda chiffre: chiffre.indicateur.source)
