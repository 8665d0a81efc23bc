"""Les actions associées au travail : séances de groupe, actions de chacun, formations (INS-5)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import DateField, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Equipe
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import douze_mois
from cedre.parcours.models.agenda import ALAgenda, ALAgendaQuerySet
from cedre.parcours.models.engagement import Engagement, Objectif
from cedre.parcours.models.seance import SeanceDeGroupe, SeanceQuerySet
from cedre.structures.models import Offre


class Seance(SeanceDeGroupe, models.Model):
    """Une séance de groupe d'une action de l'offre : date, lieu, places, présences (INS-5)."""

    PARTAGE = Equipe("organisation")
    INSCRIPTIONS, ETAT, VENUE = "actions", "etat", "faite"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="seances")
    offre = models.ForeignKey(Offre, verbose_name="action", on_delete=models.PROTECT, related_name="seances")
    le = models.DateField("date")
    heure = models.TimeField("heure")
    duree = models.PositiveSmallIntegerField("durée", default=120, help_text="En minutes.")
    lieu = models.CharField(max_length=160, blank=True)
    capacite = models.PositiveSmallIntegerField(
        "nombre de places", default=10, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    animee_par = models.CharField("animée par", max_length=120, blank=True)
    annulee = models.BooleanField("annulée", default=False)

    objects = SeanceQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        ordering = ["-le", "-heure", "pk"]
        indexes = [models.Index(fields=["organisation", "le"], name="seance_organisation_le")]

    get_absolute_url = page_de

    def __str__(self):
        return f"{self.offre} du {self.le:%d/%m/%Y}"

    @property
    def quoi(self) -> str:
        """Ce que dit le titre de sa feuille d'émargement."""
        return str(self.offre)

    @property
    def heures(self) -> Decimal:
        """Ce qu'elle vaut à chacun de ceux qui viennent, au centième d'heure."""
        return round(Decimal(self.duree) / 60, 2)


def _dernier_jour() -> Coalesce:
    """Celui d'une action, lu de la ligne du dessus."""
    return Coalesce(OuterRef("au"), OuterRef("le"), output_field=DateField())


class ActionAssocieeQuerySet(ALAgendaQuerySet):
    """Les actions associées."""

    def faites_dans_l_annee(self, le):
        """Celles qui se sont faites, et finies dans les douze mois qui finissent à cette date."""
        return self.nominatifs().faites().alias(finie_le=Coalesce("au", "le")).filter(**douze_mois(le, "finie_le"))

    def des_engages(self):
        """Celles de qui avait un engagement leur dernier jour, et celles dites au service d'un engagement déjà pris (§ 2.3 b)."""
        siens = Engagement.objects.couraient_encore(_dernier_jour()).filter(personne=OuterRef("personne"))
        pris = Engagement.objects.deja_pris(_dernier_jour()).filter(pk=OuterRef("engagement"))
        return self.filter(Exists(siens) | Exists(pris))

    def selon_l_engagement(self):
        """Celles qui servaient un engagement qui courait encore leur dernier jour (§ 2.3 b)."""
        return self.filter(Exists(Engagement.objects.couraient_encore(_dernier_jour()).filter(pk=OuterRef("engagement"))))

    def faites(self):
        """Celles qui ont eu lieu, et où la personne était."""
        return self.filter(etat=ActionAssociee.Etat.FAITE)

    def attendues(self):
        """Celles qui doivent encore avoir lieu."""
        return self.filter(Q(seance=None) | Q(seance__annulee=False), etat=ActionAssociee.Etat.PREVUE)

    def a_rattacher(self, le):
        """Celles qui sont encore attendues, et servent un engagement clos (§ 2.3 b)."""
        return self.attendues().filter(Q(au__gte=le) | Q(au=None, le__gte=le), engagement__clos_le__lte=le)

    def heures(self) -> Decimal:
        """La somme de leurs heures."""
        return self.aggregate(total=Sum("heures"))["total"] or Decimal(0)


class ActionAssociee(ALAgenda):
    """La part d'une personne dans une action de l'offre : seule, en séance, ou en formation sur une période (INS-5)."""

    class Etat(models.TextChoices):
        PREVUE = "prevue", "Prévue"
        FAITE = "faite", "Faite"
        ABSENTE = "absente", "Absente"
        EXCUSEE = "excusee", "Excusée"

    PARTAGE = Equipe(personne="personne")
    JOUR_PAR_DEFAUT = {"au": "le"}

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="actions", db_index=False)
    offre = models.ForeignKey(Offre, verbose_name="action", on_delete=models.PROTECT, related_name="actions")
    seance = models.ForeignKey(Seance, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    engagement = models.ForeignKey(Engagement, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    objectif = models.ForeignKey(Objectif, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    le = models.DateField("date", default=timezone.localdate)
    au = models.DateField("jusqu’au", null=True, blank=True)
    heures = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(2000)]
    )
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.PREVUE)
    resultat = models.TextField("résultat", max_length=TEXTE_MAX, blank=True)
    certificat = models.CharField("certificat ou diplôme obtenu", max_length=160, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ActionAssocieeQuerySet.as_manager()

    class Meta:
        verbose_name = "action associée"
        verbose_name_plural = "actions associées"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["personne", "le"], name="action_personne_le")]
        constraints = [
            models.UniqueConstraint(
                name="action_une_par_seance",
                fields=["seance", "personne"],
                condition=Q(seance__isnull=False),
                violation_error_message="Cette personne est déjà inscrite à cette séance.",
            ),
            models.CheckConstraint(
                name="action_fin_apres_debut",
                condition=Q(au=None) | Q(au__gte=models.F("le")),
                violation_error_message="La fin vient avant le début.",
            ),
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"{self.offre} du {self.le:%d/%m/%Y}"
