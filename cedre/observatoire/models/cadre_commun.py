"""Le cadre commun : les listes de codes que tout le réseau partage (OBS-1, nomenclatures §1 à §3)."""

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.partage import Commun, Partage


def _vaut(le) -> Q:
    return (Q(valable_du=None) | Q(valable_du__lte=le)) & (Q(valable_au=None) | Q(valable_au__gte=le))


class TermeQuerySet(Partage):
    """Les termes du cadre."""

    def de(self, liste: str, le=None):
        """Les termes d'une liste, valables à cette date (aujourd'hui par défaut)."""
        le = le or timezone.localdate()
        return self.filter(_vaut(le), liste=liste)

    def pour_type(self, type_siae: str):
        """Ceux que leur catégorie destine à cette sorte de structure, ou à toutes s'ils n'en disent aucune."""
        return self.filter(Q(categorie="") | Q(categorie__regex=rf"(^| ){type_siae}( |$)"))

    def avec_validite(self, le=None):
        """Annote vaut : vrai si le terme se propose à cette date (aujourd'hui par défaut)."""
        vaut = Case(When(_vaut(le or timezone.localdate()), then=True), default=False, output_field=models.BooleanField())
        return self.annotate(vaut=vaut)


class Terme(models.Model):
    """Un code d'une liste du cadre commun : libellé, code officiel, catégorie, dates de validité."""

    class Liste(models.TextChoices):
        PRESCRIPTEUR = "prescripteur", "Prescripteurs et orienteurs"
        FORMATION = "formation", "Niveaux de formation"
        DUREE_CHOMAGE = "duree_chomage", "Durée d’inscription au chômage"
        PRESTATION = "prestation", "Prestations et revenus"
        CRITERE = "critere_administratif", "Critères administratifs d’éligibilité"
        DOMAINE = "domaine", "Domaines de l’évaluation conjointe"
        MOTIF_REORIENTATION = "motif_reorientation", "Motifs de réorientation"
        MOTIF_SANS_SUITE = "motif_sans_suite", "Motifs de clôture sans suite"
        TYPE_ENGAGEMENT = "type_engagement", "Types d’engagement réciproque"
        NATURE_CONTRAT = "nature_contrat", "Natures de contrat de travail"
        MOTIF_RUPTURE = "motif_rupture", "Motifs de rupture d’un contrat"
        MOTIF_SUSPENSION = "motif_suspension", "Motifs de suspension d’un contrat"
        MOTIF_SORTIE = "motif_sortie", "Motifs de sortie"

    PARTAGE = Commun()

    liste = models.CharField(max_length=24, choices=Liste)
    code = models.CharField(max_length=40)
    libelle = models.CharField("libellé", max_length=160)
    categorie = models.CharField("catégorie", max_length=40, blank=True)
    correspondances = models.JSONField(default=dict, blank=True)
    rang = models.PositiveSmallIntegerField(default=0)
    valable_du = models.DateField("valable du", null=True, blank=True)
    valable_au = models.DateField("au", null=True, blank=True)

    objects = TermeQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = ["liste", "rang", "libelle", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="terme_code_unique",
                fields=["liste", "code"],
                violation_error_message="Ce code existe déjà dans la liste.",
            ),
            models.CheckConstraint(
                name="terme_fin_apres_debut",
                condition=Q(valable_du=None) | Q(valable_au=None) | Q(valable_au__gte=F("valable_du")),
                violation_error_message="La fin vient avant le début.",
            ),
        ]

    def __str__(self):
        return self.libelle
