"""Ce qui est dit sans nom attend fermé, et de même longueur : la base et ses sauvegardes ne disent pas qui a dit quoi (AME-1)."""

import json
import logging
from collections.abc import Iterable

from cedre.core import coffre
from cedre.core.refus import GesteImpossible

REPONSE = 8 * 1024  # octets : un texte libre de mille signes, même tous de six octets, et les rangs des mots choisis
MESSAGE = 32 * 1024  # octets : les quatre mille signes d'une réclamation, un nom et un contact
FERME = "Rien ne peut être gardé ici sans nom pour l’instant. Gardez votre texte, et prévenez la structure."

journal = logging.getLogger("cedre.qualite")


def sceller(donnees: dict, *, taille: int) -> str:
    """Ferme ces données, en un jeton dont la longueur ne dépend que de la taille. Lève GesteImpossible si le coffre manque."""
    try:
        return coffre.fermer(json.dumps(donnees, ensure_ascii=False), taille=taille)
    except coffre.CoffreFerme as e:
        journal.error("Rien ne se garde sans nom : %s", e)
        raise GesteImpossible(FERME) from e


def desceller(jeton: str) -> dict:
    """Ce que sceller() a fermé. Lève CoffreFerme."""
    return json.loads(coffre.ouvrir(jeton))


def tout_desceller(jetons: Iterable[str]) -> list[dict]:
    """Tout ce que ces jetons ferment, ou rien. Lève GesteImpossible s'il manque une clé."""
    try:
        return [desceller(jeton) for jeton in jetons]
    except coffre.CoffreFerme as e:
        journal.error("Des réponses ne s’ouvrent pas : %s", e)
        raise GesteImpossible(
            "Les réponses ne s’ouvrent pas : leur clé manque. Rien n’est perdu ; qui a installé Cèdre doit la remettre."
        ) from e
