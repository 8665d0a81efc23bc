"""Le texte tel que les gens l'écrivent : accents, casse, espaces."""

import re
import unicodedata
from decimal import Decimal

MILLIERS = "\N{NARROW NO-BREAK SPACE}"


def normaliser(texte: str) -> str:
    """Ramène un texte à ce qui se compare : minuscules, sans accent, ligatures défaites, un blanc entre les mots.

    >>> normaliser("  Ève-Marie  O’CŒUR ")
    'eve marie o coeur'
    """
    defait = texte.casefold().replace("œ", "oe").replace("æ", "ae")
    sans_accent = "".join(c for c in unicodedata.normalize("NFKD", defait) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", sans_accent))


def en_chiffres(nombre: int | float | Decimal) -> str:
    """Un nombre tel qu'il s'écrit partout : les milliers espacés, la virgule, sans zéro de trop.

    >>> [en_chiffres(n).replace(MILLIERS, "_") for n in (7, 35324, Decimal("1820.50"), -1000)]
    ['7', '35_324', '1_820,5', '-1_000']
    """
    return f"{Decimal(nombre).normalize():,f}".replace(",", MILLIERS).replace(".", ",")


def de(nom: object) -> str:
    """Ce nom après « de », élidé s'il le faut ; devant un h, seul celui de « Hélène » ou « Hervé » s'efface.

    >>> de("Odile Abel"), de("Élie"), de("Henri"), de("Yves"), de("Sylvain"), de("Hakim"), de("Yann")
    ('d’Odile Abel', 'd’Élie', 'd’Henri', 'd’Yves', 'de Sylvain', 'de Hakim', 'de Yann')
    """
    return ("d’" if re.match("[aeiou]|he|y[^aeiou]", normaliser(str(nom))) else "de ") + str(nom)


INVARIABLES = {"cours", "fois", "parcours", "pas", "pass"}
RESTENT = re.compile(r", | (?:dont|entre|hors|qui) ")  # ce qui suit ne s'accorde pas au nom
SINGULIERS = {" qui attendent": " qui attend", " et ": " ou "}


def au_singulier(noms: str) -> str:
    """Un nom au pluriel, et ce qui s'y accorde, dit d'un seul.

    >>> au_singulier("premiers contacts"), au_singulier("engagements en cours"), au_singulier("personnes qui attendent")
    ('premier contact', 'engagement en cours', 'personne qui attend')
    >>> au_singulier("intervalles entre deux régulations"), au_singulier("sorties examinées, hors retraits")
    ('intervalle entre deux régulations', 'sortie examinée, hors retraits')
    """
    for pluriel, singulier in SINGULIERS.items():
        noms = noms.replace(pluriel, singulier)
    reste = RESTENT.search(noms)
    fin = reste.start() if reste else len(noms)
    mots = [mot if mot.lower() in INVARIABLES else mot.removesuffix("s") for mot in noms[:fin].split(" ")]
    return " ".join(mots) + noms[fin:]


def numero(texte: str) -> int:
    """Le numéro qu'une adresse ou un envoi dit ; 0, qui ne désigne rien, si ce n'en est pas un ou s'il est démesuré.

    >>> numero("42"), numero("abc"), numero("9" * 5000), numero("9" * 18), numero("1" + "0" * 18)
    (42, 0, 0, 999999999999999999, 0)
    """
    return int(texte) if texte.isdecimal() and len(texte) < 19 else 0
