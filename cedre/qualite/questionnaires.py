"""Les modèles d'enquête livrés avec Cèdre, lus de questionnaires.yaml (AME-2, AME-5)."""

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import yaml

FICHIER = Path(__file__).parent / "questionnaires.yaml"
GENRES = {"echelle", "oui_non", "texte"}
OUI_NON = ("Oui", "Non")


@dataclass(frozen=True)
class Question:
    """Une question. mots : ceux que l'on choisit, du moins au plus ; aucun pour un texte libre."""

    code: str
    genre: str
    texte: str
    mots: tuple[str, ...]


@dataclass(frozen=True)
class Questionnaire:
    """Un modèle d'enquête : à qui, quand, quelles questions."""

    code: str
    titre: str
    pour: str
    quand: str
    intro: str
    questions: tuple[Question, ...]

    def en_donnees(self) -> list[dict]:
        """Les questions telles qu'une enquête les fige."""
        return [asdict(question) | {"mots": list(question.mots)} for question in self.questions]


def _question(donnees: dict) -> Question:
    mots = OUI_NON if donnees["genre"] == "oui_non" else tuple(donnees.get("mots", ()))
    return Question(donnees["code"], donnees["genre"], donnees["texte"], mots)


@cache
def questionnaires() -> dict[str, Questionnaire]:
    """Tous les modèles, par code, dans l'ordre du fichier."""
    lus = yaml.safe_load(FICHIER.read_text(encoding="utf-8"))
    return {m["code"]: Questionnaire(**m | {"questions": tuple(_question(q) for q in m["questions"])}) for m in lus}
