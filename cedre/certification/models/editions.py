"""Les éditions que la fédération dépose, et les certificats, dont l’anniversaire dit l’édition suivante (CER-1)."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Ailleurs, Commun, Interne, Partage, Sauf
from cedre.core.yaml_borne import TAILLE_MAX

TROIS_ANS = relativedelta(years=3)


class EditionDeposee(models.Model):
    """Une édition du référentiel que la fédération dépose : brouillon, puis validée par le bureau et figée (CER-1)."""

    class Etat(models.TextChoices):
        BROUILLON = "brouillon", "Brouillon"
        VALIDEE = "validee", "Validée"

    PARTAGE = Commun(sauf=Sauf("les brouillons", Q(etat=Etat.BROUILLON), Droit.EDITIONS_TENIR))

    lignee = models.SlugField(max_length=40)
    code = models.SlugField(max_length=20)
    contenu = models.TextField(max_length=TAILLE_MAX)
    condensat = models.CharField(max_length=64)
    etat = models.CharField("état", max_length=9, choices=Etat, default=Etat.BROUILLON)
    deposee_le = models.DateTimeField("déposée le", default=timezone.now)
    deposee_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    validee_le = models.DateField("décision du", null=True, blank=True)
    validee_par = models.TextField("validée par", max_length=2000, blank=True, help_text="Les membres du bureau, un par ligne.")

    objects = Partage.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "édition déposée"
        verbose_name_plural = "éditions déposées"
        ordering = ["-deposee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="edition_validee_une_fois",
                fields=["lignee", "code"],
                condition=Q(etat="validee"),
                violation_error_message="Une édition validée porte déjà ce code.",
            ),
            models.CheckConstraint(
                name="edition_validee_par_des_personnes",
                condition=Q(etat="brouillon") | Q(validee_le__isnull=False) & ~Q(validee_par=""),
                violation_error_message="Dites qui a validé cette édition, et quand.",
            ),
        ]

    def __str__(self):
        return f"Édition {self.lignee} {self.code}"


class Correspondance(models.Model):
    """Ce que devient chaque point d'une édition dans une édition déposée ; elle se fige et s'en va avec celle-ci (CER-1)."""

    PARTAGE = Commun(sauf=Sauf("celles d’un brouillon", Q(vers__etat=EditionDeposee.Etat.BROUILLON), Droit.EDITIONS_TENIR))

    de = models.SlugField(max_length=20)
    vers = models.ForeignKey(EditionDeposee, on_delete=models.CASCADE, related_name="correspondances")
    contenu = models.TextField(max_length=TAILLE_MAX)
    condensat = models.CharField(max_length=64)
    deposee_le = models.DateTimeField("déposée le", default=timezone.now)
    deposee_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        ordering = ["vers", "de"]
        constraints = [models.UniqueConstraint(name="correspondance_une_par_depart", fields=["vers", "de"])]

    def __str__(self):
        return f"Correspondance de {self.de} à {self.vers.code}"


class CertificatQuerySet(Partage):
    """Les certificats."""

    def avec_suivant(self):
        """Annote renouvele : la structure a été certifiée de nouveau depuis."""
        plus_recents = Certificat.objects.filter(organisation=OuterRef("organisation"), le__gt=OuterRef("le"))
        return self.annotate(renouvele=Exists(plus_recents))


class Certificat(models.Model):
    """Le jour où une structure a été certifiée : il vaut trois ans, et son anniversaire dit l'édition suivante (CER-1, CER-5)."""

    PARTAGE = Interne("organisation", droit=Droit.CONFORMITE_LIRE, ailleurs=Ailleurs(Droit.EDITIONS_TENIR))

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="certificats")
    le = models.DateField("certifiée le")

    objects = CertificatQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "-le"]
        constraints = [
            models.UniqueConstraint(
                name="certificat_une_fois_par_jour",
                fields=["organisation", "le"],
                violation_error_message="Cette certification est déjà notée, à ce jour-là.",
            )
        ]

    def __str__(self):
        return f"Certificat du {self.le:%d/%m/%Y}"

    @property
    def anniversaire(self) -> date:
        """Le jour où il cesse de valoir, et dont l'édition en vigueur s'applique ensuite."""
        return self.le + TROIS_ANS
