"""Passer d'une édition à l'autre : ce qui change, et ce que devient chaque point, avec ses résultats et ses preuves (CER-1)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import yaml
from django.db.models import TextChoices

from cedre.certification.referentiel import Edition, EditionRefusee, Point


class Sorte(TextChoices):
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
NOMBRES = dict.fromkeys((Sorte.IDENTIQUE, Sorte.REFORMULEE, Sorte.ELARGIE, Sorte.RESTREINTE), ("1", "1")) | {
    Sorte.SCINDEE: ("1", "n"),
    Sorte.FUSIONNEE: ("n", "1"),
    Sorte.SUPPRIMEE: ("1", "0"),
    Sorte.NOUVELLE: ("0", "1"),
}


@dataclass(frozen=True)
class Lien:
    """Ce que deviennent ces points."""

    sorte: Sorte
    de: tuple[str, ...]
    vers: tuple[str, ...]
    resultats: Effet
    preuves: Effet


class Difference(NamedTuple):
    """Un point qui change : avant ou apres manque s'il est nouveau ou supprimé."""

    code: str
    sorte: Sorte
    avant: Point | None
    apres: Point | None


def differences(avant: Edition, apres: Edition) -> list[Difference]:
    """Ce qui saute aux yeux en posant les deux textes côte à côte, point par point, d'après leur code."""
    anciens, nouveaux = ({p.code: p for p in edition.points()} for edition in (avant, apres))
    trouvees = []
    for code in dict.fromkeys([*anciens, *nouveaux]):
        a, b = anciens.get(code), nouveaux.get(code)
        if a != b:
            sorte = Sorte.NOUVELLE if a is None else Sorte.SUPPRIMEE if b is None else Sorte.REFORMULEE
            trouvees.append(Difference(code, sorte, a, b))
    return trouvees


def lire_correspondance(octets: bytes, *, de: Edition, vers: Edition) -> tuple[Lien, ...]:
    """Les liens d'un fichier cedre-correspondance/1. Lève EditionRefusee s'il n'est pas complet dans les deux sens."""
    try:
        brut = yaml.safe_load(octets.decode())
        entete = tuple(str(brut[nom]) for nom in ("format", "de", "vers"))
        liens = tuple(_lien(dit) for dit in brut["liens"])
    except (UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as echec:
        raise EditionRefusee([f"Ce fichier n’est pas une correspondance lisible : {echec}"]) from None
    if entete != ("cedre-correspondance/1", de.code, vers.code):
        raise EditionRefusee([f"Ce fichier ne mène pas de {de.code} à {vers.code}."])
    if fautes := list(_fautes(liens, de, vers)):
        raise EditionRefusee(fautes)
    return liens


def _lien(dit: dict) -> Lien:
    de, vers = (tuple(map(str, dit.get(cote, ()))) for cote in ("de", "vers"))
    return Lien(Sorte(dit["sorte"]), de, vers, Effet(dit["resultats"]), Effet(dit["preuves"]))


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
