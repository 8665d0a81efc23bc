"""Les parcours comparés par type d'engagement : des indicateurs et leur coupe, sans autre façon de compter (OBS-4)."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.indicateurs import RIEN, Indicateur, Mesure, tous
from cedre.observatoire.mesures import mesurer, mesurer_par
from cedre.observatoire.models import Terme

PAR_ENGAGEMENT = ("type d’engagement", "engagement servi")
DETAILS = ("mouvement", "résultat")  # ce qui se dit d'un engagement à côté de son type : commencé, fini, objectifs atteints


class Comparee(NamedTuple):
    """Une ligne du tableau : un indicateur, ce qu'il vaut pour chaque type d'engagement, et pour tous.

    detail : la valeur d'une autre de ses coupes, quand ce qui satisfait est d'y être.
    """

    indicateur: Indicateur
    par_type: list[tuple[str, Mesure]]
    ensemble: Mesure
    detail: str = ""


def _sa_coupe(indicateur: Indicateur) -> str:
    """Celle par laquelle il range lui-même ses lignes selon l'engagement dont elles sont ; "" s'il n'en a pas.

    La coupe de la personne ne suffit pas : un bilan est d'un engagement, qui n'est pas toujours celui qui court.
    """
    siennes = (indicateur.parts or (indicateur,))[0].coupes
    return next((coupe for coupe in PAR_ENGAGEMENT if coupe in siennes), "")


def comparer(organisation: Organisation, le: date) -> tuple[list[str], list[Comparee]]:
    """Les types, dans l'ordre du cadre commun, ce qui n'est d'aucun à la fin ; et une ligne par indicateur qui se range ainsi."""
    ranges = {indicateur: coupe for indicateur in tous().values() if (coupe := _sa_coupe(indicateur))}
    ensembles = mesurer([*ranges], organisation, le)
    par_type = {i: {} if ensembles[i.code].inconnue else mesurer_par(i, coupe, organisation, le) for i, coupe in ranges.items()}
    vus = {str(valeur) for mesures in par_type.values() for valeur, mesure in mesures.items() if mesure.total}
    du_cadre = [terme.libelle for terme in Terme.objects.de("type_engagement", le)]
    types = [libelle for libelle in du_cadre if libelle in vus] + sorted(vus - {*du_cadre})
    rangees = sorted(ranges, key=lambda i: (bool(i.grandeur), i.source))
    lignes = []
    for i in rangees:
        lignes.append(Comparee(i, _ranger(types, par_type[i], ensembles[i.code]), ensembles[i.code]))
        if le >= timezone.localdate():  # d'un jour passé, les coupes sont figées, et ne se croisent plus
            lignes += _detailler(i, ranges[i], types, organisation, le)
    return types, lignes


def _detailler(indicateur: Indicateur, coupe: str, types: list[str], organisation: Organisation, le: date) -> list[Comparee]:
    autres = [autre for autre in DETAILS if autre in indicateur.coupes] if indicateur.grandeur is None else []
    faits = [fait.coupes for fait in indicateur.faits(le, organisation)] if autres else []
    lignes = []
    for autre in autres:
        de, dont = Counter(f[coupe] for f in faits), Counter((f[autre], f[coupe]) for f in faits)
        for valeur, combien in sorted(Counter(f[autre] for f in faits).items()):
            par_type = [(t, Mesure(de[t], dont[valeur, t])) for t in types]
            lignes.append(Comparee(indicateur, par_type, Mesure(len(faits), combien), valeur))
    return lignes


def _ranger(types: list[str], mesures: dict[str, Mesure], ensemble: Mesure) -> list[tuple[str, Mesure]]:
    return [(t, mesures.get(t, ensemble if ensemble.inconnue else RIEN)) for t in types]
