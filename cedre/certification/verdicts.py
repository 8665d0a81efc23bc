"""Juger un compte selon une disposition du référentiel : des nombres seulement (CER-3)."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from django.db.models import TextChoices

from cedre.core.indicateurs import Mesure


class Verdict(TextChoices):
    """Ce que l'on peut dire d'une spécification, à une date ; l'ordre est celui de l'urgence."""

    INSUFFISANT = "insuffisant", "Insuffisant"
    INDETERMINABLE = "indeterminable", "Indéterminable"
    A_CONSTATER = "a_constater", "À constater"
    SATISFAIT = "satisfait", "Satisfait"
    SANS_OBJET = "sans_objet", "Sans objet"


def pire(verdicts: Iterable[Verdict]) -> Verdict:
    """Le plus urgent ; sans objet s'il n'y en a aucun."""
    ordre = list(Verdict)
    return min(verdicts, key=ordre.index, default=Verdict.SANS_OBJET)


class Regle(TextChoices):
    """Ce qu'une disposition particulière demande d'une population : le vocabulaire est fermé."""

    EXHAUSTIF = "exhaustif", "Tous"
    PART_MINIMALE = "part_minimale", "Au moins une part"
    NOMBRE_MINIMAL = "nombre_minimal", "Au moins un nombre"
    SANS_OBJET = "sans_objet", "Sans objet"


@dataclass(frozen=True)
class Disposition:
    """Ce qui vaut pour certaines sortes de structure. part : exacte ; parametre, lecture : leur code, "" si aucun."""

    types: tuple[str, ...]
    regle: Regle
    part: Fraction | None = None
    parametre: str = ""
    lecture: str = ""


class Jugement(NamedTuple):
    """Un verdict, le nombre qu'il fallait atteindre s'il se calcule, et pourquoi rien ne se calcule sinon."""

    verdict: Verdict
    seuil: int | None = None
    raison: str = ""


def juger(
    disposition: Disposition, mesure: Mesure, *, parametres: Mapping[str, Fraction | None], lectures_ouvertes: Set[str]
) -> Jugement:
    """Le verdict de ce compte. parametres : leur valeur à cette date, rien si elle n'est pas connue."""
    if disposition.regle == Regle.SANS_OBJET:
        return Jugement(Verdict.SANS_OBJET)
    if disposition.lecture in lectures_ouvertes:
        return Jugement(Verdict.INDETERMINABLE, raison=f"lecture:{disposition.lecture}")
    if disposition.parametre and parametres.get(disposition.parametre) is None:
        return Jugement(Verdict.INDETERMINABLE, raison=f"parametre:{disposition.parametre}")
    if mesure.inconnue:
        return Jugement(Verdict.INDETERMINABLE, raison=f"mesure:{mesure.inconnue}")
    if not mesure.total:
        return Jugement(Verdict.SANS_OBJET, 0)
    seuil = _seuil(disposition, mesure.total, parametres)
    return Jugement(Verdict.SATISFAIT if mesure.atteint >= seuil else Verdict.INSUFFISANT, seuil)


def _seuil(disposition: Disposition, total: int, parametres: Mapping[str, Fraction | None]) -> int:
    """Le plus petit entier qui satisfait : un tiers de cent demande trente-quatre."""
    if disposition.regle == Regle.PART_MINIMALE:
        return ceil(total * disposition.part)
    if disposition.regle == Regle.NOMBRE_MINIMAL:
        return ceil(parametres[disposition.parametre])
    return total
