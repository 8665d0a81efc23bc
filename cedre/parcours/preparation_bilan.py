"""Ce que le logiciel réunit avant un bilan : ce qui était convenu, ce qui s'est fait depuis, la synthèse d'avant (INS-7)."""

from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from cedre.core.dates import UN_JOUR, a_la_fin_sans
from cedre.core.periodes import Periode
from cedre.parcours.models import ActionAssociee, Bilan, EvaluationAuTravail, MiseEnSituation, Moyen, Personne


class Preparation:
    """Les faits d'une étape, du premier au dernier jour, tous deux compris ; chaque lecture se fait une fois, à la demande."""

    def __init__(self, bilan: Bilan):
        self.bilan, self.personne = bilan, bilan.personne_id
        avant = Bilan.objects.clos().filter(personne=self.personne, le__lte=bilan.le).exclude(pk=bilan.pk)
        self.precedent: Bilan | None = avant.order_by("-le", "-pk").first()
        self.periode = etape(bilan, self.precedent)

    @cached_property
    def moyens(self) -> list[Moyen]:
        """Ce qui était convenu, objectif par objectif ; ce qui n'en sert aucun, à la fin."""
        convenus = Moyen.objects.au_jour(self.periode.au).filter(engagement=self.bilan.engagement_id)
        return list(convenus.order_by(a_la_fin_sans("objectif__rang"), "rang", "pk"))

    @cached_property
    def travail(self) -> list[MiseEnSituation]:
        """Ses mises en situation, avec leurs heures de l'étape."""
        heures = Sum("heures__heures", filter=Q(**self.periode.dans("heures__le")), default=Decimal())
        siennes = MiseEnSituation.objects.filter(personne=self.personne).du_mois(self.periode.du, self.periode.au)
        return list(siennes.select_related("client", "objectif").annotate(heures_faites=heures).order_by("-du", "-pk"))

    @cached_property
    def actions(self) -> list[ActionAssociee]:
        """Ses actions associées, faites ou non."""
        siennes = ActionAssociee.objects.filter(personne=self.personne, **self.periode.dans())
        return list(siennes.exclude(etat=ActionAssociee.Etat.PREVUE).select_related("offre").order_by("-le", "-pk"))

    @cached_property
    def evaluations(self) -> list[EvaluationAuTravail]:
        """Ce que l'on a dit d'elle au travail."""
        siennes = EvaluationAuTravail.objects.filter(mise_en_situation__personne=self.personne, **self.periode.dans())
        return list(siennes.select_related("mise_en_situation__client").order_by("-le", "-pk"))

    @cached_property
    def liens(self) -> dict:
        """Combien d'échanges et de remises, et le jour de la dernière remise."""
        echanges, remises = Q(**self.periode.dans("echanges__le")), Q(**self.periode.dans("remises__le"))
        return Personne.objects.filter(pk=self.personne).aggregate(
            nb_echanges=Count("echanges", filter=echanges, distinct=True),
            nb_remises=Count("remises", filter=remises, distinct=True),
            derniere_remise=Max("remises__le", filter=remises),
        )

    @property
    def heures(self) -> Decimal:
        """Toutes les heures faites."""
        return sum((mets.heures_faites for mets in self.travail), Decimal())

    @property
    def presences(self) -> dict[str, int]:
        """Combien d'actions faites, combien d'absences."""
        etats = Counter(action.etat for action in self.actions)
        return {"faites": etats["faite"], "absences": etats["absente"] + etats["excusee"]}


def etape(bilan: Bilan, precedent: Bilan | None, *, le: date | None = None) -> Periode:
    """Du lendemain du bilan précédent (à défaut, du début de l'engagement) à ce bilan ; à aujourd'hui tant qu'il n'est pas clos.

    Chaque jour est dans une étape et une seule.
    """
    depuis = precedent.le + UN_JOUR if precedent else bilan.engagement.debut
    fin = bilan.le if bilan.etat == Bilan.Etat.CLOS else le or timezone.localdate()
    return Periode(depuis, max(fin, depuis))
