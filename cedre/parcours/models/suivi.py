"""De quoi dire ce qui manque à un dossier : des conditions et des jours, sur des faits datés (ACC-6)."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, NullIf

from cedre.comptes.models import Habilitation
from cedre.core.dates import Decaler
from cedre.parcours.models.accueil import Contact, Entretien, Information
from cedre.parcours.models.actions import ActionAssociee
from cedre.parcours.models.bilan import Bilan
from cedre.parcours.models.contrat import Contrat
from cedre.parcours.models.etape import Etape, Suivi
from cedre.parcours.models.evaluation import Evaluation
from cedre.parcours.models.lien import Echange, PriseEnCharge
from cedre.parcours.models.phase import Phase
from cedre.parcours.models.sortie import Sortie, SuiviSortie, VisiteJobcoach
from cedre.parcours.models.suivi_a_minima import SuiviAMinima
from cedre.structures.models import Seuils


def elle_a(faits: QuerySet, de: str = "personne") -> Q:
    """Vrai si la personne a l'un de ces faits. de : leur chemin vers elle."""
    return Q(Exists(faits.filter(**{de: OuterRef("pk")})))


def premier_jour(faits: QuerySet, champ: str = "le", de: str = "personne") -> Subquery:
    """Le plus ancien jour que disent ces faits de la personne."""
    siens = faits.filter(**{de: OuterRef("pk")}).order_by(champ)
    return Subquery(siens.values(champ)[:1], output_field=DateField())


def dernier_jour(faits: QuerySet, champ: str = "le", de: str = "personne") -> Subquery:
    """Le plus récent jour que disent ces faits de la personne ; ceux qui n'en disent pas ne comptent pas."""
    siens = faits.filter(**{de: OuterRef("pk"), f"{champ}__isnull": False}).order_by(f"-{champ}")
    return Subquery(siens.values(champ)[:1], output_field=DateField())


def le_plus_recent(*jours):
    """Le plus récent de jours dont chacun peut manquer."""
    plancher = Value(date(1900, 1, 1), output_field=DateField())
    return NullIf(Greatest(*(Coalesce(jour, plancher) for jour in jours)), plancher)


def suivie(le: date) -> Exists:
    """Quelqu'un qui était ce jour-là de la structure l'avait en charge : parti, il n'en est plus le référent (ACC-6)."""
    tenues = Habilitation.objects.tenues(le).filter(compte=OuterRef("compte"), organisation=OuterRef(OuterRef("organisation")))
    return Exists(Suivi.objects.au_jour(le).filter(Exists(tenues), personne=OuterRef("pk")))


def en_phase(phases: Iterable[str], le: date, de: str = "pk") -> Q:
    """Son dossier, que l'on n'a pas rendu anonyme, en était ce jour-là à l'une de ces phases. de : d'un fait, sa personne.

    La phase gardée le dit sans chercher si elle était déjà la sienne ; ses étapes, sinon.
    """
    vers = "" if de == "pk" else f"{de}__"
    etapes = Etape.objects.au_jour(le).filter(personne=OuterRef(de), phase__in=phases)
    deja = {f"{vers}phase_depuis__lte": le, f"{vers}phase__in": phases}
    return Q(Q(**deja) | Q(Q(Exists(etapes)), **{f"{vers}phase_depuis__gt": le}), **{f"{vers}anonymisee_le": None})


def attend(demandes: QuerySet, le: date) -> Q:
    """Ni reçue ni réorientée depuis l'une de ces demandes."""
    return en_phase((Phase.PRE_ACCUEIL, Phase.ACCUEIL), le) & elle_a(demandes)


def dates_a_venir(le: date) -> list[tuple[QuerySet, str]]:
    """Ce qui attend la personne ce jour-là ou après, et le champ qui le date ; les nouvelles, tant qu'elle est sortie."""
    des_nouvelles = SuiviSortie.objects.attendues(le).filter(
        en_phase((Phase.SORTIE,), le, "sortie__personne"), sortie__personne=OuterRef("pk"), prevu_le__gte=le
    )
    rendez_vous = [
        (Entretien.objects.a_l_agenda(le), "le"),
        (Information.objects.a_l_agenda(le), "le"),
        (Bilan.objects.ouverts(le).filter(jour__gte=le), "jour"),
        (SuiviAMinima.objects.au_jour(le).filter(echeance__gte=le), "echeance"),
        (ActionAssociee.objects.a_l_agenda(le), "le"),
    ]
    return [(des_nouvelles, "prevu_le"), *((faits.filter(personne=OuterRef("pk")), jour) for faits, jour in rendez_vous)]


def a_une_date(le: date) -> Q:
    """Un rendez-vous l'attend, ce jour-là ou après."""
    return reduce(or_, (Q(Exists(faits)) for faits, _ in dates_a_venir(le)))


def apres(le: date, seuil: str, fois: int = 1) -> Decaler:
    """Dans les faits d'une personne, le jour décalé d'un seuil de sa structure. fois : -1 pour avant, 7 pour des semaines.

    Le seuil se lit de la personne, une fois par recherche, et non de chacun de ses faits.
    """
    return Decaler(Value(le), Seuils.seuil(seuil, OuterRef("organisation"), le) * fois)


def rencontres(le: date) -> list[tuple[QuerySet, str]]:
    """Ce où l'on se parle, jusqu'à ce jour, et le chemin de chaque fait vers la personne : toute rencontre compte (ACC-6)."""
    vues = [
        Echange.objects.all(),
        Contact.objects.all(),
        Entretien.objects.filter(etat=Entretien.Etat.REALISE),
        Information.objects.filter(presence=Information.Presence.PRESENTE),
        Evaluation.objects.validees_au(le),
        Bilan.objects.tenus(),
        ActionAssociee.objects.filter(etat=ActionAssociee.Etat.FAITE),
    ]
    visites = VisiteJobcoach.objects.filter(le__lte=le), "jobcoach__personne"
    return [*((faits.filter(le__lte=le), "personne") for faits in vues), visites]


def parlee(le: date) -> Q:
    """On s'est parlé depuis moins de n jours, ou le contrat vient de commencer (ACC-6)."""
    limite = apres(le, "jours_sans_contact", -1)
    recents = Contrat.objects.filter(debut__gt=limite, debut__lte=le)
    depuis = ((faits.filter(le__gt=limite), de) for faits, de in rencontres(le))
    return reduce(or_, (elle_a(faits, de) for faits, de in depuis), elle_a(recents))


def parlee_le(le: date):
    """Le dernier jour où l'on s'est parlé ; à défaut, ou s'il est plus récent, le début du contrat."""
    debut = dernier_jour(Contrat.objects.filter(debut__lte=le), "debut")
    return le_plus_recent(debut, *(dernier_jour(faits, de=de) for faits, de in rencontres(le)))


def au_travail(le: date) -> Exists:
    """D'un contrat : pas de sortie depuis qu'il a commencé. Sortie son dernier jour, elle est encore salariée, mais c'est dit."""
    return ~Exists(Sortie.objects.filter(personne=OuterRef("personne"), le__gt=OuterRef("debut"), le__lte=le))


def salariee(le: date) -> Q:
    """Sous contrat ce jour-là, et son parcours n'est pas dit fini."""
    return Q(anonymisee_le=None) & elle_a(Contrat.objects.en_cours(le).filter(au_travail(le)))


def prise_en_charge(manque: str, le: date) -> Q:
    """Quelqu'un s'en occupe, jusqu'à une date qui n'est pas passée : le manque se tait (ACC-6)."""
    return elle_a(PriseEnCharge.objects.filter(manque=manque, jusqu_au__gte=le, jour__lte=le))
