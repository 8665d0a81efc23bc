"""Un fichier de personnes que l'on importe."""

from django.db import models
from django.utils import timezone

from cedre.comptes.acces import Partage
from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Organisation


class ImportationQuerySet(Partage):
    """Les importations."""

    def pour(self, habilitation):
        """À qui peut importer."""
        if habilitation is None or not habilitation.peut(Droit.FICHIER_IMPORTER):
            return self.none()
        return super().pour(habilitation)


class Importation(models.Model):
    """Un fichier déposé : sa lecture, la correspondance des colonnes, son avancement, son rapport."""

    class Etat(models.TextChoices):
        DEPOSE = "depose", "Déposé"
        EN_ANALYSE = "en_analyse", "Lecture en cours"
        ANALYSE = "analyse", "Prêt à importer"
        EN_COURS = "en_cours", "Import en cours"
        TERMINE = "termine", "Importé"
        ABANDONNE = "abandonne", "Abandonné"
        ECHEC = "echec", "Interrompu"

    PARTITION = "organisation"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="importations")
    nom_fichier = models.CharField(max_length=200)
    fichier = models.FileField(upload_to="importations/%Y/")
    correspondance = models.JSONField(default=dict, blank=True)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.DEPOSE)
    total = models.PositiveIntegerField(default=0)
    traitees = models.PositiveIntegerField(default=0)
    creees = models.PositiveIntegerField("créées", default=0)
    modifiees = models.PositiveIntegerField("modifiées", default=0)
    inchangees = models.PositiveIntegerField("inchangées", default=0)
    erreurs = models.JSONField(default=list, blank=True)
    message = models.CharField(max_length=300, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField(default=timezone.now)

    objects = ImportationQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le", "-pk"]

    def __str__(self):
        return self.nom_fichier
