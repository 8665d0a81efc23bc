"""D'une cause à la réponse : l'alerte, ses chiffres figés, les paroles, à qui, ce qu'ils répondent, ce qui a suivi (OBS-4)."""

from django.db import models
from django.db.models import F, Min, Q
from django.utils import timezone

from cedre.comptes.discretion import mesure_en_mots
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Habilitation, Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.indicateurs import Mesure

CHIFFRES, PAROLES = 4, 3  # d'une alerte : au-delà, elle ne tient plus en deux pages
LE_MEME = ("code", "coupe", "valeur", "du", "au")  # ce qui fait d'un chiffre le même


class AlerteQuerySet(Partage):
    """Les alertes."""

    def ouvertes(self):
        """Celles qui ne sont pas closes."""
        return self.filter(close_le=None)

    def closes(self):
        """Celles qui le sont."""
        return self.exclude(close_le=None)

    def attendent(self):
        """Celles dont un destinataire n'a pas encore répondu."""
        return self.filter(pk__in=Destinataire.objects.sans_reponse().values("alerte"))

    def avec_attente(self):
        """Annote envoyee_le, le premier envoi, et attend_depuis, le premier de ceux qui attendent leur réponse."""
        return self.annotate(
            envoyee_le=Min("destinataires__le"), attend_depuis=Min("destinataires__le", filter=Q(destinataires__repondu_le=None))
        )


class Alerte(models.Model):
    """Une cause d'exclusion vue dans les chiffres, dite à qui peut y faire quelque chose ; envoyée, elle ne se récrit plus."""

    class Etat(models.TextChoices):
        OUVERTE = "ouverte", "Ouverte"
        PROPOSEE = "proposee", "Proposition écrite"
        CLOSE = "close", "Close"

    PARTAGE = Interne("organisation", droit=Droit.FIGURES_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="alertes")
    titre = models.CharField("en une phrase", max_length=80)
    domaine = models.ForeignKey(
        "observatoire.Terme", verbose_name="domaine", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    precision = models.CharField("la cause, en quelques mots", max_length=100, blank=True)
    constat = models.TextField("ce que l’on voit", max_length=600)
    ouverte_le = models.DateField("ouverte le", default=timezone.localdate)
    proposition = models.TextField("ce que l’on propose", max_length=600, blank=True)
    proposee_le = models.DateField("proposition écrite le", null=True, blank=True)
    retenu = models.TextField("ce que l’on en retient", max_length=240, blank=True)
    close_le = models.DateField("close le", null=True, blank=True)

    objects = AlerteQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = ["-ouverte_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="alerte_a_une_cause",
                condition=Q(domaine__isnull=False) | ~Q(precision=""),
                violation_error_message="Choisissez un domaine, ou dites la cause.",
            ),
            models.CheckConstraint(
                name="alerte_proposee_avec_des_mots",
                condition=Q(proposee_le=None, proposition="") | Q(proposee_le__isnull=False) & ~Q(proposition=""),
            ),
            models.CheckConstraint(
                name="alerte_close_avec_ce_que_l_on_en_retient",
                condition=Q(close_le=None, retenu="") | Q(close_le__isnull=False) & ~Q(retenu=""),
            ),
            models.CheckConstraint(
                name="alerte_dates_dans_l_ordre",
                condition=(Q(proposee_le=None) | Q(proposee_le__gte=F("ouverte_le")))
                & (Q(close_le=None) | Q(close_le__gte=F("ouverte_le"))),
            ),
        ]

    def __str__(self):
        return self.titre

    @property
    def etat(self) -> Etat:
        """Où elle en est."""
        if self.close_le:
            return self.Etat.CLOSE
        return self.Etat.PROPOSEE if self.proposee_le else self.Etat.OUVERTE

    @property
    def cause(self) -> str:
        """« Mobilité : le dernier car part à 18 h »."""
        return " : ".join(filter(None, [str(self.domaine or ""), self.precision]))


class ChiffreJoint(models.Model):
    """Un chiffre tel qu'on l'a mesuré en le joignant : il ne bouge plus, sa définition et sa version non plus (OBS-4).

    valeur : de la coupe, celle dont il est le compte ; vides, de tous. Ce qui se mesure un jour va de ce jour à lui-même.
    """

    PARTAGE = Interne("alerte__organisation", droit=Droit.FIGURES_LIRE)

    alerte = models.ForeignKey(Alerte, on_delete=models.CASCADE, related_name="chiffres")
    code = models.CharField("indicateur", max_length=60)
    version = models.PositiveSmallIntegerField("version de la définition")
    libelle = models.CharField("ce que l’on compte", max_length=200)
    definition = models.TextField("définition", max_length=4000)
    unite = models.CharField("unité", max_length=120)
    grandeur = models.BooleanField("c’est une somme ou une médiane", default=False)
    de_personnes = models.BooleanField("compte des personnes", default=True)
    coupe = models.CharField(max_length=60, blank=True)
    valeur = models.CharField(max_length=200, blank=True)
    du = models.DateField()
    au = models.DateField()
    total = models.PositiveIntegerField()
    atteint = models.DecimalField("atteint, ou ce que vaut la grandeur", max_digits=14, decimal_places=2)
    joint_le = models.DateField("joint le", default=timezone.localdate)

    objects = Partage.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "chiffre joint"
        verbose_name_plural = "chiffres joints"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="chiffre_joint_une_fois", fields=["alerte", *LE_MEME])]

    def __str__(self):
        return f"{self.libelle}, {self.part}" if self.coupe else self.libelle

    @property
    def part(self) -> str:
        """« Sexe : Femme » ; rien de l'ensemble."""
        return f"{self.coupe} : {self.valeur}" if self.coupe else ""

    def en_mots(self, pour: Habilitation | None = None) -> str:
        """Ce qu'il vaut : à l'équipe, exact ; à tout autre, et imprimé, sans petit nombre."""
        mesure = Mesure.gardee(self.total, self.atteint)
        return mesure_en_mots(mesure, self.unite, grandeur=self.grandeur, de_personnes=self.de_personnes, pour=pour)


class ParoleQuerySet(Partage):
    """Les paroles."""

    def donnees(self):
        """Celles dont l'accord tient."""
        return self.filter(retiree_le=None)


class Parole(models.Model):
    """Ce qu'une personne accepte que l'on répète, sans son nom ; l'accord retiré, le texte s'efface."""

    class Accord(models.TextChoices):
        ECRIT = "ecrit", "Par écrit"
        ORAL = "oral", "De vive voix"

    PARTAGE = Interne("alerte__organisation", droit=Droit.FIGURES_LIRE)

    alerte = models.ForeignKey(Alerte, on_delete=models.CASCADE, related_name="paroles")
    texte = models.TextField("ce qu’elle dit", max_length=220, blank=True)
    accord_le = models.DateField("accord donné le")
    accord = models.CharField("comment", max_length=8, choices=Accord)
    retiree_le = models.DateField("accord retiré le", null=True, blank=True)

    objects = ParoleQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="parole_retiree_sans_texte",
                condition=Q(retiree_le=None) & ~Q(texte="") | Q(retiree_le__isnull=False, texte=""),
            ),
        ]

    def __str__(self):
        return f"parole du {self.accord_le:%d/%m/%Y}"


class DestinataireQuerySet(Partage):
    """À qui des alertes sont allées."""

    def sans_reponse(self):
        """Ceux dont on ne sait pas encore la réponse, ni qu'il n'y en aura pas."""
        return self.filter(repondu_le=None)


class Destinataire(models.Model):
    """À qui une alerte est allée, et sa réponse ; « sans réponse » en est une, qui se dit."""

    class Sorte(models.TextChoices):
        PARTENAIRE = "partenaire", "Un partenaire"
        ELU = "elu", "Un·e élu·e"
        INSTITUTION = "institution", "Une institution"

    class Moyen(models.TextChoices):
        COURRIER = "courrier", "Par courrier"
        COURRIEL = "courriel", "Par courriel"
        RENCONTRE = "rencontre", "Remise lors d’une rencontre"

    class Suite(models.TextChoices):
        OUI = "oui", "Oui"
        EN_PARTIE = "en_partie", "En partie"
        NON = "non", "Non"
        SANS_REPONSE = "sans_reponse", "Sans réponse"

    PARTAGE = Interne("alerte__organisation", droit=Droit.FIGURES_LIRE)

    alerte = models.ForeignKey(Alerte, on_delete=models.CASCADE, related_name="destinataires")
    a_qui = models.CharField("à qui", max_length=80)
    sorte = models.CharField("c’est", max_length=12, choices=Sorte)
    le = models.DateField("envoyée le", default=timezone.localdate)
    moyen = models.CharField("par quel moyen", max_length=10, choices=Moyen, default=Moyen.COURRIER)
    repondu_le = models.DateField("répondu le", null=True, blank=True)
    suite = models.CharField("suite donnée", max_length=12, choices=Suite, blank=True)
    reponse = models.TextField("ce qui est répondu", max_length=240, blank=True)

    objects = DestinataireQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "destinataire"
        ordering = ["le", "pk"]
        constraints = [
            models.CheckConstraint(
                name="destinataire_repondu_avec_une_suite",
                condition=Q(repondu_le=None, suite="", reponse="")
                | Q(repondu_le__isnull=False, repondu_le__gte=F("le")) & ~Q(suite=""),
            ),
        ]

    def __str__(self):
        return self.a_qui


class Retombee(models.Model):
    """Ce qui a suivi une alerte, un jour : une réunion, une ligne de car, un refus."""

    PARTAGE = Interne("alerte__organisation", droit=Droit.FIGURES_LIRE)

    alerte = models.ForeignKey(Alerte, on_delete=models.CASCADE, related_name="retombees")
    le = models.DateField(default=timezone.localdate)
    texte = models.TextField("ce qui a suivi", max_length=160)

    objects = Partage.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "retombée"
        ordering = ["le", "pk"]

    def __str__(self):
        return self.texte
