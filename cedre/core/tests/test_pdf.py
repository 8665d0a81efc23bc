"""Les PDF : aux normes, et sourds à ce que l'on pourrait glisser dans les données."""

import pytest

from cedre.core.pdf import CompositionImpossible, compiler

STRUCTURE = {"nom": "Structure", "adresse": "", "code_postal": "", "commune": "", "telephone": "", "courriel": ""}
RETORS = [
    '#eval("1+1") #panic() #read("/settings.py")',
    "*gras* _italique_ $x^2$ = titre @renvoi <ancre> `code` // fin /* */",
    '"]) } \\u{0} \\" \\\\u0000 \\n',
    "x" * 3000,
    "😀 👩‍👧 🇫🇷 chez nous",
    "زينب خليل · Зоя · Ελένη · 汉字 · தமிழ்",
    "\x00\x07 a\u202eb\u200f \ufffe \ue000 \ud800",
    "",
]


def document(**plus):
    vide = {"structure": STRUCTURE, "etabli_le": "2026-03-01", "personne": {"nom": "N", "prenom": "P", **plus}}
    return compiler("core/typst/essai.typ", vide)
