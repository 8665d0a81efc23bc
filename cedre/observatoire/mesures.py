"""Toute mesure que l'on montre : vivante, ou figée à une fin de mois passée (OBS-1, CER-3, décision 0034)."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from cedre.core import indicateurs as vivants
from cedre.core.discretion import fin_de_mois
from cedre.core.indicateurs import Indicateur, Mesure
from cedre.observatoire.models import MesureFigee


def mesurer(indicateurs: list[Indicateur], organisation, le: date) -> dict[str, Mesure]:
    """Les mesures d'une structure à cette date, par code."""
    return mesurer_aux_dates(indicateurs, organisation, [le])[le]


def mesurer_aux_dates(indicateurs: list[Indicateur], organisation, dates: list[date]) -> dict[date, dict[str, Mesure]]:
    """Les mêmes mesures à chacune de ces dates : celles qui sont figées, et les autres, vivantes ; deux requêtes."""
    demandes, figees = {indicateur.code for indicateur in indicateurs}, {}
    if passees := _fins_de_mois_passees(dates):
        siennes = MesureFigee.objects.filter(organisation=organisation, le__in=passees, code__in=demandes)
        figees = {(le, code): Mesure(t, a) for le, code, t, a in siennes.values_list("le", "code", "total", "atteint")}
    vives = [le for le in dates if any((le, code) not in figees for code in demandes)]
    mesures = {le: {} for le in dates} | vivants.mesurer_aux_dates(indicateurs, organisation, vives)
    return {le: {i.code: figees.get((le, i.code)) or mesures[le][i.code] for i in indicateurs} for le in dates}


def mesurer_par_structure(indicateur: Indicateur, le: date) -> dict[int, Mesure]:
    """Les mesures de toutes les structures qui ont une population, par identifiant d'organisation."""
    mesures = indicateur.mesurer_par_structure(le)
    if _fins_de_mois_passees([le]):
        figees = MesureFigee.objects.filter(le=le, code=indicateur.code).values_list("organisation", "total", "atteint")
        mesures |= {organisation: Mesure(total, atteint) for organisation, total, atteint in figees}
    return mesures


def _fins_de_mois_passees(dates: Iterable[date]) -> list[date]:
    return [le for le in dates if fin_de_mois(le) == le < timezone.localdate()]
