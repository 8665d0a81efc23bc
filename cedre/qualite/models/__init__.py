"""Le système qualité d'une structure : son manuel, ses procédures, ce qu'elle apprend et améliore."""

from cedre.qualite.models.ameliorations import ActionAmelioration
from cedre.qualite.models.enquetes import Enquete, ReponseEnquete
from cedre.qualite.models.entretiens_annuels import EntretienAnnuel
from cedre.qualite.models.formation import ActionDeFormation
from cedre.qualite.models.manuel import AccuseDeLecture, TexteDuManuel, VersionDuManuel
from cedre.qualite.models.principes import EvaluationDePrincipe, Principe
from cedre.qualite.models.procedures import Mission, Objet, Procedure, Reglage, RevisionDeProcedure
from cedre.qualite.models.reclamations import MessageSansNom, Reclamation

__all__ = [
    "ActionAmelioration",
    "ActionDeFormation",
    "Enquete",
    "EntretienAnnuel",
    "EvaluationDePrincipe",
    "AccuseDeLecture",
    "MessageSansNom",
    "Mission",
    "Objet",
    "Principe",
    "Procedure",
    "Reclamation",
    "Reglage",
    "ReponseEnquete",
    "RevisionDeProcedure",
    "TexteDuManuel",
    "VersionDuManuel",
]
