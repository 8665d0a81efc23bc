"""Ce que la structure a posé : réglages, offre d'insertion, fiches de poste (ACC-5, ACC-6, PRO-2)."""

from datetime import date
from io import BytesIO

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Equipe, Partage
from cedre.core.alphabet import alphabetique
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import des_mois
from cedre.core.intervalles import Intervalle, LusAuJour
from cedre.observatoire.models import Terme
from cedre.partenariats.models import Partenaire
from cedre.structures.models.seuils import LesSeuils


class ReglagesQuerySet(Partage):
    """Les réglages des structures."""

    def de(self, habilitation) -> "Reglages":
        """Ceux de sa structure ; si elle n'a rien choisi, les valeurs par défaut, pas encore enregistrées."""
        return self.pour(habilitation).first() or Reglages(organisation=habilitation.organisation)


class Reglages(LesSeuils):
    """Les seuils et les durées que la structure choisit ; les valeurs par défaut sont prudentes.

    Ses seuils sont ceux d'aujourd'hui, que l'écran montre ; un indicateur lit ceux du jour qu'il mesure, dans Seuils.
    """

    PARTAGE = Equipe("organisation")

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="reglages")
    delai_annonce = models.PositiveSmallIntegerField(
        "délai annoncé d’habitude",
        default=10,
        validators=[MinValueValidator(0), MaxValueValidator(180)],
        help_text="En jours, entre le premier contact et l’entretien ou l’information collective.",
    )
    duree_entretien = models.PositiveSmallIntegerField("durée d’un entretien", default=60, help_text="En minutes.")
    conservation_mois = models.PositiveSmallIntegerField(
        "conservation active",
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="En mois après le dernier contact ; au-delà, le dossier est proposé à la purge (CNIL, deux ans).",
    )
    offre = models.TextField(
        "l’offre d’insertion, à dire à l’accueil",
        max_length=TEXTE_MAX,
        blank=True,
        help_text="Le texte que l’accueil a sous les yeux pour présenter la structure.",
    )
    statut = models.TextField(
        "le statut de salarié et ses conséquences, à dire",
        max_length=TEXTE_MAX,
        blank=True,
        help_text="Contrat, paie, effets sur les allocations, durée : ce que la personne doit savoir avant.",
    )

    logo = models.FileField(
        upload_to="logos",
        blank=True,
        help_text="PNG ou JPEG, 200 Ko et 2 000 pixels de côté au plus. En tête de vos documents.",
    )

    objects = ReglagesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "réglages"

    def __str__(self):
        return f"Réglages de {self.organisation}"

    def lire_le_logo(self) -> bytes:
        """L'image du logo ; rien s'il n'y en a pas, ou si son fichier a disparu : un document n'en manque pas pour autant."""
        try:
            with self.logo.open() if self.logo else BytesIO() as fichier:
                return fichier.read()
        except FileNotFoundError:
            return b""


class ProposableQuerySet(Partage):
    """Ce que les listes proposent, ou ne proposent plus."""

    def proposees(self):
        """Ce que l'on propose encore."""
        return self.filter(active=True)


class Proposable(models.Model):
    """Ce que l'on cesse un jour de proposer sans l'effacer, et que l'on peut reproposer : ses usages disent quels jours."""

    active = models.BooleanField("proposée dans les listes", default=True)
    retiree_le = models.DateField("retirée des listes le", null=True, blank=True, editable=False)
    get_absolute_url = page_de

    class Meta:
        abstract = True

    def dater_le_retrait(self) -> None:
        """Garde le jour où elle a quitté les listes ; rien tant qu'elle y est."""
        self.retiree_le = None if self.active else self.retiree_le or timezone.localdate()


class OffreQuerySet(ProposableQuerySet):
    """L'offre d'insertion."""

    def decrites(self, le: date):
        """Ce que l'on proposait ce jour-là, en disant à quoi cela sert : un texte, un thème, un type d'engagement (§ 2.4 b)."""
        return self.filter(Exists(UsageDOffre.objects.au_jour(le).filter(offre=OuterRef("pk"), decrite=True)))


class Offre(Proposable):
    """Un élément de l'offre d'insertion : une réponse que la structure ou un partenaire peut donner (PRO-2, INS-5)."""

    class Nature(models.TextChoices):
        TRAVAIL = "travail", "Mise en situation de travail"
        ENTRETIEN = "entretien", "Entretien, suivi individuel"
        ATELIER = "atelier", "Atelier collectif"
        FORMATION = "formation", "Formation"
        DEMARCHES = "demarches", "Aide aux démarches"
        CONVIVIAL = "convivial", "Activité sociale ou conviviale"

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offres")
    intitule = models.CharField("intitulé", max_length=160)
    nature = models.CharField(max_length=10, choices=Nature, default=Nature.ATELIER)
    partenaire = models.ForeignKey(
        Partenaire,
        verbose_name="partenaire qui la porte",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offres",
        help_text="Vide : la structure elle-même.",
    )
    themes = models.ManyToManyField(
        Terme, verbose_name="thèmes", blank=True, related_name="+", limit_choices_to={"liste": "domaine"}
    )
    types_engagement = models.ManyToManyField(
        Terme,
        verbose_name="types d’engagement servis",
        blank=True,
        related_name="+",
        limit_choices_to={"liste": "type_engagement"},
    )
    description = models.TextField(max_length=TEXTE_MAX, blank=True)
    qualifiante = models.BooleanField("mène à une qualification", default=False)
    depuis = models.DateField("proposée depuis le", null=True, blank=True, default=timezone.localdate, editable=False)

    objects = OffreQuerySet.as_manager()

    class Meta:
        verbose_name = "offre d’insertion"
        verbose_name_plural = "offres d’insertion"
        ordering = ["nature", alphabetique("intitule"), "pk"]
        constraints = [
            models.UniqueConstraint(
                name="offre_unique",
                fields=["organisation", "intitule"],
                violation_error_message="L’offre contient déjà cet intitulé.",
            )
        ]

    def __str__(self):
        return self.intitule


class UsageQuerySet(LusAuJour, Partage):
    """Les jours où l'on propose une offre, où sert une fiche de poste."""


class UsageDOffre(Intervalle):
    """Les jours où une réponse de l'offre se propose, en disant ou non à quoi elle sert."""

    PARTAGE = Equipe("offre__organisation")

    offre = models.ForeignKey(Offre, on_delete=models.CASCADE, related_name="usages", db_index=False)
    decrite = models.BooleanField("décrite", default=True)

    objects = UsageQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "usage d’une offre"
        verbose_name_plural = "usages des offres"
        ordering = ["offre", "du"]
        constraints = [
            *Intervalle.Meta.constraints,
            models.UniqueConstraint(name="usage_d_offre_un_par_jour", fields=["offre", "du"]),
        ]

    def __str__(self):
        return f"Proposée depuis le {self.du:%d/%m/%Y}"


class FicheDePosteQuerySet(ProposableQuerySet):
    """Les fiches de poste."""

    def en_usage(self, le: date):
        """Celles qui servaient ce jour-là (§ 2.4 b)."""
        return self.filter(Exists(UsageDeFiche.objects.au_jour(le).filter(fiche_de_poste=OuterRef("pk"))))

    def a_jour(self, le: date, mois: int):
        """Celles que l'on avait écrites ou relues dans les n mois qui finissent ce jour-là."""
        recentes = Relecture.objects.filter(**des_mois(mois, le))
        return self.filter(Exists(recentes.filter(fiche_de_poste=OuterRef("pk"))))


class FicheDePoste(Proposable):
    """Un poste de travail et les compétences qu'il demande (PRO-2)."""

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="fiches_de_poste")
    intitule = models.CharField("intitulé", max_length=120)
    code_rome = models.CharField(
        "code ROME",
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^[A-N]\d{4}$", "Un code ROME est une lettre de A à N et quatre chiffres : K1304.")],
    )
    description = models.TextField(max_length=TEXTE_MAX, blank=True)

    objects = FicheDePosteQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche de poste"
        verbose_name_plural = "fiches de poste"
        ordering = [alphabetique("intitule"), "pk"]
        constraints = [
            models.UniqueConstraint(
                name="fiche_de_poste_unique",
                fields=["organisation", "intitule"],
                violation_error_message="Une fiche de poste porte déjà cet intitulé.",
            )
        ]

    def __str__(self):
        return self.intitule


class UsageDeFiche(Intervalle):
    """Les jours où une fiche de poste sert."""

    PARTAGE = Equipe("fiche_de_poste__organisation")

    fiche_de_poste = models.ForeignKey(FicheDePoste, on_delete=models.CASCADE, related_name="usages", db_index=False)

    objects = UsageQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "usage d’une fiche de poste"
        verbose_name_plural = "usages des fiches de poste"
        ordering = ["fiche_de_poste", "du"]
        constraints = [
            *Intervalle.Meta.constraints,
            models.UniqueConstraint(name="usage_de_fiche_un_par_jour", fields=["fiche_de_poste", "du"]),
        ]

    def __str__(self):
        return f"Sert depuis le {self.du:%d/%m/%Y}"


class Relecture(models.Model):
    """Un jour où une fiche de poste a été écrite ou relue, pour qu'elle suive l'évolution du métier (PRO-2)."""

    PARTAGE = Equipe("fiche_de_poste__organisation")

    fiche_de_poste = models.ForeignKey(FicheDePoste, on_delete=models.CASCADE, related_name="relectures", db_index=False)
    le = models.DateField("date", default=timezone.localdate)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "relecture d’une fiche de poste"
        verbose_name_plural = "relectures de fiches de poste"
        ordering = ["-le", "-pk"]
        constraints = [models.UniqueConstraint(name="relecture_une_par_jour", fields=["fiche_de_poste", "le"])]

    def __str__(self):
        return f"Relecture du {self.le:%d/%m/%Y}"


class Competence(models.Model):
    """Une compétence demandée par une fiche de poste."""

    PARTAGE = Equipe("fiche_de_poste__organisation")

    fiche_de_poste = models.ForeignKey(FicheDePoste, on_delete=models.CASCADE, related_name="competences")
    libelle = models.CharField("compétence", max_length=160)
    rang = models.PositiveSmallIntegerField(default=0)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "compétence"
        ordering = ["rang", "pk"]

    def __str__(self):
        return self.libelle
