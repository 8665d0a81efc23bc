"""Ce que la structure a posé : réglages, offre d'insertion, fiches de poste (ACC-5, ACC-6, PRO-2)."""

from datetime import date
from io import BytesIO

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Equipe, Partage
from cedre.core.alphabet import alphabetique
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import des_mois
from cedre.observatoire.models import Terme
from cedre.partenariats.models import Partenaire


def _seuil(libelle: str, defaut: int, aide: str) -> models.PositiveSmallIntegerField:
    """Un seuil d'alerte, de 1 à 730 (ACC-6)."""
    return models.PositiveSmallIntegerField(
        libelle, default=defaut, validators=[MinValueValidator(1), MaxValueValidator(730)], help_text=aide
    )


class ReglagesQuerySet(Partage):
    """Les réglages des structures."""

    def de(self, habilitation) -> "Reglages":
        """Ceux de sa structure ; si elle n'a rien choisi, les valeurs par défaut, pas encore enregistrées."""
        return self.pour(habilitation).first() or Reglages(organisation=habilitation.organisation)


class Reglages(models.Model):
    """Les seuils et les durées que la structure choisit ; les valeurs par défaut sont prudentes."""

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
    jours_sans_contact = _seuil("jours sans se parler", 30, "Au-delà, la personne est signalée.")
    semaines_sans_heures = _seuil("semaines sans heures", 4, "Sous contrat et non suspendu, sans aucune heure.")
    alerte_contrat = _seuil("fin de contrat annoncée", 30, "Jours avant le dernier jour, si aucun contrat ne suit.")
    alerte_pass = _seuil("fin de PASS IAE annoncée", 90, "Jours avant le dernier jour du PASS IAE.")
    alerte_bilan = _seuil("bilan annoncé", 14, "Jours avant la date du bilan.")
    delai_remise = _seuil("délai pour remettre", 7, "Jours entre le début d’un engagement et sa remise à la personne.")
    delai_sortie = _seuil("délai pour documenter une sortie", 15, "Jours après la fin du dernier contrat.")
    rythme_regulation = _seuil("rythme des régulations", 14, "Jours d’une régulation à la suivante.")

    objects = ReglagesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "réglages"

    def __str__(self):
        return f"Réglages de {self.organisation}"

    @classmethod
    def seuil(cls, nom: str, chemin: str) -> Coalesce:
        """Dans une requête, le seuil que la structure a réglé, ou sa valeur par défaut. chemin : de la ligne à l'organisation.

        Une sous-requête : une jointure écarterait les structures qui n'ont rien réglé.
        """
        regle = Subquery(cls.objects.filter(organisation=OuterRef(chemin)).values(nom)[:1])
        return Coalesce(regle, Value(cls._meta.get_field(nom).default))

    def lire_le_logo(self) -> bytes:
        """L'image du logo ; rien s'il n'y en a pas, ou si son fichier a disparu : un document n'en manque pas pour autant."""
        try:
            with self.logo.open() if self.logo else BytesIO() as fichier:
                return fichier.read()
        except FileNotFoundError:
            return b""


class ProposableQuerySet(Partage):
    """Ce que les listes proposent, ou ne proposent plus."""

    def proposees(self, le: date | None = None):
        """Ce que l'on propose encore, ou que l'on proposait ce jour-là."""
        return self.filter(Q(active=True) | Q(retiree_le__gt=le) if le else Q(active=True))


class Proposable(models.Model):
    """Ce que l'on cesse un jour de proposer sans l'effacer."""

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
        dites = ~Q(description="") | Q(themes__isnull=False) | Q(types_engagement__isnull=False)
        return self.proposees(le).filter(dites, Q(depuis=None) | Q(depuis__lte=le))


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


class FicheDePosteQuerySet(ProposableQuerySet):
    """Les fiches de poste."""

    def en_usage(self, le: date):
        """Celles qui servaient ce jour-là ; une fiche jamais relue, dont on ne sait plus l'âge, en est (§ 2.4 b)."""
        relectures = Relecture.objects.filter(fiche_de_poste=OuterRef("pk"))
        return self.proposees(le).filter(Exists(relectures.filter(le__lte=le)) | ~Exists(relectures))

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
