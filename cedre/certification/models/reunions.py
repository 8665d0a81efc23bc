"""Les réunions d'évaluation et la revue annuelle : préparées de ce qui est enregistré, tenues, gardées (AME-4)."""

from datetime import date

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.dates import douze_mois
from cedre.qualite.models import ActionAmelioration


class ReunionEvaluationQuerySet(Partage):
    """Les réunions d'évaluation et les revues annuelles."""

    def a_tenir(self):
        """Celles qui sont prévues et n'ont pas eu lieu."""
        return self.filter(tenue_le=None)

    def en_attente(self, le: date):
        """Celles dont le jour est venu, et que l'on n'a pas dites tenues."""
        return self.a_tenir().filter(prevue_le__lte=le)

    def revues_de_l_annee(self, le: date):
        """Les revues annuelles tenues dans les douze mois qui finissent ce jour-là."""
        return self.filter(nature=ReunionEvaluation.Nature.REVUE, **douze_mois(le, "tenue_le"))


class ReunionEvaluation(models.Model):
    """L'équipe regarde ensemble où en est la structure sur une période, et décide (AME-4).

    preparation : ce que l'on avait sous les yeux ; calculé jusqu'au jour où la réunion se tient, figé ce jour-là.
    """

    class Nature(models.TextChoices):
        REUNION = "reunion", "Réunion d’évaluation"
        REVUE = "revue", "Revue annuelle"

    class Etat(models.TextChoices):
        PREVUE = "prevue", "Prévue"
        TENUE = "tenue", "Tenue"
        CLOSE = "close", "Close"

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)
    MOTS = ("autres_presents", "compte_rendu", "conclusions")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reunions")
    nature = models.CharField("c’est", max_length=8, choices=Nature, default=Nature.REUNION)
    prevue_le = models.DateField("prévue le")
    du = models.DateField("période regardée, du")
    au = models.DateField("au")
    tenue_le = models.DateField("tenue le", null=True, blank=True)
    presents = models.ManyToManyField(Compte, verbose_name="présents de l’équipe", blank=True, related_name="+")
    autres_presents = models.CharField("autres présents", max_length=300, blank=True)
    compte_rendu = models.TextField("ce qui s’est dit", max_length=10_000, blank=True)
    conclusions = models.TextField("ce que l’on en retient", max_length=4000, blank=True)
    preparation = models.JSONField("ce que l’on avait sous les yeux", default=dict, editable=False, encoder=DjangoJSONEncoder)
    decisions = models.ManyToManyField(
        ActionAmelioration, verbose_name="décisions", blank=True, editable=False, related_name="reunions"
    )
    close_le = models.DateField("close le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReunionEvaluationQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "réunion d’évaluation"
        verbose_name_plural = "réunions d’évaluation"
        ordering = ["-prevue_le", "-pk"]
        indexes = [models.Index(fields=["organisation", "tenue_le"], name="reunion_tenue_le")]
        constraints = [
            models.CheckConstraint(
                name="reunion_periode_dans_l_ordre",
                condition=Q(au__gte=F("du")),
                violation_error_message="La période finit avant de commencer.",
            ),
            models.CheckConstraint(
                name="reunion_tenue_avec_des_mots",
                condition=Q(tenue_le=None) | ~Q(compte_rendu=""),
                violation_error_message="Une réunion tenue a son compte rendu.",
            ),
            models.CheckConstraint(
                name="reunion_close_apres_tenue",
                condition=Q(close_le=None) | Q(tenue_le__isnull=False, close_le__gte=F("tenue_le")),
                violation_error_message="Une réunion se clôt après s’être tenue.",
            ),
        ]

    def __str__(self):
        return f"{self.get_nature_display()} du {self.le:%d/%m/%Y}"

    @property
    def le(self) -> date:
        """Le jour où elle s'est tenue, sinon celui où elle est prévue."""
        return self.tenue_le or self.prevue_le

    @property
    def fin(self) -> date:
        """Le dernier jour regardé : celui de la période, ou celui de la réunion si elle s'est tenue avant."""
        return min(self.au, self.tenue_le or self.au)

    @property
    def mots(self) -> dict[str, str]:
        """Ce que l'on en a écrit."""
        return {nom: getattr(self, nom) for nom in self.MOTS}

    @property
    def etat(self) -> Etat:
        """Où elle en est."""
        if self.close_le:
            return self.Etat.CLOSE
        return self.Etat.TENUE if self.tenue_le else self.Etat.PREVUE
