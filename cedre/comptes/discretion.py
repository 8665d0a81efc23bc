"""Trop petit pour être dit : sous cinq personnes, ou cinq de leurs faits, on reconnaîtrait quelqu'un (OBS-4)."""

from datetime import date

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.comptes.operations import chemin_du_dossier
from cedre.core.indicateurs import Indicateur, Mesure
from cedre.core.templatetags.cedre import sur

ASSEZ = 5
TROP_PEU = "moins de cinq"


def est_de_personnes(modele) -> bool:
    """Vrai d'une personne, et de tout ce qui est à son dossier."""
    return modele._meta.model_name == "personne" or bool(chemin_du_dossier(modele))


def trop_petite(indicateur: Indicateur, mesure: Mesure, le: date) -> bool:
    """Vrai d'une mesure de trop peu de personnes. Il n'y a personne à reconnaître derrière zéro, ni derrière la structure."""
    return 0 < mesure.total < ASSEZ and est_de_personnes(indicateur.lignes(le).model)


def a_taire(indicateur: Indicateur, mesure: Mesure, le: date, *, pour: Habilitation) -> bool:
    """Vrai d'une mesure trop petite, pour qui ne lit pas les dossiers."""
    return not pour.peut(Droit.DOSSIER_LIRE) and trop_petite(indicateur, mesure, le)


def en_mots(
    indicateur: Indicateur, mesure: Mesure, le: date, *, pour: Habilitation | None = None, seuil: int | None = None
) -> str:
    """Une mesure telle qu'on la lit partout : « 7 sur 19 bilans clos », « oui », « moins de cinq bilans clos ».

    pour : qui la lit ; à défaut, tous ceux qui liront ce que l'on garde. seuil : combien il en faut, s'il est dit.
    """
    if not mesure.total:
        return "rien à compter"
    if indicateur.unite == "structure":
        return "oui" if mesure.atteint else "non"
    if a_taire(indicateur, mesure, le, pour=pour) if pour else trop_petite(indicateur, mesure, le):
        return f"{TROP_PEU} {indicateur.unite}"
    dit = f"{sur(mesure.atteint, mesure.total)} {indicateur.unite}"
    return dit if seuil is None else f"{dit}, il en faut {seuil}"
