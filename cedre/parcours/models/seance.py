"""Une séance de groupe, information collective ou atelier : ce que les deux savent d'elles-mêmes (ACC-2, INS-5)."""

from django.db.models import Count, Q
from django.utils import timezone

from cedre.comptes.partage import Partage

ATTENDUE, EXCUSEE = "prevue", "excusee"


class SeanceQuerySet(Partage):
    """Des séances de groupe."""

    def avec_places(self):
        """Annote inscrites, attendues (pas encore notées) et presentes."""
        relation, etat = self.model.INSCRIPTIONS, f"{self.model.INSCRIPTIONS}__{self.model.ETAT}"
        return self.annotate(
            inscrites=Count(relation, filter=~Q(**{etat: EXCUSEE})),
            attendues=Count(relation, filter=Q(**{etat: ATTENDUE})),
            presentes=Count(relation, filter=Q(**{etat: self.model.VENUE})),
        )

    def annoncees(self):
        """Aujourd'hui et après, la plus proche d'abord, annulées comprises."""
        return self.filter(le__gte=timezone.localdate()).order_by("le", "heure", "pk")

    def a_venir(self):
        """Celles qui se tiendront, aujourd'hui et après, la plus proche d'abord."""
        return self.annoncees().filter(annulee=False)


class SeanceDeGroupe:
    """Une date, une heure, des places, une feuille de présence.

    INSCRIPTIONS : la relation vers ses lignes ; ETAT : leur champ de présence ; VENUE : ce qu'il vaut pour qui est venu.
    """

    INSCRIPTIONS: str
    ETAT: str
    VENUE: str

    @property
    def inscriptions(self):
        """Les lignes de sa feuille."""
        return getattr(self, self.INSCRIPTIONS)

    def notees(self, etat: str):
        """Les lignes dans cet état."""
        return self.inscriptions.filter(**{self.ETAT: etat})

    @property
    def est_passee(self) -> bool:
        """Vrai à partir du jour dit : on peut noter qui est venu."""
        return self.le <= timezone.localdate()

    @property
    def places(self) -> int:
        """Places libres, négatif en surnombre, sur une séance annotée par avec_places."""
        return self.capacite - self.inscrites
