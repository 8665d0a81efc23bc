"""Le projet de la structure : le projet associatif et les axes de développement (PRO-1, § 2.4 a)."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.dates import des_mois, il_y_a
from cedre.core.indicateurs import tous

UNE_PAGE = 3500  # signes
MOIS_D_UN_AXE = 36


class ProjetAssociatifQuerySet(Partage):
    """Les textes du projet associatif."""

    def en_vigueur(self, le: date):
        """Celui de ce jour-là en premier, puis ceux qu'il a remplacés."""
        return self.filter(le__lte=le)


class ProjetAssociatif(models.Model):
    """Le projet associatif tel qu'il a été adopté ce jour-là ; une révision est un autre texte."""

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projets_associatifs")
    le = models.DateField("adopté le")
    adopte_par = models.CharField("par qui", max_length=160)
    texte = models.TextField("le projet associatif", max_length=UNE_PAGE)

    objects = ProjetAssociatifQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "projet associatif"
        verbose_name_plural = "projets associatifs"
        ordering = ["-le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="projet_associatif_un_par_jour",
                fields=["organisation", "le"],
                violation_error_message="Un texte a déjà été adopté ce jour-là : corrigez-le.",
            )
        ]

    def __str__(self):
        return f"Projet associatif du {self.le:%d/%m/%Y}"


class AxeQuerySet(Partage):
    """Les axes de développement."""

    def en_vigueur(self, le: date):
        """Ceux qui valent ce jour-là, dernier jour compris."""
        return self.filter(Q(jusqu_au=None) | Q(jusqu_au__gte=le), defini_le__lte=le)

    def avec_redefinition(self):
        """Annote redefini_le : le dernier jour où on l'a redit, s'il y en a un. Un agrégat perd l'ordre : on le redit."""
        return self.annotate(redefini_le=Max("redefinitions__le")).order_by("-defini_le", "pk")

    def recents(self, le: date):
        """Ceux qui valent ce jour-là et ont été définis, ou redéfinis, depuis moins de trente-six mois (§ 2.4 a)."""
        redits = RedefinitionDAxe.objects.filter(**des_mois(MOIS_D_UN_AXE, le), axe=OuterRef("pk"))
        return self.en_vigueur(le).filter(Q(defini_le__gt=il_y_a(MOIS_D_UN_AXE, le)) | Exists(redits))


class Axe(models.Model):
    """Une priorité que la structure se donne, pourquoi, jusqu'à quand, et les indicateurs qui la suivent (PRO-1)."""

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="axes")
    intitule = models.CharField("intitulé", max_length=160)
    pourquoi = models.TextField(blank=True, max_length=2000)
    defini_le = models.DateField("défini le")
    defini_par = models.CharField("par qui", max_length=160, blank=True)
    jusqu_au = models.DateField("valable jusqu’au", null=True, blank=True)
    codes = models.JSONField("indicateurs", default=list, blank=True)
    diffuse_le = models.DateField("diffusé le", null=True, blank=True)
    diffusion = models.CharField("comment, à qui", max_length=200, blank=True)

    objects = AxeQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "axe de développement"
        verbose_name_plural = "axes de développement"
        ordering = ["-defini_le", "pk"]
        constraints = [
            models.CheckConstraint(
                name="axe_fin_apres_debut",
                condition=Q(jusqu_au=None) | Q(jusqu_au__gte=F("defini_le")),
                violation_error_message="La fin vient avant le début.",
            ),
        ]

    def __str__(self):
        return self.intitule

    @property
    def indicateurs(self) -> list:
        """Les indicateurs qui le suivent ; un code que Cèdre ne connaît plus n'en est pas."""
        return [tous()[code] for code in self.codes if code in tous()]


class RedefinitionDAxe(models.Model):
    """Un jour où la structure a redit qu'un axe est une de ses priorités : le premier jour n'en change pas."""

    PARTAGE = Interne("axe__organisation", droit=Droit.QUALITE_LIRE)

    axe = models.ForeignKey(Axe, on_delete=models.CASCADE, related_name="redefinitions", db_index=False)
    le = models.DateField("redéfini le")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "redéfinition d’un axe"
        verbose_name_plural = "redéfinitions des axes"
        ordering = ["axe", "-le"]
        constraints = [models.UniqueConstraint(name="axe_redefini_une_fois_par_jour", fields=["axe", "le"])]

    def __str__(self):
        return f"Redéfini le {self.le:%d/%m/%Y}"
