"""Les campagnes : quel rapport on attend des structures, de quelle période, pour quand (OBS-3)."""

from collections.abc import Callable
from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Habilitation, Organisation
from cedre.comptes.partage import Commun, Partage
from cedre.core.periodes import Periode
from cedre.observatoire.models.rapports import Rapport, dit_la_periode

LE_RAPPORT = ("cadre", "du", "au")  # ce qui fait d'un rapport celui qu'une campagne attend


class CampagneQuerySet(Partage):
    """Les campagnes."""

    def visant(self, organisation: Organisation):
        """Celles de la fédération et de sa région ; à la fédération, toutes."""
        natures = Organisation.Nature
        if organisation.nature == natures.FEDERATION:
            return self.all()
        region = organisation.pk if organisation.nature == natures.REGION else organisation.region_id
        return self.filter(Q(organisation__nature=natures.FEDERATION) | Q(organisation=region))

    def a_transmettre(self, structure: Organisation, le: date):
        """Celles dont la période est finie, à qui cette structure n'a rien transmis ; à une autre organisation, aucune."""
        if structure.nature != Organisation.Nature.STRUCTURE:
            return self.none()
        return self.visant(structure).filter(_attend(structure.pk, OuterRef), ~_transmis(structure.pk, OuterRef), au__lt=le)

    def en_retard(self, structures: QuerySet[Organisation], le: date):
        """Celles dont le jour dit est passé, et à qui une de ces structures n'a rien transmis."""

        def de_la_campagne(champ: str) -> OuterRef:
            return OuterRef(OuterRef(champ))

        elle = OuterRef("pk")
        muettes = structures.order_by().filter(_attend(elle, de_la_campagne), ~_transmis(elle, de_la_campagne))
        du_reseau = Q(organisation__nature=Organisation.Nature.FEDERATION) & Q(Exists(muettes))
        return self.filter(du_reseau | Q(Exists(muettes.filter(region=OuterRef("organisation")))), attendu_le__lt=le)


def _attend(structure, de_la_campagne: Callable[[str], OuterRef]) -> Exists:
    """Une structure est attendue si elle tenait Cèdre le dernier jour de la période. structure : son numéro, ou son chemin."""
    return Exists(Habilitation.objects.filter(organisation=structure, depuis_jour__lte=de_la_campagne("au")))


def _transmis(structure, de_la_campagne: Callable[[str], OuterRef]) -> Exists:
    ceux = {champ: de_la_campagne(champ) for champ in LE_RAPPORT}
    return Exists(Rapport.objects.transmis().filter(organisation=structure, **ceux))


class Campagne(models.Model):
    """Un rapport que la fédération attend de toutes les structures, ou une région des siennes, pour un jour dit.

    « Attendu » est l'état d'une structure qui ne l'a pas transmis : aucune ligne ne le garde.
    """

    PARTAGE = Commun()  # un calendrier : rien n'y est dit d'aucune structure

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="campagnes")
    cadre = models.CharField("quel rapport", max_length=40)
    du = models.DateField("du")
    au = models.DateField("au")
    attendu_le = models.DateField("attendu le")
    ouverte_le = models.DateField("ouverte le", default=timezone.localdate)

    objects = CampagneQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "campagne de rapports"
        verbose_name_plural = "campagnes de rapports"
        ordering = ["-attendu_le", "-au", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="campagne_une_fois",
                fields=["organisation", *LE_RAPPORT],
                violation_error_message="Cette campagne est déjà ouverte.",
            ),
            models.CheckConstraint(
                name="campagne_attendue_apres_sa_periode",
                condition=Q(attendu_le__gt=F("au")),
                violation_error_message="Un rapport s’attend après la fin de sa période.",
            ),
        ]

    def __str__(self):
        return f"Rapports {dit_la_periode(self.periode)}"

    @property
    def periode(self) -> Periode:
        """Celle dont les rapports rendent compte."""
        return Periode(self.du, self.au)

    @property
    def court(self) -> bool:
        """Vrai jusqu'au jour dit, compris."""
        return timezone.localdate() <= self.attendu_le
