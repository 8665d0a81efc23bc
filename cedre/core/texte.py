"""Le texte tel que les gens l'écrivent : accents, casse, espaces."""

import re
import unicodedata


def normaliser(texte: str) -> str:
    """Ramène un texte à ce qui se compare : minuscules, sans accent, ligatures défaites, un blanc entre les mots.

    >>> normaliser("  Ève-Marie  O’CŒUR ")
    'eve marie o coeur'
    """
    defait = texte.casefold().replace("œ", "oe").replace("æ", "ae")
    sans_accent = "".join(c for c in unicodedata.normalize("NFKD", defait) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", sans_accent))
