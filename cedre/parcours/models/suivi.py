"""Où en est une personne, et ce qui manque à son dossier : une règle, écrite une fois, sur des faits datés (ACC-6)."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cedre.comptes.models import Habilitation
from cedre.parcours.models.accueil import Contact, Entretien, Information
from cedre.parcours.models.evaluation import Evaluation


class Phase(models.TextChoices):
    """Les phases d'un dossier ; elle se déduit des faits et n'est gardée que pour chercher vite."""

    PRE_ACCUEIL = "pre_accueil", "Pré-accueil"
    ACCUEIL = "accueil", "Accueil"
    PRE_EMBAUCHE = "pre_embauche", "Pré-embauche"
    PARCOURS = "parcours", "Parcours"
    SORTIE = "sortie", "Sortie"
    REORIENTEE = "reorientee", "Réorientée"
    SANS_SUITE = "sans_suite", "Sans suite"


PHASES_OUVERTES = (Phase.PRE_ACCUEIL, Phase.ACCUEIL, Phase.PRE_EMBAUCHE, Phase.PARCOURS)


class Manque(models.TextChoices):
    """Ce qui manque à un dossier ouvert : chaque manque se voit, se compte et se corrige (ACC-1 à ACC-6)."""

    DELAI_DEPASSE = "delai_depasse", "Délai annoncé dépassé"
    DELAI_NON_ANNONCE = "delai_non_annonce", "Aucun délai annoncé"
    SANS_PROCHAINE_DATE = "sans_prochaine_date", "Aucune date à l’agenda"
    SANS_REFERENT = "sans_referent", "Sans référent·e"
    STATUT_INEXPLIQUE = "statut_inexplique", "Statut de salarié non expliqué"
    SANS_EVALUATION = "sans_evaluation", "Pas d’évaluation conjointe"
    INJOIGNABLE = "injoignable", "Ni téléphone ni courriel"


def elle_a(faits) -> Exists:
    """Vrai si la personne a l'un de ces faits."""
    return Exists(faits.filter(personne=OuterRef("pk")))


def suivie() -> Exists:
    """Quelqu'un de la structure, encore là, a la personne en charge : un compte parti n'en est plus le référent (ACC-6)."""
    return Exists(Habilitation.objects.actives().filter(compte=OuterRef("referent"), organisation=OuterRef("organisation")))


def attend(demandes) -> Q:
    """Ni reçue ni réorientée depuis l'une de ces demandes."""
    return Q(phase__in=(Phase.PRE_ACCUEIL, Phase.ACCUEIL), anonymisee_le=None) & Q(elle_a(demandes))


def a_une_date(le: date) -> Q:
    """Un rendez-vous l'attend, ce jour-là ou après."""
    return Q(elle_a(Entretien.objects.filter(etat=Entretien.Etat.PREVU, le__gte=le))) | Q(
        elle_a(Information.objects.filter(presence=Information.Presence.PREVUE, le__gte=le))
    )


def conditions_de_manque(le: date) -> dict[str, Q]:
    """Ce que chaque manque veut dire, à cette date."""
    ouverte = Q(phase__in=PHASES_OUVERTES, anonymisee_le=None)
    inscrite = Q(phase=Phase.PRE_EMBAUCHE, anonymisee_le=None)
    demandes = Contact.objects.en_attente(le)
    return {
        Manque.DELAI_DEPASSE: attend(demandes.filter(echeance_annoncee__lt=le)),
        Manque.DELAI_NON_ANNONCE: attend(demandes.filter(echeance_annoncee=None)),
        Manque.SANS_PROCHAINE_DATE: ouverte & ~a_une_date(le),
        Manque.SANS_REFERENT: ouverte & ~Q(suivie()),
        Manque.STATUT_INEXPLIQUE: inscrite & ~Q(elle_a(Information.objects.filter(statut_explique=True, le__lte=le))),
        Manque.SANS_EVALUATION: inscrite & ~Q(elle_a(Evaluation.objects.validees().filter(le__lte=le))),
        Manque.INJOIGNABLE: ouverte & Q(telephone="", telephone_2="", courriel=""),
    }
