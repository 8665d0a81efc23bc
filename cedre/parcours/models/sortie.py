"""La sortie, les nouvelles à trois et six mois, le jobcoach (INS-8, INS-9)."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import AnneeDe
from cedre.core.grandeurs import SommeDe
from cedre.observatoire.models import Terme
from cedre.parcours.models.contrat import Contrat, PremierDeLaSuite
from cedre.parcours.models.evaluation import Trajectoire
from cedre.parcours.models.situation import Activite
from cedre.parcours.models.travail import Heures
from cedre.partenariats.models import Partenaire

LOIN = Value(date(1900, 1, 1), output_field=models.DateField())


def sejour(personne: str, fin: str) -> dict[str, Subquery]:
    """Le premier jour de contrat et les heures faites, après la date « precedente » et jusqu'à « fin », champs de la ligne.

    heures_d_un_contrat : les plus nombreuses d'un même contrat, ses renouvellements compris, d'une même annexe et d'une même
    année civile. type_dit : le type de l'annexe de son dernier contrat, si l'un d'eux en dit une.
    """
    contrats = Contrat.objects.filter(personne=OuterRef(personne), debut__gt=OuterRef("precedente"), debut__lte=OuterRef(fin))
    heures = Heures.objects.filter(
        mise_en_situation__personne=OuterRef(personne), le__gt=OuterRef("precedente"), le__lte=OuterRef(fin)
    )
    annexe = F("mise_en_situation__contrat__annexe")
    par_contrat = heures.order_by().values("mise_en_situation__contrat", annexe=annexe, annee=AnneeDe("le"))
    suite = [PremierDeLaSuite("mise_en_situation__contrat"), "annexe", "annee"]
    sommes = par_contrat.annotate(s=Sum("heures")).annotate(de_la_suite=Window(SommeDe("s"), partition_by=suite))
    sous_annexe = contrats.exclude(annexe=None).order_by("-debut", "-pk")
    return {
        "premier_jour": Subquery(contrats.values("personne").annotate(m=Min("debut")).values("m")),
        "heures": Subquery(heures.values("mise_en_situation__personne").annotate(s=Sum("heures")).values("s")),
        "heures_d_un_contrat": Subquery(sommes.order_by("-de_la_suite").values("de_la_suite")[:1]),
        "type_dit": Subquery(sous_annexe.values("annexe__type_siae")[:1]),
    }


class Categorie(models.TextChoices):
    """Les catégories de l'agence de paiement, telles que le cadre commun les écrit (nomenclatures §1)."""

    DURABLE = "Emploi durable"
    TRANSITION = "Emploi de transition"
    POSITIVE = "Sorties positives"
    AUTRE = "Autres sorties"
    RETRAIT = "Retrait des sorties constatées"


DYNAMIQUES = (Categorie.DURABLE, Categorie.TRANSITION, Categorie.POSITIVE)


class SortieQuerySet(Partage):
    """Les sorties."""

    def entre(self, du: date, au: date):
        """Celles de cette période, jours extrêmes compris."""
        return self.filter(le__gte=du, le__lte=au)

    def avec_sejour(self):
        """Annote ce que dit sejour : le premier contrat et les heures faites depuis la sortie précédente."""
        avant = Sortie.objects.filter(personne=OuterRef("personne"), le__lt=OuterRef("le")).order_by("-le", "-pk")
        precedente = Coalesce(Subquery(avant.values("le")[:1]), LOIN)
        return self.annotate(precedente=precedente).annotate(**sejour("personne", "le"))


class Sortie(models.Model):
    """La fin du parcours : motif du cadre commun, situation qui suit, trajectoire (INS-8, nomenclatures §1).

    « Sans nouvelle » est un motif ; une fin de contrat sans Sortie est une sortie non documentée.
    """

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="sorties", db_index=False)
    le = models.DateField("date", default=timezone.localdate)
    motif = models.ForeignKey(Terme, on_delete=models.PROTECT, related_name="+", limit_choices_to={"liste": "motif_sortie"})
    situation = models.CharField("ce qu’elle fait ensuite", max_length=200, blank=True)
    relais = models.ForeignKey(
        Partenaire,
        verbose_name="relais convenu avec",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="relais",
        help_text="Avec son accord : la structure qui prend la suite, parmi vos partenaires. Elle ne voit rien de ce dossier.",
    )
    trajectoire = models.CharField("trajectoire à la sortie : la carrière", max_length=8, choices=Trajectoire, blank=True)
    statut_social = models.CharField("trajectoire à la sortie : le statut social", max_length=8, choices=Trajectoire, blank=True)
    precision = models.TextField("précision", max_length=TEXTE_MAX, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField(null=True, default=timezone.now, editable=False)

    objects = SortieQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["personne", "le"], name="sortie_personne_le")]

    get_absolute_url = page_de

    def __str__(self):
        return f"Sortie du {self.le:%d/%m/%Y}"

    @property
    def categorie(self) -> Categorie:
        """La catégorie de son motif ; sans catégorie connue, elle n'est ni dynamique ni retirée."""
        return Categorie(self.motif.categorie) if self.motif.categorie in Categorie else Categorie.AUTRE


class SuiviSortieQuerySet(Partage):
    """Les nouvelles à prendre après une sortie."""

    def utiles(self, le: date):
        """Celles de qui n'est pas revenu : un contrat signé après la sortie en dit plus que des nouvelles (nomenclatures §1)."""
        retours = Contrat.objects.filter(personne=OuterRef("sortie__personne"), debut__gt=OuterRef("sortie__le"), debut__lte=le)
        return self.filter(~Exists(retours))

    def attendues(self, le: date):
        """Celles que l'on n'a pas encore prises, et qui diraient encore quelque chose."""
        return self.utiles(le).filter(Q(fait_le=None) | Q(fait_le__gt=le))

    def a_prendre(self, le: date):
        """Celles dont le jour est venu et que l'on n'a pas encore prises."""
        return self.attendues(le).filter(prevu_le__lte=le)


class SuiviSortie(models.Model):
    """Les nouvelles prises trois et six mois après la sortie (INS-8)."""

    MOIS = (3, 6)
    PARTAGE = Equipe(personne="sortie__personne")

    sortie = models.ForeignKey(Sortie, on_delete=models.CASCADE, related_name="suivis")
    mois = models.PositiveSmallIntegerField(choices=[(m, f"{m} mois") for m in MOIS])
    prevu_le = models.DateField("prévu le")
    fait_le = models.DateField("fait le", null=True, blank=True)
    jointe = models.BooleanField("la personne a répondu", null=True)
    situation = models.CharField("sa situation", max_length=200, blank=True)
    en_emploi = models.BooleanField("elle a un emploi", null=True)
    activite = models.CharField("ce qu’elle fait", max_length=9, choices=Activite, blank=True)

    objects = SuiviSortieQuerySet.as_manager()

    class Meta:
        verbose_name = "nouvelles après la sortie"
        verbose_name_plural = "nouvelles après la sortie"
        ordering = ["prevu_le", "pk"]
        constraints = [models.UniqueConstraint(name="suivi_sortie_unique", fields=["sortie", "mois"])]

    get_absolute_url = page_de

    def __str__(self):
        return f"Nouvelles à {self.mois} mois"

    @property
    def au_plus_tot(self) -> date:
        """Un mois avant le jour prévu : plus tôt, on ne saurait pas où la personne en est à trois ou six mois."""
        return self.prevu_le - relativedelta(months=1)

    @property
    def se_prend(self) -> bool:
        """Vrai dès que ces nouvelles peuvent être prises."""
        return timezone.localdate() >= self.au_plus_tot

    @staticmethod
    def date_prevue(sortie: date, mois: int) -> date:
        """Le même jour, n mois plus tard ; le dernier du mois s'il n'existe pas."""
        return sortie + relativedelta(months=mois)


class Jobcoach(models.Model):
    """Le suivi d'une personne embauchée ailleurs, avec son nouvel employeur, pour un temps fixé (INS-9)."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="jobcoachs", db_index=False)
    employeur = models.CharField(max_length=160)
    contact = models.CharField("personne à joindre", max_length=160, blank=True)
    poste = models.CharField(max_length=160, blank=True)
    du = models.DateField("du", default=timezone.localdate)
    au = models.DateField("jusqu’au")
    conduit_par = models.ForeignKey(
        Compte, verbose_name="conduit par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    clos_le = models.DateField("clos le", null=True, blank=True)
    conclusion = models.TextField(max_length=TEXTE_MAX, blank=True)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "suivi de jobcoach"
        verbose_name_plural = "suivis de jobcoach"
        ordering = ["-du", "-pk"]
        indexes = [models.Index(fields=["personne", "du"], name="jobcoach_personne_du")]
        constraints = [
            models.CheckConstraint(
                name="jobcoach_fin_apres_debut",
                condition=Q(au__gte=F("du")),
                violation_error_message="La fin vient avant le début.",
            )
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"Jobcoach chez {self.employeur}"


class VisiteJobcoach(models.Model):
    """Une visite ou un appel chez le nouvel employeur (INS-9)."""

    PARTAGE = Equipe(personne="jobcoach__personne")

    jobcoach = models.ForeignKey(Jobcoach, on_delete=models.CASCADE, related_name="visites")
    le = models.DateField("date", default=timezone.localdate)
    avec = models.CharField("avec qui", max_length=160, blank=True)
    difficultes = models.TextField("difficultés", max_length=TEXTE_MAX, blank=True)
    decide = models.TextField("ce qui est décidé", max_length=TEXTE_MAX, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "visite de jobcoach"
        verbose_name_plural = "visites de jobcoach"
        ordering = ["-le", "-pk"]

    get_absolute_url = page_de

    def __str__(self):
        return f"Visite du {self.le:%d/%m/%Y}"

    @property
    def personne_id(self) -> int:
        """Le numéro de son dossier, comme le disent tous ses faits."""
        return self.jobcoach.personne_id
