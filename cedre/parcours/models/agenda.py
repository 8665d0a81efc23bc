"""Un rendez-vous qui attend une personne : ce que l'agenda en disait à toute date (ACC-6)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cedre.comptes.partage import Partage


class ALAgendaQuerySet(Partage):
    """Des rendez-vous ; leur modèle dit le champ de leur état (ETAT), ce qu'il vaut prévu (ATTENDU), annulé (ANNULEE)."""

    def a_l_agenda(self, le: date):
        """Ceux que l'on attendait ce soir-là, ce jour-là ou après : déjà posés, ni tenus, ni manqués, ni annulés."""
        etat = self.model.ETAT
        poses = self.filter(Q(pose_le=None) | Q(pose_le__lte=le), le__gte=le)
        venus_depuis = Q(le__gt=le) & ~Q(**{f"{etat}__in": (self.model.ATTENDU, self.model.ANNULEE)})
        return poses.filter(Q(**{etat: self.model.ATTENDU}) | Q(annule_le__gt=le) | venus_depuis)

    def annuler(self, le: date) -> None:
        """Les retire de l'agenda, ce jour-là ; auparavant, ils y étaient."""
        self.update(**{self.model.ETAT: self.model.ANNULEE}, annule_le=le)


class ALAgenda(models.Model):
    """Ce que l'agenda garde d'un rendez-vous : depuis quand il y est, et jusqu'à quand s'il a été annulé."""

    ETAT, ATTENDU, ANNULEE = "etat", "prevue", "excusee"

    pose_le = models.DateField("mis à l’agenda le", null=True, default=timezone.localdate, editable=False)
    annule_le = models.DateField("annulé le", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def dater_l_annulation(self) -> None:
        """Garde le jour où il quitte l'agenda sans avoir eu lieu, ou l'oublie s'il y revient."""
        annule = getattr(self, self.ETAT) == self.ANNULEE
        self.annule_le = (self.annule_le or timezone.localdate()) if annule else None
