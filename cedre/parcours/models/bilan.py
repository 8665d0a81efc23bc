"""L'entretien de bilan : ce qui était convenu, ce qui s'est fait, ce qui vient (INS-7)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cedre.comptes.acces import Partage
from cedre.comptes.models import Compte
from cedre.parcours.models.engagement import Engagement, Objectif
from cedre.parcours.models.evaluation import Trajectoire


class BilanQuerySet(Partage):
    """Les entretiens de bilan."""

    def prevus(self):
        """Ceux qui doivent encore avoir lieu, ou que l'on n'a pas fini d'écrire."""
        return self.filter(etat__in=[Bilan.Etat.PREVU, Bilan.Etat.EN_COURS])

    def ouverts(self, le):
        """Ceux que l'on attendait encore à cette date : ni tenus et clos, ni manqués, ni annulés (ACC-6)."""
        return self.filter(Q(clos_le=None) | Q(clos_le__date__gt=le)).exclude(etat__in=[Bilan.Etat.ABSENT, Bilan.Etat.ANNULE])

    def clos(self):
        """Ceux qui se sont tenus et dont la suite est fixée."""
        return self.filter(etat=Bilan.Etat.CLOS)


class Bilan(models.Model):
    """Un entretien de bilan. Clos, il est figé ; on ne le rouvre qu'avec un motif (INS-7, § 2.2 c)."""

    class Etat(models.TextChoices):
        PREVU = "prevu", "Prévu"
        EN_COURS = "en_cours", "En cours d’écriture"
        CLOS = "clos", "Clos"
        ABSENT = "absent", "La personne n’est pas venue"
        ANNULE = "annule", "Annulé"

    class Suite(models.TextChoices):
        PROLONGER = "prolonger", "Prolonger l’engagement"
        NOUVEL_ENGAGEMENT = "nouvel_engagement", "Un nouvel engagement"
        SORTIE = "sortie", "La sortie"

    TEXTES = ("moyens", "evolution", "parole", "synthese")
    PARTITION = "personne__organisation"

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="bilans", db_index=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.RESTRICT, related_name="bilans")
    le = models.DateField("date")
    heure = models.TimeField(null=True, blank=True)
    lieu = models.CharField(max_length=120, blank=True)
    conduit_par = models.ForeignKey(
        Compte, verbose_name="conduit par", null=True, blank=True, on_delete=models.PROTECT, related_name="bilans"
    )
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.PREVU)
    moyens = models.TextField("Les moyens employés", blank=True, help_text="Ce que chacun a fait, ce qui a manqué.")
    evolution = models.TextField(
        "Ce qui a changé", blank=True, help_text="Dans la situation de la personne depuis la dernière fois."
    )
    parole = models.TextField("Ce que la personne en dit", blank=True, help_text="Avec ses mots.")
    synthese = models.TextField("Ce que l’on retient ensemble", blank=True, help_text="Relu avec la personne.")
    trajectoire = models.CharField("trajectoire socioprofessionnelle", max_length=8, choices=Trajectoire, blank=True)
    suite = models.CharField("la suite", max_length=18, choices=Suite, blank=True)
    suite_le = models.DateField("pour le", null=True, blank=True)
    clos_le = models.DateTimeField("clos le", null=True, blank=True)
    motif_reouverture = models.CharField("pourquoi le rouvrir", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    cree_le = models.DateTimeField(default=timezone.now)

    objects = BilanQuerySet.as_manager()

    class Meta:
        verbose_name = "entretien de bilan"
        verbose_name_plural = "entretiens de bilan"
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(fields=["personne", "le"], name="bilan_personne_le"),
            models.Index(fields=["conduit_par", "etat", "le"], name="bilan_agenda"),
        ]
        constraints = [
            models.CheckConstraint(
                name="bilan_clos_a_une_suite",
                condition=~Q(etat="clos") | ~Q(suite="") & Q(suite_le__isnull=False, clos_le__isnull=False),
                violation_error_message="Un bilan clos dit la suite, et pour quand.",
            )
        ]

    def __str__(self):
        return f"Entretien de bilan du {self.le:%d/%m/%Y}"

    @property
    def est_ouvert(self) -> bool:
        """Vrai tant que l'on peut l'écrire et le clore."""
        return self.etat in (self.Etat.PREVU, self.Etat.EN_COURS)

    @property
    def textes(self) -> dict[str, str]:
        """Le compte rendu, section par section."""
        return {nom: getattr(self, nom) for nom in self.TEXTES}


class ObjectifEvalue(models.Model):
    """Un objectif de l'engagement, regardé au bilan (INS-7)."""

    class Resultat(models.TextChoices):
        ATTEINT = "atteint", "Atteint"
        EN_PARTIE = "en_partie", "Atteint en partie"
        NON_ATTEINT = "non_atteint", "Pas atteint"
        ABANDONNE = "abandonne", "Abandonné, d’un commun accord"

    PARTITION = "bilan__personne__organisation"

    bilan = models.ForeignKey(Bilan, on_delete=models.CASCADE, related_name="objectifs_evalues")
    objectif = models.ForeignKey(Objectif, on_delete=models.RESTRICT, related_name="evaluations")
    resultat = models.CharField("résultat", max_length=11, choices=Resultat, blank=True)
    commentaire = models.CharField(max_length=400, blank=True)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "objectif évalué"
        verbose_name_plural = "objectifs évalués"
        ordering = ["objectif__rang", "pk"]
        constraints = [models.UniqueConstraint(name="objectif_evalue_une_fois", fields=["bilan", "objectif"])]

    def __str__(self):
        return f"{self.objectif}"
