"""La grille commune d'évaluation des situations, versionnée : ses domaines et leur régime, ses échelons (ACC-4, § 2.1 b)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.observatoire.models import Terme


class GrilleQuerySet(Partage):
    """Les versions de la grille commune."""

    def en_vigueur(self, le=None):
        """Celle qui sert : la dernière publiée (à cette date si elle est donnée)."""
        publiees = self.exclude(publiee_le=None)
        if le:
            publiees = publiees.filter(publiee_le__lte=le)
        return publiees.order_by("-version")


class Grille(models.Model):
    """Une version de la grille commune d'évaluation de la structure (ACC-4).

    Publiée, elle ne change plus : une évaluation garde la version avec laquelle elle a été faite.
    """

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grilles")
    version = models.PositiveSmallIntegerField()
    publiee_le = models.DateField("publiée le", null=True, blank=True)
    presentation = models.TextField("comment la présenter", max_length=TEXTE_MAX, blank=True)

    objects = GrilleQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = ["-version", "pk"]
        constraints = [
            models.UniqueConstraint(name="grille_version_unique", fields=["organisation", "version"]),
            models.UniqueConstraint(
                name="grille_un_seul_brouillon",
                fields=["organisation"],
                condition=Q(publiee_le=None),
                violation_error_message="Un brouillon est déjà ouvert.",
            ),
        ]

    def __str__(self):
        return f"Grille, version {self.version}"

    @property
    def est_brouillon(self) -> bool:
        """Vrai tant que l'on peut la modifier."""
        return self.publiee_le is None


class Echelon(models.Model):
    """Un degré de l'échelle d'une grille, du plus favorable (0) au plus bloquant. « Non évalué » n'en est pas un."""

    PARTAGE = Equipe("grille__organisation")

    grille = models.ForeignKey(Grille, on_delete=models.CASCADE, related_name="echelons")
    valeur = models.PositiveSmallIntegerField(validators=[MaxValueValidator(9)])
    libelle = models.CharField("libellé", max_length=80)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "échelon"
        ordering = ["grille", "valeur"]
        constraints = [models.UniqueConstraint(name="echelon_unique", fields=["grille", "valeur"])]

    def __str__(self):
        return self.libelle


class Domaine(models.Model):
    """Un domaine de la grille. Son régime dit ce qu'il est permis d'écrire (nomenclatures §7)."""

    class Regime(models.TextChoices):
        ORDINAIRE = "ordinaire", "Ordinaire : échelle et commentaire"
        SANTE = "sante", "Santé : échelle, précisions réservées aux rôles autorisés et hors des exports"
        AGENDA = "agenda", "Justice : seulement « contrainte d’agenda », sans aucun commentaire"

    PARTAGE = Equipe("grille__organisation")
    REGIMES_IMPOSES = {"sante": Regime.SANTE, "justice": Regime.AGENDA}
    SANS_COMMENTAIRE = ("discrimination",)

    grille = models.ForeignKey(Grille, on_delete=models.CASCADE, related_name="domaines")
    theme = models.ForeignKey(
        Terme,
        verbose_name="thème du cadre commun",
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": "domaine"},
    )
    libelle = models.CharField("libellé", max_length=80)
    aide = models.CharField("de quoi parler", max_length=300, blank=True)
    regime = models.CharField("régime", max_length=10, choices=Regime, default=Regime.ORDINAIRE)
    rang = models.PositiveSmallIntegerField(default=0)

    objects = Partage.as_manager()

    class Meta:
        ordering = ["rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="domaine_theme_unique",
                fields=["grille", "theme"],
                violation_error_message="Ce thème est déjà dans la grille.",
            )
        ]

    def __str__(self):
        return self.libelle

    @property
    def se_commente(self) -> bool:
        """Vrai si l'on y écrit : ni santé, ni justice, ni le motif d'une discrimination, qui ne se garde jamais (§7, OBS-4)."""
        return self.regime == self.Regime.ORDINAIRE and self.theme.code not in self.SANS_COMMENTAIRE

    @property
    def refus_de_regime(self) -> str:
        """Pourquoi son thème ne peut pas avoir ce régime, ou rien : santé et justice sont protégées (nomenclatures §7)."""
        impose = self.REGIMES_IMPOSES.get(self.theme.code, self.regime)
        if impose == self.regime:
            return ""
        return f"Le thème « {self.theme} » garde le régime « {self.Regime(impose).label.split(' :')[0]} » : la loi le protège."
