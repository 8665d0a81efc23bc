"""Les chiffres de la structure : chaque indicateur, sa mesure du jour, et la liste de ce qui manque derrière (OBS-1)."""

from dataclasses import dataclass
from datetime import date

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import Indicateur, Mesure, mesurer, tous

PETIT_NOMBRE = 5


@dataclass(frozen=True)
class Chiffre:
    """Un indicateur et sa mesure. tu : trop petit pour être dit à qui ne lit pas les dossiers, on y reconnaîtrait quelqu'un."""

    indicateur: Indicateur
    mesure: Mesure
    tu: bool

    @property
    def manquent(self) -> int:
        """Combien ne satisfont pas : le nombre de lignes de la liste derrière."""
        return self.mesure.total - self.mesure.atteint


def chiffres(habilitation: Habilitation, le: date) -> list[Chiffre]:
    """Tous les indicateurs de l'organisation à cette date, en une requête."""
    lit = habilitation.peut(Droit.DOSSIER_LIRE)
    mesures = mesurer([*tous().values()], habilitation.organisation_id, le)
    return [Chiffre(tous()[code], m, tu=not lit and 0 < m.total < PETIT_NOMBRE) for code, m in mesures.items()]
