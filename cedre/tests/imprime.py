"""Lire ce qu'un gabarit imprime, sans composer de PDF."""

import json
import re
from html import unescape

import typst
from django.conf import settings

from cedre.core.pdf import _POLICES

# En HTML, typst n'écrit ni grille, ni cadre, ni ce qui dépend de la page ou ne s'entend pas ; leur contenu, si.
EN_TEXTE = """
#show grid: it => it.children.map(c => if c.has("body") { c.body }).join([ | ])
#show selector.or(rect, block, box, align, pdf.artifact): it => it.body
#let layout(f) = context f((width: 500pt, height: 700pt))
"""


def lire(gabarit: str, donnees: dict) -> str:
    """Le texte que ce gabarit imprime de ces données, sans casse."""
    return imprimer((settings.RACINE / gabarit).read_text(encoding="utf-8"), donnees)


def imprimer(source: str, donnees: dict) -> str:
    """Le texte que cette source imprime de ces données, sans casse ; une barre entre deux cellules, ou deux lignes."""
    entree, source = {"donnees": json.dumps(donnees | {"logo": []})}, (EN_TEXTE + source).encode()
    html = typst.Compiler(source, root=settings.RACINE, font_paths=_POLICES, sys_inputs=entree).compile(format="html")
    lignes = re.sub(r"(?:</(?:t[dh]|h\d|p|li)>|<br>)", " | ", html.decode())
    dit = " ".join(unescape(re.sub(r"<[^>]+>", "", lignes)).replace("\u200b", "").split()).casefold()
    return re.sub(r"( \|)+(?= |$)", " |", dit).removesuffix(" |")
