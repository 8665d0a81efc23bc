"""La régulation pédagogique : l'équipe regarde les parcours ensemble et décide (TRA-1, § 2.3 a)."""

from datetime import date

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from cedre.comptes.fuseaux import JourDe
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import Decaler, douze_mois
from cedre.core.manques import alerte_de
from cedre.parcours.models import Engagement, Personne

TOLERANCE = 7


def _precedentes():
    """Les régulations tenues dans la même structure avant celle que la requête regarde."""
    avant = Q(le__lt=OuterRef("le")) | Q(le=OuterRef("le"), pk__lt=OuterRef("pk"))
    return Regulation.objects.tenues().filter(avant, organisation=OuterRef("organisation"))


class RegulationQuerySet(Partage):
    """Les régulations."""

    def tenues(self):
        """Celles qui ont eu lieu."""
        return self.filter(etat=Regulation.Etat.TENUE)

    def de_l_annee(self, le: date):
        """Celles qui ont eu lieu dans les douze mois qui finissent ce jour-là, closes ou encore à clore."""
        return self.exclude(etat=Regulation.Etat.PREVUE).filter(**douze_mois(le))

    def suivies_d_une_autre(self, le: date):
        """Celles de l'année qui en ont une avant elles : chacune finit un intervalle (§ 2.3 a)."""
        return self.tenues().de_l_annee(le).filter(Exists(_precedentes()))

    def au_rythme(self):
        """Celles qui se sont tenues au rythme que la structure avait lors de la précédente, et sept jours (§ 2.3 a)."""
        la_suivante = Decaler(F("le"), F("rythme") + TOLERANCE)
        attendues = _precedentes().order_by("-le", "-pk").annotate(la_suivante=la_suivante).values("la_suivante")
        return self.filter(le__lte=Subquery(attendues[:1]))

    def tenues_recemment(self, le: date):
        """Les dernières, tenues il y a au plus le rythme que la structure avait alors et sept jours (§ 2.3 a)."""
        plus_tot = Decaler(Value(le), (F("rythme") + TOLERANCE) * -1)
        apres = Regulation.objects.tenues().filter(organisation=OuterRef("organisation"), le__gt=OuterRef("le"), le__lte=le)
        return self.tenues().filter(~Exists(apres), le__gte=plus_tot, le__lte=le)

    def diffusees(self, le: date):
        """Celles dont le compte rendu, qui dit quelque chose, était diffusé à cette date (§ 2.3 a)."""
        return self._disant().filter(diffusee_jour__lte=le)

    def redigees(self, le: date):
        """Celles dont le compte rendu, qui dit quelque chose, était écrit à cette date, diffusé ou non (§ 2.3 a)."""
        return self._disant().filter(redigee_le__lte=le)

    def _disant(self):
        dits = PointOrdreDuJour.objects.filter(~Q(echange="") | Q(decisions__isnull=False), regulation=OuterRef("pk"))
        return self.filter(~Q(synthese="") | Exists(dits))


class Regulation(models.Model):
    """Une réunion de l'équipe : ordre du jour, décisions, compte rendu distribué aux présents et aux absents."""

    class Etat(models.TextChoices):
        PREVUE = "prevue", "Prévue"
        OUVERTE = "ouverte", "Ouverte"
        TENUE = "tenue", "Tenue"

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="regulations")
    le = models.DateField("date")
    heure = models.TimeField(null=True, blank=True)
    lieu = models.CharField(max_length=120, blank=True)
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.PREVUE)
    animee_par = models.ForeignKey(
        Compte, verbose_name="animée par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    presents = models.ManyToManyField(Compte, blank=True, related_name="+")
    rythme = models.PositiveSmallIntegerField("rythme de la structure quand elle s’est tenue, en jours", default=14)
    synthese = models.TextField("ce que l’équipe retient", max_length=TEXTE_MAX, blank=True)
    redigee_le = models.DateField("compte rendu rédigé le", null=True, blank=True, editable=False)
    diffusee_le = models.DateTimeField("compte rendu diffusé le", null=True, blank=True)
    diffusee_jour = JourDe(null=True, de="diffusee_le")
    cree_le = models.DateTimeField(default=timezone.now)

    objects = RegulationQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "régulation pédagogique"
        verbose_name_plural = "régulations pédagogiques"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["organisation", "le"], name="regulation_organisation_le")]

    def __str__(self):
        return f"Régulation du {self.le:%d/%m/%Y}"


class PointOrdreDuJour(models.Model):
    """Un point de l'ordre du jour : une personne et la raison d'en parler, ou un sujet libre."""

    PARTAGE = Equipe("regulation__organisation", personne="personne")

    regulation = models.ForeignKey(Regulation, on_delete=models.CASCADE, related_name="points")
    personne = models.ForeignKey(Personne, null=True, blank=True, on_delete=models.CASCADE, related_name="points")
    engagement = models.ForeignKey(Engagement, null=True, blank=True, on_delete=models.SET_NULL, related_name="points")
    manque = models.CharField("raison", max_length=24, blank=True)
    sujet = models.CharField(max_length=200, blank=True)
    echange = models.TextField("ce qui s’est dit", max_length=TEXTE_MAX, blank=True)
    rang = models.PositiveSmallIntegerField(default=0)

    objects = Partage.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["regulation", "rang", "pk"]
        constraints = [
            models.CheckConstraint(
                name="point_sur_quelqu_un_ou_quelque_chose",
                condition=Q(personne__isnull=False) | ~Q(sujet=""),
                violation_error_message="Un point parle d’une personne ou d’un sujet.",
            ),
        ]

    def __str__(self):
        return str(self.personne or self.sujet)

    @property
    def raison(self) -> str:
        """Pourquoi en parler : ce qui manque à la personne, ou le sujet."""
        return alerte_de(self.manque) or (self.sujet if self.personne else "")


class DecisionQuerySet(Partage):
    """Les décisions."""

    def a_faire(self):
        """Celles qui ne sont ni faites, ni abandonnées ; rien ne se fait plus pour un dossier rendu anonyme."""
        return self.nominatifs().filter(faite_le=None).exclude(suite__in=Decision.ABANDONS)

    def echues(self, le: date):
        """Celles, prises dans les douze mois qui finissent ce jour-là, dont l'échéance est passée ; hors dossiers anonymes."""
        prises = self.nominatifs().filter(**douze_mois(le, "point__regulation__le"))
        return prises.filter(echeance__lt=le)

    def faites(self, le: date):
        """Celles qui étaient faites à cette date, même en retard (§ 2.3 a)."""
        return self.filter(faite_le__lte=le)

    def dites(self, le: date):
        """Celles dont on avait dit à cette date ce qu'elles étaient devenues : faites, abandonnées, reportées (§ 2.3 a)."""
        return self.filter(Q(faite_le__lte=le) | Q(suite_le__lte=le))


class Decision(models.Model):
    """Ce que la régulation décide pour quelqu'un : quoi, qui, pour quand. On la suit jusqu'à dire ce qu'elle devient."""

    class Devenir(models.TextChoices):
        """Ce que devient une décision qui n'est pas faite, et pourquoi : une liste close, qui ne dit rien de la personne."""

        REPORTEE = "reportee", "Reportée : ce n’est pas encore possible"
        DEPASSEE = "depassee", "Abandonnée : la situation a changé"
        REFUSEE = "refusee", "Abandonnée : la personne ne le souhaite plus"

    ABANDONS = (Devenir.DEPASSEE, Devenir.REFUSEE)

    PARTAGE = Equipe("point__regulation__organisation", personne="point__personne")
    ETAT = Case(
        When(faite_le__isnull=False, then=Value("Faite")),
        When(suite__in=ABANDONS, then=Value("Abandonnée")),
        When(suite="reportee", then=Value("Reportée")),
        default=Value("À faire"),
    )
    HISTOIRE = ETAT, F("quoi"), "point__regulation__le"

    point = models.ForeignKey(PointOrdreDuJour, on_delete=models.CASCADE, related_name="decisions")
    quoi = models.CharField(max_length=300)
    qui = models.ForeignKey(Compte, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    echeance = models.DateField("pour le")
    faite_le = models.DateField("faite le", null=True, blank=True)
    suite = models.CharField("ce qu’elle devient", max_length=8, choices=Devenir, blank=True)
    suite_le = models.DateField("dit le", null=True, blank=True, editable=False)

    objects = DecisionQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "décision"
        ordering = ["echeance", "pk"]
        indexes = [models.Index(fields=["faite_le", "echeance"], name="decision_echeance")]

    def __str__(self):
        return self.quoi
