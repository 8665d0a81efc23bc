"""Noter des heures, une case ou tout un relevé (INS-4)."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer, tracer_ensemble
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Heures, MiseEnSituation


class HeuresSaisies(NamedTuple):
    """Les heures d'une mise en situation sur une période, et celles que l'écran montrait quand on les a écrites."""

    mise_en_situation: MiseEnSituation
    du: date
    au: date
    lu: Decimal
    heures: Decimal


def _rien_n_est_remplace(saisies: list[HeuresSaisies]) -> bool:
    return not any(saisie.lu for saisie in saisies)


@change_le_passe(neuf=_rien_n_est_remplace)
@transaction.atomic
def noter(saisies: list[HeuresSaisies], *, par: Habilitation) -> dict[HeuresSaisies, Decimal]:
    """Écrit les heures, chacune remplaçant celles de sa période ; rend celles que quelqu'un d'autre a changées entre-temps.

    Le conflit n'écrit rien dans sa case et rend ce qui y est ; les autres cases sont gardées. En un nombre constant de
    requêtes, quel que soit le nombre de cases. Lève GesteImpossible.
    """
    if not saisies:
        return {}
    touchees = {
        m.pk: m
        for m in MiseEnSituation.objects.pour(par)
        .select_for_update(of=("self",))
        .filter(pk__in={s.mise_en_situation.pk for s in saisies})
        .order_by("pk")
    }
    presentes = defaultdict(list)
    periode = min(s.du for s in saisies), max(s.au for s in saisies)
    for ligne in Heures.objects.filter(mise_en_situation__in=touchees).entre(*periode):
        presentes[ligne.mise_en_situation_id].append(ligne)
    conflits, effacees, nouvelles, traces = {}, [], [], defaultdict(list)
    for saisie in saisies:
        mets = touchees.get(saisie.mise_en_situation.pk)
        if refus := mets.refus_d_heures(saisie.du, saisie.au) if mets else "Cette mise en situation n’existe plus.":
            raise GesteImpossible(f"{saisie.mise_en_situation.ou}, {saisie.du:%d/%m/%Y} : {refus}")
        anciennes = [h for h in presentes[mets.pk] if saisie.du <= h.le <= saisie.au]
        actuel = sum((h.heures for h in anciennes), Decimal(0))
        if actuel == saisie.heures:
            continue
        if actuel != saisie.lu:
            conflits[saisie] = actuel
            continue
        effacees += [h.pk for h in anciennes]
        if saisie.heures:
            nouvelles.append(Heures(mise_en_situation=mets, le=saisie.du, heures=saisie.heures))
        traces[mets].append(f"{saisie.du:%d/%m/%Y}")
    Heures.objects.filter(pk__in=effacees).delete()
    Heures.objects.bulk_create(nouvelles)
    details = {mets: f"heures à partir du {', '.join(jours)}" for mets, jours in traces.items()}
    tracer_ensemble(details, par=par, geste=Trace.Geste.MODIFIER)
    return conflits


@change_le_passe(neuf=_rien_n_est_remplace)
@transaction.atomic
def importer(saisies: list[HeuresSaisies], *, par: Habilitation) -> None:
    """Écrit toutes les heures d'un fichier, ou aucune. Lève GesteImpossible si l'une a changé depuis l'aperçu."""
    if conflits := noter(saisies, par=par):
        raise GesteImpossible(
            f"Des heures ont changé depuis l’aperçu ({len(conflits)}) : rien n’est importé, déposez le fichier de nouveau."
        )
    tracer(par=par, geste=Trace.Geste.IMPORTER, objet=Heures, detail=f"périodes du fichier : {len(saisies)}")
