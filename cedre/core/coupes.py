"""Ce qui range les personnes, pour tous les indicateurs qui comptent leurs faits : écrit et lu une fois (décision 0017)."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.db.models import ForeignKey, Model, QuerySet

from cedre.core.conditions import ValeurGardee

ECRITES = 8192  # une vingtaine par jour mesuré


def personne_de(modele: type[Model]) -> tuple[type[Model], str]:
    """Le modèle au bout du chemin vers la personne, et de quoi préfixer ses champs ; lui-même s'il n'y en a pas."""
    champs = _pas(modele)
    return (champs[-1].related_model, f"{modele.PARTAGE.personne}__") if champs else (modele, "")


def a_toujours_une_personne(modele: type[Model]) -> bool:
    """Faux si une ligne peut n'être d'aucune : la décision d'un point qui ne parle de personne."""
    return not any(champ.null for champ in _pas(modele))


def _pas(modele: type[Model]) -> list[ForeignKey]:
    """Les liens que suit le chemin vers la personne."""
    chemin, champs = modele.PARTAGE.personne, []
    for pas in () if chemin in ("", "id") else chemin.split("__"):
        champs.append(modele._meta.get_field(pas))
        modele = champs[-1].related_model
    return champs


@lru_cache(maxsize=ECRITES)
def coupe_commune(personne: type[Model], nom: str, jour: date) -> ValeurGardee:
    """Cette coupe de la personne, ce jour-là, écrite une fois : tous les indicateurs la lisent."""
    return ValeurGardee(personne._default_manager.all(), (personne.COUPES | personne.COUPES_DU_JOUR)[nom]("", jour))


class Communes:
    """Les coupes des personnes, lues une fois par jour mesuré, et non à chaque fait. chez : d'une seule structure."""

    def __init__(self, chez: int | None = None):
        self.chez, self.lues = chez, {}

    def le(self, jour: date, sujets: type[Model]) -> Mapping[int, dict[str, str]]:
        """Par personne, ce qui la range ce jour-là ; rien, de ce qui n'est pas une personne."""
        if (jour, sujets) not in self.lues:
            self.lues[jour, sujets] = _DesSujets(sujets, jour, self.chez)
        return self.lues[jour, sujets]


class _DesSujets(dict):
    def __init__(self, sujets: type[Model], jour: date, chez: int | None):
        self.noms = [*getattr(sujets, "COUPES", ())]
        self.valeurs = [coupe_commune(sujets, nom, jour) for nom in self.noms]
        self.tous = sujets._default_manager.order_by()
        if self.noms:
            self.update(self._lire(self.tous if chez is None else self.tous.filter(**{sujets.PARTAGE.organisation: chez})))

    def __missing__(self, sujet: int) -> dict[str, str]:
        """Qui est arrivé depuis que l'on a lu les autres."""
        self[sujet] = self._lire(self.tous.filter(pk=sujet))[sujet] if self.noms else {}
        return self[sujet]

    def _lire(self, personnes: QuerySet) -> dict[int, dict[str, str]]:
        lues = personnes.values_list("pk", *self.valeurs).iterator()
        return {pk: dict(zip(self.noms, dites, strict=True)) for pk, *dites in lues}
