"""Les principes d'action pédagogique : énoncés, formalisés, évalués (OBS-5, § 2.5 c)."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.dates import des_mois

MOIS_D_UNE_EVALUATION = 24


class PrincipeQuerySet(Partage):
    """Les principes d'action."""

    def en_vigueur(self, le: date):
        """Ceux qui sont énoncés ce jour-là, et pas encore retirés."""
        return self.filter(Q(retire_le=None) | Q(retire_le__gt=le), enonce_le__lte=le)

    def evalues(self, le: date):
        """Ceux qui l'ont été depuis moins de vingt-quatre mois (§ 2.5 c)."""
        recentes = EvaluationDePrincipe.objects.filter(**des_mois(MOIS_D_UNE_EVALUATION, le))
        return self.filter(Exists(recentes.filter(principe=OuterRef("pk"))))


class Principe(models.Model):
    """Ce à quoi la structure tient dans son action, et comment cela se voit au quotidien (OBS-5)."""

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="principes")
    enonce = models.CharField("énoncé", max_length=300)
    au_quotidien = models.TextField("comment cela se voit au quotidien", max_length=2000)
    enonce_le = models.DateField("énoncé le")
    retire_le = models.DateField("retiré le", null=True, blank=True)

    objects = PrincipeQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "principe d’action"
        verbose_name_plural = "principes d’action"
        ordering = ["enonce_le", "pk"]
        constraints = [
            models.CheckConstraint(
                name="principe_retire_apres_enonce",
                condition=Q(retire_le=None) | Q(retire_le__gte=F("enonce_le")),
                violation_error_message="Il ne se retire pas avant d’être énoncé.",
            ),
        ]

    def __str__(self):
        return self.enonce


class EvaluationDePrincipe(models.Model):
    """Un principe regardé en face : comment, ce que l'on a vu, ce que l'on change (OBS-5)."""

    PARTAGE = Interne("principe__organisation", droit=Droit.QUALITE_LIRE)

    principe = models.ForeignKey(Principe, on_delete=models.PROTECT, related_name="evaluations")
    le = models.DateField("évalué le")
    comment = models.CharField("comment", max_length=300)
    constat = models.TextField("ce que l’on a vu", max_length=2000)
    changements = models.TextField("ce que l’on change", max_length=2000, blank=True)

    objects = Partage.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "évaluation d’un principe"
        verbose_name_plural = "évaluations des principes"
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"Évaluation du {self.le:%d/%m/%Y}"
