"""Qui tient la base, son journal (WAL), le journal des requêtes et une sauvegarde, sans la clé, cherche qui a dit quoi.

Rien ici ne connaît une table : chacune est lue, chaque colonne essayée. Une fuite nouvelle se voit sans rien y retoucher.
"""

import base64
import binascii
import re
import sqlite3
import struct
import zlib
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

DISTINCTIF = 9  # signes : un numéro d'autant de chiffres ne se retrouve pas ailleurs par hasard
DEBUT = 24  # signes : assez pour reconnaître un texte, trop peu pour tomber à cheval sur deux pages
HEURE = re.compile(rb"\d\d:(\d\d):(\d\d)")
EPOQUE = re.compile(rb"(?<!\d)(1[6-9]\d{8})(?!\d)")
FLOTTANT = re.compile(rb"G(?=(.{8}))", re.DOTALL)  # un nombre à virgule, dans ce que pickle écrit
CODE = re.compile(rb"[\w+/=-]{12,}")

Base = dict[str, list[dict]]


class Manche(NamedTuple):
    """Ce que l'attaquant sait et tient d'une journée. textes : dans l'ordre où ils ont été écrits.

    connus : par nom, ce qu'il sait de qui écrivait, dans le même ordre (compte, courriel, adresse).
    bases : le soir, le matin, la sauvegarde ; fichiers : tout ce qui se lit en octets.
    """

    textes: list[str]
    connus: dict[str, list]
    bases: dict[str, Base]
    fichiers: dict[str, bytes]


def lire(fichier: Path) -> Base:
    """Toutes les tables, ligne à ligne dans l'ordre du fichier, avec ce numéro d'ordre que SQLite garde à part."""
    with closing(sqlite3.connect(fichier)) as base:
        base.row_factory = sqlite3.Row
        noms = [nom for (nom,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {
            nom: [dict(ligne) for ligne in base.execute(f'SELECT rowid AS rang, * FROM "{nom}" ORDER BY rowid')] for nom in noms
        }


def _porte(ligne: dict, texte: str) -> bool:
    return any(isinstance(valeur, str) and texte in valeur for valeur in ligne.values())


def _index(manche: Manche) -> dict[str, list[tuple[str, dict]]]:
    """Par valeur distinctive, les lignes de toutes les bases qui la portent : ce qui joint deux tables, ou hier à aujourd'hui."""
    trouve = defaultdict(list)
    for base, tables in manche.bases.items():
        for table, lignes in tables.items():
            for ligne in lignes:
                for nom, valeur in ligne.items():
                    if valeur is not None and DISTINCTIF <= len(str(valeur)) <= 400:
                        trouve[str(valeur)].append((f"{base}.{table}[{nom}]", ligne))
    return trouve


def _lignes(manche: Manche) -> dict[str, list[dict]]:
    """Par piste, une ligne pour chacun des textes : celle qui le porte, ou celle qu'une valeur distinctive y joint."""
    index, pistes = _index(manche), {}
    for base, tables in manche.bases.items():
        for table, lignes in tables.items():
            portent = [[ligne for ligne in lignes if _porte(ligne, texte)] for texte in manche.textes]
            if not all(portent):
                continue
            pistes[f"{base}.{table}"] = siennes = [trouvees[0] for trouvees in portent]
            jointes = [defaultdict(list) for _ in siennes]
            for rang, ligne in enumerate(siennes):
                for nom, valeur in ligne.items():
                    for autre, la in index.get(str(valeur), ()):
                        jointes[rang][f"{base}.{table}.{nom} = {autre}"].append(la)
            for piste in set.intersection(*map(set, jointes)):
                pistes[piste] = [la[piste][0] for la in jointes]
    return pistes


def _suivent(cles: list) -> bool | None:
    """Vrai si ces clés croissent dans l'ordre où l'on a écrit, faux si elles décroissent, rien sinon."""
    try:
        croissent = all(a < b for a, b in zip(cles, cles[1:], strict=False))
        return croissent or (False if all(a > b for a, b in zip(cles, cles[1:], strict=False)) else None)
    except TypeError:
        return None


def _par_les_lignes(manche: Manche) -> set[str]:
    """Les colonnes qui rangent les textes comme ils ont été écrits, ou qui disent de qui ils sont."""
    fuites = set()
    for piste, lignes in _lignes(manche).items():
        for nom in set.intersection(*map(set, lignes)):
            valeurs = [ligne[nom] for ligne in lignes]
            if (sens := _suivent(valeurs)) is not None:
                fuites.add(f"{piste} : {nom} {'croît' if sens else 'décroît'}")
            fuites |= {
                f"{piste} : {nom} dit {quoi}"
                for quoi, siens in manche.connus.items()
                if [*map(str, siens)] == [*map(str, valeurs)]
            }
    return fuites


def _par_les_places(manche: Manche) -> set[str]:
    """Les fichiers, et les cellules, où les textes se suivent comme ils ont été écrits."""
    lieux = dict(manche.fichiers)
    for base, tables in manche.bases.items():
        for table, lignes in tables.items():
            for ligne in lignes:
                for nom, valeur in ligne.items():
                    if isinstance(valeur, str) and all(texte in valeur for texte in manche.textes):
                        lieux[f"{base}.{table}.{nom}"] = valeur.encode()
    fuites = set()
    for lieu, octets in lieux.items():
        for nom, chercher in (("première", octets.find), ("dernière", octets.rfind)):
            places = [chercher(texte[:DEBUT].encode()) for texte in manche.textes]
            if min(places) >= 0 and (sens := _suivent(places)) is not None:
                fuites.add(f"{lieu} : {nom} place {'croît' if sens else 'décroît'}")
    return fuites


def _par_les_longueurs(manche: Manche, avant: str, apres: str, depots: list[list[str]]) -> set[str]:
    """Les colonnes dont la longueur suit celle des textes, dans ce qui s'est ajouté entre ces deux bases.

    depots : les suites de textes dont l'attaquant sait l'ordre, et qui ont pu aller dans une même table.
    """
    fuites = set()
    for table, lignes in manche.bases[apres].items():
        deja = [list(ligne.values()) for ligne in manche.bases[avant].get(table, ())]
        neuves = [ligne for ligne in lignes if list(ligne.values()) not in deja]
        for depot in depots:
            if len(neuves) != len(depot):
                continue
            siennes = [neuves[depot.index(texte)] for texte in manche.textes if texte in depot]
            for nom in neuves[0] if len(siennes) == len(manche.textes) else ():
                tailles = [len(str(ligne[nom])) for ligne in siennes]
                attendu = sorted(range(len(siennes)), key=lambda i: len(manche.textes[i]))
                if len(set(tailles)) == len(tailles) and sorted(range(len(siennes)), key=tailles.__getitem__) == attendu:
                    fuites.add(f"{apres}.{table}.{nom} : la longueur suit celle du texte")
    return fuites


def fuites(manches: list[Manche], depots: list[list[list[str]]]) -> set[str]:
    """Les pistes qui disent qui a dit quoi à chaque manche : une fois, ce serait le hasard. depots : par manche."""
    return set.intersection(
        *(
            _par_les_lignes(manche) | _par_les_places(manche) | _par_les_longueurs(manche, "veille", "soir", ordres)
            for manche, ordres in zip(manches, depots, strict=True)
        )
    )


def _depliees(octets: bytes, reste: int = 3):
    """Ces octets, et ceux qui y sont codés ou comprimés : sessions, compteurs, jetons."""
    yield octets
    if not reste:
        return
    for code in CODE.findall(octets):
        for sans_rien in {code.rstrip(b"="), code.rstrip(b"=").lstrip(b".")}:
            try:
                lu = base64.b64decode(
                    sans_rien.translate(bytes.maketrans(b"-_", b"+/")) + b"=" * (-len(sans_rien) % 4), validate=True
                )
            except (binascii.Error, ValueError):
                continue
            yield from _depliees(lu, reste - 1)
            try:
                yield from _depliees(zlib.decompress(lu), reste - 1)
            except zlib.error:
                continue


def a_cette_seconde(octets: bytes, seconde: int) -> bool:
    """Vrai s'il s'y lit une heure, ou un nombre de secondes depuis 1970, qui tombe à cette seconde d'une minute, même codé."""
    for lu in _depliees(octets):
        secondes = [int(s) for _, s in HEURE.findall(lu)] + [int(n) % 60 for n in EPOQUE.findall(lu)]
        flottants = (struct.unpack(">d", huit)[0] for huit in FLOTTANT.findall(lu))
        if seconde in secondes or any(1.6e9 < n < 2e9 and int(n) % 60 == seconde for n in flottants):
            return True
    return False


def heures(bases: dict[str, Base], seconde: int) -> set[str]:
    """Les colonnes, de toutes les tables, où se lit une heure qui tombe à cette seconde."""
    return {
        f"{base}.{table}.{nom}"
        for base, tables in bases.items()
        for table, lignes in tables.items()
        for ligne in lignes
        for nom, valeur in ligne.items()
        if isinstance(valeur, str | int | float | bytes)
        and a_cette_seconde(valeur if isinstance(valeur, bytes) else str(valeur).encode(), seconde)
    }
