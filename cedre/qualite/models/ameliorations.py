"""Les actions d'amélioration : qui, quoi, pour quand, et l'effet vérifié avant de clore (AME-3, § 2.6)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.dates import il_y_a
from cedre.core.periodes import Periode
from cedre.qualite.models.enquetes import Enquete
from cedre.qualite.models.reclamations import Reclamation


class ActionAmeliorationQuerySet(Partage):
    """Les actions d'amélioration."""

    def a_faire(self):
        """Celles qui ne sont pas encore faites."""
        return self.filter(faite_le=None)

    def a_verifier(self):
        """Celles qui sont faites, et dont on n'a pas encore regardé l'effet."""
        return self.filter(faite_le__isnull=False, effet_verifie_le=None)

    def a_clore(self):
        """Celles dont l'effet est vérifié."""
        return self.filter(effet_verifie_le__isnull=False, close_le=None)

    def ouvertes(self):
        """Celles qui ne sont pas finies."""
        return self.filter(close_le=None)

    def closes(self):
        """Celles qui sont finies."""
        return self.exclude(close_le=None)

    def en_retard(self, le: date):
        """Celles dont l'échéance est passée, à cette date, sans être faites."""
        return self.filter(Q(faite_le=None) | Q(faite_le__gt=le), echeance__lt=le)

    def echues(self, le: date):
        """Celles dont l'échéance est passée au cours des douze mois, à cette date."""
        return self.filter(echeance__gte=il_y_a(12, le), echeance__lt=le)

    def decidees(self, periode: Periode):
        """Celles de cette période, le jour où l'on regarde."""
        return self.filter(**periode.dans("decidee_le")).filter(decidee_le__lte=periode.le)

    def faites(self, le: date):
        """Celles qui étaient faites, à cette date."""
        return self.filter(faite_le__lte=le)

    def verifiees(self, le: date):
        """Celles dont l'effet était vérifié, à cette date."""
        return self.filter(effet_verifie_le__lte=le)


class ActionAmelioration(models.Model):
    """Ce que la structure décide de changer. Une échéance passée ne se déplace plus : un retard reste un retard."""

    class Origine(models.TextChoices):
        ECART = "ecart", "Écart au référentiel"
        RECLAMATION = "reclamation", "Réclamation ou dysfonctionnement"
        ENQUETE = "enquete", "Enquête"
        REGULATION = "regulation", "Régulation"
        AUTOEVALUATION = "autoevaluation", "Autoévaluation"
        DERIVE = "derive", "Dérive d’une procédure"
        AUDIT = "audit", "Audit"
        REUNION = "reunion", "Réunion d’évaluation, revue annuelle"
        OBSERVATOIRE = "observatoire", "Observatoire"
        AUTRE = "autre", "Autre"

    class Etat(models.TextChoices):
        A_FAIRE = "a_faire", "À faire"
        FAITE = "faite", "Faite, effet à vérifier"
        VERIFIEE = "verifiee", "Effet vérifié"
        CLOSE = "close", "Close"

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ameliorations")
    origine = models.CharField("d’où vient-elle", max_length=16, choices=Origine, default=Origine.AUTRE)
    reference = models.CharField("référence", max_length=120, blank=True)
    point = models.CharField(
        "point du référentiel", max_length=20, blank=True, help_text="Son code, quand elle part d’une exigence."
    )
    reclamation = models.ForeignKey(
        Reclamation, verbose_name="réclamation", null=True, blank=True, on_delete=models.PROTECT, related_name="ameliorations"
    )
    enquete = models.ForeignKey(
        Enquete, verbose_name="enquête", null=True, blank=True, on_delete=models.PROTECT, related_name="ameliorations"
    )
    suite_de = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="suites")
    quoi = models.CharField("que change-t-on", max_length=300)
    effet_attendu = models.CharField("quel effet en attend-on", max_length=300)
    qui = models.ForeignKey(Compte, verbose_name="qui s’en charge", on_delete=models.PROTECT, related_name="+")
    echeance = models.DateField("pour le")
    decidee_le = models.DateField("décidée le", default=timezone.localdate)
    faite_le = models.DateField("faite le", null=True, blank=True)
    fait = models.TextField("ce qui a été fait", max_length=2000, blank=True)
    effet_verifie_le = models.DateField("effet vérifié le", null=True, blank=True)
    effet_constate = models.TextField("l’effet constaté", max_length=2000, blank=True)
    efficace = models.BooleanField("l’effet attendu est là", null=True, blank=True)
    close_le = models.DateField("close le", null=True, blank=True)

    objects = ActionAmeliorationQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "action d’amélioration"
        verbose_name_plural = "actions d’amélioration"
        ordering = ["echeance", "pk"]
        indexes = [models.Index(fields=["organisation", "echeance"], name="amelioration_echeance")]
        constraints = [
            models.CheckConstraint(
                name="amelioration_close_apres_verification",
                condition=Q(close_le=None) | Q(effet_verifie_le__isnull=False, close_le__gte=F("effet_verifie_le")),
                violation_error_message="Une action ne se clôt pas avant que son effet soit vérifié.",
            ),
            models.CheckConstraint(
                name="amelioration_verifiee_apres_faite",
                condition=Q(effet_verifie_le=None, efficace=None)
                | Q(faite_le__isnull=False, effet_verifie_le__gte=F("faite_le"), efficace__isnull=False) & ~Q(effet_constate=""),
                violation_error_message="Un effet vérifié a sa date, ses mots, et un avis ; et l’action a été faite avant.",
            ),
        ]

    def __str__(self):
        return self.quoi

    @property
    def etat(self) -> Etat:
        """Où elle en est."""
        if self.close_le:
            return self.Etat.CLOSE
        if self.effet_verifie_le:
            return self.Etat.VERIFIEE
        return self.Etat.FAITE if self.faite_le else self.Etat.A_FAIRE

    @property
    def effet(self) -> str:
        """Si l'effet attendu est là, une fois vérifié."""
        return "là" if self.efficace else "pas là"

    @property
    def est_en_retard(self) -> bool:
        """Vrai si son échéance est passée sans qu'elle soit faite."""
        return self.faite_le is None and self.echeance < timezone.localdate()
