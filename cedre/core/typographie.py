"""Typographie française : les apostrophes et les espaces insécables que personne ne tape."""

import re

from django.template.loaders.app_directories import Loader

FINE, LARGE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_AVANT_FINE = re.compile(r"(?<=[\w»).…]) (?=[;?!](?:\s|$|<))")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_AVANT_LARGE = re.compile(r"(?<=[\w»).…]) (?=:(?:\s|$|<))")
_BALISES = re.compile(r"(\{[%{#].*?[%}#]\}|<(?:script|style|textarea)\b.*?</(?:script|style|textarea)>|<[^>]*>)", re.DOTALL)


def typographier(texte: str) -> str:
    """Pose les apostrophes et les espaces insécables : « mot », deux-points, point-virgule, interrogation, exclamation.

    >>> typographier("Prêt ? « Oui »").count(" ")  # le seul qui sépare deux mots
    1
    """
    texte = _APOSTROPHE.sub("’", texte).replace("« ", f"«{LARGE}").replace(" »", f"{LARGE}»")
    return _AVANT_LARGE.sub(LARGE, _AVANT_FINE.sub(FINE, texte))


class Chargeur(Loader):
    """Charge les gabarits de Cèdre en typographiant leur texte, jamais leurs balises : à la compilation, donc une fois."""

    def get_contents(self, origin):
        contenu = super().get_contents(origin)
        if "/cedre/" not in origin.name.replace("\\", "/") or not origin.name.endswith(".html"):
            return contenu
        return "".join(morceau if rang % 2 else typographier(morceau) for rang, morceau in enumerate(_BALISES.split(contenu)))
