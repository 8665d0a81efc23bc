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


def numero(texte: str) -> int:
    """Le numéro qu'une adresse ou un envoi dit ; 0, qui ne désigne rien, si ce n'en est pas un ou s'il est démesuré.

    >>> numero("42"), numero("abc"), numero("9" * 5000)
    (42, 0, 0)
    """
    return int(texte) if texte.isdecimal() and len(texte) < 19 else 0
