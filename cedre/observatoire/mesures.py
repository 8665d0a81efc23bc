"""Toute mesure que l'on montre : vivante, ou figée à une fin de mois passée (OBS-1, CER-3, décision 0034).

Figée, elle ne bouge plus que de ce que dit le registre : une correction, un fait noté après, une annulation (décision 0029).
D'avant que la structure tienne Cèdre, ou que l'on garde ce que l'indicateur lit, il n'y en a pas : ce n'est pas zéro.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import QuerySet
from django.utils import timezone

from cedre.comptes.models import Deplacement, Habilitation
from cedre.core import indicateurs as vivants
from cedre.core.dates import fin_de_mois
from cedre.core.faits import Croisement
from cedre.core.indicateurs import INCONNUE, PAS_ENCORE_TENU, RIEN, Indicateur, Mesure, MesureInconnue, Moment
from cedre.core.periodes import Periode
from cedre.observatoire.models import MesureFigee

CORRIGE_DEPUIS = "Corrigé depuis"


def mesurer(indicateurs: list[Indicateur], organisation, quand: Moment) -> dict[str, Mesure]:
    """Les mesures d'une structure à cette date, ou sur cette période, par code."""
    return mesurer_aux_dates(indicateurs, organisation, [quand])[quand]


def mesurer_aux_dates(indicateurs: list[Indicateur], organisation, dates: list[Moment]) -> dict[Moment, dict[str, Mesure]]:
    """Les mêmes mesures à chacun de ces moments : celles qui sont figées, et les autres, vivantes ; cinq requêtes au plus."""
    demandes, figees, chez = {indicateur.code for indicateur in indicateurs}, {}, getattr(organisation, "pk", organisation)
    inconnues = Inconnues(indicateurs, [chez], dates)
    if passees := _fins_de_mois_passees(dates):
        siennes = MesureFigee.objects.filter(organisation=organisation, le__in=passees, code__in=demandes)
        figees = {(le, code): mesure for (_, le, code), mesure in _corrigees(siennes).items()}
    tues = {(le, i.code): tue for le in dates for i in indicateurs if (tue := inconnues.de(i, chez, le))}
    vives = [le for le in dates if any((le, code) not in figees and (le, code) not in tues for code in demandes)]
    lues = vivants.mesurer_aux_dates(indicateurs, organisation, vives)
    mesures = {(le, code): mesure for le, par_code in lues.items() for code, mesure in par_code.items()} | figees | tues
    return {le: {i.code: mesures[le, i.code] for i in indicateurs} for le in dates}


def mesurer_par_structure(
    indicateurs: list[Indicateur], structures: list[int], le: date
) -> Iterator[tuple[str, dict[int, Mesure]]]:
    """De chaque indicateur, par son code, la mesure de chacune de ces structures ; une requête par indicateur."""
    inconnues, figees = Inconnues(indicateurs, structures, [le]), {}
    if _fins_de_mois_passees([le]):
        figees = _corrigees(MesureFigee.objects.filter(le=le, code__in=[i.code for i in indicateurs]))
    for i in indicateurs:
        vivantes = i.mesurer_par_structure(le)
        yield i.code, {pk: inconnues.de(i, pk, le) or figees.get((pk, le, i.code)) or vivantes.get(pk, RIEN) for pk in structures}


class Inconnues:
    """Ce qui ne s'est pas mesuré dans des structures, à ces moments ; aujourd'hui, tout se mesure, et rien ne se lit."""

    def __init__(self, indicateurs: Iterable[Indicateur], structures: Collection[int], moments: Iterable[Moment]):
        self.aujourdhui, self.tenu_depuis, self.garde_depuis = timezone.localdate(), {}, {}
        if any(_dernier_jour(quand) < self.aujourdhui for quand in moments):
            self.tenu_depuis = Habilitation.objects.filter(organisation__in=structures).premiers_jours()
            self.garde_depuis = _garde_depuis({i.garde_depuis for i in indicateurs} - {""})

    def de(self, indicateur: Indicateur, structure: int, quand: Moment) -> MesureInconnue | None:
        """Pourquoi celle-ci ne se dit pas, s'il y a de quoi."""
        le = _dernier_jour(quand)
        if le >= self.aujourdhui:
            return None
        if le < self.tenu_depuis.get(structure, self.aujourdhui):
            return PAS_ENCORE_TENU
        return INCONNUE if le < self.garde_depuis.get(indicateur.garde_depuis, le) else None


def _dernier_jour(quand: Moment) -> date:
    return quand.dernier_jour if isinstance(quand, Periode) else quand


def _garde_depuis(migrations: set[str]) -> dict[str, date]:
    """Le jour de chacune de ces migrations ; celles du jour où Cèdre a été installé ont tout gardé."""
    if not migrations:
        return {}
    posees = MigrationRecorder(connection).applied_migrations()
    jours = {f"{app}.{nom}": timezone.localdate(posee.applied) for (app, nom), posee in posees.items()}
    return {nom: jours[nom] for nom in migrations & jours.keys() if jours[nom] > min(jours.values())}


def mesurer_par(indicateur: Indicateur, coupe: str, organisation, quand: Moment) -> dict[str, Mesure]:
    """Les mesures de chaque valeur de cette coupe, dans une structure ; figées, leur somme reste la mesure que l'on montre.

    Une coupe que l'on ne rangeait pas encore quand le mois s'est figé se relit des faits : elle ne vaut pas zéro.
    """
    siennes = MesureFigee.objects.filter(organisation=organisation, code=indicateur.code)
    figee = siennes.filter(le__in=_fins_de_mois_passees([quand])).first()
    if figee is None or figee.total and coupe not in figee.coupes:
        return {str(valeur): mesure for valeur, mesure in indicateur.mesurer_par(coupe, quand, organisation).items()}
    dites = _dites(figee, coupe)
    somme, corrigee = Mesure.gardee(figee.total, figee.atteint), mesurer([indicateur], organisation, figee.le)[indicateur.code]
    ecart = Mesure(*(apres - avant for avant, apres in zip(somme, corrigee, strict=True)))
    return dites if corrigee == somme or not indicateur.s_additionne else dites | {CORRIGE_DEPUIS: ecart}


def croiser(coupes: Mapping[Indicateur, Collection[str]], organisation, quand: Moment) -> dict[str, Croisement]:
    """De chacun de ces indicateurs, ce qu'il compte, rangé par ses coupes ensemble ; sauf de ce qui est figé, ou inconnu."""
    inconnues, chez = Inconnues(coupes, [organisation.pk], [quand]), MesureFigee.objects.filter(organisation=organisation)
    figes = {*chez.filter(le__in=_fins_de_mois_passees([quand])).values_list("code", flat=True)}
    vivants = [i for i in coupes if i.code not in figes and not inconnues.de(i, organisation.pk, quand)]
    return {i.code: i.croisement(tuple(coupes[i]), quand, organisation) for i in vivants}


def figees(
    indicateurs: Iterable[Indicateur], organisation, fins: Collection[date]
) -> dict[str, dict[date, tuple[Mesure, dict[str, dict[str, Mesure]]]]]:
    """Ce qui s'est figé à ces fins de mois, corrigé depuis, et ses coupes, par code ; en deux requêtes.

    Ce que comptait une autre version de la définition n'y est pas : une tendance suit une seule mesure de bout en bout.
    """
    versions = {i.code: i.version for i in indicateurs}
    siennes = MesureFigee.objects.filter(organisation=organisation, le__in=fins, code__in=versions)
    corrigees, lues = _corrigees(siennes), {code: {} for code in versions}
    for f in siennes:
        if f.version == versions[f.code]:
            lues[f.code][f.le] = corrigees[f.organisation_id, f.le, f.code], {c: _dites(f, c) for c in f.coupes}
    return lues


def _dites(figee: MesureFigee, coupe: str) -> dict[str, Mesure]:
    return {valeur: Mesure.gardee(total, Decimal(atteint)) for valeur, (total, atteint) in figee.coupes.get(coupe, {}).items()}


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
    return {cle: Mesure.gardee(total, atteint) for cle, (_, total, atteint) in lues.items()}


def _fins_de_mois_passees(moments: Iterable[Moment]) -> list[date]:
    jours = [quand for quand in moments if isinstance(quand, date)]
    return [le for le in jours if fin_de_mois(le) == le < timezone.localdate()]
