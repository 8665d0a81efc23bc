"""Le registre de ce qui a changé le passé : pourquoi, et quelles mesures en ont bougé (décision 0029)."""

from calendar import monthrange
from datetime import date

from django.db import models

from cedre.comptes.droits import Droit
from cedre.comptes.partage import Interne, Partage
from cedre.core.inalterable import inalterable


class MotifDuPasse(models.TextChoices):
    """Pourquoi le passé change. Une liste close : une trace est inaltérable, et ne doit rien dire de la personne."""

    FRAPPE = "frappe", "Faute de frappe"
    DATE = "date", "La date était fausse"
    AUTRE_PERSONNE = "autre_personne", "C’était pour quelqu’un d’autre"
    SU_DEPUIS = "su_depuis", "On l’a su depuis"
    APRES = "apres", "Noté après son jour"
    DEUX_FOIS = "deux_fois", "Noté deux fois"
    AUTRE = "autre", "Autre raison"


class DeplacementQuerySet(Partage):
    """Ce qui a bougé du passé."""

    def du_mois_de(self, le: date, *codes: str):
        """Ceux de ces indicateurs à la fin du mois de ce jour ; un mois qui n'est pas fini n'en a pas."""
        fin = le.replace(day=monthrange(le.year, le.month)[1])
        return self.filter(code__in=codes, mois=fin).select_related("trace")


class Deplacement(models.Model):
    """Ce qu'un geste a changé à une mesure d'un mois fini : ce qu'elle disait, ce qu'elle dit. Inaltérable, comme sa trace."""

    PARTAGE = Interne("trace__organisation", droit=Droit.CONFORMITE_LIRE)
    DECLENCHEURS = inalterable("comptes_deplacement", "un déplacement")

    trace = models.ForeignKey("comptes.Trace", on_delete=models.DO_NOTHING, db_constraint=False, related_name="deplacements")
    code = models.CharField("indicateur", max_length=60)
    mois = models.DateField("fin de mois")
    total_avant = models.PositiveIntegerField()
    atteint_avant = models.DecimalField(max_digits=14, decimal_places=2)
    total_apres = models.PositiveIntegerField()
    atteint_apres = models.DecimalField(max_digits=14, decimal_places=2)

    objects = DeplacementQuerySet.as_manager()

    class Meta:
        verbose_name = "déplacement"
        ordering = ["trace", "code", "mois"]
        indexes = [models.Index(fields=["code", "mois"], name="deplacement_code_mois")]

    def __str__(self):
        avant, apres = f"{self.atteint_avant}/{self.total_avant}", f"{self.atteint_apres}/{self.total_apres}"
        return f"{self.code} {self.mois} : {avant} → {apres}"
