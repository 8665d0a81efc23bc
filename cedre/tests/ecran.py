"""Lire une page comme on la lit : ses libellés, ses tableaux, ses listes, sans balise ni insécable."""

import re
from html import unescape


def propre(html: str) -> str:
    """Le texte d'un morceau de page, sans insécable."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\N{NO-BREAK SPACE}", " ").split())


def principal(page) -> str:
    """Le HTML de la page, hors menu."""
    return page.content.decode().partition("<main")[2]


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


def sections(page) -> dict[str, str]:
    """Ce qui se lit sous chaque titre de la page, jusqu'au suivant ; avant le premier, sous rien."""
    avant, *suite = re.split(r"<h[12][^>]*>", principal(page))
    dites = [morceau.partition("</h")[::2] for morceau in suite]
    return {"": propre(avant.partition(">")[2])} | {propre(titre): propre(texte.partition(">")[2]) for titre, texte in dites}


def liens(page) -> dict[str, str]:
    """Où mène chaque lien de la page, d'après son texte."""
    return {
        propre(texte): unescape(ou) for ou, texte in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', principal(page), re.S)
    }


def titre(page) -> str:
    """Le titre de l'onglet, sans le nom du produit."""
    return propre(re.search(r"<title>(.*?)</title>", page.content.decode(), re.S)[1]).rpartition(" · ")[0]
