"""Le système qualité d'une structure : son manuel, ses procédures, ce qu'elle apprend et améliore."""

from cedre.qualite.models.formation import ActionDeFormation
from cedre.qualite.models.manuel import Lecture, TexteDuManuel, VersionDuManuel
from cedre.qualite.models.principes import EvaluationDePrincipe, Principe
from cedre.qualite.models.procedures import Mission, Procedure, Reglage, RevisionDeProcedure

__all__ = [
    "ActionDeFormation",
    "EvaluationDePrincipe",
    "Lecture",
    "Mission",
    "Principe",
    "Procedure",
    "Reglage",
    "RevisionDeProcedure",
    "TexteDuManuel",
    "VersionDuManuel",
]
