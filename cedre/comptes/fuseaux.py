"""L'heure de chaque organisation : un jour est celui qu'il est chez elle, et il reste à côté de sa date-heure (OBS-1).

Le fuseau d'une organisation s'active au nom de qui l'on agit : requête, tâche, commande, lien sans compte. Tout ce qui demande
le jour (« timezone.localdate() », un champ « default=timezone.localdate ») dit alors le sien.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from cedre.core.champs import DateDerivee


class Fuseau(models.TextChoices):
    """Les heures françaises."""

    PARIS = "Europe/Paris", "Métropole"
    GUADELOUPE = "America/Guadeloupe", "Guadeloupe, Saint-Martin, Saint-Barthélemy"
    MARTINIQUE = "America/Martinique", "Martinique"
    GUYANE = "America/Cayenne", "Guyane"
    REUNION = "Indian/Reunion", "La Réunion"
    MIQUELON = "America/Miquelon", "Saint-Pierre-et-Miquelon"
    MAYOTTE = "Indian/Mayotte", "Mayotte"
    WALLIS = "Pacific/Wallis", "Wallis-et-Futuna"
    TAHITI = "Pacific/Tahiti", "Polynésie française : Tahiti et la Société"
    MARQUISES = "Pacific/Marquesas", "Polynésie française : les Marquises"
    GAMBIER = "Pacific/Gambier", "Polynésie française : les Gambier"
    NOUMEA = "Pacific/Noumea", "Nouvelle-Calédonie"


HEURES = [ZoneInfo(fuseau) for fuseau in Fuseau]  # gardées : Python n'en retient que huit, et relit les autres sur le disque
PAR_CODE_POSTAL = {
    "971": Fuseau.GUADELOUPE,
    "972": Fuseau.MARTINIQUE,
    "973": Fuseau.GUYANE,
    "974": Fuseau.REUNION,
    "975": Fuseau.MIQUELON,
    "976": Fuseau.MAYOTTE,
    "986": Fuseau.WALLIS,
    "987": Fuseau.TAHITI,
    "988": Fuseau.NOUMEA,
}


def fuseau_du(code_postal: str) -> Fuseau:
    """L'heure d'un code postal ; celle de la métropole s'il n'est pas d'outre-mer.

    >>> fuseau_du("97410"), fuseau_du("38120"), fuseau_du("")
    (Fuseau.REUNION, Fuseau.PARIS, Fuseau.PARIS)
    """
    return PAR_CODE_POSTAL.get(code_postal[:3], Fuseau.PARIS)


def a_l_heure_de(organisation) -> AbstractContextManager:
    """À l'heure de cette organisation, le temps d'un bloc."""
    return timezone.override(ZoneInfo(organisation.fuseau))


def se_mettre_a_l_heure_de(organisation) -> None:
    """À l'heure de cette organisation, jusqu'à la fin de la requête (comptes.middleware.Acces)."""
    timezone.activate(ZoneInfo(organisation.fuseau))


def par_fuseau(geste: Callable[[date, models.QuerySet], object], organisations: models.QuerySet, seul: str = "") -> list:
    """Fait le geste une fois par heure qu'ont ces organisations, à cette heure ; rend ce que chaque fois a rendu.

    Il reçoit le jour qu'il y est, et les organisations qui l'ont. seul : le fuseau où le faire, s'il n'en est qu'un.
    """
    rendus, fuseaux = [], organisations.order_by("fuseau").values_list("fuseau", flat=True).distinct()
    for fuseau in fuseaux.filter(fuseau=seul) if seul else fuseaux:
        with timezone.override(ZoneInfo(fuseau)):
            rendus.append(geste(timezone.localdate(), organisations.filter(fuseau=fuseau)))
    return rendus


def _est_un_jour_de(jour: date | None, instant: datetime) -> bool:
    """Vrai si cette date-heure est ce jour-là quelque part en France."""
    return jour in {timezone.localdate(instant, heure) for heure in HEURES}


def _fuseau_de(ligne: models.Model) -> ZoneInfo:
    """L'heure de l'organisation de cette ligne, par le chemin de son partage."""
    for pas in ligne.PARTAGE.organisation.split("__"):
        ligne = getattr(ligne, pas)
    return ZoneInfo(ligne.fuseau)


def _jour(ligne: models.Model, *, nom: str, instant: str) -> date | None:
    dit, de = getattr(ligne, nom), getattr(ligne, instant)
    if de is None:
        return None
    return dit if _est_un_jour_de(dit, de) else timezone.localdate(de, _fuseau_de(ligne))


class JourDe(DateDerivee):
    """Le jour d'une date-heure dans l'organisation de la ligne : ce qu'un indicateur lit à sa place (clos_jour, de clos_le).

    Dit une fois, il reste : changer de fuseau ne déplace aucun jour passé. de : le nom de la date-heure.
    """

    def __init__(self, *args, de: str = "", **kwargs):
        super().__init__(*args, **kwargs | {"blank": True})
        self.instant = de

    def contribute_to_class(self, cls, name, *args, **kwargs):
        """Sait de quelle date-heure il est le jour, et son nom."""
        super().contribute_to_class(cls, name, *args, **kwargs)
        if self.instant:
            self.de = partial(_jour, nom=name, instant=self.instant)

    def deconstruct(self):
        """Dans une migration, une date déduite."""
        nom, _, args, kwargs = super().deconstruct()
        return nom, f"{DateDerivee.__module__}.{DateDerivee.__qualname__}", args, kwargs


def jours_de(modele: type[models.Model], valeurs: dict) -> dict[str, date | None]:
    """Les jours des dates-heures que l'on s'apprête à changer d'un coup, à l'heure active ; valeurs : par champ."""
    suivis = [c for c in modele._meta.concrete_fields if isinstance(c, JourDe) and c.instant in valeurs]
    dites = {c.name: modele._meta.get_field(c.instant).to_python(valeurs[c.instant]) for c in suivis if c.name not in valeurs}
    return {nom: instant and timezone.localdate(instant) for nom, instant in dites.items()}
