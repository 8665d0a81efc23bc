"""Le suivi a minima : un objectif, l'échéance que fixe la structure, et le contrôle de ce qu'il est devenu (ACC-6, § 2.1 d)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte
from cedre.comptes.partage import Equipe, Partage
from cedre.core.dates import douze_mois
from cedre.core.intervalles import Intervalle, LusAuJour
from cedre.parcours.models.bilan import ObjectifEvalue


class SuiviAMinimaQuerySet(LusAuJour, Partage):
    """Les suivis a minima."""

    def ouverts(self):
        """Ceux que l'on n'a pas encore contrôlés."""
        return self.filter(au=None)

    def a_controler(self, le):
        """Ceux dont l'échéance était venue, ce jour-là compris, et que l'on n'avait pas contrôlés."""
        return self.au_jour(le).filter(echeance__lte=le)

    def echus(self, le):
        """Ceux dont l'échéance est venue dans les douze mois qui finissent ce jour-là, hors arrêtés avant avec le dossier."""
        arretes = Q(resultat="", au__lt=F("echeance"))
        return self.nominatifs().filter(**douze_mois(le, "echeance")).exclude(arretes)

    def controles(self, le):
        """Ceux dont on avait dit ce jour-là ce que l'objectif était devenu."""
        return self.exclude(resultat="").filter(au__lte=le)


class SuiviAMinima(Intervalle):
    """Un objectif de quelqu'un qui travaille, avec un engagement ou sans : du jour où on le fixe à celui où on le contrôle.

    Une personne en a un à la fois ; au : le jour du contrôle, ou celui où le dossier s'est fermé, sans résultat alors.
    """

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="suivis_a_minima", db_index=False)
    du = models.DateField("fixé le", default=timezone.localdate)
    au = models.DateField("contrôlé le", null=True, blank=True)
    objectif = models.CharField(max_length=300, help_text="Ce qu’elle veut atteindre, en une phrase qu’elle comprend.")
    echeance = models.DateField("échéance", help_text="Le jour où la structure regarde avec elle où elle en est.")
    resultat = models.CharField("où en est-on", max_length=11, choices=ObjectifEvalue.Resultat, blank=True)
    constat = models.CharField("ce que l’on constate", max_length=400, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SuiviAMinimaQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "suivi a minima"
        verbose_name_plural = "suivis a minima"
        ordering = ["-du", "-pk"]
        indexes = [models.Index(fields=["personne", "du", "au", "echeance"], name="suivi_a_minima_personne_du")]
        constraints = [
            models.CheckConstraint(
                name="suivi_a_minima_du_au",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="Le contrôle vient après le jour où l’objectif est fixé.",
            ),
            models.CheckConstraint(
                name="suivi_a_minima_echeance_apres",
                condition=Q(echeance__gte=F("du")),
                violation_error_message="L’échéance vient après le jour où l’objectif est fixé.",
            ),
            models.UniqueConstraint(
                name="suivi_a_minima_un_seul_ouvert",
                fields=["personne"],
                condition=Q(au=None),
                violation_error_message="Un objectif est déjà fixé : contrôlez-le d’abord.",
            ),
        ]

    get_absolute_url = page_de

    def __str__(self):
        return self.objectif

    @property
    def est_ouvert(self) -> bool:
        """Vrai tant que l'on ne l'a pas contrôlé."""
        return self.au is None
