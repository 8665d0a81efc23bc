"""Ce qui prouve quand aucun chiffre ne le peut : documents, appréciations de l'équipe, paramètres de la structure (CER-3)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Equipe, Interne, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import il_y_a


class Document(models.Model):
    """Un document, quelle qu'en soit la révision : ce qu'il est, et les points du référentiel qu'il prouve."""

    PARTAGE = Interne("organisation", droit=Droit.CONFORMITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="documents")
    intitule = models.CharField("intitulé", max_length=160)
    points = models.JSONField("ce qu’il prouve", default=list, help_text="Les codes des points du référentiel.")
    cree_le = models.DateTimeField(default=timezone.now)

    objects = Partage.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = ["intitule", "pk"]

    def __str__(self):
        return self.intitule

    @property
    def prouve_aujourdhui(self) -> bool:
        """Vrai si l'une de ses révisions couvre aujourd'hui."""
        return any(revision.prouve(timezone.localdate()) for revision in self.revisions.all())


class Revision(models.Model):
    """Une version d'un document, telle que déposée : elle ne change plus, sauf à qui et quel jour on l'a transmise.

    La période couverte n'est pas le jour du dépôt.
    """

    PARTAGE = Interne("document__organisation", droit=Droit.CONFORMITE_LIRE)

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="revisions")
    fichier = models.FileField(upload_to="preuves")
    nom = models.CharField("nom du fichier", max_length=160)
    genre = models.CharField(max_length=80)
    condensat = models.CharField(max_length=64)
    taille = models.PositiveIntegerField()
    du = models.DateField("couvre du")
    au = models.DateField("au", null=True, blank=True, help_text="Vide : jusqu’à ce qu’une autre le remplace.")
    perime_le = models.DateField("périmé le", null=True, blank=True, help_text="Le jour où il ne prouvera plus rien.")
    transmise_le = models.DateField("transmis le", null=True, blank=True)
    transmise_a = models.CharField("transmis à", max_length=160, blank=True, help_text="L’association régionale, par exemple.")
    depose_le = models.DateTimeField("déposé le", default=timezone.now)
    depose_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "révision de document"
        verbose_name_plural = "révisions de documents"
        ordering = ["document", "-du", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="revision_periode_dans_l_ordre",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="Le dernier jour vient après le premier.",
            ),
            models.CheckConstraint(
                name="revision_transmise_un_jour_a_quelqu_un",
                condition=Q(transmise_le=None, transmise_a="") | Q(transmise_le__isnull=False) & ~Q(transmise_a=""),
                violation_error_message="Un document transmis l’est un jour, et à quelqu’un.",
            ),
        ]

    def __str__(self):
        return f"{self.document}, à partir du {self.du:%d/%m/%Y}"

    def prouve(self, le: date) -> bool:
        """Vrai si sa période couvre ce jour, et si elle n'est pas encore périmée."""
        return self.du <= le and (self.au is None or le <= self.au) and not self._est_perimee(le)

    def prouve_l_annee_close(self, le: date) -> bool:
        """Vrai si sa période a une fin et couvre, entière, l'année d'avant ce jour ; et si elle n'est pas encore périmée."""
        janvier, decembre = date(le.year - 1, 1, 1), date(le.year - 1, 12, 31)
        return self.au is not None and self.du <= janvier and decembre <= self.au and not self._est_perimee(le)

    @property
    def couvre_une_annee(self) -> bool:
        """Vrai si sa période a une fin et couvre une année entière, quelle qu'elle soit."""
        premiere = self.du.year + (self.du > date(self.du.year, 1, 1))
        return self.au is not None and date(premiere, 12, 31) <= self.au

    def _est_perimee(self, le: date) -> bool:
        return self.perime_le is not None and self.perime_le <= le


class Appreciation(models.Model):
    """Ce que l'équipe pense d'un point, un jour donné : sa valeur, et ce qui le fait dire. Elle ne s'efface pas, elle se suit."""

    class Valeur(models.TextChoices):
        SATISFAIT = "satisfait", "Satisfait"
        INSUFFISANT = "insuffisant", "Insuffisant"
        SANS_OBJET = "sans_objet", "Sans objet"

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appreciations")
    point = models.CharField(max_length=20)
    le = models.DateField(default=timezone.localdate)
    valeur = models.CharField(max_length=12, choices=Valeur)
    commentaire = models.TextField("ce qui le fait dire", max_length=TEXTE_MAX, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "appréciation"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["organisation", "le"], name="appreciation_organisation_le")]

    def __str__(self):
        return f"{self.point} : {self.get_valeur_display()}"

    def vaut(self, le: date) -> bool:
        """Vrai dans les douze mois qui la suivent : au-delà, on se prononce de nouveau."""
        return il_y_a(12, le) < self.le <= le


class ValeurDeParametre(models.Model):
    """La valeur qu'un paramètre du référentiel prend dans cette structure, à partir d'un jour ; et d'où elle vient."""

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="parametres")
    parametre = models.CharField(max_length=40)
    du = models.DateField("à partir du")
    valeur = models.DecimalField(max_digits=8, decimal_places=2)
    reference = models.CharField("d’où vient ce nombre", max_length=200, help_text="La convention, l’avenant, la délibération.")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "valeur de paramètre"
        verbose_name_plural = "valeurs de paramètres"
        ordering = ["parametre", "-du", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="une_valeur_par_jour",
                fields=["organisation", "parametre", "du"],
                violation_error_message="Ce paramètre a déjà une valeur à partir de ce jour.",
            )
        ]

    def __str__(self):
        return f"{self.parametre} : {self.valeur}"
