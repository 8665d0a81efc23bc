"""Figer les mesures : à chaque fin de mois, ce que comptait chaque indicateur dans chaque structure (décision 0034)."""

from collections.abc import Iterator
from datetime import date

from django.tasks import task
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.dates import fins_de_mois, il_y_a
from cedre.core.indicateurs import Indicateur, Mesure, mesurer, tous
from cedre.observatoire.mesures import Inconnues
from cedre.observatoire.models import MesureFigee

AU_PLUS = 36  # mois que l'on fige en arrière, la première fois


def figer(avant: date, *, chez: Organisation | None = None) -> int:
    """Fige ce qui ne l'est pas encore des fins de mois d'avant ce jour, chez une structure ou chez toutes ; rend combien.

    Relancé, ou lancé deux fois ensemble, ne fige rien deux fois. Une structure se fige depuis qu'elle tient Cèdre.
    """
    structures = Organisation.objects.structures().filter(**{"pk": chez.pk} if chez else {})
    fins = [*fins_de_mois(il_y_a(AU_PLUS, avant), avant)]
    inconnues = Inconnues(tous().values(), [s.pk for s in structures], fins)
    deja = set(MesureFigee.objects.filter(organisation__in=structures).order_by().values_list("organisation", "le").distinct())
    nombre = 0
    for le in fins:
        if a_figer := {pk for pk, premier in inconnues.tenu_depuis.items() if premier <= le and (pk, le) not in deja}:
            lues = [lue for lue in _mesures(a_figer, le) if not inconnues.de(*lue[:2], le)]
            lignes = [_ligne(indicateur, pk, le, mesure) for indicateur, pk, mesure in lues]
            nombre += len(MesureFigee.objects.bulk_create(lignes, batch_size=5000, ignore_conflicts=True))
    return nombre


def _mesures(structures: set[int], le: date) -> Iterator[tuple[Indicateur, int, Mesure]]:
    """Chaque indicateur, chaque structure, et sa mesure ; rien à compter est une mesure aussi."""
    if len(structures) == 1:
        (seule,) = structures
        mesures = mesurer([*tous().values()], seule, le)
        yield from ((tous()[code], seule, mesure) for code, mesure in mesures.items())
        return
    for indicateur in tous().values():
        siennes = indicateur.mesurer_par_structure(le)
        yield from ((indicateur, pk, siennes.get(pk, Mesure(0, 0))) for pk in structures)


def _ligne(indicateur: Indicateur, organisation: int, le: date, mesure: Mesure) -> MesureFigee:
    dite = {"code": indicateur.code, "version": indicateur.version, "total": mesure.total, "atteint": mesure.atteint}
    return MesureFigee(organisation_id=organisation, le=le, **dite)


@task()
def figer_le_mois() -> None:
    """Chaque nuit : le premier du mois, le mois qui vient de finir ; les autres nuits, ce qui ne l'a pas été."""
    figer(timezone.localdate())
