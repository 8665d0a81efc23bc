"""La mission accueil : du premier contact à l'évaluation (ACC-1 à ACC-5)."""

from cedre.parcours.models.accueil import Contact, Entretien, Information, InformationCollective, Suite
from cedre.parcours.models.evaluation import (
    CompetenceEvaluee,
    Cotation,
    Evaluation,
    EvaluationProfessionnelle,
    NoteSante,
    Trajectoire,
)
from cedre.parcours.models.importation import Importation
from cedre.parcours.models.personne import Personne, referents_possibles
from cedre.parcours.models.suivi import Manque

__all__ = [
    "CompetenceEvaluee",
    "Contact",
    "Cotation",
    "Entretien",
    "Evaluation",
    "EvaluationProfessionnelle",
    "Importation",
    "Information",
    "InformationCollective",
    "Manque",
    "NoteSante",
    "Personne",
    "Suite",
    "Trajectoire",
    "referents_possibles",
]
