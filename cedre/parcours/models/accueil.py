"""Les faits de l'accueil : premier contact, information, entretien, suite donnée (ACC-1 à ACC-3)."""

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX, DateDerivee
from cedre.core.dates import douze_mois
from cedre.observatoire.models import Terme
from cedre.parcours.models.agenda import ALAgenda, ALAgendaQuerySet
from cedre.parcours.models.seance import SeanceDeGroupe, SeanceQuerySet
from cedre.partenariats.models import Partenaire


def _echeance_annoncee(contact):
    if contact.delai_annonce is None:
        return None
    return contact.le + timedelta(days=contact.delai_annonce)


class ContactQuerySet(Partage):
    """Les premiers contacts."""

    def de_l_annee(self, le: date):
        """Ceux des douze mois qui finissent à cette date."""
        return self.nominatifs().filter(**douze_mois(le))

    def avec_delai_annonce(self):
        """Ceux où un délai a été dit."""
        return self.filter(delai_annonce__isnull=False)

    def en_attente(self, le: date):
        """La dernière demande de chacun à cette date, tant que ni entretien ni information ne l'a suivie (ACC-1)."""
        depuis = {"personne": OuterRef("personne"), "le__gte": OuterRef("le"), "le__lte": le}
        plus_recente = Q(le__gt=OuterRef("le")) | Q(le=OuterRef("le"), pk__gt=OuterRef("pk"))
        return self.filter(
            ~Exists(Contact.objects.filter(plus_recente, personne=OuterRef("personne"), le__lte=le)),
            ~Exists(Entretien.objects.filter(etat=Entretien.Etat.REALISE, **depuis)),
            ~Exists(Information.objects.filter(presence=Information.Presence.PRESENTE, **depuis)),
            le__lte=le,
        )

    def echus(self, le: date):
        """Ceux dont l'échéance annoncée est passée depuis moins d'un an, sans autre réponse donnée avant elle."""
        autres_reponses = Suite.objects.filter(
            personne=OuterRef("personne"),
            nature__in=(Suite.Nature.REORIENTATION, Suite.Nature.SANS_SUITE),
            le__range=(OuterRef("le"), OuterRef("echeance_annoncee")),
        )
        echus = self.nominatifs().filter(echeance_annoncee__lt=le, **douze_mois(le, "echeance_annoncee"))
        return echus.filter(~Exists(autres_reponses))

    def accueillis_a_temps(self):
        """Ceux qu'un entretien ou une information a suivis dans le délai annoncé (ACC-1, § 2.1 a)."""
        dans_le_delai = {"personne": OuterRef("personne"), "le__range": (OuterRef("le"), OuterRef("echeance_annoncee"))}
        return self.filter(
            Exists(Entretien.objects.filter(etat=Entretien.Etat.REALISE, **dans_le_delai))
            | Exists(Information.objects.filter(presence=Information.Presence.PRESENTE, **dans_le_delai))
        )


class Contact(models.Model):
    """Un premier contact : une demande, et le délai annoncé jusqu'à un accueil (ACC-1). Revenir en crée un autre."""

    class Canal(models.TextChoices):
        VISITE = "visite", "Sur place"
        TELEPHONE = "telephone", "Au téléphone"
        COURRIEL = "courriel", "Par courriel"
        COURRIER = "courrier", "Par courrier"
        EN_LIGNE = "en_ligne", "En ligne (plateforme)"
        EXTERIEUR = "exterieur", "À l’extérieur (forum, permanence)"

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="contacts", db_index=False)
    le = models.DateField("date", default=timezone.localdate)
    canal = models.CharField(max_length=10, choices=Canal, default=Canal.VISITE)
    prescripteur = models.ForeignKey(
        Terme,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": "prescripteur"},
    )
    prescripteur_precision = models.CharField("qui, précisément", max_length=120, blank=True)
    demande = models.TextField("ce que la personne demande", max_length=TEXTE_MAX, blank=True)
    delai_annonce = models.PositiveSmallIntegerField(
        "délai annoncé",
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text="En jours, jusqu’à un entretien ou une information collective. Vide : aucun délai n’a été annoncé.",
    )
    echeance_annoncee = DateDerivee(null=True, de=_echeance_annoncee)
    recu_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField(default=timezone.now)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "premier contact"
        verbose_name_plural = "premiers contacts"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["personne", "le", "echeance_annoncee", "delai_annonce"], name="contact_personne_le")]

    def __str__(self):
        return f"Premier contact du {self.le:%d/%m/%Y}"


class InformationCollective(SeanceDeGroupe, models.Model):
    """Une séance d'information : date, lieu, capacité, liste de présence (ACC-2)."""

    PARTAGE = Equipe("organisation")
    INSCRIPTIONS, ETAT, VENUE = "informations", "presence", "presente"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="informations_collectives")
    le = models.DateField("date")
    heure = models.TimeField("heure")
    duree = models.PositiveSmallIntegerField("durée", default=90, help_text="En minutes.")
    lieu = models.CharField(max_length=160)
    capacite = models.PositiveSmallIntegerField(
        "nombre de places", default=12, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    animee_par = models.ForeignKey(
        Compte, verbose_name="animée par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    annulee = models.BooleanField("annulée", default=False)

    objects = SeanceQuerySet.as_manager()

    class Meta:
        verbose_name = "information collective"
        verbose_name_plural = "informations collectives"
        ordering = ["-le", "-heure", "pk"]
        indexes = [models.Index(fields=["organisation", "le"], name="collective_organisation_le")]

    get_absolute_url = page_de

    def __str__(self):
        return f"Information collective du {self.le:%d/%m/%Y} à {self.heure:%H:%M}"

    @property
    def quoi(self) -> str:
        """Ce que dit le titre de sa feuille d'émargement."""
        return "Information collective"


class Information(ALAgenda):
    """Ce qui a été dit à une personne, seule ou en information collective (ACC-2, § 2.1 a)."""

    class Presence(models.TextChoices):
        PREVUE = "prevue", "Attendue"
        PRESENTE = "presente", "Présente"
        ABSENTE = "absente", "Absente"
        EXCUSEE = "excusee", "Excusée"

    ETAT = "presence"
    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="informations", db_index=False)
    collective = models.ForeignKey(
        InformationCollective, null=True, blank=True, on_delete=models.PROTECT, related_name="informations"
    )
    le = models.DateField("date", default=timezone.localdate)
    presence = models.CharField("présence", max_length=8, choices=Presence, default=Presence.PRESENTE)
    offre_presentee = models.BooleanField("l’offre d’insertion a été présentée", default=False)
    statut_explique = models.BooleanField("le statut de salarié et ses conséquences pratiques ont été expliqués", default=False)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ALAgendaQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(
                fields=["personne", "le", "presence", "offre_presentee", "statut_explique"], name="information_personne_le"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="information_une_par_seance",
                fields=["collective", "personne"],
                condition=Q(collective__isnull=False),
                violation_error_message="Cette personne est déjà inscrite à cette information collective.",
            ),
            models.CheckConstraint(
                name="information_dite_aux_presents",
                condition=Q(presence="presente") | Q(offre_presentee=False, statut_explique=False),
                violation_error_message="On n’a pu expliquer qu’à une personne présente.",
            ),
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"Information du {self.le:%d/%m/%Y}"


class EntretienQuerySet(ALAgendaQuerySet):
    """Les entretiens d'accueil."""

    def prevus(self):
        """Ceux qui doivent encore avoir lieu, ou que l'on n'a pas encore écrits."""
        return self.filter(etat__in=[Entretien.Etat.PREVU, Entretien.Etat.EN_COURS])


class Entretien(ALAgenda):
    """Un entretien d'accueil : compte rendu en sections guidées, et sa suite (ACC-3)."""

    class Etat(models.TextChoices):
        PREVU = "prevu", "Prévu"
        EN_COURS = "en_cours", "En cours d’écriture"
        REALISE = "realise", "Réalisé"
        ABSENT = "absent", "La personne n’est pas venue"
        ANNULE = "annule", "Annulé"

    class Issue(models.TextChoices):
        INSCRIPTION = "inscription", "Inscription"
        AUTRE_RENCONTRE = "autre_rencontre", "Une autre rencontre"
        REORIENTATION = "reorientation", "Réorientation motivée vers un partenaire"

    ATTENDU, ANNULEE = Etat.PREVU, Etat.ANNULE
    SECTIONS = ("situation", "experience", "attentes", "points_d_appui", "besoins", "synthese")
    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="entretiens", db_index=False)
    le = models.DateField("date")
    heure = models.TimeField(null=True, blank=True)
    lieu = models.CharField(max_length=120, blank=True)
    conduit_par = models.ForeignKey(
        Compte, verbose_name="conduit par", null=True, blank=True, on_delete=models.PROTECT, related_name="entretiens"
    )
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.PREVU)
    situation = models.TextField(
        "Sa situation aujourd’hui",
        max_length=TEXTE_MAX,
        blank=True,
        help_text="Comment elle vit, ce qui a changé récemment, qui l’entoure.",
    )
    experience = models.TextField(
        "Son expérience",
        max_length=TEXTE_MAX,
        blank=True,
        help_text="Emplois, formations, activités bénévoles, savoir-faire du quotidien.",
    )
    attentes = models.TextField(
        "Ses attentes, son projet",
        max_length=TEXTE_MAX,
        blank=True,
        help_text="Avec ses mots. Ce qu’elle veut, ce qu’elle ne veut pas.",
    )
    points_d_appui = models.TextField(
        "Ses points d’appui",
        max_length=TEXTE_MAX,
        blank=True,
        help_text="Ce qui marche, ce sur quoi compter, les personnes ressources.",
    )
    besoins = models.TextField(
        "Ses besoins, ses contraintes",
        max_length=TEXTE_MAX,
        blank=True,
        help_text="Horaires, mobilité, garde d’enfants… Rien sur la santé ni la justice : « contrainte d’agenda » suffit.",
    )
    synthese = models.TextField(
        "Ce que l’on retient ensemble", max_length=TEXTE_MAX, blank=True, help_text="Relu avec la personne avant de se quitter."
    )
    issue = models.CharField("suite", max_length=16, choices=Issue, blank=True)
    version = models.PositiveIntegerField(default=1)
    modifie_le = models.DateTimeField(auto_now=True)
    cree_le = models.DateTimeField(default=timezone.now)

    objects = EntretienQuerySet.as_manager()

    class Meta:
        verbose_name = "entretien d’accueil"
        verbose_name_plural = "entretiens d’accueil"
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(fields=["personne", "le", "etat"], name="entretien_personne_le"),
            models.Index(fields=["conduit_par", "etat", "le"], name="entretien_agenda"),
        ]
        constraints = [
            models.CheckConstraint(
                name="entretien_realise_a_une_suite",
                condition=~Q(etat="realise") | ~Q(issue=""),
                violation_error_message="Un entretien réalisé dit quelle suite lui est donnée.",
            )
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"Entretien d’accueil du {self.le:%d/%m/%Y}"

    @property
    def est_ouvert(self) -> bool:
        """Vrai tant que l'on peut l'écrire et le conclure."""
        return self.etat in (self.Etat.PREVU, self.Etat.EN_COURS)

    @property
    def textes(self) -> dict[str, str]:
        """Le compte rendu, section par section."""
        return {nom: getattr(self, nom) for nom in self.SECTIONS}


class Suite(models.Model):
    """La suite donnée à une demande : inscription, réorientation motivée, ou clôture motivée. Jamais sans réponse."""

    class Nature(models.TextChoices):
        INSCRIPTION = "inscription", "Inscription"
        REORIENTATION = "reorientation", "Réorientation"
        SANS_SUITE = "sans_suite", "Clôture sans suite"

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="suites", db_index=False)
    entretien = models.OneToOneField(Entretien, null=True, blank=True, on_delete=models.CASCADE, related_name="suite_donnee")
    le = models.DateField("date", default=timezone.localdate)
    nature = models.CharField(max_length=14, choices=Nature)
    motif = models.ForeignKey(Terme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    partenaire = models.ForeignKey(
        Partenaire, verbose_name="partenaire", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    precision = models.TextField("précision", max_length=TEXTE_MAX, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField(null=True, default=timezone.now, editable=False)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "suite donnée"
        verbose_name_plural = "suites données"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["personne", "le", "nature"], name="suite_personne_le")]
        constraints = [
            models.CheckConstraint(
                name="suite_motivee",
                condition=Q(nature="inscription") | Q(motif__isnull=False),
                violation_error_message="Une réorientation ou une clôture dit son motif.",
            ),
            models.CheckConstraint(
                name="suite_reorientation_vers_un_partenaire",
                condition=~Q(nature="reorientation") | Q(partenaire__isnull=False),
                violation_error_message="Une réorientation dit vers quel partenaire.",
            ),
        ]

    def __str__(self):
        return f"{self.get_nature_display()} du {self.le:%d/%m/%Y}"
