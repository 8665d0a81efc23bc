"""Ce qui se tient d'un jour à l'autre et se lit à toute date : une phase, un référent, un seuil. Changer n'efface rien.

Un intervalle vaut du premier jour, compris, à celui où autre chose le remplace, exclu. Un jour n'en a qu'un : celui du soir.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q


class LusAuJour:
    """Le verbe des intervalles, à mêler au QuerySet de leur modèle."""

    def au_jour(self, le):
        """Ceux qui valent ce jour-là. le : date ou expression."""
        return self.filter(Q(au=None) | Q(au__gt=le), du__lte=le)


class Intervalle(models.Model):
    """Ce qui vaut à partir d'un jour, jusqu'à celui où autre chose le remplace ; au : vide tant que cela vaut."""

    du = models.DateField()
    au = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_du_au",
                condition=Q(au=None) | Q(au__gt=F("du")),
                violation_error_message="La fin vient après le début.",
            )
        ]


def tenir(lignes, le: date, **valeurs) -> None:
    """Fait valoir ces valeurs à partir de ce jour ; sans valeurs, plus rien ne vaut. Dit deux fois, ne change rien.

    lignes : les intervalles d'un même objet (personne.etapes), dont ceux qui commencent ce jour-là ou après sont remplacés.
    """
    lignes.filter(du__gte=le).delete()
    actuel = lignes.filter(Q(au=None) | Q(au__gte=le)).order_by("-du").first()
    if actuel and valeurs and all(getattr(actuel, nom) == valeur for nom, valeur in valeurs.items()):
        lignes.filter(pk=actuel.pk).update(au=None)
        return
    if actuel:
        lignes.filter(pk=actuel.pk).update(au=le)
    if valeurs:
        lignes.create(du=le, **valeurs)
