"""Les procédures : écrire ce que l'on fait, faire ce que l'on a écrit, et le relire (TRA-4, § 2.3 d)."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.alphabet import alphabetique
from cedre.core.dates import des_mois
from cedre.core.indicateurs import tous
from cedre.parcours.models.phase import Phase

MOIS_ENTRE_REVISIONS = 24


class Mission(models.TextChoices):
    """Les trois missions autour desquelles la structure fonctionne, et ce qui les traverse (MAN-1)."""

    ACCUEIL = "accueil", "Mission accueil"
    INSERTION = "insertion", "Mission insertion"
    OBSERVATOIRE = "observatoire", "Mission observatoire"
    TRANSVERSAL = "transversal", "Transversal aux missions"


class Objet(models.TextChoices):
    """Les procédures que le référentiel veut voir définies, chacune (§ 2.1 d, § 2.3 d, § 2.6, MAN-1)."""

    SUIVI = "suivi", "Suivi a minima"
    CONTRACTUALISATION = "contractualisation", "Contractualisation des engagements"
    MOBILISATION = "mobilisation", "Mobilisation des heures de travail"
    REGULATION = "regulation", "Régulation pédagogique"
    RECLAMATIONS = "reclamations", "Traitement des réclamations et des dysfonctionnements"
    AMELIORATION = "amelioration", "Amélioration continue"


class Reglage(models.TextChoices):
    """Ce qu'une procédure peut écrire de chiffré et que les réglages de la structure tiennent aussi."""

    DELAI_ANNONCE = "delai_annonce", "Délai du premier contact à l’accueil (jours)"
    RYTHME_REGULATION = "rythme_regulation", "Rythme des régulations (jours)"
    DELAI_REMISE = "delai_remise", "Délai pour remettre un engagement (jours)"
    DELAI_SORTIE = "delai_sortie", "Délai pour documenter une sortie (jours)"
    JOURS_SANS_CONTACT = "jours_sans_contact", "Temps le plus long sans se parler (jours)"
    SEMAINES_SANS_HEURES = "semaines_sans_heures", "Temps le plus long sans heures (semaines)"

    @property
    def unite(self) -> str:
        """Ce que compte sa valeur."""
        return "semaine" if self == Reglage.SEMAINES_SANS_HEURES else "jour"


# L'indicateur qui dit si la pratique tient ce qui est écrit.
INDICATEUR_DU_REGLAGE = {
    Reglage.DELAI_ANNONCE: "delai_tenu",
    Reglage.RYTHME_REGULATION: "rythme_tenu",
    Reglage.DELAI_REMISE: "suivi_engagement_non_remis",
    Reglage.DELAI_SORTIE: "suivi_sortie_non_documentee",
    Reglage.JOURS_SANS_CONTACT: "suivi_sans_contact",
    Reglage.SEMAINES_SANS_HEURES: "suivi_sans_heures",
}


class ProcedureQuerySet(Partage):
    """Les procédures."""

    def en_vigueur(self, le: date):
        """Celles que l'on suit ce jour-là."""
        return self.filter(Q(retiree_le=None) | Q(retiree_le__gt=le), depuis__lte=le)

    def disant(self, le: date, champ: str, *valeurs: str):
        """Celles que l'on suit ce jour-là, et dont la dernière révision d'alors disait l'un de ces objets, ou ce réglage."""
        derniere = RevisionDeProcedure.objects.filter(procedure=OuterRef("pk"), le__lte=le).order_by("-le", "-pk")
        return self.en_vigueur(le).annotate(dit=Subquery(derniere.values(champ)[:1])).filter(dit__in=valeurs)

    def a_jour(self, le: date):
        """Celles que l'on a écrites ou relues dans les vingt-quatre mois qui précèdent ce jour (§ 2.3 d)."""
        recentes = RevisionDeProcedure.objects.filter(**des_mois(MOIS_ENTRE_REVISIONS, le))
        return self.filter(Exists(recentes.filter(procedure=OuterRef("pk"))))

    def avec_derniere_revision(self):
        """Annote revisee_le : le jour où l'on en a relu le texte pour la dernière fois. Un agrégat perd l'ordre : on le redit."""
        return self.annotate(revisee_le=models.Max("revisions__le")).order_by("mission", alphabetique("titre"), "pk")


class Procedure(models.Model):
    """Comment la structure fait : pourquoi, qui, dans quel ordre, avec quoi, et les chiffres qui disent si c'est fait."""

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)
    PHASES = [(p.value, p.label) for p in (Phase.PRE_ACCUEIL, Phase.ACCUEIL, Phase.PRE_EMBAUCHE, Phase.PARCOURS, Phase.SORTIE)]

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="procedures")
    titre = models.CharField(max_length=120)
    but = models.TextField(max_length=1000)
    mission = models.CharField(max_length=12, choices=Mission)
    phase = models.CharField(max_length=16, choices=PHASES, blank=True, help_text="Vide : toutes les phases.")
    objet = models.CharField(
        "procédure que le référentiel demande", max_length=18, choices=Objet, blank=True, help_text="Vide : une autre."
    )
    qui = models.CharField(max_length=200, help_text="Qui agit : une fonction plutôt qu’un nom.")
    etapes = models.JSONField("étapes", default=list)
    outils = models.JSONField(default=list, blank=True)
    codes = models.JSONField("indicateurs", default=list, blank=True)
    reglage = models.CharField("délai ou rythme écrit", max_length=24, choices=Reglage, blank=True)
    valeur = models.PositiveSmallIntegerField(
        "ce que le texte écrit",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text="Le nombre de jours ou de semaines que la procédure annonce.",
    )
    depuis = models.DateField("en vigueur depuis le", default=timezone.localdate)
    retiree_le = models.DateField("retirée le", null=True, blank=True)
    prochaine_revision = models.DateField("prochaine révision", null=True, blank=True)

    objects = ProcedureQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "procédure"
        ordering = ["mission", "titre", "pk"]
        constraints = [
            models.CheckConstraint(
                name="procedure_chiffre_entier",
                condition=Q(reglage="", valeur=None) | ~Q(reglage="") & Q(valeur__isnull=False),
                violation_error_message="Un délai ou un rythme écrit a son nombre, et un nombre dit ce qu’il compte.",
            ),
            models.CheckConstraint(
                name="procedure_retiree_apres_ecrite",
                condition=Q(retiree_le=None) | Q(retiree_le__gte=F("depuis")),
                violation_error_message="Une procédure se retire après avoir été en vigueur.",
            ),
        ]

    def __str__(self):
        return self.titre

    @property
    def indicateurs(self) -> list:
        """Les indicateurs qui la surveillent, celui de son délai en tête ; un code que Cèdre ne connaît plus n'en est pas."""
        codes = dict.fromkeys([INDICATEUR_DU_REGLAGE.get(self.reglage, ""), *self.codes])
        return [tous()[code] for code in codes if code in tous()]

    @property
    def unite(self) -> str:
        """Ce que compte la valeur écrite : des jours, des semaines."""
        return Reglage(self.reglage).unite if self.reglage else ""

    @property
    def annonce(self) -> str:
        """Ce qu'elle annonce, en mots : « Délai pour remettre un engagement : 7 jours » ; rien si elle n'annonce rien."""
        if not self.reglage:
            return ""
        quoi = self.get_reglage_display().partition(" (")[0]
        return f"{quoi} : {self.valeur}\N{NO-BREAK SPACE}{self.unite}{'s' if self.valeur > 1 else ''}"


class RevisionDeProcedure(models.Model):
    """Le jour où l'on a écrit, changé ou seulement relu une procédure, et ce qu'elle disait : c'est ce qui la tient à jour."""

    PARTAGE = Interne("procedure__organisation", droit=Droit.QUALITE_LIRE)

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="revisions")
    le = models.DateField("relue le", default=timezone.localdate)
    changement = models.CharField("ce qui change", max_length=300, blank=True)
    objet = models.CharField("objet d’alors", max_length=18, choices=Objet, blank=True, editable=False)
    reglage = models.CharField("délai ou rythme d’alors", max_length=24, choices=Reglage, blank=True, editable=False)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "révision de procédure"
        verbose_name_plural = "révisions de procédures"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["procedure", "le"], name="revision_procedure_le")]

    def __str__(self):
        return f"{self.procedure}, relue le {self.le:%d/%m/%Y}"
