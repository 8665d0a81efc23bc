"""Les chiffres de la structure : chaque indicateur, sa mesure du jour, et la liste de ce qui manque derrière (OBS-1)."""

from dataclasses import dataclass
from datetime import date

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.comptes.operations import chemin_du_dossier
from cedre.core.indicateurs import Indicateur, Mesure, mesurer, tous
from cedre.parcours.models import Personne

PETIT_NOMBRE = 5


@dataclass(frozen=True)
class Chiffre:
    """Un indicateur et sa mesure. tu : trop peu de gens ; qui ne lit pas les dossiers pourrait y reconnaître quelqu'un."""

    indicateur: Indicateur
    mesure: Mesure
    tu: bool

    @property
    def manquent(self) -> int:
        """Combien ne satisfont pas : le nombre de lignes de la liste derrière."""
        return self.mesure.total - self.mesure.atteint


def chiffres(habilitation: Habilitation, le: date) -> list[Chiffre]:
    """Tous les indicateurs de l'organisation à cette date, en une requête, dans l'ordre du référentiel."""
    lit = habilitation.peut(Droit.DOSSIER_LIRE)
    mesures = mesurer([*tous().values()], habilitation.organisation_id, le)

    def tu(indicateur: Indicateur, mesure: Mesure) -> bool:
        modele = indicateur.population(le).model
        de_personnes = modele is Personne or bool(chemin_du_dossier(modele))
        return de_personnes and not lit and 0 < mesure.total < PETIT_NOMBRE

    lus = [Chiffre(tous()[code], mesure, tu(tous()[code], mesure)) for code, mesure in mesures.items()]
    return sorted(lus, key=lambda chiffre: chiffre.indicateur.source)
