"""Ce que le logiciel réunit avant un bilan : ce qui était convenu, ce qui s'est fait depuis, la synthèse d'avant (INS-7)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from cedre.parcours.models import ActionAssociee, Bilan, EvaluationAuTravail, MiseEnSituation, Moyen, Personne

UN_JOUR = timedelta(days=1)


@dataclass(frozen=True)
class Preparation:
    """Les faits d'une étape, du premier au dernier jour, tous deux compris."""

    depuis: date
    jusqu_a: date
    precedent: Bilan | None
    moyens: list[Moyen]
    travail: list[MiseEnSituation]
    actions: list[ActionAssociee]
    evaluations: list[EvaluationAuTravail]
    nb_echanges: int
    nb_remises: int
    derniere_remise: date | None

    @property
    def heures(self) -> Decimal:
        """Toutes les heures faites."""
        return sum((mets.heures_faites for mets in self.travail), Decimal())

    @property
    def presences(self) -> dict[str, int]:
        """Combien d'actions faites, combien d'absences."""
        etats = Counter(action.etat for action in self.actions)
        return {"faites": etats["faite"], "absences": etats["absente"] + etats["excusee"]}


def periode(bilan: Bilan, precedent: Bilan | None, *, le: date | None = None) -> tuple[date, date]:
    """Du lendemain du bilan précédent (à défaut, du début de l'engagement) à ce bilan ; à aujourd'hui tant qu'il n'est pas clos.

    Chaque jour est dans une étape et une seule.
    """
    depuis = precedent.le + UN_JOUR if precedent else bilan.engagement.debut
    fin = bilan.le if bilan.etat == Bilan.Etat.CLOS else le or timezone.localdate()
    return depuis, max(fin, depuis)


def preparer(bilan: Bilan) -> Preparation:
    """Réunit les faits de l'étape en six requêtes, quelle que soit l'étape."""
    qui = bilan.personne_id
    avant = Bilan.objects.clos().filter(personne=qui, le__lte=bilan.le).exclude(pk=bilan.pk)
    precedent = avant.order_by("-le", "-pk").first()
    depuis, jusqu_a = periode(bilan, precedent)
    entre = Q(le__range=(depuis, jusqu_a))
    heures = Sum("heures__heures", filter=Q(heures__le__range=(depuis, jusqu_a)), default=Decimal())
    echanges = Q(echanges__le__range=(depuis, jusqu_a))
    remises = Q(remises__le__range=(depuis, jusqu_a))
    comptes = Personne.objects.filter(pk=qui).aggregate(
        nb_echanges=Count("echanges", filter=echanges, distinct=True),
        nb_remises=Count("remises", filter=remises, distinct=True),
        derniere_remise=Max("remises__le", filter=remises),
    )
    return Preparation(
        depuis=depuis,
        jusqu_a=jusqu_a,
        precedent=precedent,
        moyens=list(Moyen.objects.filter(engagement=bilan.engagement_id).order_by("objectif__rang", "rang", "pk")),
        travail=list(
            MiseEnSituation.objects.filter(personne=qui)
            .du_mois(depuis, jusqu_a)
            .select_related("client", "objectif")
            .annotate(heures_faites=heures)
            .order_by("-du", "-pk")
        ),
        actions=list(
            ActionAssociee.objects.filter(entre, personne=qui)
            .exclude(etat=ActionAssociee.Etat.PREVUE)
            .select_related("offre")
            .order_by("-le", "-pk")
        ),
        evaluations=list(
            EvaluationAuTravail.objects.filter(entre, mise_en_situation__personne=qui)
            .select_related("mise_en_situation__client")
            .order_by("-le", "-pk")
        ),
        **comptes,
    )
