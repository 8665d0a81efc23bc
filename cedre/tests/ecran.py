"""Lire une page comme on la lit : ses libellés, ses tableaux, ses listes, sans balise ni insécable."""

import re
from html import unescape


def propre(html: str) -> str:
    """Le texte d'un morceau de page, sans insécable."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\N{NO-BREAK SPACE}", " ").split())


def principal(page) -> str:
    """Le HTML de la page, hors menu."""
    return page.content.decode().partition("<main")[2]


def ecran(page) -> str:
    """Tout ce qui se lit de la page, hors menu : ses titres, ses listes, ce que chaque champ demande."""
    return propre(re.search(r"<main[^>]*>(.*)</main>", page.content.decode(), re.S)[1])


def faits(page) -> dict[str, str]:
    """Ce que dit chaque libellé de la page."""
    return {
        propre(nom): propre(valeur) for nom, valeur in re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", principal(page), re.S)
    }


def tableau(page) -> list[list[str]]:
    """Les rangées des tableaux de la page."""
    rangees = re.findall(r"<tr>(.*?)</tr>", principal(page), re.S)
    return [[propre(cellule) for cellule in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r, re.S)] for r in rangees if "<td" in r]


def lignes(page) -> list[str]:
    """Les lignes des listes de la page."""
    return [propre(une) for une in re.findall(r"<li>(.*?)</li>", principal(page), re.S)]
