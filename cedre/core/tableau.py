"""Lit un tableau tel que les gens l'envoient : CSV de toute origine, ou classeur. Aucun mot du domaine ici."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import PurePath

from cedre.core.classeur import ClasseurIllisible, feuilles
from cedre.core.texte import en_chiffres

TAILLE_MAX = 20 * 2**20
LIGNES_MAX = 50_000
COLONNES_MAX = 200
LIGNES_AVANT_TITRES = 20

_SEPARATEURS = ";,\t|"
_SIGNATURES = {
    b"%PDF": "un PDF",
    b"\x89PNG": "une image",
    b"\xff\xd8\xff": "une image",
    b"GIF8": "une image",
    b"\x1f\x8b": "une archive",
    b"Rar!": "une archive",
    b"7z\xbc\xaf": "une archive",
    b"{\\rtf": "un texte mis en forme",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROLES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


class FichierIllisible(Exception):
    """Le fichier ne peut pas être lu comme un tableau ; le message dit pourquoi et que faire, en français."""


@dataclass(frozen=True)
class Ligne:
    """Une ligne du tableau : son numéro dans le fichier, ses cellules, et combien débordent des titres."""

    numero: int
    cellules: list
    de_trop: int = 0


@dataclass(frozen=True)
class Tableau:
    """Les titres, la ligne où ils sont, et les lignes qui disent quelque chose."""

    entetes: list[str]
    ligne_titres: int
    lignes: list[Ligne] = field(repr=False)

    def exemples(self, colonne: int, nombre: int = 3) -> list[str]:
        """Les premières valeurs non vides d'une colonne, différentes entre elles."""
        vues: dict[str, None] = {}
        for ligne in self.lignes:
            if texte := en_texte(ligne.cellules[colonne]):
                vues[texte] = None
            if len(vues) == nombre:
                break
        return list(vues)


def en_texte(cellule) -> str:
    """Une cellule telle qu'on la lirait à l'écran : un entier sans décimale, une date en français, les blancs ramassés."""
    if cellule is None or cellule == "":
        return ""
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if isinstance(cellule, float) and cellule.is_integer():
        return str(int(cellule))
    if isinstance(cellule, date):
        return f"{cellule.day:02}/{cellule.month:02}/{cellule.year:04}"
    texte = str(cellule)
    if texte.isascii() and texte.isprintable():
        return " ".join(texte.split())
    return "\n".join(filter(None, (" ".join(morceau.split()) for morceau in _CONTROLES.sub("", texte).splitlines())))


def lire(contenu: bytes, nom: str, connait: Callable[[str], bool]) -> Tableau:
    """Lit un fichier en tableau. nom : celui du fichier ; connait : dit si un texte est le titre d'une colonne attendue.

    C'est le contenu qui fait foi, non l'extension. Lève FichierIllisible.
    """
    if not contenu.strip(b"\x00\t\r\n ;,\xef\xbb\xbf"):
        raise FichierIllisible("Ce fichier est vide.")
    if len(contenu) > TAILLE_MAX:
        raise FichierIllisible(f"Ce fichier est trop lourd : {TAILLE_MAX // 2**20} Mo au plus.")
    _refuser_ce_qui_n_est_pas_un_tableau(contenu, PurePath(nom).suffix.lower())
    if contenu.startswith((b"PK\x03\x04", _OLE)):
        try:
            candidats = [list(enumerate(feuille, start=1)) for feuille in feuilles(contenu)]
        except ClasseurIllisible as echec:
            raise FichierIllisible(str(echec)) from None
    else:
        candidats = [_lignes_csv(_decoder(contenu), connait)]
    tableaux = [_mettre_en_tableau(lignes, connait) for lignes in candidats]
    tableaux = [t for t in tableaux if t]
    if not tableaux:
        raise FichierIllisible("Ce fichier ne contient aucune ligne de données sous une ligne de titres.")
    return max(tableaux, key=lambda t: (sum(map(connait, t.entetes)), len(t.lignes)))


def _refuser_ce_qui_n_est_pas_un_tableau(contenu: bytes, extension: str) -> None:
    nature = next((dit for signature, dit in _SIGNATURES.items() if contenu.startswith(signature)), "")
    if contenu.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
                noms = archive.namelist()
        except zipfile.BadZipFile:
            raise FichierIllisible("Ce classeur est abîmé ou incomplet : enregistrez-le ou envoyez-le de nouveau.") from None
        if any(n.startswith("word/") for n in noms):
            nature = "un document de traitement de texte"
        elif not any(n.startswith("xl/") or n == "content.xml" for n in noms):
            nature = "une archive"
    elif contenu.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in contenu:
        raise FichierIllisible("Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.")
    elif re.match(rb"\s*(<!doctype html|<html|<table)", contenu[:2000].removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE):
        nature = "une page web"
    if nature:
        malgre = f" malgré son extension « {extension} »" if extension in (".csv", ".xlsx", ".xls", ".ods", ".txt") else ""
        raise FichierIllisible(
            f"Ce fichier est {nature}{malgre} : ouvrez-le dans un tableur et enregistrez-le en CSV ou en XLSX."
        )


def _decoder(contenu: bytes) -> str:
    """Le texte d'un CSV, quel que soit le logiciel qui l'a écrit. Lève FichierIllisible."""
    for marque, codage in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if contenu.startswith(marque):
            return contenu.removeprefix(marque).decode(codage, errors="replace")
    debut = contenu[:4000]
    for codage, octets in (("utf-16-le", debut[1::2]), ("utf-16-be", debut[::2])):
        if octets.count(0) > len(octets) / 3:
            return contenu.decode(codage, errors="replace")
    if b"\x00" in contenu:
        raise FichierIllisible("Ce fichier n’est ni un CSV ni un classeur : enregistrez votre tableau en CSV ou en XLSX.")
    try:
        return contenu.decode("utf-8")
    except UnicodeDecodeError:
        etranges = b"".join(re.findall(rb"[^\n]*[\x80-\xff][^\n]*\n?", contenu)[:500])
        codages = ("cp1252", "utf-8", "mac_roman", "cp850")
        return contenu.decode(max(codages, key=lambda c: _vraisemblance(etranges.decode(c, errors="replace"))), errors="replace")


def _vraisemblance(texte: str) -> int:
    """Les lettres accentuées du français, moins les signes qui trahissent un mauvais décodage."""
    compte = Counter(texte)
    return sum(compte[c] for c in "éèêëàâçîïôöùûüÉÈÀÇ’œ°") - 2 * sum(compte[c] for c in "\ufffdÃ‚Šˆ…ŽŽ‡†ƒ¤Þ╔┬║")


def _lignes_csv(texte: str, connait) -> list[tuple[int, list[str]]]:
    """Les enregistrements d'un CSV avec la ligne du fichier où chacun commence. Lève FichierIllisible."""
    annonce = re.match(r"sep=(.)\r?\n", texte)
    if annonce:
        texte, decalage, separateur = texte[annonce.end() :], 1, annonce[1]
    else:
        decalage, separateur = 0, _separateur(texte, connait)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    lignes, debut = [], 1
    try:
        for cellules in lecteur:
            lignes.append((debut + decalage, cellules))
            if len(lignes) > LIGNES_MAX * 2:
                break
            dernier, debut = debut, lecteur.line_num + 1
    except csv.Error:
        raise FichierIllisible(_guillemet(debut + decalage)) from None
    if lignes and debut - dernier > 1:
        fin = "".join(islice(io.StringIO(texte, newline=""), dernier - 1, None))
        try:
            list(csv.reader(io.StringIO(fin, newline=""), delimiter=separateur, strict=True))
        except csv.Error as faute:
            if "end of data" in str(faute):
                raise FichierIllisible(_guillemet(dernier + decalage)) from None
    return lignes


def _guillemet(ligne: int) -> str:
    return f"Ligne {ligne} : un guillemet s’ouvre et ne se ferme jamais. Corrigez-la, puis déposez le fichier de nouveau."


def _separateur(texte: str, connait) -> str:
    """Celui qui découpe les premières lignes en titres connus, puis en lignes de même largeur."""
    debut = texte[:100_000]

    def qualite(separateur):
        try:
            lignes = list(islice(csv.reader(io.StringIO(debut, newline=""), delimiter=separateur), 40))
        except csv.Error:
            return (0, 0, 0)
        largeurs = Counter(len(cellules) for cellules in lignes if len(cellules) > 1)
        largeur, fois = largeurs.most_common(1)[0] if largeurs else (0, 0)
        return max((sum(map(connait, cellules)) for cellules in lignes), default=0), fois, largeur

    return max(_SEPARATEURS, key=qualite)


def _mettre_en_tableau(lignes: list[tuple[int, list]], connait) -> Tableau | None:
    """Trouve la ligne de titres, ôte les lignes vides, égalise les largeurs. None si rien n'y est."""
    pleines = [(numero, cellules) for numero, cellules in lignes if any(en_texte(c) for c in cellules)]
    if len(pleines) < 2:
        return None
    premieres = pleines[:LIGNES_AVANT_TITRES]
    remplies = [sum(bool(en_texte(c)) for c in cellules) for _, cellules in premieres]
    reconnues = [sum(connait(en_texte(c)) for c in cellules) for _, cellules in premieres]
    if max(reconnues):
        rang = reconnues.index(max(reconnues))
    else:
        rang = next(i for i, n in enumerate(remplies) if n * 2 >= max(remplies))
    ligne_titres, titres = pleines[rang]
    entetes = [en_texte(c).replace("\n", " ") for c in titres]
    while entetes and not entetes[-1]:
        entetes.pop()
    largeur = len(entetes)
    if largeur > COLONNES_MAX:
        raise FichierIllisible(f"Ce tableau a {largeur} colonnes : {COLONNES_MAX} au plus.")
    suite = pleines[rang + 1 :]
    if len(suite) > LIGNES_MAX:
        maximum = en_chiffres(LIGNES_MAX)
        raise FichierIllisible(f"Ce fichier a plus de {maximum} lignes : découpez-le en plusieurs.")
    return Tableau(
        entetes=[e or f"Colonne {i}" for i, e in enumerate(entetes, start=1)],
        ligne_titres=ligne_titres,
        lignes=[
            Ligne(
                numero,
                (cellules[:largeur] + [""] * largeur)[:largeur],
                de_trop=sum(bool(en_texte(c)) for c in cellules[largeur:]),
            )
            for numero, cellules in suite
        ],
    )
