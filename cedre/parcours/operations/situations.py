"""Garder ce que l'on disait d'une personne avant de le changer : à son entrée, c'est ce que l'on en savait (OBS-1)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper
from django.utils import timezone

from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.parcours.models import AncienneSituation, Personne
from cedre.parcours.models.situation import SE_JOINT


class SituationDite(NamedTuple):
    """Ce qu'un dossier dit, tel qu'une ancienne situation le garde."""

    prescripteur_id: int | None
    niveau_formation_id: int | None
    duree_chomage_id: int | None
    statut_entree: str
    rqth: bool | None
    joignable: bool
    prestations: frozenset[int]
    criteres: frozenset[int]


PLUSIEURS = ("prestations", "criteres")


@contextmanager
def garder_les_situations(personnes: Collection[Personne]) -> Iterator[None]:
    """Ce que la base dit d'elles avant ce qui suit se relira à toute date d'hier ; d'un dossier du jour, il n'y en a pas."""
    le = timezone.localdate()
    pks = [personne.pk for personne in personnes if personne.cree_jour != le]
    avant = _lire(Personne, pks)
    yield
    apres = _lire(Personne, pks) if pks else {}
    _retenir(le, {pk: (avant[pk], apres[pk]) for pk in avant if avant[pk] != apres[pk]})


def _retenir(le: date, changees: dict[int, tuple[SituationDite, SituationDite]]) -> None:
    """Comme retenir, de plusieurs dossiers à la fois : changé deux fois le même jour, seul le soir compte."""
    if not changees:
        return
    anciennes = AncienneSituation.objects.filter(personne__in=changees).order_by("au")
    dernieres = {ancienne.personne_id: ancienne for ancienne in anciennes}
    du_matin = {a.pk: pk for pk, a in dernieres.items() if a.au == le}
    matins = _lire(AncienneSituation, [*du_matin])
    AncienneSituation.objects.filter(pk__in=[a for a, pk in du_matin.items() if matins[a] == changees[pk][1]]).delete()
    neuves = [
        AncienneSituation(
            personne_id=pk,
            du=dernieres[pk].au if pk in dernieres else DE_TOUT_TEMPS,
            au=le,
            **{nom: valeur for nom, valeur in avant._asdict().items() if nom not in PLUSIEURS},
        )
        for pk, (avant, _) in changees.items()
        if pk not in du_matin.values()
    ]
    AncienneSituation.objects.bulk_create(neuves)
    for nom in PLUSIEURS:
        lien = getattr(AncienneSituation, nom).through
        dits = [(neuve.pk, terme) for neuve in neuves for terme in getattr(changees[neuve.personne_id][0], nom)]
        lien.objects.bulk_create([lien(anciennesituation_id=pk, terme_id=terme) for pk, terme in dits])


def _lire(modele: type[Personne | AncienneSituation], pks: list[int]) -> dict[int, SituationDite]:
    if not pks:
        return {}
    termes = [_termes(getattr(modele, nom), pks) for nom in PLUSIEURS]
    joignable = ExpressionWrapper(SE_JOINT, BooleanField()) if modele is Personne else "joignable"
    lignes = modele.objects.filter(pk__in=pks).order_by()
    dites = lignes.values_list(
        "pk", "prescripteur_id", "niveau_formation_id", "duree_chomage_id", "statut_entree", "rqth", joignable
    )
    return {pk: SituationDite(*dite, *(frozenset(siens[pk]) for siens in termes)) for pk, *dite in dites}


def _termes(lien, pks: list[int]) -> dict[int, set[int]]:
    """Les termes que chacune de ces lignes dit, par ligne."""
    dits, ligne = defaultdict(set), lien.field.m2m_field_name()
    for pk, terme in lien.through.objects.filter(**{f"{ligne}__in": pks}).values_list(ligne, "terme"):
        dits[pk].add(terme)
    return dits
