"""Les phases d'un dossier."""

from django.db import models


class Phase(models.TextChoices):
    """Les phases d'un dossier ; elle se déduit des faits et n'est gardée que pour chercher vite."""

    PRE_ACCUEIL = "pre_accueil", "Pré-accueil"
    ACCUEIL = "accueil", "Accueil"
    PRE_EMBAUCHE = "pre_embauche", "Pré-embauche"
    PARCOURS = "parcours", "Parcours"
    SORTIE = "sortie", "Sortie"
    REORIENTEE = "reorientee", "Réorientée"
    SANS_SUITE = "sans_suite", "Sans suite"


ACCUEIL = (Phase.PRE_ACCUEIL, Phase.ACCUEIL, Phase.PRE_EMBAUCHE)
PHASES_OUVERTES = (*ACCUEIL, Phase.PARCOURS)
EN_PARCOURS = (Phase.PRE_EMBAUCHE, Phase.PARCOURS)
