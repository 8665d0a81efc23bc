"""Le manuel qualité : son brouillon, ses versions publiées et figées, qui les a lues (MAN-1 à MAN-3)."""

import hashlib
from datetime import date
from io import BytesIO

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Equipe, Interne, Partage
from cedre.core.dates import il_y_a
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Personne

MOIS_D_UN_MANUEL = 36


class TexteDuManuel(models.Model):
    """Ce que la structure écrit elle-même dans une section du manuel : le brouillon de la version suivante."""

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="textes_du_manuel")
    section = models.CharField(max_length=24)
    texte = models.TextField(max_length=12_000)
    version = models.PositiveIntegerField(default=1)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "texte du manuel"
        verbose_name_plural = "textes du manuel"
        ordering = ["organisation", "section"]
        constraints = [models.UniqueConstraint(name="texte_du_manuel_unique", fields=["organisation", "section"])]

    def __str__(self):
        return f"Manuel, section {self.section}"


class VersionQuerySet(Partage):
    """Les versions publiées du manuel."""

    def publiees(self, le: date):
        """Celles qui l'étaient ce jour-là, la plus récente d'abord."""
        return self.filter(publiee_le__lte=le).order_by("-numero")

    def recentes(self, le: date):
        """Celles qui avaient, ce jour-là, moins de trente-six mois (§ 2.3 d)."""
        return self.publiees(le).filter(publiee_le__gt=il_y_a(MOIS_D_UN_MANUEL, le))


class VersionDuManuel(models.Model):
    """Une version publiée : approuvée par quelqu'un que l'on nomme, figée en texte et en PDF. Elle ne change plus."""

    class Titre(models.TextChoices):
        DIRECTION = "direction", "Direction"
        CA = "ca", "Conseil d’administration"

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="versions_du_manuel")
    numero = models.PositiveSmallIntegerField("numéro")
    publiee_le = models.DateField("publiée le", default=timezone.localdate)
    approuvee_par = models.CharField("approuvée par", max_length=120, help_text="Le prénom et le nom de qui approuve.")
    au_titre_de = models.CharField("au titre de", max_length=9, choices=Titre)
    approuvee_le = models.DateField("approuvée le", default=timezone.localdate)
    changements = models.TextField("ce qui change", blank=True, max_length=2000)
    contenu = models.JSONField()
    fichier = models.FileField(upload_to="manuels")
    condensat = models.CharField(max_length=64)

    objects = VersionQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "version du manuel"
        verbose_name_plural = "versions du manuel"
        ordering = ["organisation", "-numero"]
        constraints = [
            models.UniqueConstraint(name="version_du_manuel_numero_unique", fields=["organisation", "numero"]),
            models.CheckConstraint(
                name="version_du_manuel_approuvee_avant",
                condition=Q(approuvee_le__lte=F("publiee_le")) & ~Q(approuvee_par=""),
                violation_error_message="Une version s’approuve avant d’être publiée, par une personne que l’on nomme.",
            ),
        ]

    def __str__(self):
        return f"Manuel, version {self.numero}"

    def lire_le_fichier(self) -> bytes:
        """Le PDF tel que publié. Lève GesteImpossible s'il a disparu ou changé depuis."""
        try:
            with self.fichier.open("rb") if self.fichier else BytesIO() as ouvert:
                octets = ouvert.read()
        except FileNotFoundError:
            octets = b""
        if hashlib.sha256(octets).hexdigest() != self.condensat:
            raise GesteImpossible("Ce fichier n’est plus celui qui a été publié : remettez-le depuis une sauvegarde.")
        return octets


class AccuseDeLecture(models.Model):
    """Quelqu'un a lu une version du manuel : qui, laquelle, quand, comment (MAN-3)."""

    class Mode(models.TextChoices):
        ECRAN = "ecran", "À l’écran"
        PAPIER = "papier", "Sur une liste en papier"

    PARTAGE = Equipe("manuel__organisation", personne="personne")

    manuel = models.ForeignKey(VersionDuManuel, on_delete=models.CASCADE, related_name="lectures")
    compte = models.ForeignKey(Compte, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    personne = models.ForeignKey(Personne, null=True, blank=True, on_delete=models.CASCADE, related_name="lectures")
    nom = models.CharField("nom sur la liste", max_length=120, blank=True)
    le = models.DateField("lu le", default=timezone.localdate)
    mode = models.CharField("comment", max_length=6, choices=Mode)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "accusé de lecture"
        verbose_name_plural = "accusés de lecture"
        ordering = ["-le", "-pk"]
        constraints = [
            models.UniqueConstraint(name="lecture_une_par_compte", fields=["manuel", "compte"]),
            models.UniqueConstraint(name="lecture_une_par_personne", fields=["manuel", "personne"]),
            models.CheckConstraint(
                name="lecture_de_quelqu_un",
                condition=Q(compte__isnull=False) | Q(personne__isnull=False) | ~Q(nom=""),
                violation_error_message="Une lecture est celle de quelqu’un.",
            ),
        ]

    def __str__(self):
        return str(self.compte or self.personne or self.nom)
