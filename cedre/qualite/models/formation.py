"""Le plan de formation de l'équipe permanente, et ce qui s'en réalise (PRO-2, § 2.4 b)."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Interne, Partage
from cedre.core.periodes import Periode
from cedre.qualite.models.entretiens_annuels import EntretienAnnuel
from cedre.structures.models import Poste


def _realisee(le: date) -> Q:
    return Q(realisee_le__lte=le)


class ActionDeFormationQuerySet(Partage):
    """Les actions du plan de formation."""

    def de_l_annee(self, annee: int):
        """Celles dont le début est prévu cette année-là."""
        return self.filter(prevue_du__year=annee)

    def au_plan(self, le: date):
        """Celles qui étaient inscrites ce jour-là, pas encore abandonnées, prévues cette année ou ensuite (§ 2.4 b)."""
        inscrites = self.filter(inscrite_le__lte=le, prevue_au__gte=date(le.year, 1, 1))
        return inscrites.filter(Q(abandonnee_le=None) | Q(abandonnee_le__gt=le))

    def echues(self, periode: Periode):
        """Celles dont la fin prévue est dans la période, sauf celles abandonnées le jour où l'on regarde (§ 2.4 b)."""
        return self.filter(Q(abandonnee_le=None) | Q(abandonnee_le__gt=periode.le), **periode.dans("prevue_au"))

    def realisees(self, le: date):
        """Celles qui ont eu lieu, ce jour-là compris."""
        return self.filter(_realisee(le))

    def totaux(self, le: date) -> dict:
        """Prévu et réalisé : nombre d'actions, heures, euros. Ce qui n'est pas chiffré compte pour zéro."""
        realisee = _realisee(le)
        return self.aggregate(
            prevues=Count("pk"),
            realisees=Count("pk", filter=realisee),
            abandonnees=Count("pk", filter=Q(abandonnee_le__lte=le)),
            heures_prevues=Sum("heures", default=0),
            heures_realisees=Sum("heures", filter=realisee, default=0),
            cout_prevu=Sum("cout", default=0),
            cout_realise=Sum("cout", filter=realisee, default=0),
        )


class ActionDeFormation(models.Model):
    """Un besoin, pour qui, et l'action qui y répond : prévue, puis réalisée, ou abandonnée avec son motif (PRO-2)."""

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="actions_de_formation")
    besoin = models.CharField(max_length=200)
    intitule = models.CharField("action", max_length=200)
    entretien = models.ForeignKey(
        EntretienAnnuel,
        verbose_name="entretien où le besoin s’est dit",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="actions_de_formation",
    )
    poste = models.ForeignKey(Poste, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pour_qui = models.CharField("pour qui", max_length=160, blank=True)
    inscrite_le = models.DateField("inscrite au plan le", default=timezone.localdate, editable=False)
    prevue_du = models.DateField("prévue du")
    prevue_au = models.DateField("au")
    organisme = models.CharField(max_length=160, blank=True)
    heures = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(5000)]
    )
    cout = models.DecimalField("coût", max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)])
    realisee_le = models.DateField("réalisée le", null=True, blank=True)
    abandonnee_le = models.DateField("abandonnée le", null=True, blank=True)
    motif = models.CharField("motif de l’abandon", max_length=200, blank=True)

    objects = ActionDeFormationQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "action de formation"
        verbose_name_plural = "actions de formation"
        ordering = ["prevue_du", "pk"]
        constraints = [
            models.CheckConstraint(
                name="formation_fin_apres_debut",
                condition=Q(prevue_au__gte=F("prevue_du")),
                violation_error_message="La fin vient avant le début.",
            ),
            models.CheckConstraint(
                name="formation_realisee_ou_abandonnee",
                condition=Q(realisee_le=None) | Q(abandonnee_le=None),
                violation_error_message="Une action est réalisée, ou abandonnée : pas les deux.",
            ),
            models.CheckConstraint(
                name="formation_abandon_motive",
                condition=Q(abandonnee_le=None) & Q(motif="") | ~Q(abandonnee_le=None) & ~Q(motif=""),
                violation_error_message="Un abandon se dit avec son jour et son motif.",
            ),
        ]

    def __str__(self):
        return self.intitule

    @property
    def destinataires(self) -> str:
        """Pour qui elle est : des noms, un poste, ou toute l'équipe."""
        return self.pour_qui or (str(self.poste) if self.poste else "toute l’équipe")

    def etat(self, le: date) -> str:
        """Où elle en est ce jour-là : realisee, abandonnee, retard ou prevue."""
        if self.realisee_le and self.realisee_le <= le:
            return "realisee"
        if self.abandonnee_le and self.abandonnee_le <= le:
            return "abandonnee"
        return "retard" if self.prevue_au < le else "prevue"
