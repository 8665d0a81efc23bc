"""Les besoins d'heures des clients, face auxquels on cherche à qui ils servent (TRA-2)."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Equipe, Partage
from cedre.partenariats.models import Client
from cedre.structures.models import FicheDePoste


class BesoinQuerySet(Partage):
    """Les besoins d'heures des clients."""

    def ouverts(self, le):
        """Ceux qui ne sont pas pourvus et ne sont pas finis."""
        return self.filter(Q(au=None) | Q(au__gte=le), pourvu_le=None)


class Besoin(models.Model):
    """Un besoin d'heures d'un client, face auquel on cherche qui en a l'usage (TRA-2)."""

    class Additionnel(models.TextChoices):
        OUI = "oui", "Oui"
        NON = "non", "Non"

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="besoins")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="besoins")
    fiche_de_poste = models.ForeignKey(
        FicheDePoste, verbose_name="fiche de poste", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    intitule = models.CharField("ce qui est demandé", max_length=160)
    lieu = models.CharField(max_length=160, blank=True)
    horaires = models.CharField(max_length=160, blank=True)
    du = models.DateField("à partir du")
    au = models.DateField("jusqu’au", null=True, blank=True)
    heures = models.DecimalField("heures par semaine", max_digits=5, decimal_places=2, null=True, blank=True)
    places = models.PositiveSmallIntegerField("nombre de personnes", default=1, validators=[MinValueValidator(1)])
    additionnel = models.CharField(
        "travail additionnel",
        max_length=3,
        choices=Additionnel,
        blank=True,
        help_text="Oui si, sans nous, personne ne le ferait : il ne prend la place d’aucun emploi. Vide si l’on ne sait pas.",
    )
    pourvu_le = models.DateField("pourvu le", null=True, blank=True)

    objects = BesoinQuerySet.as_manager()

    class Meta:
        verbose_name = "besoin d’un client"
        verbose_name_plural = "besoins des clients"
        ordering = ["du", "pk"]
        constraints = [
            models.CheckConstraint(
                name="besoin_fin_apres_debut",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="La fin vient avant le début.",
            )
        ]

    get_absolute_url = page_de

    def __str__(self):
        return self.intitule
