"""Les phases d'un dossier, et les noms de ce qui peut y manquer (ACC-6)."""

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


class Manque(models.TextChoices):
    """Ce qui manque à un dossier : chaque manque se voit, se compte et se corrige. L'ordre est celui de l'urgence."""

    SANS_OBJECTIF = "sans_objectif", "Au travail sans objectif"
    SANS_ECHEANCE = "sans_echeance", "Engagement sans échéance"
    BILAN_DEPASSE = "bilan_depasse", "Bilan dépassé"
    FIN_PASS = "fin_pass", "PASS IAE bientôt fini"
    FIN_CONTRAT = "fin_contrat", "Contrat bientôt fini"
    DELAI_DEPASSE = "delai_depasse", "Délai annoncé dépassé"
    SANS_REFERENT = "sans_referent", "Sans référent·e"
    SANS_CONTACT = "sans_contact", "On ne s’est pas parlé"
    SANS_HEURES = "sans_heures", "Sous contrat sans heures"
    SORTIE_NON_DOCUMENTEE = "sortie_non_documentee", "Contrat fini, sortie à dire"
    ENGAGEMENT_NON_REMIS = "engagement_non_remis", "Engagement jamais remis"
    BILAN_PROCHE = "bilan_proche", "Bilan à préparer"
    SANS_EVALUATION = "sans_evaluation", "Pas d’évaluation conjointe"
    STATUT_INEXPLIQUE = "statut_inexplique", "Statut de salarié non expliqué"
    SANS_PROCHAINE_DATE = "sans_prochaine_date", "Aucune date à l’agenda"
    DELAI_NON_ANNONCE = "delai_non_annonce", "Aucun délai annoncé"
    SUIVI_SORTIE = "suivi_sortie", "Nouvelles à prendre après la sortie"
    INJOIGNABLE = "injoignable", "Ni téléphone ni courriel"
