"""Tout ce que la structure tient, demandé en un classeur."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Equipe, Partage, Sauf


def _passe(**delai):
    return timezone.now() - timedelta(**delai)


class ExportationQuerySet(Partage):
    """Les exportations."""

    def en_route(self):
        """Celles que le serveur écrit ; au bout d'une heure, c'est qu'il s'est arrêté."""
        return self.filter(etat=Exportation.Etat.EN_COURS, cree_le__gte=_passe(hours=1))

    def a_oublier(self):
        """Celles dont le fichier a assez attendu."""
        return self.filter(cree_le__lt=_passe(hours=Exportation.CONSERVATION_HEURES))


class Exportation(models.Model):
    """Un classeur demandé : son avancement, puis son fichier, que l'on efface au bout d'un jour."""

    class Etat(models.TextChoices):
        EN_COURS = "en_cours", "En préparation"
        PRET = "pret", "Prêt à télécharger"
        ECHEC = "echec", "Interrompu"

    PARTAGE = Equipe(
        "organisation", droit=Droit.DROITS_EXERCER, sauf=Sauf("avec les précisions de santé", Q(sante=True), Droit.SANTE_LIRE)
    )
    CONSERVATION_HEURES = 24

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="exportations")
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.EN_COURS)
    sante = models.BooleanField("avec les précisions de santé", default=False)
    faites = models.PositiveSmallIntegerField("feuilles écrites", default=0)
    total = models.PositiveSmallIntegerField("feuilles", default=0)
    fichier = models.FileField(upload_to="exportations", blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("demandé le", default=timezone.now)

    objects = ExportationQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le", "-pk"]

    def __str__(self):
        return f"Export du {timezone.localtime(self.cree_le):%d/%m/%Y}"

    @property
    def en_route(self) -> bool:
        """Vrai tant que le serveur l'écrit."""
        return self.etat == self.Etat.EN_COURS and self.cree_le >= _passe(hours=1)
