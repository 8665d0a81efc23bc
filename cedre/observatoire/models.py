"""Le cadre commun : les listes de codes que tout le réseau partage (OBS-1, nomenclatures §1 à §3) ; les mesures figées."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Commun, Interne, Partage
from cedre.core.inalterable import inalterable
from cedre.observatoire.alertes import Alerte as Alerte
from cedre.observatoire.alertes import ChiffreJoint as ChiffreJoint
from cedre.observatoire.alertes import Destinataire as Destinataire
from cedre.observatoire.alertes import Parole as Parole
from cedre.observatoire.alertes import Retombee as Retombee
from cedre.observatoire.annexes import AncienneAnnexe as AncienneAnnexe
from cedre.observatoire.annexes import AnnexeFinanciere as AnnexeFinanciere
from cedre.observatoire.annexes import HeuresDePermanents as HeuresDePermanents
from cedre.observatoire.rapports import NombrePublie as NombrePublie
from cedre.observatoire.rapports import Rapport as Rapport


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


class MesureFigee(models.Model):
    """Ce que mesurait un indicateur dans une structure, une fin de mois : rendre un dossier anonyme n'y change rien (0034).

    version : celle de la définition qui a compté. Une ligne écrite ne change plus : ce qui l'a corrigée depuis est au registre.
    """

    PARTAGE = Interne("organisation", droit=Droit.FIGURES_LIRE)
    DECLENCHEURS = inalterable("observatoire_mesurefigee", "une mesure figée")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mesures_figees", db_index=False)
    le = models.DateField("fin de mois")
    code = models.CharField("indicateur", max_length=60)
    version = models.PositiveSmallIntegerField("version de la définition")
    figee_le = models.DateTimeField("figée le", default=timezone.now)
    total = models.PositiveIntegerField()
    atteint = models.DecimalField("atteint, ou ce que vaut la grandeur", max_digits=14, decimal_places=2)
    coupes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)  # {coupe: {valeur: [total, atteint]}}

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "mesure figée"
        verbose_name_plural = "mesures figées"
        ordering = ["le", "code", "pk"]
        constraints = [models.UniqueConstraint(name="mesure_figee_une_fois", fields=["organisation", "le", "code"])]

    def __str__(self):
        return f"{self.code} au {self.le:%d/%m/%Y}"
