"""Ce qu'une figure rend et ce qui l'explique : une mesure, une ligne comptée, un exemple, le sens où elle se lit (OBS-1)."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, Self

NON_RENSEIGNE = "Non renseigné"  # la valeur d'une coupe, de ce que l'on ne sait pas


class Sens(Enum):
    """Ce que veut dire une figure qui monte."""

    HAUT = "Plus haut, c’est mieux."
    BAS = "Plus bas, c’est mieux."
    AUCUN = "Ni plus haut ni plus bas n’est mieux."


class Mesure(NamedTuple):
    """Un compte et de quoi il est le compte : « 7 sur 19 ». D'une grandeur, atteint est ce qu'elle vaut : « 1 820 heures »."""

    total: int
    atteint: int
    inconnue = ""  # pourquoi elle ne se dit pas

    @classmethod
    def gardee(cls, total: int, atteint: Decimal) -> Self:
        """Telle que la base l'a gardée : un compte y redevient un entier."""
        return cls(total, int(atteint) if atteint == int(atteint) else atteint)


class MesureInconnue(Mesure):
    """Ce qui ne s'est pas mesuré : ni zéro, ni rien à compter."""

    def __new__(cls, inconnue: str):
        """inconnue : ce que l'on en dit à la place d'un nombre."""
        mesure = super().__new__(cls, 0, 0)
        mesure.inconnue = inconnue
        return mesure


class FaitCompte(NamedTuple):
    """Une ligne comptée. sujet : la personne, ou la ligne ; valeur : 1 si elle satisfait, 0 sinon, ou ce que vaut la grandeur."""

    indicateur: str
    organisation: int
    sujet: int
    coupes: dict
    valeur: int | float


class Croisement(NamedTuple):
    """Des lignes comptées par valeurs de plusieurs coupes ensemble : par une seule, ou par aucune, tout s'en tire sans relire.

    groupes : ces valeurs, combien de lignes, et ce que la base en a rendu, que lire() réunit en une mesure.
    """

    coupes: tuple[str, ...]
    groupes: list[tuple]
    lire: Callable[[list[tuple]], tuple]

    def par(self, *coupes: str) -> dict[tuple, tuple]:
        """Les mesures de chaque croisement des valeurs de ces coupes-ci."""
        rangs, reunis = [self.coupes.index(coupe) for coupe in coupes], defaultdict(list)
        for groupe in self.groupes:
            reunis[tuple([groupe[rang] for rang in rangs])].append(groupe[-2:])
        return {cle: self.lire(siens) for cle, siens in reunis.items()}


class Exemple(NamedTuple):
    """Un exemple que le métier peut lire et qu'un essai joue.

    sujets : un dictionnaire par personne, ou par ligne d'une population qui n'en dépend pas ; ses champs et ses faits
    {relation: [champs]} ; un Jour donné à une date se compte depuis la date de mesure. jours : ceux que disent, d'un manque,
    les sujets qui ne satisfont pas. type_siae : celui de la structure, si la mesure en dépend. lus : de chaque sujet, combien
    de lignes sont comptées, et combien satisfont, ou ce qu'elles valent.
    """

    sujets: tuple[dict, ...]
    total: int
    atteint: int
    jours: tuple[int | None, ...] = ()
    type_siae: str = ""
    lus: tuple[tuple[int, int | float], ...] = ()
