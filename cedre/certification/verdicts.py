"""Juger un compte selon une disposition du référentiel : des nombres seulement (CER-3)."""

from collections.abc import Iterable, Mapping
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
    ENGAGE = "engage", "Engagé"
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
    EXISTE = "existe", "Il en faut"
    PRATIQUE = "pratique", "Se pratiquer"
    SANS_OBJET = "sans_objet", "Sans objet"


@dataclass(frozen=True)
class Disposition:
    """Ce qui vaut pour certaines sortes de structure. part : exacte ; les autres sont des codes, "" si aucun.

    lecture : la question qui dit si elle vaut, ou ce qu'elle compte. tolerance : celle qui dit quand une pratique est satisfaite.
    mots : ceux du texte qui la fondent. selon : la question de sens qui choisit ce que l'on compte.
    """

    types: tuple[str, ...]
    regle: Regle
    part: Fraction | None = None
    parametre: str = ""
    lecture: str = ""
    tolerance: str = ""
    mots: str = ""
    selon: str = ""

    @property
    def lectures(self) -> list[str]:
        """Les questions dont son verdict dépend."""
        return [code for code in (self.lecture, self.selon, self.tolerance) if code]


class Jugement(NamedTuple):
    """Un verdict, le nombre qu'il fallait atteindre s'il se calcule, et pourquoi rien ne se calcule sinon."""

    verdict: Verdict
    seuil: int | None = None
    raison: str = ""


NON = "non"  # la réponse d'une question de portée qui écarte une exigence


def juger(
    disposition: Disposition, mesure: Mesure, *, parametres: Mapping[str, Fraction | None], retenues: Mapping[str, str]
) -> Jugement:
    """Le verdict de ce compte. parametres : leur valeur à cette date, rien si elle n'est pas connue.

    retenues : par question tranchée à cette date, la réponse. Une pratique est engagée dès que quelqu'un l'a faite ; seule une
    tolérance retenue dit à partir de combien elle est satisfaite. Ce qui doit exister, et n'existe pas, est insuffisant ; ce qui
    n'existe qu'à regarder un temps que le texte ne dit pas est engagé, tant que la lecture qui le dit est ouverte.
    """
    if ecarte := ecartee(disposition, retenues):
        return ecarte
    if disposition.parametre and parametres.get(disposition.parametre) is None:
        return Jugement(Verdict.INDETERMINABLE, raison=f"parametre:{disposition.parametre}")
    if mesure.inconnue:
        return Jugement(Verdict.INDETERMINABLE, raison=f"mesure:{mesure.inconnue}")
    if disposition.regle == Regle.EXISTE:
        return _juger_ce_qui_existe(disposition, mesure, retenues)
    if not mesure.total:
        return Jugement(Verdict.SANS_OBJET, 0)
    if disposition.regle == Regle.PRATIQUE:
        return _juger_la_pratique(disposition, mesure, retenues)
    seuil = _seuil(disposition, mesure.total, parametres)
    return Jugement(Verdict.SATISFAIT if mesure.atteint >= seuil else Verdict.INSUFFISANT, seuil)


def ecartee(disposition: Disposition, retenues: Mapping[str, str]) -> Jugement | None:
    """Le verdict de ce qui ne vaut pas pour cette sorte de structure, ou dont on ne sait pas s'il vaut ; rien s'il vaut."""
    if disposition.regle == Regle.SANS_OBJET or retenues.get(disposition.lecture) == NON:
        return Jugement(Verdict.SANS_OBJET)
    for code in filter(None, (disposition.lecture, disposition.selon)):
        if code not in retenues:
            return Jugement(Verdict.INDETERMINABLE, raison=f"lecture:{code}")
    return None


def _juger_ce_qui_existe(disposition: Disposition, mesure: Mesure, retenues: Mapping[str, str]) -> Jugement:
    if mesure.atteint and disposition.tolerance and disposition.tolerance not in retenues:
        return Jugement(Verdict.ENGAGE, 1, f"tolerance:{disposition.tolerance}")
    return Jugement(Verdict.SATISFAIT if mesure.atteint else Verdict.INSUFFISANT, 1)


def _juger_la_pratique(disposition: Disposition, mesure: Mesure, retenues: Mapping[str, str]) -> Jugement:
    if not mesure.atteint:
        return Jugement(Verdict.INSUFFISANT)
    if disposition.tolerance not in retenues:
        return Jugement(Verdict.ENGAGE, raison=f"tolerance:{disposition.tolerance}" if disposition.tolerance else "")
    seuil = max(1, ceil(mesure.total * Fraction(retenues[disposition.tolerance])))
    return Jugement(Verdict.SATISFAIT if mesure.atteint >= seuil else Verdict.ENGAGE, seuil)


def _seuil(disposition: Disposition, total: int, parametres: Mapping[str, Fraction | None]) -> int:
    """Le plus petit entier qui satisfait : un tiers de cent demande trente-quatre."""
    if disposition.regle == Regle.PART_MINIMALE:
        return ceil(total * disposition.part)
    if disposition.regle == Regle.NOMBRE_MINIMAL:
        return ceil(parametres[disposition.parametre])
    return total
