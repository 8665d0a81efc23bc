"""Les mesures figées, à chaque fin de mois (décision 0034)."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.inalterable import inalterable


class MesureFigee(models.Model):
    """Ce que mesurait un indicateur dans une structure, une fin de mois : rendre un dossier anonyme n'y change rien (0034).

    version : celle de la définition qui a compté. Une ligne écrite ne change plus : ce qui l'a corrigée depuis est au registre.
    """

    PARTAGE = Interne("organisation", droit=Droit.FIGURES_LIRE)
    DECLENCHEURS = inalterable("observatoire_mesurefigee", "une mesure figée")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mesures_figees", db_index=False)
    le = models.DateField("fin de mois")
    code = models.CharField("indicateur", max_length=60)
    version = models.PositiveSmallIntegerField("version de la définition")
    figee_le = models.DateTimeField("figée le", default=timezone.now)
    total = models.PositiveIntegerField()
    atteint = models.DecimalField("atteint, ou ce que vaut la grandeur", max_digits=14, decimal_places=2)
    coupes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)  # {coupe: {valeur: [total, atteint]}}

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "mesure figée"
        verbose_name_plural = "mesures figées"
        ordering = ["le", "code", "pk"]
        constraints = [models.UniqueConstraint(name="mesure_figee_une_fois", fields=["organisation", "le", "code"])]

    def __str__(self):
        return f"{self.code} au {self.le:%d/%m/%Y}"
