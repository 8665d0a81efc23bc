"""Les enquêtes : des réponses que rien ne relie à une personne (AME-2, AME-5, § 2.6)."""

import secrets
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Interne, Partage, Scelle
from cedre.core.discretion import ASSEZ


def jeton_neuf() -> str:
    """L'adresse d'une enquête : assez longue pour ne pas se deviner, assez courte pour se recopier d'une affiche."""
    return secrets.token_urlsafe(9)


def numero_au_hasard() -> int:
    """Le numéro d'une réponse : tiré au hasard, il ne dit pas l'ordre d'arrivée."""
    return secrets.randbits(62)


def semaine_de(jour: date) -> date:
    """Le lundi de la semaine de ce jour."""
    return jour - timedelta(days=jour.weekday())


class EnqueteQuerySet(Partage):
    """Les enquêtes."""

    def ouvertes(self, le: date):
        """Celles auxquelles on peut répondre par leur adresse, ce jour-là."""
        return self.filter(du__lte=le, au__gte=le, close_le=None)

    def avec_nombre(self):
        """Annote nombre : combien de réponses."""
        return self.annotate(nombre=Count("reponses"))

    def menees(self, le: date):
        """Celles qui ont reçu assez de réponses au cours des douze mois. Une réponse compte dès que sa semaine est finie."""
        recentes = Q(reponses__semaine__gt=le - relativedelta(years=1), reponses__semaine__lte=le - timedelta(days=6))
        return self.annotate(recentes=Count("reponses", filter=recentes)).filter(recentes__gte=ASSEZ)


class Enquete(models.Model):
    """Un questionnaire posé pendant un temps. Ses questions se figent quand on l'ouvre, ses résultats quand on la clôt.

    L'adresse est gardée en clair : elle s'affiche au mur, et n'ouvre qu'un questionnaire vide.
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


class ReponseEnquete(models.Model):
    """Ce que quelqu'un a répondu : ni compte, ni adresse, ni heure ; le jour est ramené au lundi de sa semaine."""

    PARTAGE = Scelle("enquete__organisation")

    id = models.BigIntegerField(primary_key=True, default=numero_au_hasard, editable=False)
    enquete = models.ForeignKey(Enquete, on_delete=models.CASCADE, related_name="reponses")
    semaine = models.DateField()
    reponses = models.JSONField("réponses")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "réponse à une enquête"
        verbose_name_plural = "réponses à une enquête"
        ordering = ["pk"]
        indexes = [models.Index(fields=["enquete", "semaine"], name="reponse_enquete_semaine")]

    def __str__(self):
        return "Réponse"
