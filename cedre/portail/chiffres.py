"""Les chiffres de la structure : l'essentiel de la période, ce qui manque, puis chaque indicateur (OBS-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cedre.comptes.discretion import est_de_personnes
from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import Indicateur, Mesure, tous
from cedre.observatoire.cadre import Cadre
from cedre.observatoire.mesures import mesurer

LE_SUIVI, LA_STRUCTURE = "Le suivi des personnes", "L’organisation de la structure"  # ce dont le cadre ne parle pas
D_ABORD = 8  # ce que l’on montre de ce qui manque, sans rien déplier


@dataclass(frozen=True)
class Chiffre:
    """Un indicateur et sa mesure."""

    indicateur: Indicateur
    mesure: Mesure

    @property
    def manquent(self) -> int:
        """Combien ne satisfont pas : le nombre de lignes de la liste derrière ; aucune de ce qui ne se corrige pas."""
        return self.mesure.total - self.mesure.atteint if self.indicateur.se_corrige else 0


def chiffres(habilitation: Habilitation, le: date) -> list[Chiffre]:
    """Tous les indicateurs de l'organisation à cette date, en une requête, dans l'ordre du référentiel."""
    mesures = mesurer([*tous().values()], habilitation.organisation_id, le)
    lus = [Chiffre(tous()[code], mesure) for code, mesure in mesures.items()]
    return sorted(lus, key=lambda chiffre: chiffre.indicateur.source)


def par_chapitre(lus: Iterable[Chiffre], cadre: Cadre) -> list[tuple[str, list[Chiffre], int]]:
    """Chaque chapitre du cadre, les chiffres qu'il cite le premier, et combien ont une liste à corriger ; le reste à la fin."""
    chapitres = {chapitre.libelle: [] for chapitre in cadre.chapitres} | {LE_SUIVI: [], LA_STRUCTURE: []}
    cites = {}
    for chapitre in cadre.chapitres:
        for rubrique in chapitre.rubriques:
            cites.setdefault(rubrique.indicateur, chapitre.libelle)
    for lu in lus:
        ailleurs = LE_SUIVI if est_de_personnes(lu.indicateur.modele) else LA_STRUCTURE
        chapitres[cites.get(lu.indicateur.code, ailleurs)].append(lu)
    return [(titre, siens, sum(lu.manquent > 0 for lu in siens)) for titre, siens in chapitres.items() if siens]


def ce_qui_manque(lus: Iterable[Chiffre]) -> tuple[list[Chiffre], list[Chiffre]]:
    """Les plus longues des listes à corriger, puis les autres."""
    manquent = sorted((lu for lu in lus if lu.manquent), key=lambda lu: -lu.manquent)
    return manquent[:D_ABORD], manquent[D_ABORD:]
