"""Les documents à imprimer ou à remettre : PDF/A-2a et PDF/UA-1, durables et lisibles par un lecteur d'écran."""

import json
import re

import font_source_sans_pro
import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

NORMES = ["a-2a", "ua-1"]
SUBSTITUT = "¤"
_POLICES = typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])
_SANS_DESSIN = re.compile(r'the text `"(.+?)"` could not be displayed')
# Au-delà du latin, du grec, du cyrillique, de l'hébreu et de l'arabe, que les polices fournies dessinent.
_RARES = "[^\u0000-\u07ff\u1e00-\u27bf\ufb00-\ufdff\ufe70-\ufeff]"
_JOINTURES = "[\u200c\u200d\ufe0e\ufe0f]*"
_INDICIBLES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\uf8ff\ufffe\uffff\U000f0000-\U0010ffff]")


class CompositionImpossible(Exception):
    """Le gabarit ne se compile pas avec ces données : c'est une faute de programmation."""


def _caractere_sans_dessin(erreur: typst.TypstError) -> str:
    trouve = _SANS_DESSIN.search(str(erreur))
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda c: chr(int(c[1], 16)), trouve[1]) if trouve else ""


def _remplacer(valeur, motif: re.Pattern, par: str):
    """La même valeur, où chaque texte a ce motif remplacé."""
    if isinstance(valeur, str):
        return motif.sub(par, valeur)
    if isinstance(valeur, dict):
        return {cle: _remplacer(v, motif, par) for cle, v in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_remplacer(v, motif, par) for v in valeur]
    return valeur


def compiler(gabarit: str, donnees: dict, *, logo: bytes = b"") -> bytes:
    """Le PDF d'un gabarit typst (chemin depuis cedre/) et de ses données, qui n'y entrent que par JSON, jamais comme source.

    logo : une image vérifiée, pour l'en-tête.
    Un caractère qu'aucune police ne dessine (un émoji) devient « ¤ » : un document ne manque jamais pour un signe.
    Lève CompositionImpossible.
    """
    donnees = _remplacer(donnees, _INDICIBLES, SUBSTITUT)
    while True:
        entree = json.dumps(donnees | {"logo": list(logo)}, ensure_ascii=False, cls=DjangoJSONEncoder)
        compositeur = typst.Compiler(
            settings.RACINE / gabarit, root=settings.RACINE, font_paths=_POLICES, sys_inputs={"donnees": entree}
        )
        try:
            return compositeur.compile(format="pdf", pdf_standards=NORMES)
        except typst.TypstError as erreur:
            signe = _caractere_sans_dessin(erreur)
            if signe in ("", SUBSTITUT) or signe not in entree:
                raise CompositionImpossible(gabarit) from erreur
            donnees = _remplacer(donnees, re.compile(f"(?:{re.escape(signe)}|{_RARES}){_JOINTURES}"), SUBSTITUT)
