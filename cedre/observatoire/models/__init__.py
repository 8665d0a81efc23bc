"""Les modèles de l'observatoire, un module par thème."""

from cedre.observatoire.models.alertes import Alerte, ChiffreJoint, Destinataire, Parole, Retombee
from cedre.observatoire.models.annexes import AncienneAnnexe, AnnexeFinanciere, HeuresDePermanents
from cedre.observatoire.models.cadre_commun import Terme
from cedre.observatoire.models.campagnes import Campagne
from cedre.observatoire.models.images import ImageDuRapport
from cedre.observatoire.models.mesure_figee import MesureFigee
from cedre.observatoire.models.rapports import NombrePublie, Rapport

__all__ = [
    "Alerte",
    "AncienneAnnexe",
    "AnnexeFinanciere",
    "Campagne",
    "ChiffreJoint",
    "Destinataire",
    "HeuresDePermanents",
    "ImageDuRapport",
    "MesureFigee",
    "NombrePublie",
    "Parole",
    "Rapport",
    "Retombee",
    "Terme",
]
