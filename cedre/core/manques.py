"""Un manque est un indicateur dont chaque ligne qui ne satisfait pas attend un geste : il a une urgence et une date (ACC-6).

Il se déclare comme tout indicateur ; la page du jour, les listes, le dossier et l'ordre du jour les lisent ici.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from django.db.models import Expression, F, Model, Q, QuerySet
from django.utils import timezone

from cedre.core.conditions import Condition, ValeurGardee
from cedre.core.indicateurs import Indicateur, Moment, tous


@dataclass(frozen=True, eq=False, kw_only=True)
class Manque(Indicateur):
    """Un indicateur qui dit aussi ce qui ne va pas, ce qui presse le plus, et depuis quand ou pour quand.

    population et critere ne joignent rien (décision 0017). cle : le nom que gardent la base et les adresses ;
    alerte : ce qu'on lit d'une ligne à qui cela manque ; urgence : un rang, le plus pressant d'abord ;
    jour : fonction de la date vers l'expression du jour à dire de la ligne ; en_equipe : l'équipe le regarde ensemble.
    """

    cle: str
    alerte: str
    urgence: int
    jour: Callable[[date], Expression | F] | None = None
    en_equipe: bool = False

    def lignes(self, quand: Moment) -> QuerySet:
        """La population, d'une condition déjà bâtie."""
        bati = batir(self, self.moment(quand))
        return bati.toutes.filter(bati.population)

    def satisfont(self, lignes: QuerySet, quand: Moment) -> QuerySet:
        """Le critère, d'une condition déjà bâtie."""
        return lignes.filter(batir(self, self.moment(quand)).critere)

    def satisfait(self, lignes: QuerySet, le: date) -> Condition:
        """Le critère, d'une condition déjà bâtie."""
        return batir(self, le).critere


class ManqueBati(NamedTuple):
    """Un manque, à une date, prêt pour toute requête sur ses lignes. jour : None s'il n'en dit pas."""

    toutes: QuerySet
    population: Condition
    critere: Condition
    manque: Condition
    jour: ValeurGardee | None


@lru_cache(maxsize=512)
def batir(manque: Manque, le: date) -> ManqueBati:
    """Ses conditions à cette date, bâties une fois : une vingtaine de manques, autant de dates (décision 0017)."""
    lignes = manque.population(le)
    toutes = lignes.model._default_manager.all()
    population, critere = Condition(lignes), Condition(manque.critere(toutes, le))
    jour = ValeurGardee(toutes, manque.jour(le)) if manque.jour else None
    return ManqueBati(toutes, population, critere, Condition(toutes.filter(population, ~Q(critere))), jour)


class CeQuiManque(NamedTuple):
    """Un manque d'une ligne, et le jour qu'il dit : depuis quand, ou pour quand."""

    ligne: Model
    manque: Manque
    jour: date | None

    @property
    def est_passe(self) -> bool:
        """Vrai s'il dure depuis ce jour, faux si ce jour l'attend."""
        return self.jour < timezone.localdate()


@cache
def manques(modele: type[Model] | None = None) -> dict[str, Manque]:
    """Tous les manques, ou ceux de ce modèle, par clé, le plus pressant d'abord. Lève ValueError si une clé sert deux fois."""
    trouves = [indicateur for indicateur in tous().values() if isinstance(indicateur, Manque)]
    par_cle = {manque.cle: manque for manque in sorted(trouves, key=lambda m: (m.urgence, m.cle))}
    if len(par_cle) < len(trouves):
        raise ValueError(f"Deux manques portent la même clé : {sorted(m.cle for m in trouves)}")
    return {cle: m for cle, m in par_cle.items() if modele in (None, m.lignes(timezone.localdate()).model)}


def alerte_de(cle: str) -> str:
    """Ce que dit le manque gardé sous cette clé ; "" s'il n'est plus déclaré."""
    return manques()[cle].alerte if cle in manques() else ""
