"""Toute mesure que l'on montre : vivante, ou figée à une fin de mois passée (OBS-1, CER-3, décision 0034).

Figée, elle ne bouge plus que de ce que dit le registre : une correction, un fait noté après, une annulation (décision 0029).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from cedre.comptes.models import Deplacement, Organisation
from cedre.core import indicateurs as vivants
from cedre.core.dates import fin_de_mois
from cedre.core.indicateurs import Indicateur, Mesure, Moment
from cedre.observatoire.models import MesureFigee

CORRIGE_DEPUIS = "Corrigé depuis"


def mesurer(indicateurs: list[Indicateur], organisation, quand: Moment) -> dict[str, Mesure]:
    """Les mesures d'une structure à cette date, ou sur cette période, par code."""
    return mesurer_aux_dates(indicateurs, organisation, [quand])[quand]


def mesurer_aux_dates(indicateurs: list[Indicateur], organisation, dates: list[Moment]) -> dict[Moment, dict[str, Mesure]]:
    """Les mêmes mesures à chacun de ces moments : celles qui sont figées, et les autres, vivantes ; trois requêtes."""
    demandes, figees = {indicateur.code for indicateur in indicateurs}, {}
    if passees := _fins_de_mois_passees(dates):
        siennes = MesureFigee.objects.filter(organisation=organisation, le__in=passees, code__in=demandes)
        figees = {(le, code): mesure for (_, le, code), mesure in _corrigees(siennes).items()}
    vives = [le for le in dates if any((le, code) not in figees for code in demandes)]
    mesures = {le: {} for le in dates} | vivants.mesurer_aux_dates(indicateurs, organisation, vives)
    return {le: {i.code: figees.get((le, i.code)) or mesures[le][i.code] for i in indicateurs} for le in dates}


def mesurer_par_structure(indicateur: Indicateur, le: date) -> dict[int, Mesure]:
    """Les mesures de toutes les structures qui ont une population, par identifiant d'organisation."""
    mesures = indicateur.mesurer_par_structure(le)
    if _fins_de_mois_passees([le]):
        figees = _corrigees(MesureFigee.objects.filter(le=le, code=indicateur.code))
        mesures |= {organisation: mesure for (organisation, _, _), mesure in figees.items()}
    return mesures


def mesurer_par(indicateur: Indicateur, coupe: str, organisation: Organisation, le: date) -> dict[str, Mesure]:
    """Les mesures de chaque valeur de cette coupe, dans une structure ; figées, leur somme reste la mesure que l'on montre."""
    figee = MesureFigee.objects.filter(organisation=organisation, le=le, code=indicateur.code).first()
    if figee is None or not _fins_de_mois_passees([le]):
        return {str(valeur): mesure for valeur, mesure in indicateur.mesurer_par(coupe, le, organisation).items()}
    dites = {valeur: _relue(total, Decimal(atteint)) for valeur, (total, atteint) in figee.coupes.get(coupe, {}).items()}
    somme, corrigee = _relue(figee.total, figee.atteint), mesurer([indicateur], organisation, le)[indicateur.code]
    ecart = Mesure(*(apres - avant for avant, apres in zip(somme, corrigee, strict=True)))
    return dites if corrigee == somme or not indicateur.s_additionne else dites | {CORRIGE_DEPUIS: ecart}


def _corrigees(figees: QuerySet[MesureFigee]) -> dict[tuple[int, date, str], Mesure]:
    """Chaque mesure figée, et ce qui en a bougé depuis, par organisation, fin de mois et code."""
    lues = {(f.organisation_id, f.le, f.code): (f.figee_le, f.total, f.atteint) for f in figees}
    ou = [{cle[rang] for cle in lues} for rang in range(3)]
    bouge = Deplacement.objects.filter(trace__organisation__in=ou[0], mois__in=ou[1], code__in=ou[2])
    for d in bouge.select_related("trace").order_by():
        cle = d.trace.organisation_id, d.mois, d.code
        if cle in lues and d.trace.le > lues[cle][0]:
            depuis, total, atteint = lues[cle]
            lues[cle] = depuis, total + d.total_apres - d.total_avant, atteint + d.atteint_apres - d.atteint_avant
    return {cle: _relue(total, atteint) for cle, (_, total, atteint) in lues.items()}


def _relue(total: int, atteint: Decimal) -> Mesure:
    return Mesure(total, int(atteint) if atteint == int(atteint) else atteint)


def _fins_de_mois_passees(moments: Iterable[Moment]) -> list[date]:
    jours = [quand for quand in moments if isinstance(quand, date)]
    return [le for le in jours if fin_de_mois(le) == le < timezone.localdate()]
