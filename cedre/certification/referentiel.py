"""Une édition du référentiel, telle que lecture_edition la lit d'un fichier YAML (CER-1, CER-2)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from cedre.certification.verdicts import NON, Disposition, Regle
from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Indicateur, Mesure, tous
from cedre.core.yaml_borne import FichierRefuse

DOSSIER = Path(__file__).parent / "editions"
SCHEMA = Path(__file__).parent / "cedre-referentiel-1.schema.json"
TYPES = frozenset(Organisation.TypeSiae.values)


class EditionRefusee(FichierRefuse):
    """Le fichier n'est pas une édition."""


def nom_dans_l_adresse(code: str) -> str:
    """Un code tel qu'il s'écrit dans une adresse.

    >>> nom_dans_l_adresse("2.2a")
    '2-2a'
    """
    return code.replace(".", "-").replace("_", "-")


class Selon(NamedTuple):
    """La réponse, à une question de sens, dont dépend qu'une preuve en soit une."""

    lecture: str
    reponse: str


@dataclass(frozen=True)
class Preuve:
    """Ce qui prouve un point : un indicateur calculé, un constat que l'on énonce, ou un document.

    regle : ce que le texte en demande, si ce n'est pas ce que dit la disposition du point ; mots : les siens, cités.
    objet : celui dont l'indicateur parle, s'il en a plusieurs. tolerance : la question qui dit quand une pratique est satisfaite.
    annee_close : le document couvre la dernière année close. transmis : le point dont le document doit avoir été transmis.
    ou_indicateur : ce qui, mesuré dans Cèdre, vaut le document.
    types : les sortes de structure dont c'en est une, vide si de toutes ; selon : la lecture qui la choisit, s'il y en a une.
    """

    indicateur: str = ""
    objet: str = ""
    constat: str = ""
    document: str = ""
    regle: str = ""
    mots: str = ""
    tolerance: str = ""
    annee_close: bool = False
    transmis: str = ""
    ou_indicateur: str = ""
    types: tuple[str, ...] = ()
    selon: Selon | None = None

    def vaut(self, type_siae: str, reponses: Mapping[str, str]) -> bool:
        """Vrai si c'en est une de cette sorte de structure, et qu'aucune autre réponse que la sienne n'est retenue."""
        retenue = self.selon is None or reponses.get(self.selon.lecture, self.selon.reponse) == self.selon.reponse
        return retenue and type_siae in (self.types or TYPES)

    @property
    def mesuree(self) -> Indicateur | None:
        """L'indicateur qui la calcule, de son seul objet si elle en dit un."""
        indicateur = tous().get(self.indicateur)
        return indicateur.par_objet.get(self.objet) if indicateur and self.objet else indicateur

    def selon_les_mesures(self, mesures: Mapping[str, Mesure]) -> "Preuve":
        """Elle ; ou, d'un document que Cèdre a vu se faire, la figure qui le vaut."""
        if not (self.ou_indicateur and mesures[self.ou_indicateur].atteint):
            return self
        return replace(self, document="", annee_close=False, transmis="", indicateur=self.ou_indicateur, ou_indicateur="")

    @property
    def mesurees(self) -> list[Indicateur]:
        """Les indicateurs qu'elle lit : celui qui la calcule, ou qui vaut son document."""
        return [indicateur for indicateur in (self.mesuree, tous().get(self.ou_indicateur)) if indicateur]

    def disposition(self, du_point: Disposition) -> Disposition:
        """Ce que l'on en demande : la règle de la preuve, là où vaut la disposition du point."""
        selon = self.selon.lecture if self.selon else ""
        if not self.regle or du_point.regle == Regle.SANS_OBJET:
            return replace(du_point, selon=selon)
        return Disposition(du_point.types, Regle(self.regle), None, "", du_point.lecture, self.tolerance, self.mots, selon)


class VersionDesPreuves(NamedTuple):
    """Ce qui prouve les exigences d'une édition, à partir d'un jour ; ce qui a été jugé avant ne l'est pas de nouveau (CER-3)."""

    numero: int
    du: date
    pourquoi: str


@dataclass(frozen=True)
class Point:
    """Un alinéa d'une spécification. Une latitude laisse le choix : elle ne s'évalue pas."""

    code: str
    nature: str
    texte: str
    dispositions: tuple[Disposition, ...]
    preuves: tuple[Preuve, ...]

    @property
    def nom_dans_l_adresse(self) -> str:
        """Son code, sans point : « 2-2a-1 »."""
        return nom_dans_l_adresse(self.code)

    @property
    def est_exige(self) -> bool:
        """Vrai pour une exigence."""
        return self.nature == "exigence"

    def disposition(self, type_siae: str) -> Disposition:
        """Celle qui vaut pour cette sorte de structure : le chargement garantit qu'il y en a une et une seule."""
        return next(d for d in self.dispositions if type_siae in d.types)


@dataclass(frozen=True)
class Specification:
    """Une spécification et ses points ; le premier est elle-même."""

    code: str
    paragraphe: str
    texte: str
    points: tuple[Point, ...]

    @property
    def nom_dans_l_adresse(self) -> str:
        """Son code, sans point : « 2-2a »."""
        return nom_dans_l_adresse(self.code)

    def parametres(self, type_siae: str) -> list[str]:
        """Les paramètres dont ses points dépendent, pour cette sorte de structure."""
        dispositions = (p.disposition(type_siae) for p in self.points)
        return [*dict.fromkeys(d.parametre for d in dispositions if d.parametre)]


@dataclass(frozen=True)
class Chapitre:
    """Un des six chapitres. moyens : indicatifs, jamais exigés."""

    code: str
    titre: str
    but: str
    objectifs: tuple[str, ...]
    moyens: tuple[str, ...]
    specifications: tuple[Specification, ...]


class SorteDeLecture(StrEnum):
    """Ce que la réponse décide : si une exigence vaut, ce qu'un mot veut dire, la part d'où une pratique est satisfaite."""

    PORTEE = "portee"
    SENS = "sens"
    TOLERANCE = "tolerance"


class ReponseProposee(NamedTuple):
    """La réponse que Cèdre propose, et sa raison ; elle ne vaut que si la fédération l'adopte."""

    reponse: str
    pourquoi: str


@dataclass(frozen=True)
class Lecture:
    """Une question d'interprétation ; la fédération la tranche, ou le texte lui-même (retenu, par, depuis).

    Tant qu'elle est ouverte, une portée ou un sens rend le verdict indéterminable, une tolérance le laisse engagé.
    reponses : par code, celles d'un sens.
    """

    code: str
    question: str
    reference: str
    sorte: str = SorteDeLecture.PORTEE
    reponses: Mapping[str, str] = field(default_factory=dict)
    projet: ReponseProposee | None = None
    retenu: str = ""
    par: str = ""
    depuis: date | None = None

    def admet(self, reponse: str) -> bool:
        """Vrai si c'est une réponse à cette question : oui ou non, une part, ou un des sens qu'elle propose."""
        if self.sorte == SorteDeLecture.TOLERANCE:
            return bool(re.fullmatch(r"[1-9]\d{0,3}/[1-9]\d{0,3}", reponse)) and Fraction(reponse) <= 1
        return reponse in (self.reponses or ("oui", NON))

    def en_mots(self, reponse: str) -> str:
        """Une réponse, telle qu'on la lit."""
        if self.sorte == SorteDeLecture.TOLERANCE:
            return f"au moins {reponse} de ce qui est compté"
        return self.reponses.get(reponse, reponse)


@dataclass(frozen=True)
class Parametre:
    """Une valeur datée ; propre_a_la_structure : chacune a la sienne. valeurs : (à partir du, valeur), de la plus ancienne."""

    code: str
    libelle: str
    unite: str
    propre_a_la_structure: bool
    valeurs: tuple[tuple[date, Fraction], ...]

    @property
    def nom_dans_l_adresse(self) -> str:
        """Son code, sans soulignement."""
        return nom_dans_l_adresse(self.code)

    def le(self, jour: date) -> Fraction | None:
        """Sa valeur ce jour-là."""
        return next((valeur for du, valeur in reversed(self.valeurs) if du <= jour), None)


@dataclass(frozen=True)
class Edition:
    """Une édition entière, avec une version de ses preuves : un texte a autant d'éditions lues que de versions.

    condensat : celui du texte, octet pour octet. texte : complet, ou manquant. preuves : rien, si le texte les dit lui-même.
    """

    lignee: str
    code: str
    titre: str
    texte: str
    source: str
    echelle: str
    du: date
    au: date | None
    remplace: str
    chapitres: tuple[Chapitre, ...]
    lectures: Mapping[str, Lecture]
    parametres: Mapping[str, Parametre]
    condensat: str = field(repr=False)
    preuves: VersionDesPreuves | None = None

    @property
    def citee(self) -> str:
        """Son titre et la version de ses preuves : de quoi refaire le même jugement."""
        return f"{self.titre}, preuves n° {self.preuves.numero}" if self.preuves else self.titre

    def specifications(self) -> Iterator[Specification]:
        """Toutes, dans l'ordre."""
        return (s for chapitre in self.chapitres for s in chapitre.specifications)

    def chapitre_de(self, specification: Specification) -> Chapitre:
        """Le chapitre où elle se trouve."""
        return next(c for c in self.chapitres if specification in c.specifications)

    def points(self) -> Iterator[Point]:
        """Tous les points de toutes les spécifications, dans l'ordre."""
        return (point for s in self.specifications() for point in s.points)
