"""Les colonnes qu'un import attend : leurs noms d'usage, leur correspondance avec un tableau, la lecture d'une ligne."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from cedre.core.cellules import Douteux, Invalide
from cedre.core.tableau import Ligne, en_texte
from cedre.core.texte import normaliser

_MOTS_VIDES = {"de", "du", "des", "d", "la", "le", "les", "l", "n", "no", "num", "numero"}


def titre_compare(titre: str) -> str:
    """Le titre sans accent, casse, précision entre parenthèses ni petits mots : ce qui se compare."""
    mots = normaliser(re.sub(r"\([^)]*\)", " ", titre).replace("°", " ")).split()
    return " ".join(m for m in mots if m not in _MOTS_VIDES) or " ".join(mots)


@dataclass(frozen=True)
class Colonne:
    """Une colonne attendue. lire : de la cellule à la valeur (core.cellules) ; alias : ses noms d'usage."""

    nom: str
    libelle: str
    alias: tuple[str, ...]
    lire: Callable
    obligatoire: bool = False

    @property
    def titres(self) -> list[str]:
        """Ses noms d'usage, prêts à comparer, le plus sûr d'abord."""
        return [titre_compare(t) for t in (self.libelle, *self.alias)]


@dataclass(frozen=True)
class Remarque:
    """Ce qui ne va pas, à sa ligne et à sa colonne. Une erreur écarte la ligne ; une attention la laisse entrer."""

    ligne: int
    colonne: str
    message: str
    valeur: str = ""
    gravite: Literal["erreur", "attention"] = "erreur"

    en_dict = asdict


def reconnaisseur(colonnes: Iterable[Colonne]) -> Callable[[str], bool]:
    """La fonction qui dit si un texte est le titre d'une de ces colonnes."""
    connus = {titre for colonne in colonnes for titre in colonne.titres}
    return lambda texte: len(texte) <= 80 and titre_compare(texte) in connus


def proposer(entetes: Sequence[str], colonnes: Iterable[Colonne]) -> dict[int, str]:
    """La correspondance proposée : rang de la colonne du tableau → nom de la colonne attendue, chacune une fois.

    D'abord les titres égaux à un nom d'usage, mot pour mot puis sans petits mots (« Pass du » n'est pas « Pass »), enfin ceux
    qui en contiennent un pour plus des deux tiers.
    """
    trouves: dict[int, str] = {}

    def poser(accord, comparer=titre_compare):
        compares = [comparer(e) for e in entetes]
        for colonne in colonnes:
            if colonne.nom in trouves.values():
                continue
            titres = map(comparer, (colonne.libelle, *colonne.alias))
            rangs = (i for titre in titres for i, e in enumerate(compares) if i not in trouves and accord(titre, e))
            if (rang := next(rangs, None)) is not None:
                trouves[rang] = colonne.nom

    colonnes = list(colonnes)
    poser(str.__eq__, normaliser)
    poser(str.__eq__)
    poser(lambda titre, e: f" {titre} " in f" {e} " and len(titre) * 3 > len(e) * 2)
    return trouves


def lire_ligne(ligne: Ligne, correspondance: dict[int, Colonne], entetes: Sequence[str]) -> tuple[dict, list[Remarque]]:
    """Les valeurs d'une ligne par nom de colonne, et tout ce qui n'y va pas."""
    valeurs, remarques = {}, []
    if ligne.de_trop:
        message = (
            f"{ligne.de_trop} cellule(s) au-delà de la dernière colonne : un séparateur dans un texte sans guillemets "
            "a sans doute décalé la ligne."
        )
        remarques.append(Remarque(ligne.numero, "", message))
    for rang, colonne in correspondance.items():
        cellule = ligne.cellules[rang]
        dit = {"ligne": ligne.numero, "colonne": entetes[rang], "valeur": en_texte(cellule)[:120]}
        try:
            valeurs[colonne.nom] = colonne.lire(cellule)
        except Invalide as faute:
            remarques.append(Remarque(message=str(faute), **dit))
            continue
        except Douteux as doute:
            valeurs[colonne.nom] = doute.valeur
            remarques.append(Remarque(message=str(doute), gravite="attention", **dit))
        if colonne.obligatoire and valeurs[colonne.nom] in (None, "", []):
            remarques.append(Remarque(message=f"{colonne.libelle} : à remplir.", **dit))
    return valeurs, remarques
