"""Le système qualité d'une structure : son manuel, ses procédures, ce qu'elle apprend et améliore."""

from cedre.qualite.models.formation import ActionDeFormation
from cedre.qualite.models.principes import EvaluationDePrincipe, Principe

__all__ = ["ActionDeFormation", "EvaluationDePrincipe", "Principe"]
