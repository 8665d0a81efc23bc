"""Ce qui se tient d'un jour à l'autre et se lit à toute date : une phase, un référent, un seuil. Changer n'efface rien.

Un intervalle vaut du premier jour, compris, à celui où autre chose le remplace, exclu. Un jour n'en a qu'un : celui du soir.
"""

from datetime import date

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

DE_TOUT_TEMPS = date(1900, 1, 1)  # le plus ancien jour qui s’écrive


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


def faire_valoir(lignes, le: date, vaut: bool, **quoi) -> date | None:
    """Dit si cela vaut à partir de ce jour ; rend depuis quand cela vaut. Un aller-retour le même jour ne laisse aucun trou.

    lignes : les intervalles d'un même objet (engagement.formalisations) ; quoi : ce qui vaut, s'ils disent plusieurs choses.
    """
    actuel = lignes.filter(Q(au=None) | Q(au__gte=le), **quoi).order_by("-du").first()
    if vaut and actuel is None:
        return lignes.create(du=le, **quoi).du
    if actuel and not vaut and actuel.du >= le:
        actuel.delete()
    elif actuel:
        lignes.filter(pk=actuel.pk).update(au=None if vaut else le)
    return actuel.du if vaut else None


class AncienneValeur(Intervalle):
    """Ce que disait une ligne avant qu'on la change : la ligne dit ce qui vaut, celles-ci ce qui valait."""

    du = models.DateField(default=DE_TOUT_TEMPS)

    class Meta(Intervalle.Meta):
        abstract = True


def retenir(anciennes, le: date, *, avant: dict, apres: dict) -> None:
    """Garde ce que la ligne disait jusqu'à ce jour, exclu. Changé deux fois le même jour, seul le soir compte.

    anciennes : les anciennes valeurs d'une même ligne ; avant, apres : ce qu'elle disait, ce qu'elle va dire.
    """
    du_matin = anciennes.filter(au=le).first()
    if du_matin is None and avant != apres:
        derniere = anciennes.order_by("-au").first()
        anciennes.create(du=derniere.au if derniere else DE_TOUT_TEMPS, au=le, **avant)
    elif du_matin and all(getattr(du_matin, nom) == valeur for nom, valeur in apres.items()):
        du_matin.delete()


def date_au_jour(le, anciennes: QuerySet, lien: str, champ: str, sinon: Value | None = None) -> Coalesce:
    """La date que la ligne disait ce jour-là. lien : d'une ancienne valeur vers sa ligne ; sinon : là où rien n'était dit."""
    dite = F(champ) if sinon is None else Coalesce(champ, sinon, output_field=models.DateField())
    ce_jour = anciennes.au_jour(le).filter(**{lien: OuterRef("pk")}).values(_dite=dite)
    return Coalesce(Subquery(ce_jour[:1]), dite, output_field=models.DateField())
