"""Ce que la structure négocie et emploie : ses annexes financières, à toute date ; les heures de son équipe (OBS-1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.intervalles import AncienneValeur, LusAuJour

TAUX = ("taux_dynamiques", "taux_durables", "taux_transition", "taux_positives")


def _taux(libelle: str) -> models.PositiveSmallIntegerField:
    """Un objectif de sorties, en pour cent entiers ; rien s'il n'est pas négocié."""
    return models.PositiveSmallIntegerField(libelle, null=True, blank=True, validators=[MaxValueValidator(100)])


class LeNegocie(models.Model):
    """Ce qu'une annexe convient, et qu'un avenant change."""

    heures_etp = models.DecimalField(
        "heures d’un ETP dans l’année",
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="Les heures de travail d’un équivalent temps plein, telles que l’annexe les écrit : souvent 1 820 en ACI.",
    )
    etp = models.DecimalField("ETP conventionnés", max_digits=7, decimal_places=2, validators=[MinValueValidator(0)])
    taux_dynamiques = _taux("sorties dynamiques, en %")
    taux_durables = _taux("emploi durable, en %")
    taux_transition = _taux("emploi de transition, en %")
    taux_positives = _taux("sorties positives, en %")

    class Meta:
        abstract = True

    @classmethod
    def negocies(cls) -> list[str]:
        """Les champs qui en sont."""
        return [champ.name for champ in LeNegocie._meta.fields]

    @property
    def objectifs(self) -> list[tuple[str, int | None]]:
        """Chaque objectif, et son taux ; rien s'il n'est pas négocié : « objectif non paramétré »."""
        return [(str(self._meta.get_field(nom).verbose_name).removesuffix(", en %"), getattr(self, nom)) for nom in TAUX]

    def clean(self):
        """Les trois sortes de sorties dynamiques n'en dépassent pas, chacune, le total."""
        for nom in TAUX[1:]:
            dit = getattr(self, nom)
            if dit is not None and self.taux_dynamiques is not None and dit > self.taux_dynamiques:
                raise ValidationError({nom: f"C’est une part des sorties dynamiques : {self.taux_dynamiques} % au plus."})


class AnnexeFinanciereQuerySet(Partage):
    """Les annexes financières."""

    def en_vigueur(self, le):
        """Celles qui couvrent ce jour, premier et dernier compris. le : date ou expression."""
        return self.filter(du__lte=le, au__gte=le)

    def la_seule(self, organisation_id: int, le: date) -> "AnnexeFinanciere | None":
        """Celle de cette structure qui couvre ce jour, s'il n'y en a qu'une."""
        couvrent = self.filter(organisation=organisation_id).en_vigueur(le)[:2]
        return couvrent[0] if len(couvrent) == 1 else None

    def disant(self, champ: str, le):
        """Annote dit : ce que chacune convenait de ce champ ce jour-là. le : date ou expression."""
        alors = AncienneAnnexe.objects.au_jour(le).filter(annexe=OuterRef("pk")).order_by().values(champ)
        return self.annotate(dit=Coalesce(Subquery(alors[:1]), F(champ)))

    def objectifs(self, organisation_id: int, le: date) -> dict[str, int | None]:
        """Chaque taux que la structure a négocié, ce jour-là ; rien si ses annexes n’en disent aucun, ou plusieurs."""
        siennes = self.filter(organisation=organisation_id).en_vigueur(le)
        alors = models.Prefetch("anciennes", AncienneAnnexe.objects.au_jour(le), "alors")
        convenus = [next(iter(annexe.alors), annexe) for annexe in siennes.prefetch_related(alors)]
        dits = {nom: {getattr(convenu, nom) for convenu in convenus} for nom in TAUX}
        return {nom: taux.pop() if len(taux) == 1 else None for nom, taux in dits.items()}


class AnnexeFinanciere(LeNegocie):
    """L'annexe financière d'un type de structure pour un temps : ses ETP, leurs heures, les objectifs de sortie."""

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="annexes", db_index=False)
    numero = models.CharField("numéro", max_length=40)
    type_siae = models.CharField("type de structure", max_length=4, choices=Organisation.TypeSiae)
    du = models.DateField("premier jour")
    au = models.DateField("dernier jour")

    objects = AnnexeFinanciereQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "annexe financière"
        verbose_name_plural = "annexes financières"
        ordering = ["-du", "type_siae", "numero", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="annexe_numero_unique",
                fields=["organisation", "numero"],
                violation_error_message="Une annexe porte déjà ce numéro.",
            ),
            models.CheckConstraint(
                name="annexe_fin_apres_debut",
                condition=Q(au__gte=F("du")),
                violation_error_message="Le dernier jour vient avant le premier.",
            ),
        ]

    def __str__(self):
        return self.numero

    def couvre(self, le: date) -> bool:
        """Vrai si ce jour en est, premier et dernier compris."""
        return self.du <= le <= self.au

    def negocie(self) -> dict:
        """Ce qu'elle convient aujourd'hui, par champ."""
        return {nom: getattr(self, nom) for nom in self.negocies()}


class AncienneAnnexeQuerySet(LusAuJour, Partage):
    """Ce qu'ont convenu des annexes."""


class AncienneAnnexe(LeNegocie, AncienneValeur):
    """Ce qu'une annexe convenait avant un avenant, jusqu'au jour où il prend effet."""

    PARTAGE = Interne("annexe__organisation", droit=Droit.QUALITE_LIRE)

    annexe = models.ForeignKey(AnnexeFinanciere, on_delete=models.CASCADE, related_name="anciennes")

    objects = AncienneAnnexeQuerySet.as_manager()

    class Meta(AncienneValeur.Meta):
        verbose_name = "annexe financière avant un avenant"
        verbose_name_plural = "annexes financières avant un avenant"
        ordering = ["au", "pk"]

    def __str__(self):
        return f"Jusqu’au {self.au:%d/%m/%Y}"


@dataclass(frozen=True)
class SousAnnexe:
    """L'annexe d'une ligne, dans une requête : celle qu'elle dit, si elle est en vigueur ; sinon, du même type, la dernière.

    le, organisation, type_siae, annexe : les champs de la ligne qui disent le jour, la structure, son type ce jour-là, et
    l'annexe s'il y en a une.
    """

    le: str
    organisation: str
    type_siae: str
    annexe: str

    @property
    def couverte(self) -> Q:
        """Vrai si l'une ou l'autre est en vigueur."""
        return self._la_dite | Exists(self._du_type)

    def dit(self, champ: str) -> Case:
        """Ce qu'elle convenait de ce champ ce jour-là ; rien si aucune ne la couvre."""
        avant = AncienneAnnexe.objects.au_jour(OuterRef(self.le)).filter(annexe=OuterRef(self.annexe)).order_by()
        la_dite = Coalesce(Subquery(avant.values(champ)[:1]), F(f"{self.annexe}__{champ}"))
        du_type = self._du_type.order_by("-du", "-pk").disant(champ, OuterRef(OuterRef(self.le))).values("dit")
        return Case(When(self._la_dite, then=la_dite), default=Subquery(du_type[:1]))

    @property
    def _la_dite(self) -> Q:
        return Q(**{f"{self.annexe}__du__lte": F(self.le), f"{self.annexe}__au__gte": F(self.le)})

    @property
    def _du_type(self) -> AnnexeFinanciereQuerySet:
        celui = Coalesce(OuterRef(f"{self.annexe}__type_siae"), OuterRef(self.type_siae), output_field=models.CharField())
        siennes = AnnexeFinanciere.objects.en_vigueur(OuterRef(self.le)).order_by()
        return siennes.filter(organisation=OuterRef(self.organisation), type_siae=celui)


class HeuresDePermanents(models.Model):
    """Les heures d'une sorte de personnel permanent, un mois ou une année : jamais celles d'une personne (OBS-1)."""

    class Sorte(models.TextChoices):
        ACCOMPAGNEMENT = "accompagnement", "Accompagnement socioprofessionnel"
        ENCADREMENT = "encadrement", "Encadrement technique"
        DIRECTION = "direction", "Direction, coordination"
        ADMINISTRATIF = "administratif", "Administratif et autres"

    PARTAGE = Interne("organisation", droit=Droit.FIGURES_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="heures_de_permanents", db_index=False)
    sorte = models.CharField("sorte de personnel", max_length=16, choices=Sorte)
    du = models.DateField("premier jour")
    au = models.DateField("dernier jour")
    heures = models.DecimalField(max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])

    objects = Partage.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "heures de permanents"
        ordering = ["-du", "au", "sorte", "pk"]
        constraints = [
            models.UniqueConstraint(name="heures_de_permanents_une_fois", fields=["organisation", "sorte", "du", "au"]),
            models.CheckConstraint(name="heures_de_permanents_du_au", condition=Q(au__gte=F("du"))),
        ]

    def __str__(self):
        return f"{self.get_sorte_display()} du {self.du:%d/%m/%Y} au {self.au:%d/%m/%Y}"
