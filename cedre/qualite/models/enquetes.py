"""Les enquêtes : des réponses que rien ne relie à une personne (AME-2, AME-5, § 2.6)."""

import secrets
from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Interne, Partage, Scelle
from cedre.core.dates import il_y_a
from cedre.core.discretion import a_peu_pres

SCELLE_MAX = 64 * 1024  # signes : le plus gros scellé, que le coffre allonge d’un tiers (qualite/scelles.py)


def jeton_neuf() -> str:
    """L'adresse d'une enquête : assez longue pour ne pas se deviner, assez courte pour se recopier d'une affiche."""
    return secrets.token_urlsafe(9)


def numero_au_hasard() -> int:
    """Un numéro tiré au hasard : il ne dit pas l'ordre d'arrivée."""
    return secrets.randbits(62)


def semaine_de(jour: date) -> date:
    """Le lundi de la semaine de ce jour."""
    return jour - timedelta(days=jour.weekday())


class EnqueteQuerySet(Partage):
    """Les enquêtes."""

    def ouvertes(self, le: date):
        """Celles auxquelles on peut répondre par leur adresse, ce jour-là."""
        return self.filter(du__lte=le, au__gte=le, close_le=None)

    def menees(self, le: date):
        """Celles qui ont reçu assez de réponses au cours des douze mois. Une réponse compte dès que sa semaine est finie."""
        return self.filter(assez_des__lte=le - timedelta(days=6), assez_depuis__gt=il_y_a(12, le))


class Enquete(models.Model):
    """Un questionnaire posé pendant un temps. Ses questions se figent quand on l'ouvre, ses résultats quand on la clôt.

    L'adresse est gardée en clair : elle s'affiche au mur, et n'ouvre qu'un questionnaire vide. Tant qu'elle court, ses réponses
    ne se comptent que la nuit : un compte que l'on regarde grandir dit qui vient de répondre. assez_des et assez_depuis : la
    semaine de la cinquième réponse, et celle de la cinquième avant la fin.
    """

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="enquetes")
    modele = models.CharField("modèle", max_length=40)
    titre = models.CharField(max_length=120)
    du = models.DateField("du", default=timezone.localdate)
    au = models.DateField("au")
    questions = models.JSONField(default=list)
    jeton = models.CharField(max_length=40, unique=True, default=jeton_neuf, editable=False)
    close_le = models.DateField("close le", null=True, blank=True)
    resultats = models.JSONField("résultats", default=list, blank=True)
    nombre = models.PositiveIntegerField("réponses", default=0, editable=False)
    assez_des = models.DateField("cinq réponses dès la semaine du", null=True, blank=True, editable=False)
    assez_depuis = models.DateField("ses cinq dernières réponses depuis la semaine du", null=True, blank=True, editable=False)

    objects = EnqueteQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "enquête"
        ordering = ["-du", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="enquete_periode",
                condition=Q(au__gte=F("du")),
                violation_error_message="Une enquête finit après avoir commencé.",
            ),
        ]

    def __str__(self):
        return self.titre

    @property
    def etat(self) -> str:
        """Où elle en est, en quelques mots."""
        jour = timezone.localdate()
        if self.close_le:
            return "Close"
        return "Pas encore ouverte" if jour < self.du else "Ouverte" if jour <= self.au else "Finie, à clore"

    @property
    def est_ouverte(self) -> bool:
        """Vrai si l'on peut y répondre aujourd'hui par son adresse."""
        return self.close_le is None and self.du <= timezone.localdate() <= self.au

    @property
    def combien(self) -> str:
        """Combien ont répondu, tel qu'on le lit partout : à cinq près, pour que rien ne s'en soustraie."""
        return f"{a_peu_pres(self.nombre)}\N{NO-BREAK SPACE}réponses" if self.nombre else "aucune réponse"


class ReponseEnquete(models.Model):
    """Ce que quelqu'un a répondu, scellé jusqu'à la clôture : ni compte, ni adresse, ni jour qui se lise dans la base."""

    PARTAGE = Scelle("enquete__organisation")

    id = models.BigIntegerField(primary_key=True, default=numero_au_hasard, editable=False)
    enquete = models.ForeignKey(Enquete, on_delete=models.CASCADE, related_name="reponses")
    scelle = models.TextField("scellé", max_length=SCELLE_MAX, editable=False)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "réponse à une enquête"
        verbose_name_plural = "réponses à une enquête"
        ordering = ["pk"]

    def __str__(self):
        return "Réponse"
