"""L'engagement réciproque : ce que la personne et la structure vont faire ensemble, et ce qui en a été remis (INS-1 à INS-3)."""

from typing import NamedTuple

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import douze_mois
from cedre.core.intervalles import Intervalle, LusAuJour
from cedre.observatoire.models import Terme
from cedre.partenariats.models import Client, Partenaire
from cedre.structures.models import FicheDePoste, Offre


class EngagementQuerySet(Partage):
    """Les engagements réciproques."""

    def en_cours(self, le):
        """Ceux qui courent ce jour-là : commencés, pas encore clos. le : date ou expression."""
        return self.filter(Q(clos_le=None) | Q(clos_le__gt=le), debut__lte=le).exclude(etat=Engagement.Etat.PROJET)

    def commences(self):
        """Ceux qui ont couru au moins un jour, ou vont courir : un projet clos sans avoir commencé n'en est pas."""
        return self.exclude(etat=Engagement.Etat.PROJET).filter(Q(clos_le=None) | Q(clos_le__gt=F("debut")))

    def deja_pris(self, le):
        """Ceux qui avaient commencé ce jour-là, clos ou non. le : date ou expression."""
        return self.commences().filter(debut__lte=le)

    def couraient_encore(self, le):
        """Ceux qui couraient ce jour-là, ou s'arrêtaient ce jour même : le travail qu'une sortie arrête en est. le : de même."""
        return self.deja_pris(le).filter(Q(clos_le=None) | Q(clos_le__gte=le))

    def avec_objectif(self, le):
        """Ceux qui disaient au moins un objectif ce jour-là."""
        return self.filter(Exists(Objectif.objects.au_jour(le).filter(engagement=OuterRef("pk"))))

    def formalises(self, le):
        """Ceux dont tout était écrit ce jour-là : objectifs, moyens des deux, échéances, évaluations (INS-2)."""
        return self.filter(Exists(Formalisation.objects.selon_le_guide().au_jour(le).filter(engagement=OuterRef("pk"))))

    def formalises_selon_le_texte(self, le):
        """Ceux qui disaient ce jour-là ce que demande le § 2.2 a : objectifs, échéances, moyens de la structure."""
        return self.filter(Exists(Formalisation.objects.selon_le_texte().au_jour(le).filter(engagement=OuterRef("pk"))))

    def types_pratiques(self, le, au_moins: int):
        """Les structures où au moins n types d'engagement ont commencé, formalisés, dans les douze mois (§ 2.4 b)."""
        commences = self.nominatifs().commences().formalises(le).filter(**douze_mois(le, "debut"))
        par_structure = commences.values("personne__organisation")
        pratiques = par_structure.annotate(types=Count("type_engagement", distinct=True)).filter(types__gte=au_moins)
        return pratiques.values("personne__organisation")

    def jamais_remis(self, le):
        """Ceux dont rien n'a été remis à la personne, à cette date."""
        return self.filter(~Exists(Remise.objects.filter(engagement=OuterRef("pk"), le__lte=le)))

    def remis(self, le):
        """Ceux dont une version a été remise à la personne, à cette date (§ 2.2 a)."""
        return self.filter(Exists(Remise.objects.filter(engagement=OuterRef("pk"), le__lte=le)))


class Engagement(models.Model):
    """Une étape du parcours : un but parmi six, des objectifs, des moyens de part et d'autre, des échéances (INS-1, INS-2).

    Il engage la structure, non une personne de l'équipe : la régulation en discute.
    """

    class Etat(models.TextChoices):
        PROJET = "projet", "Projet"
        EN_COURS = "en_cours", "En cours"
        CLOS = "clos", "Clos"

    class Forme(models.TextChoices):
        ORAL = "oral", "Oral, mis par écrit ici"
        ECRIT = "ecrit", "Écrit, à signer"

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="engagements", db_index=False)
    type_engagement = models.ForeignKey(
        Terme,
        verbose_name="type",
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": "type_engagement"},
    )
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.PROJET)
    forme = models.CharField(max_length=5, choices=Forme, default=Forme.ECRIT)
    debut = models.DateField("commence le", default=timezone.localdate)
    demande = models.TextField(
        "ce que la personne demande",
        max_length=TEXTE_MAX,
        blank=True,
        help_text="Avec ses mots : ce qu’elle attend, son projet, ce qui l’aide, ce qui la gêne.",
    )
    bilan_le = models.DateField("prochain bilan", null=True, blank=True, help_text="Le jour où l’on fera le point.")
    formalise_le = models.DateField("tout y est écrit depuis le", null=True, blank=True, editable=False)
    clos_le = models.DateField("clos le", null=True, blank=True)
    suit = models.OneToOneField("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="suivant")
    conduit_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    cree_le = models.DateTimeField(default=timezone.now)
    modifie_le = models.DateTimeField(auto_now=True)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = "engagement réciproque"
        verbose_name_plural = "engagements réciproques"
        ordering = ["-debut", "-pk"]
        indexes = [models.Index(fields=["personne", "debut", "clos_le", "etat", "formalise_le"], name="engagement_en_cours")]
        constraints = [
            models.CheckConstraint(
                name="engagement_clos_dit_quand",
                condition=Q(etat="clos", clos_le__isnull=False) | ~Q(etat="clos") & Q(clos_le=None),
                violation_error_message="Un engagement clos dit quand il l’a été.",
            ),
            models.CheckConstraint(
                name="engagement_clos_apres_debut",
                condition=Q(clos_le=None) | Q(clos_le__gte=F("debut")),
                violation_error_message="Un engagement ne se clôt pas avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                name="engagement_bilan_apres_debut",
                condition=Q(bilan_le=None) | Q(bilan_le__gte=F("debut")),
                violation_error_message="Le bilan vient après le début de l’engagement.",
            ),
            models.UniqueConstraint(
                name="engagement_un_seul_projet",
                fields=["personne"],
                condition=Q(etat="projet"),
                violation_error_message="Un projet d’engagement est déjà ouvert pour cette personne.",
            ),
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"{self.type_engagement} du {self.debut:%d/%m/%Y}"

    @property
    def est_modifiable(self) -> bool:
        """Vrai tant que l'on peut l'écrire."""
        return self.etat != self.Etat.CLOS

    @property
    def objectifs_en_vigueur(self) -> list["Objectif"]:
        """Ceux qui n'en ont pas été retirés, dans l'ordre ; lit ceux que l'on a déjà chargés."""
        return [objectif for objectif in self.objectifs.all() if objectif.retire_le is None]

    @property
    def moyens_en_vigueur(self) -> list["Moyen"]:
        """De même de ses moyens."""
        return [moyen for moyen in self.moyens.all() if moyen.retire_le is None]

    def manques_de_forme(self, objectifs=None, moyens=None) -> "ManquesDeForme":
        """Ce qui lui manque pour être formalisé, au sens du § 2.2 a, puis du guide (INS-2).

        objectifs, moyens : ceux d'une saisie qui n'est pas enregistrée ; les siens par défaut.
        """
        objectifs = self.objectifs_en_vigueur if objectifs is None else list(objectifs)
        moyens = self.moyens_en_vigueur if moyens is None else list(moyens)
        qui, sans_date = {m.qui for m in moyens}, any(m.echeance is None for m in moyens)
        texte = {
            "un objectif": not objectifs,
            "ce que fera la structure": Moyen.Qui.STRUCTURE not in qui,
            "une date pour chaque moyen, ou celle du bilan": self.bilan_le is None and (sans_date or not moyens),
        }
        guide = {
            "ce que fera la personne": Moyen.Qui.PERSONNE not in qui,
            "une date pour chaque moyen": sans_date,
            "comment on saura, pour chaque moyen": any(not m.evaluation for m in moyens),
            "la date du prochain bilan": self.bilan_le is None,
        }
        return ManquesDeForme(*([quoi for quoi, manque in dits.items() if manque] for dits in (texte, guide)))


class ManquesDeForme(NamedTuple):
    """Ce qui manque à un engagement pour le § 2.2 a, et ce que le guide conseille de plus."""

    texte: list[str]
    guide: list[str]

    @property
    def aucun(self) -> bool:
        """Vrai s'il ne manque rien : tout ce que demande le guide y est, le § 2.2 a compris."""
        return not (self.texte or self.guide)


class FormalisationQuerySet(LusAuJour, Partage):
    """Les temps où un engagement était formalisé."""

    def selon_le_texte(self):
        """Au sens du § 2.2 a."""
        return self.filter(sens=Formalisation.Sens.TEXTE)

    def selon_le_guide(self):
        """Au sens du guide, qui demande davantage."""
        return self.filter(sens=Formalisation.Sens.GUIDE)


class Formalisation(Intervalle):
    """Cet engagement était formalisé, en ce sens, de ce jour à celui où il y a manqué quelque chose (INS-2, § 2.2 a).

    Engagement.formalise_le redit le premier jour de celle qui dure, au sens du guide.
    """

    class Sens(models.TextChoices):
        TEXTE = "texte", "Au sens du § 2.2 a"
        GUIDE = "guide", "Au sens du guide"

    PARTAGE = Equipe(personne="engagement__personne")

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="formalisations")
    sens = models.CharField(max_length=5, choices=Sens, default=Sens.GUIDE)

    objects = FormalisationQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "engagement formalisé"
        verbose_name_plural = "engagements formalisés"
        ordering = ["-du", "-pk"]

    def __str__(self):
        return f"Formalisé depuis le {self.du:%d/%m/%Y}"


class LignesQuerySet(Partage):
    """Les lignes d'un engagement : objectifs, ou moyens."""

    def au_jour(self, le):
        """Celles qui y étaient ce jour-là. le : date ou expression."""
        return self.filter(Q(retire_le=None) | Q(retire_le__gt=le), Q(ajoute_le=None) | Q(ajoute_le__lte=le))

    def en_vigueur(self):
        """Celles qui y sont : ni retirées, ni effacées."""
        return self.filter(retire_le=None)


class LigneDEngagement(models.Model):
    """Ce qui s'écrit dans un engagement ; retiré une fois qu'il court, cela reste dans son histoire.

    ajoute_le : vide de ce qui y était quand il a commencé.
    """

    ajoute_le = models.DateField("ajouté le", null=True, blank=True, editable=False)
    retire_le = models.DateField("retiré le", null=True, blank=True, editable=False)

    objects = LignesQuerySet.as_manager()

    class Meta:
        abstract = True


class Objectif(LigneDEngagement):
    """Ce que l'on veut atteindre avec cet engagement."""

    PARTAGE = Equipe(personne="engagement__personne")

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="objectifs")
    libelle = models.CharField("objectif", max_length=300)
    domaine = models.ForeignKey(
        Terme, null=True, blank=True, on_delete=models.PROTECT, related_name="+", limit_choices_to={"liste": "domaine"}
    )
    rang = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["engagement", "rang", "pk"]

    def __str__(self):
        return self.libelle


class Moyen(LigneDEngagement):
    """Ce que quelqu'un fera pour les objectifs : qui, quoi, pour quand, et comment on saura (INS-2)."""

    class Qui(models.TextChoices):
        STRUCTURE = "structure", "La structure"
        PERSONNE = "personne", "La personne"
        CLIENT = "client", "Le client"
        PARTENAIRE = "partenaire", "Un partenaire"

    PARTAGE = Equipe(personne="engagement__personne")

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="moyens")
    objectif = models.ForeignKey(Objectif, null=True, blank=True, on_delete=models.CASCADE, related_name="moyens")
    qui = models.CharField(max_length=10, choices=Qui)
    libelle = models.CharField("quoi", max_length=300)
    echeance = models.DateField("pour le", null=True, blank=True)
    evaluation = models.CharField("comment on saura", max_length=200, blank=True)
    fait_le = models.DateField("fait le", null=True, blank=True)
    offre = models.ForeignKey(Offre, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    fiche_de_poste = models.ForeignKey(FicheDePoste, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    partenaire = models.ForeignKey(Partenaire, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rang = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["engagement", "rang", "pk"]

    def __str__(self):
        return self.libelle


class Remise(models.Model):
    """Un texte remis à la personne : engagement ou compte rendu de bilan, tel qu'il était ce jour-là (INS-2, INS-7).

    Il ne change plus : modifier ensuite l'engagement en laisse l'ancien texte ici.
    """

    class Mode(models.TextChoices):
        MAIN_PROPRE = "main_propre", "En main propre"
        ESPACE = "espace", "Dans son espace"
        COURRIEL = "courriel", "Par courriel"
        COURRIER = "courrier", "Par courrier"

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="remises", db_index=False)
    engagement = models.ForeignKey(
        Engagement, null=True, blank=True, on_delete=models.CASCADE, related_name="remises", db_index=False
    )
    bilan = models.ForeignKey(
        "parcours.Bilan", null=True, blank=True, on_delete=models.CASCADE, related_name="remises", db_index=False
    )
    le = models.DateField("remis le", default=timezone.localdate)
    mode = models.CharField("comment", max_length=11, choices=Mode, default=Mode.MAIN_PROPRE)
    version = models.PositiveIntegerField(default=1)
    contenu = models.JSONField()
    signature = models.FileField("signature ou scan", upload_to="signatures", blank=True)
    signee_le = models.DateTimeField("signée le", null=True, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(fields=["personne", "le"], name="remise_personne_le"),
            models.Index(fields=["engagement", "le"], name="remise_engagement_le"),
            models.Index(fields=["bilan", "le"], name="remise_bilan_le"),
        ]
        constraints = [
            models.CheckConstraint(
                name="remise_d_un_seul_texte",
                condition=Q(engagement__isnull=False, bilan=None) | Q(engagement=None, bilan__isnull=False),
                violation_error_message="On remet un engagement ou un bilan.",
            )
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"Remise du {self.le:%d/%m/%Y}"
