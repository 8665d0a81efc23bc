"""Lire une page comme on la lit : ses libellés, ses tableaux, ses listes, sans balise ni insécable."""

import re
from html import unescape

from django.contrib.messages import get_messages


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


def dits(reponse) -> list[str]:
    """Les messages qui attendent d'être lus après ce geste, une erreur précédée de « ! », sans insécable."""
    signes = {"success": "", "error": "!", "warning": "?", "info": "i "}
    return [f"{signes[m.level_tag]}{m}".replace("\N{NO-BREAK SPACE}", " ") for m in get_messages(reponse.wsgi_request)]


def tableau(page) -> list[list[str]]:
    """Les rangées des tableaux de la page."""
    rangees = re.findall(r"<tr>(.*?)</tr>", principal(page), re.S)
    return [[propre(cellule) for cellule in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r, re.S)] for r in rangees if "<td" in r]


def lignes(page) -> list[str]:
    """Les lignes des listes de la page."""
    return [propre(une) for une in re.findall(r"<li>(.*?)</li>", principal(page), re.S)]
