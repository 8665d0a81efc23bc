"""L'entretien annuel de chaque membre de l'équipe : tenu, et lu de lui, de qui l'a mené et de la direction (AME-4)."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from cedre.comptes.acces import PartageQualite
from cedre.comptes.droits import Role
from cedre.comptes.models import Compte, Organisation
from cedre.core.dates import douze_mois


class EntretienAnnuelQuerySet(PartageQualite):
    """Les entretiens annuels."""

    def pour(self, habilitation):
        """Ceux que l'on peut lire : les siens, ceux que l'on a menés ; tous, pour la direction."""
        lignes = super().pour(habilitation)
        if habilitation is None or habilitation.role == Role.DIRECTION:
            return lignes
        return lignes.filter(Q(compte=habilitation.compte_id) | Q(mene_par=habilitation.compte_id))


class EntretienAnnuel(models.Model):
    """Ce qu'un membre de l'équipe et qui mène l'entretien se sont dit ; ce dont il a besoin d'apprendre (AME-4, PRO-2)."""

    PARTITION = "organisation"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="entretiens_annuels")
    compte = models.ForeignKey(Compte, verbose_name="avec qui", on_delete=models.PROTECT, related_name="entretiens_annuels")
    mene_par = models.ForeignKey(Compte, verbose_name="mené par", on_delete=models.PROTECT, related_name="+")
    tenu_le = models.DateField("tenu le")
    points = models.TextField("ce qui s’est dit", max_length=8000, blank=True)
    besoins = models.TextField("besoins de formation", max_length=2000, blank=True)

    objects = EntretienAnnuelQuerySet.as_manager()

    class Meta:
        verbose_name = "entretien annuel"
        verbose_name_plural = "entretiens annuels"
        ordering = ["-tenu_le", "-pk"]
        indexes = [models.Index(fields=["organisation", "compte", "tenu_le"], name="entretien_annuel_tenu_le")]
        constraints = [
            models.CheckConstraint(
                name="entretien_annuel_a_deux",
                condition=~Q(compte=F("mene_par")),
                violation_error_message="On ne mène pas son propre entretien.",
            ),
            models.UniqueConstraint(
                name="entretien_annuel_un_par_jour",
                fields=["organisation", "compte", "tenu_le"],
                violation_error_message="Un entretien de ce jour-là est déjà noté.",
            ),
        ]

    def __str__(self):
        return f"Entretien annuel du {self.tenu_le:%d/%m/%Y}"

    @property
    def besoins_dits(self) -> list[str]:
        """Les besoins de formation, un par ligne."""
        return [ligne.strip() for ligne in self.besoins.splitlines() if ligne.strip()]


def _de_ce_membre() -> QuerySet:
    return EntretienAnnuel.objects.filter(compte=OuterRef("compte"), organisation=OuterRef("organisation"))


def avec_dernier_entretien(membres: QuerySet, le: date) -> QuerySet:
    """Annote les habilitations de l'équipe de dernier_entretien : le jour du dernier, à cette date ; rien d'autre n'en est lu."""
    return membres.annotate(
        dernier_entretien=Subquery(_de_ce_membre().filter(tenu_le__lte=le).order_by("-tenu_le").values("tenu_le")[:1])
    )


def vus_dans_l_annee(membres: QuerySet, le: date) -> QuerySet:
    """Les habilitations de l'équipe dont le membre a eu son entretien dans les douze mois qui finissent ce jour-là."""
    return membres.filter(Exists(_de_ce_membre().filter(**douze_mois(le, "tenu_le"))))
