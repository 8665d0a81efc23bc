"""Un cadre : ce que l'on demande à une structure de dire d'elle, tel que lecture_cadre le lit d'un fichier YAML (OBS-1)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.db.models import Case, Expression, F, Value

from cedre.core.conditions import Gardee
from cedre.core.faits import NON_RENSEIGNE
from cedre.core.indicateurs import RIEN, FaitCompte, Indicateur, Mesure, tous
from cedre.core.yaml_borne import FichierRefuse

DOSSIER = Path(__file__).parent / "cadres"
SCHEMA = Path(__file__).parent / "cedre-cadre-1.schema.json"
UN_JOUR_QUELCONQUE = date(2020, 1, 1)


class CadreRefuse(FichierRefuse):
    """Le fichier n'est pas un cadre."""


class PartLue(StrEnum):
    """Ce qu'une rubrique lit d'une mesure : toute (« 7 sur 19 », ou ce que vaut une grandeur), ce qui satisfait, ou le total."""

    MESURE = "mesure"
    ATTEINT = "atteint"
    TOTAL = "total"


@dataclass(frozen=True)
class RubriqueDuCadre:
    """Une ligne du formulaire de qui demande, et l'indicateur qui la remplit.

    rubrique_externe : son numéro, ou son nom, chez qui demande. coupes : par nom, les valeurs qu'elle additionne ; d'un terme
    du cadre commun, « liste:code ». par : les coupes dont elle montre chaque valeur. sur : l'indicateur dont sa somme est une
    part, aux mêmes coupes. minimum : chaque structure y répond. total_de : les rubriques dont elle est la somme. non_tenue :
    pourquoi Cèdre ne la remplit pas ; saisie : ce qu'il faut alors chercher ailleurs.
    """

    code: str
    libelle: str
    rubrique_externe: str = ""
    indicateur: str = ""
    lit: PartLue = PartLue.MESURE
    coupes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    par: tuple[str, ...] = ()
    sur: str = ""
    minimum: bool = False
    total_de: tuple[str, ...] = ()
    non_tenue: str = ""
    saisie: str = ""

    @property
    def mesuree(self) -> Indicateur | None:
        """L'indicateur qui la remplit, si Cèdre la tient."""
        return tous().get(self.indicateur)

    def de_qui_on_ne_sait_pas(self, coupe: str) -> "RubriqueDuCadre":
        """Elle, de ses seules lignes dont cette coupe n'est pas renseignée : une liste à compléter."""
        coupes = {**self.coupes, coupe: (NON_RENSEIGNE,)}
        return replace(self, libelle=f"{self.libelle} : {coupe}, non renseigné", coupes=coupes, lit=PartLue.TOTAL)

    @property
    def entiere(self) -> "RubriqueDuCadre":
        """Ce dont elle est une part : les mêmes lignes, lues par l'indicateur qu'elle cite."""
        return replace(self, code=f"{self.code}, en tout", indicateur=self.sur, sur="")

    def termes(self) -> list[str]:
        """Les termes du cadre commun qu'elle cite, « liste:code »."""
        return [valeur for valeurs in self.coupes.values() for valeur in valeurs if ":" in valeur]

    def choisir(self, groupes: Mapping[tuple[str, ...], Mesure], dits: Mapping[str, str]) -> Mesure:
        """Ce qu'elle additionne de mesures rangées par valeur de ses coupes. dits : le libellé de chaque terme cité."""
        voulues = [{dits.get(valeur, valeur) for valeur in valeurs} for valeurs in self.coupes.values()]
        retenues = [m for cle, m in groupes.items() if all(v in siennes for v, siennes in zip(cle, voulues, strict=True))]
        return Mesure(sum(m.total for m in retenues), sum(m.atteint for m in retenues)) if retenues else RIEN

    def compter(self, faits: Iterable[FaitCompte], dits: Mapping[str, str]) -> Mesure:
        """La mesure qu'elle lit de ces faits."""
        groupes = defaultdict(list)
        for fait in faits:
            groupes[tuple(str(fait.coupes[coupe]) for coupe in self.coupes)].append(fait)
        return self.choisir({cle: self.mesuree.agreger(siens) for cle, siens in groupes.items()}, dits)

    def nombre(self, mesure: Mesure):
        """Le nombre que cette rubrique écrit dans sa case."""
        return mesure.total if self.lit == PartLue.TOTAL else mesure.atteint


@dataclass(frozen=True)
class ChapitreDuCadre:
    """Un chapitre, et ses rubriques dans l'ordre."""

    code: str
    libelle: str
    rubriques: tuple[RubriqueDuCadre, ...]


@dataclass(frozen=True)
class Coherence:
    """Une règle que tiennent les nombres d'un cadre : plus, moins ce que l'on ôte, égale une rubrique, ou ne la dépasse pas."""

    dit: str
    plus: tuple[str, ...]
    moins: tuple[str, ...] = ()
    egale: str = ""
    au_plus: str = ""

    def cite(self) -> tuple[str, ...]:
        """Les rubriques dont elle parle, celle à quoi elle compare à la fin."""
        return (*self.plus, *self.moins, self.egale or self.au_plus)

    def ecart(self, nombres: Mapping[str, int | Decimal | None]) -> tuple | None:
        """Ce que font les deux côtés, s'ils ne concordent pas ; rien s'ils concordent, ou si l'un ne se sait pas."""
        cites = [nombres.get(code) for code in self.cite()]
        if None in cites:
            return None
        trouve = sum(cites[: len(self.plus)]) - sum(cites[len(self.plus) : -1])
        tient = trouve == cites[-1] if self.egale else trouve <= cites[-1]
        return None if tient else (trouve, cites[-1])


@dataclass(frozen=True)
class Cadre:
    """Un cadre entier. ne_couvre_pas : ce qu'il ne dit pas. periodes : celles sur lesquelles il se remplit.

    lignee : celle de ses versions, qui se suivent. condensat : celui du fichier, octet pour octet.
    """

    lignee: str
    code: str
    libelle: str
    source: str
    ne_couvre_pas: str
    du: date
    au: date | None
    periodes: tuple[str, ...]
    chapitres: tuple[ChapitreDuCadre, ...]
    condensat: str = field(repr=False)
    coherences: tuple[Coherence, ...] = ()

    def __str__(self):
        return self.libelle

    def rubriques(self) -> Iterator[RubriqueDuCadre]:
        """Toutes, dans l'ordre."""
        return (rubrique for chapitre in self.chapitres for rubrique in chapitre.rubriques)

    def tenues(self) -> list[RubriqueDuCadre]:
        """Celles que Cèdre remplit."""
        return [rubrique for rubrique in self.rubriques() if rubrique.indicateur]

    def regles(self) -> list[Coherence]:
        """Ce que ses nombres tiennent : ce qu'il en dit, et que chaque total est la somme de ses parts."""
        sommes = [
            Coherence(f"{r.libelle} : ses parts font le tout.", r.total_de, egale=r.code) for r in self.tenues() if r.total_de
        ]
        return [*sommes, *self.coherences]

    def par_mois(self) -> bool:
        """Vrai s'il se remplit aussi chaque mois."""
        return "mois" in self.periodes


@cache
def valeurs_closes(indicateur: Indicateur, coupe: str) -> frozenset[str] | None:
    """Toutes les valeurs de cette coupe, quand sa définition les cite toutes ; sinon, rien."""
    parts = indicateur.parts or (indicateur,)
    dites = [_valeurs(part.coupes_de(UN_JOUR_QUELCONQUE, [coupe])[coupe], part.modele) for part in parts]
    return None if None in dites else frozenset().union(*dites)


def _valeurs(expression: Expression | F, modele) -> frozenset[str] | None:
    """Toutes les valeurs qu'elle peut rendre, si elle les cite toutes ; d'un champ, celles qu'il propose."""
    match expression:
        case Gardee():
            return _valeurs(expression.dite, modele)
        case Value():
            return frozenset({str(expression.value)})
        case Case():
            rendues = [*(_valeurs(cas.result, modele) for cas in expression.cases), _valeurs(expression.default, modele)]
            return None if None in rendues else frozenset().union(*rendues)
        case F():
            champs = {champ.name: champ for champ in modele._meta.concrete_fields}
            choix = getattr(champs.get(expression.name), "choices", None)
            return frozenset(str(code) for code, _ in choix) if choix else None
    return None
