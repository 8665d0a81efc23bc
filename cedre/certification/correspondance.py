"""Passer d'une édition à l'autre : ce qui change, et ce que devient chaque point, avec ses résultats et ses preuves (CER-1)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices

from cedre.certification.referentiel import Edition, EditionRefusee, Point
from cedre.core.yaml_borne import YamlRefuse, lire_yaml

FORMAT = "cedre-correspondance/1"


class SorteDeLien(TextChoices):
    """Ce que devient un point d'une édition à la suivante."""

    IDENTIQUE = "identique", "Identique"
    REFORMULEE = "reformulee", "Reformulée"
    ELARGIE = "elargie", "Élargie"
    RESTREINTE = "restreinte", "Restreinte"
    SCINDEE = "scindee", "Scindée"
    FUSIONNEE = "fusionnee", "Fusionnée"
    SUPPRIMEE = "supprimee", "Supprimée"
    NOUVELLE = "nouvelle", "Nouvelle"


class Effet(TextChoices):
    """Ce que devient ce que l'on avait : un résultat, une preuve."""

    GARDE = "garde", "Gardé"
    A_REVOIR = "a_revoir", "À revoir"
    PERDU = "perdu", "Perdu"


# Combien de points avant, combien après ; n veut dire deux ou plus.
NOMBRES = dict.fromkeys(
    (SorteDeLien.IDENTIQUE, SorteDeLien.REFORMULEE, SorteDeLien.ELARGIE, SorteDeLien.RESTREINTE), ("1", "1")
) | {
    SorteDeLien.SCINDEE: ("1", "n"),
    SorteDeLien.FUSIONNEE: ("n", "1"),
    SorteDeLien.SUPPRIMEE: ("1", "0"),
    SorteDeLien.NOUVELLE: ("0", "1"),
}


@dataclass(frozen=True)
class Lien:
    """Ce que deviennent ces points."""

    sorte: SorteDeLien
    de: tuple[str, ...]
    vers: tuple[str, ...]
    resultats: Effet
    preuves: Effet

    @property
    def garde_tout(self) -> bool:
        """Vrai si rien de ce que l'on avait n'est à revoir ni perdu."""
        return self.resultats == self.preuves == Effet.GARDE


class PointsLies(NamedTuple):
    """Un lien, et les points qu'il relie."""

    lien: Lien
    avant: list[Point]
    apres: list[Point]


class Difference(NamedTuple):
    """Un point qui change : avant ou apres manque s'il est nouveau ou supprimé."""

    code: str
    sorte: SorteDeLien
    avant: Point | None
    apres: Point | None


def differences(avant: Edition, apres: Edition) -> list[Difference]:
    """Ce qui saute aux yeux en posant les deux textes côte à côte, point par point, d'après leur code."""
    anciens, nouveaux = ({p.code: p for p in edition.points()} for edition in (avant, apres))
    trouvees = []
    for code in dict.fromkeys([*anciens, *nouveaux]):
        a, b = anciens.get(code), nouveaux.get(code)
        if a != b:
            sorte = SorteDeLien.NOUVELLE if a is None else SorteDeLien.SUPPRIMEE if b is None else SorteDeLien.REFORMULEE
            trouvees.append(Difference(code, sorte, a, b))
    return trouvees


def edition_de_depart(octets: bytes) -> str:
    """Le code de l'édition que cette correspondance quitte. Lève EditionRefusee si elle ne se lit pas."""
    return str(_brut(octets).get("de", ""))


def lire_correspondance(octets: bytes, *, de: Edition, vers: Edition) -> tuple[Lien, ...]:
    """Les liens d'un fichier cedre-correspondance/1. Lève EditionRefusee, avec chaque faute, s'il n'est pas complet."""
    brut = _brut(octets)
    if (str(brut.get("de")), str(brut.get("vers"))) != (de.code, vers.code):
        raise EditionRefusee([f"Ce fichier ne mène pas de {de.code} à {vers.code}."])
    if fautes := [faute for rang, dit in enumerate(brut["liens"], 1) for faute in _fautes_du_lien(rang, dit)]:
        raise EditionRefusee(fautes)
    liens = tuple(map(_lien, brut["liens"]))
    if fautes := list(_fautes(liens, de, vers)):
        raise EditionRefusee(fautes)
    return liens


def _brut(octets: bytes) -> dict:
    try:
        brut = lire_yaml(octets)
    except YamlRefuse as refus:
        raise EditionRefusee([str(refus)]) from None
    if not isinstance(brut, dict) or brut.get("format") != FORMAT:
        raise EditionRefusee([f"Ce fichier n’est pas une correspondance : il ne dit pas « format: {FORMAT} »."])
    if not isinstance(brut.get("liens"), list):
        raise EditionRefusee(["Cette correspondance n’a pas de « liens »."])
    return brut


def _fautes_du_lien(rang: int, dit) -> Iterator[str]:
    """Ce qui empêche de lire ce lien. rang : son ordre dans le fichier."""
    if not isinstance(dit, dict):
        yield f"Lien {rang} : il ne dit ni sa sorte, ni ses points, ni ses effets."
        return
    for cle, choix in (("sorte", SorteDeLien), ("resultats", Effet), ("preuves", Effet)):
        if dit.get(cle) not in choix.values:
            yield f"Lien {rang} : « {cle} » vaut « {dit.get(cle, 'rien')} » ; il peut valoir {', '.join(choix.values)}."
    for cote in ("de", "vers"):
        if not isinstance(dit.get(cote, []), list):
            yield f"Lien {rang} : « {cote} » est une liste de points, entre crochets."


def _lien(dit: dict) -> Lien:
    de, vers = (tuple(map(str, dit.get(cote, ()))) for cote in ("de", "vers"))
    return Lien(SorteDeLien(dit["sorte"]), de, vers, Effet(dit["resultats"]), Effet(dit["preuves"]))


def _fautes(liens: tuple[Lien, ...], de: Edition, vers: Edition) -> Iterator[str]:
    for lien in liens:
        trouves = tuple("n" if len(cote) > 1 else str(len(cote)) for cote in (lien.de, lien.vers))
        if trouves != NOMBRES[lien.sorte]:
            yield f"{', '.join(lien.de + lien.vers)} : « {lien.sorte.label} » ne mène pas de {trouves[0]} à {trouves[1]} point."
    for edition, cites in ((de, [c for lien in liens for c in lien.de]), (vers, [c for lien in liens for c in lien.vers])):
        connus, fois = {p.code for p in edition.points()}, Counter(cites)
        yield from (f"{code} : ce point n’existe pas dans l’édition {edition.code}." for code in sorted(fois.keys() - connus))
        yield from (f"{code} : ce point de l’édition {edition.code} n’a aucun lien." for code in sorted(connus - fois.keys()))
        yield from (f"{code} : ce point de l’édition {edition.code} a {n} liens." for code, n in sorted(fois.items()) if n > 1)


def relier(liens: tuple[Lien, ...], *, de: Edition, vers: Edition) -> list[PointsLies]:
    """Les mêmes liens, avec le texte de leurs points, dans l'ordre de l'édition que l'on quitte puis de celle où l'on va."""
    anciens, nouveaux = ({p.code: p for p in edition.points()} for edition in (de, vers))
    rangs = {code: rang for rang, code in enumerate(dict.fromkeys([*anciens, *nouveaux]))}
    ordre = sorted(liens, key=lambda lien: min(rangs[code] for code in lien.de or lien.vers))
    return [PointsLies(lien, [anciens[c] for c in lien.de], [nouveaux[c] for c in lien.vers]) for lien in ordre]
