"""Les postes de l'équipe permanente, et qui les tient (PRO-2)."""

from datetime import date

from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.alphabet import alphabetique


class Fonction(models.TextChoices):
    """À quoi sert un poste : une mission du référentiel, ou ce qui permet de les tenir."""

    DIRECTION = "direction", "Direction et vie associative"
    ACCUEIL = "accueil", "Accueil"
    INSERTION = "insertion", "Insertion"
    TRAVAIL = "travail", "Mise en situation de travail"
    OBSERVATOIRE = "observatoire", "Observatoire"
    QUALITE = "qualite", "Qualité"
    SUPPORT = "support", "Gestion et logistique"


class PosteQuerySet(Partage):
    """Les postes."""

    def ouverts(self, le: date):
        """Ceux qui existent ce jour-là."""
        return self.filter(Q(ferme_le=None) | Q(ferme_le__gt=le), ouvert_le__lte=le)

    def avec_titulaires(self, le: date):
        """Pose sur chacun « titulaires » : qui le tient ce jour-là."""
        return self.prefetch_related(Prefetch("occupations", Occupation.objects.en_cours(le), to_attr="titulaires"))


class Poste(models.Model):
    """Un poste de l'équipe permanente : ce qu'il fait, à quoi il sert, de qui il dépend."""

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="postes")
    intitule = models.CharField("intitulé", max_length=120)
    missions = models.TextField(blank=True, max_length=2000)
    fonctions = models.JSONField(default=list, blank=True)
    rattache_a = models.ForeignKey(
        "self", verbose_name="rattaché à", null=True, blank=True, on_delete=models.PROTECT, related_name="rattaches"
    )
    ouvert_le = models.DateField("existe depuis le", default=timezone.localdate)
    ferme_le = models.DateField("supprimé le", null=True, blank=True)

    objects = PosteQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "poste"
        ordering = [alphabetique("intitule"), "pk"]
        constraints = [
            models.CheckConstraint(
                name="poste_ferme_apres_ouvert",
                condition=Q(ferme_le=None) | Q(ferme_le__gte=F("ouvert_le")),
                violation_error_message="La suppression vient avant la création.",
            ),
        ]

    def __str__(self):
        return self.intitule

    @property
    def noms_des_fonctions(self) -> list[str]:
        """Ses fonctions, dans l'ordre où on les dit."""
        return [fonction.label for fonction in Fonction if fonction in self.fonctions]


class OccupationQuerySet(Partage):
    """Les occupations des postes."""

    def en_cours(self, le: date):
        """Celles de ce jour-là, dernier jour compris."""
        return self.filter(Q(au=None) | Q(au__gte=le), du__lte=le)


class Occupation(models.Model):
    """Quelqu'un tient un poste, pour un temps ; à plusieurs si le poste se partage."""

    PARTAGE = Interne("poste__organisation", droit=Droit.QUALITE_LIRE)

    poste = models.ForeignKey(Poste, on_delete=models.PROTECT, related_name="occupations")
    nom = models.CharField("prénom et nom", max_length=120)
    compte = models.ForeignKey(
        Compte, verbose_name="compte dans Cèdre", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)

    objects = OccupationQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "occupation d’un poste"
        verbose_name_plural = "occupations des postes"
        ordering = ["du", "pk"]
        constraints = [
            models.CheckConstraint(
                name="occupation_fin_apres_debut",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="La fin vient avant le début.",
            ),
        ]

    def __str__(self):
        return self.nom
