"""Ce qu'est une structure et à qui elle se rattache, d'un jour à l'autre : son type, sa région, son ensemblier (RES-1)."""

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from cedre.comptes.droits import Droit
from cedre.comptes.partage import Partage, Territoire
from cedre.core.intervalles import Intervalle, LusAuJour


def type_ce_jour(le, organisation: str) -> Coalesce:
    """Le type de la structure ce jour-là, dans une requête. organisation : le chemin qui y mène, fini par « __ »."""
    tenue = Appartenance.objects.au_jour(le).filter(organisation=OuterRef(f"{organisation}pk"))
    return Coalesce(Subquery(tenue.order_by().values("type_siae")[:1]), F(f"{organisation}type_siae"))


class AppartenanceQuerySet(LusAuJour, Partage):
    """Ce que les organisations ont été."""


class Appartenance(Intervalle):
    """Le type, la région et l'ensemblier d'une organisation pendant un temps.

    Celle qui n'a jamais changé n'en a aucune : ce que dit sa fiche vaut depuis toujours.
    """

    PARTAGE = Territoire("organisation", region="organisation__region", droit=Droit.RESEAU_SUIVRE)
    CHAMPS = ("type_siae", "region_id", "ensemblier_id")

    organisation = models.ForeignKey(
        "comptes.Organisation", on_delete=models.CASCADE, related_name="appartenances", db_index=False
    )
    type_siae = models.CharField("type de structure", max_length=4, blank=True)
    region = models.ForeignKey("comptes.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ensemblier = models.ForeignKey("comptes.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AppartenanceQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "appartenance d’une organisation"
        verbose_name_plural = "appartenances des organisations"
        ordering = ["organisation", "du"]
        constraints = [
            *Intervalle.Meta.constraints,
            models.UniqueConstraint(name="appartenance_une_par_jour", fields=["organisation", "du"]),
        ]

    def __str__(self):
        return f"Depuis le {self.du:%d/%m/%Y}"
