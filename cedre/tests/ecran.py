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


BLOCS = r"</?(?:main|section|header|div|form|ul|ol|li|h\d|p|dl|dt|dd|table|thead|tbody|tr|t[hd]|caption)\b[^>]*>"


def phrases(page) -> list[str]:
    """La page telle qu'on la lit, hors menu, ligne à ligne ; où mène un lien, ce que pose un bouton : « Voir [/la/] »."""
    html = re.sub(r"<(svg|script)\b.*?</\1>|<input[^>]*>|<br>", " ", principal(page).partition(">")[2], flags=re.S)
    html = re.sub(r'<(?:a|button)\b[^>]*?(?:href|value)="([^"]*)"[^>]*>(.*?)</(?:a|button)>', r"\2 [\1]", html, flags=re.S)
    html = re.sub(r'<form[^>]*action="([^"]*)"[^>]*>', r"<p>[\1]</p>", html)
    return [dit for dit in map(propre, re.split(BLOCS, html)) if dit]


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
