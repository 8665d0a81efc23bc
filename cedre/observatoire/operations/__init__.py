"""Figer les mesures, à chaque fin de mois (décision 0034)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.tasks import task
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.coupes import Communes
from cedre.core.dates import fins_de_mois, il_y_a
from cedre.core.indicateurs import FaitCompte, Indicateur, tous
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
            lignes = [_ligne(i, pk, faits, le) for i, pk, faits in _faits(a_figer, le) if not inconnues.de(i, pk, le)]
            nombre += len(MesureFigee.objects.bulk_create(lignes, batch_size=5000, ignore_conflicts=True))
    return nombre


def _faits(structures: set[int], le: date) -> Iterator[tuple[Indicateur, int, list[FaitCompte]]]:
    """Chaque indicateur, chaque structure, et ce qu'il y compte ; rien à compter se fige aussi."""
    seule = next(iter(structures)) if len(structures) == 1 else None
    communes = Communes(seule)
    for indicateur in tous().values():
        par_structure = defaultdict(list)
        for fait in indicateur.faits(le, seule, communes):
            par_structure[fait.organisation].append(fait)
        yield from ((indicateur, pk, par_structure[pk]) for pk in structures)


def _ligne(indicateur: Indicateur, organisation: int, faits: list[FaitCompte], le: date) -> MesureFigee:
    dite = {"code": indicateur.code, "version": indicateur.version, "coupes": indicateur.agreger_par_coupe(faits)}
    return MesureFigee(organisation_id=organisation, le=le, **dite, **indicateur.agreger(faits)._asdict())


@task()
def figer_le_mois() -> None:
    """Chaque nuit : le premier du mois, le mois qui vient de finir ; les autres nuits, ce qui ne l'a pas été."""
    figer(timezone.localdate())
