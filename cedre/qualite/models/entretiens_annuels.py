"""L'entretien annuel de chaque membre de l'équipe : tenu, et lu de lui, de qui l'a mené et de la direction (AME-4)."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.comptes.partage import Partage, Siens
from cedre.core.dates import douze_mois, il_y_a


class EntretienAnnuel(models.Model):
    """Ce qu'un membre de l'équipe et qui mène l'entretien se sont dit ; ce dont il a besoin d'apprendre (AME-4, PRO-2)."""

    PARTAGE = Siens("organisation", comptes=("compte", "mene_par"), droit=Droit.QUALITE_LIRE, tous=Droit.ENTRETIENS_ANNUELS_LIRE)
    MOTS = ("compte", "mene_par", "tenu_le", "points", "besoins")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="entretiens_annuels")
    compte = models.ForeignKey(Compte, verbose_name="avec qui", on_delete=models.PROTECT, related_name="entretiens_annuels")
    mene_par = models.ForeignKey(Compte, verbose_name="mené par", on_delete=models.PROTECT, related_name="+")
    tenu_le = models.DateField("tenu le")
    points = models.TextField("ce qui s’est dit", max_length=8000, blank=True)
    besoins = models.TextField("besoins de formation", max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = Partage.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "entretien annuel"
        verbose_name_plural = "entretiens annuels"
        ordering = ["-tenu_le", "-pk"]
        indexes = [models.Index(fields=["organisation", "compte", "tenu_le"], name="entretien_annuel_tenu_le")]
        constraints = [
            models.CheckConstraint(
                name="entretien_annuel_a_deux",
                condition=~Q(compte=F("mene_par")),
                violation_error_message="On ne mène pas son propre entretien.",
            ),
            models.UniqueConstraint(
                name="entretien_annuel_un_par_jour",
                fields=["organisation", "compte", "tenu_le"],
                violation_error_message="Un entretien de ce jour-là est déjà noté.",
            ),
        ]

    def __str__(self):
        return f"Entretien annuel du {self.tenu_le:%d/%m/%Y}"

    @property
    def mots(self) -> dict:
        """Tout ce que l'on en a noté."""
        return {nom: getattr(self, nom) for nom in self.MOTS}

    @property
    def besoins_dits(self) -> list[str]:
        """Les besoins de formation, un par ligne."""
        return [ligne.strip() for ligne in self.besoins.splitlines() if ligne.strip()]


def _de_ce_membre() -> QuerySet:
    return EntretienAnnuel.objects.filter(compte=OuterRef("compte"), organisation=OuterRef("organisation"))


def _vu(le: date) -> Exists:
    return Exists(_de_ce_membre().filter(**douze_mois(le, "tenu_le")))


def _attendu(le: date) -> Q:
    il_y_a_un_an = Habilitation.objects.de_l_equipe(il_y_a(12, le))
    return Exists(il_y_a_un_an.filter(compte=OuterRef("compte"), organisation=OuterRef("organisation"))) | _vu(le)


def avec_dernier_entretien(membres: QuerySet, le: date) -> QuerySet:
    """Annote les habilitations de l'équipe de ce qui se dit à cette date : rien de ce que l'on y a dit n'est lu.

    dernier_entretien : le jour du dernier ; vu, attendu : vrai s'il est de vus_dans_l_annee, d'attendus.
    """
    dernier = _de_ce_membre().filter(tenu_le__lte=le).order_by("-tenu_le").values("tenu_le")[:1]
    return membres.annotate(dernier_entretien=Subquery(dernier), vu=_vu(le), attendu=_attendu(le))


def attendus(membres: QuerySet, le: date) -> QuerySet:
    """Les habilitations de l'équipe dont le membre en était déjà un an plus tôt, ou a déjà eu son entretien dans l'année."""
    return membres.filter(_attendu(le))


def vus_dans_l_annee(membres: QuerySet, le: date) -> QuerySet:
    """Les habilitations de l'équipe dont le membre a eu son entretien dans les douze mois qui finissent ce jour-là."""
    return membres.filter(_vu(le))
