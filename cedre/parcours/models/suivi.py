"""Ce qui manque à un dossier : une règle est une population et un critère, écrits une fois sur des faits datés (ACC-6)."""

from datetime import date
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from cedre.comptes.models import Habilitation
from cedre.core.conditions import Condition
from cedre.core.dates import Decaler
from cedre.parcours.models.accueil import Contact, Entretien, Information
from cedre.parcours.models.actions import ActionAssociee
from cedre.parcours.models.bilan import Bilan
from cedre.parcours.models.contrat import Contrat, PassIAE
from cedre.parcours.models.engagement import Engagement
from cedre.parcours.models.evaluation import Evaluation
from cedre.parcours.models.lien import Echange, PriseEnCharge
from cedre.parcours.models.phase import ACCUEIL, PHASES_OUVERTES, Manque, Phase
from cedre.parcours.models.sortie import Sortie, SuiviSortie, VisiteJobcoach
from cedre.parcours.models.travail import Heures
from cedre.structures.models import Reglages


class Regle(NamedTuple):
    """Une population et un critère, à une date : manque ce qui est dans l'une sans satisfaire l'autre.

    a_traiter : ce qui manque et dont personne ne s'occupe.
    """

    population: Condition
    critere: Condition
    manque: Condition
    a_traiter: Condition


def elle_a(faits) -> Q:
    """Vrai si la personne a l'un de ces faits."""
    return Q(Exists(faits.filter(personne=OuterRef("pk"))))


def suivie() -> Exists:
    """Quelqu'un de la structure, encore là, a la personne en charge : un compte parti n'en est plus le référent (ACC-6)."""
    return Exists(Habilitation.objects.actives().filter(compte=OuterRef("referent"), organisation=OuterRef("organisation")))


def attend(demandes) -> Q:
    """Ni reçue ni réorientée depuis l'une de ces demandes."""
    return Q(phase__in=(Phase.PRE_ACCUEIL, Phase.ACCUEIL), anonymisee_le=None) & elle_a(demandes)


def dates_a_venir(le: date) -> list[tuple[QuerySet, str]]:
    """Ce qui attend la personne ce jour-là ou après, et le champ qui le date ; les nouvelles, tant qu'elle est sortie."""
    des_nouvelles = SuiviSortie.objects.attendues(le).filter(
        sortie__personne=OuterRef("pk"), sortie__personne__phase=Phase.SORTIE, prevu_le__gte=le
    )
    rendez_vous = [
        Entretien.objects.filter(etat=Entretien.Etat.PREVU),
        Information.objects.filter(presence=Information.Presence.PREVUE),
        Bilan.objects.prevus(),
        ActionAssociee.objects.attendues(),
    ]
    return [(des_nouvelles, "prevu_le"), *((faits.filter(personne=OuterRef("pk"), le__gte=le), "le") for faits in rendez_vous)]


def a_une_date(le: date) -> Q:
    """Un rendez-vous l'attend, ce jour-là ou après."""
    return reduce(or_, (Q(Exists(faits)) for faits, _ in dates_a_venir(le)))


def _apres(le: date, nom: str, fois: int = 1, chemin: str = "personne__organisation"):
    """Le jour dit, décalé du seuil. fois : -1 pour avant, 7 pour des semaines ; chemin : de la ligne vers son organisation."""
    return Decaler(Value(le), Reglages.seuil(nom, chemin) * fois)


def parlee(le: date) -> Q:
    """On s'est parlé depuis moins de n jours, ou le contrat vient de commencer : toute rencontre compte (ACC-6)."""
    depuis = {"le__gt": _apres(le, "jours_sans_contact", -1), "le__lte": le}
    visites = VisiteJobcoach.objects.filter(
        jobcoach__personne=OuterRef("pk"),
        le__gt=_apres(le, "jours_sans_contact", -1, chemin="jobcoach__personne__organisation"),
        le__lte=le,
    )
    vues = [
        Echange.objects.all(),
        Contact.objects.all(),
        Entretien.objects.filter(etat=Entretien.Etat.REALISE),
        Information.objects.filter(presence=Information.Presence.PRESENTE),
        Evaluation.objects.validees(),
        Bilan.objects.clos(),
        ActionAssociee.objects.filter(etat=ActionAssociee.Etat.FAITE),
    ]
    parlee = Q(Exists(visites)) | elle_a(Contrat.objects.filter(debut__gt=depuis["le__gt"], debut__lte=le))
    for faits in vues:
        parlee |= elle_a(faits.filter(**depuis))
    return parlee


def _a_des_heures(le: date) -> Q:
    chemin = "mise_en_situation__personne__organisation"
    debut = _apres(le, "semaines_sans_heures", -7, chemin=chemin)
    return Q(Exists(Heures.objects.filter(mise_en_situation__personne=OuterRef("pk"), heures__gt=0, le__gt=debut, le__lte=le)))


def _regles_de_l_accueil(le: date) -> dict[str, tuple[Q, Q]]:
    accueil = Q(phase__in=ACCUEIL, anonymisee_le=None)
    ouverte = Q(phase__in=PHASES_OUVERTES, anonymisee_le=None)
    inscrite = Q(phase__in=(Phase.PRE_EMBAUCHE, Phase.PARCOURS), anonymisee_le=None)
    demandes = Contact.objects.en_attente(le)
    return {
        Manque.DELAI_DEPASSE: (
            attend(demandes.exclude(echeance_annoncee=None)),
            ~elle_a(demandes.filter(echeance_annoncee__lt=le)),
        ),
        Manque.DELAI_NON_ANNONCE: (attend(demandes), ~elle_a(demandes.filter(echeance_annoncee=None))),
        Manque.SANS_PROCHAINE_DATE: (accueil, a_une_date(le)),
        Manque.SANS_REFERENT: (ouverte, Q(suivie())),
        Manque.STATUT_INEXPLIQUE: (inscrite, elle_a(Information.objects.filter(statut_explique=True, le__lte=le))),
        Manque.SANS_EVALUATION: (inscrite, elle_a(Evaluation.objects.validees().filter(le__lte=le))),
        Manque.INJOIGNABLE: (ouverte, ~Q(telephone="", telephone_2="", courriel="")),
    }


def _regles_du_parcours(le: date) -> dict[str, tuple[Q, Q]]:
    en_clair = Q(anonymisee_le=None)
    sorties = Sortie.objects.filter(personne=OuterRef("personne"), le__gt=OuterRef("debut"), le__lte=le)
    au_travail = ~Exists(sorties)  # sortie son dernier jour, elle est encore salariée, mais son parcours est dit
    salariee = en_clair & elle_a(Contrat.objects.en_cours(le).filter(au_travail))
    engagements = Engagement.objects.en_cours(le)
    engagee = salariee & elle_a(engagements.avec_objectif())
    bilans = Bilan.objects.ouverts(le)
    anciens = Contrat.objects.travailles(le).filter(au_travail, debut__lte=_apres(le, "semaines_sans_heures", -7))
    fin_proche = Contrat.objects.sans_suite().filter(fin__gte=le)
    finis = Contrat.objects.filter(fin__lt=_apres(le, "delai_sortie", -1))
    vivants = Contrat.objects.filter(Q(fin=None) | Q(fin__gte=_apres(le, "delai_sortie", -1)))
    a_remettre = engagements.filter(debut__lte=_apres(le, "delai_remise", -1))
    a_suivre = SuiviSortie.objects.utiles(le).filter(sortie__personne=OuterRef("pk"), prevu_le__lte=le)
    return {
        Manque.SANS_OBJECTIF: (salariee, elle_a(engagements.avec_objectif())),
        Manque.SANS_ECHEANCE: (engagee, elle_a(bilans)),
        Manque.BILAN_DEPASSE: (en_clair & elle_a(bilans), ~elle_a(bilans.filter(le__lt=le))),
        Manque.BILAN_PROCHE: (en_clair & elle_a(bilans), ~elle_a(bilans.filter(le__gte=le, le__lte=_apres(le, "alerte_bilan")))),
        Manque.SANS_CONTACT: (salariee, parlee(le)),
        Manque.FIN_CONTRAT: (salariee, ~elle_a(fin_proche.filter(fin__lte=_apres(le, "alerte_contrat")))),
        Manque.FIN_PASS: (
            salariee & elle_a(PassIAE.objects.all()),
            elle_a(PassIAE.objects.filter(fin__gt=_apres(le, "alerte_pass"))),
        ),
        Manque.SANS_HEURES: (en_clair & elle_a(anciens), _a_des_heures(le)),
        Manque.ENGAGEMENT_NON_REMIS: (en_clair & elle_a(a_remettre), ~elle_a(a_remettre.jamais_remis(le))),
        Manque.SORTIE_NON_DOCUMENTEE: (Q(phase=Phase.PARCOURS) & en_clair & elle_a(finis), elle_a(vivants)),
        Manque.SUIVI_SORTIE: (en_clair & Q(Exists(a_suivre)), ~Q(Exists(a_suivre.filter(Q(fait_le=None) | Q(fait_le__gt=le))))),
    }


def _prise_en_charge(manque: str, le: date) -> Q:
    """Quelqu'un s'en occupe, jusqu'à une date qui n'est pas passée : le manque se tait (ACC-6)."""
    return elle_a(PriseEnCharge.objects.filter(manque=manque, jusqu_au__gte=le))


@lru_cache(maxsize=16)
def regles(le: date) -> dict[str, Regle]:
    """Toutes les règles, à cette date, dans l'ordre de l'urgence."""
    ecrites = _regles_de_l_accueil(le) | _regles_du_parcours(le)

    def batir(nom: str) -> Regle:
        population, critere = ecrites[nom]
        manque = population & ~critere
        return Regle(*map(Condition, (population, critere, manque, manque & ~_prise_en_charge(nom, le))))

    return {nom: batir(nom) for nom in Manque}
