"""Trop petit pour être dit : sous cinq personnes, ou cinq de leurs faits, on reconnaîtrait quelqu'un (OBS-4)."""

from datetime import date

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.comptes.operations import chemin_du_dossier
from cedre.core.indicateurs import Indicateur, Mesure

ASSEZ = 5


def est_de_personnes(modele) -> bool:
    """Vrai d'une personne, et de tout ce qui est à son dossier."""
    return modele._meta.model_name == "personne" or bool(chemin_du_dossier(modele))


def trop_petite(indicateur: Indicateur, mesure: Mesure, le: date) -> bool:
    """Vrai d'une mesure de trop peu de personnes. Il n'y a personne à reconnaître derrière zéro, ni derrière la structure."""
    return 0 < mesure.total < ASSEZ and est_de_personnes(indicateur.population(le).model)


def a_taire(indicateur: Indicateur, mesure: Mesure, le: date, *, pour: Habilitation) -> bool:
    """Vrai d'une mesure trop petite, pour qui ne lit pas les dossiers."""
    return not pour.peut(Droit.DOSSIER_LIRE) and trop_petite(indicateur, mesure, le)
