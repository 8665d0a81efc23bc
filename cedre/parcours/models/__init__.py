"""La personne et ses faits : l'accueil, puis l'insertion (ACC-1 à ACC-6, INS-1 à INS-9)."""

from cedre.parcours.models.accueil import Contact, Entretien, Information, InformationCollective, Suite
from cedre.parcours.models.actions import ActionAssociee, Seance
from cedre.parcours.models.besoin import Besoin
from cedre.parcours.models.bilan import AncienRendezVous, Bilan, ClotureRouverte, ObjectifEvalue
from cedre.parcours.models.contrat import AncienneFin, AncienneFinDePass, Contrat, PassIAE, Suspension
from cedre.parcours.models.engagement import Engagement, Formalisation, Moyen, Objectif, Remise
from cedre.parcours.models.etape import Etape, Suivi
from cedre.parcours.models.evaluation import (
    CompetenceEvaluee,
    Cotation,
    Evaluation,
    EvaluationProfessionnelle,
    NoteSante,
    RefusDEvaluation,
    Trajectoire,
)
from cedre.parcours.models.exportation import Exportation
from cedre.parcours.models.importation import Importation
from cedre.parcours.models.lien import AccesEspace, Echange, Liaison, PriseEnCharge, Reponse
from cedre.parcours.models.personne import Personne, referents_possibles
from cedre.parcours.models.phase import Phase
from cedre.parcours.models.situation import Activite, AncienneSituation
from cedre.parcours.models.sortie import DYNAMIQUES, Categorie, Jobcoach, Sortie, SuiviSortie, VisiteJobcoach
from cedre.parcours.models.suivi_a_minima import SuiviAMinima
from cedre.parcours.models.travail import AncienObjectif, EvaluationAuTravail, Heures, LienClient, MiseEnSituation

__all__ = [
    "DYNAMIQUES",
    "AccesEspace",
    "ActionAssociee",
    "Activite",
    "AncienObjectif",
    "AncienRendezVous",
    "AncienneFin",
    "AncienneFinDePass",
    "AncienneSituation",
    "Besoin",
    "Bilan",
    "Categorie",
    "ClotureRouverte",
    "CompetenceEvaluee",
    "Contact",
    "Contrat",
    "Cotation",
    "Echange",
    "Engagement",
    "Entretien",
    "Etape",
    "Evaluation",
    "EvaluationAuTravail",
    "EvaluationProfessionnelle",
    "Exportation",
    "Formalisation",
    "Heures",
    "Importation",
    "Information",
    "InformationCollective",
    "Jobcoach",
    "Liaison",
    "LienClient",
    "MiseEnSituation",
    "Moyen",
    "NoteSante",
    "Objectif",
    "ObjectifEvalue",
    "PassIAE",
    "Personne",
    "Phase",
    "PriseEnCharge",
    "RefusDEvaluation",
    "Remise",
    "Reponse",
    "Seance",
    "Sortie",
    "Suivi",
    "SuiviAMinima",
    "SuiviSortie",
    "Suite",
    "Suspension",
    "Trajectoire",
    "VisiteJobcoach",
    "referents_possibles",
]
