"""Qui a été effacé, ou n'a plus accès, et qu'une sauvegarde ramène : rien ne se défait en silence (art. 17, RES-1)."""

from collections.abc import Iterable
from datetime import datetime

from cedre.comptes.models import Habilitation, Trace
from cedre.parcours.models import Personne
from cedre.parcours.operations.droits import Motif, anonymiser, effacer

SORTS = {Trace.Geste.ANONYMISER: anonymiser, Trace.Geste.EFFACER: effacer}


def effacements_depuis(quand: datetime) -> list[Trace]:
    """Les effacements et anonymisations depuis cet instant, du plus ancien au plus récent : à lire avant de restaurer."""
    return list(Trace.objects.filter(le__gte=quand, geste__in=SORTS, personne_id__isnull=False).order_by("le", "pk"))


def revenus(effaces: Iterable[Trace]) -> list[tuple[Personne, Trace]]:
    """Ceux d'entre eux qui sont de nouveau là, avec leur dernier effacement : à lire après avoir restauré."""
    derniers = {trace.personne_id: trace for trace in effaces}
    personnes = Personne.objects.filter(pk__in=derniers, anonymisee_le=None).select_related("organisation").order_by("pk")
    return [(p, derniers[p.pk]) for p in personnes if p.organisation_id == derniers[p.pk].organisation_id]


def acces_retires_depuis(quand: datetime) -> list[int]:
    """Les habilitations retirées depuis cet instant : à lire avant de restaurer."""
    return list(Habilitation.objects.filter(retiree_le__gte=quand).order_by("pk").values_list("pk", flat=True))


def acces_rouverts(retires: Iterable[int]) -> list[Habilitation]:
    """Celles d'entre elles qui ouvrent de nouveau : à lire après avoir restauré."""
    return list(Habilitation.objects.actives().filter(pk__in=retires).select_related("compte", "organisation").order_by("pk"))


def effacer_de_nouveau(la: Iterable[tuple[Personne, Trace]]) -> list[tuple[Personne, Trace]]:
    """Refait ces effacements, au nom de qui les avait faits ; rend ceux dont l'auteur n'a pas d'habilitation ici."""
    restent = []
    for personne, trace in la:
        auteurs = Habilitation.objects.filter(compte=trace.compte_id, organisation=trace.organisation_id, role=trace.role)
        if par := auteurs.order_by("pk").first():
            SORTS[trace.geste](personne, motif=_motif(trace), par=par)
        else:
            restent.append((personne, trace))
    return restent


def _motif(trace: Trace) -> Motif:
    """Le motif que la trace garde en toutes lettres."""
    return next((motif for motif in Motif if motif.label == trace.detail), Motif.AUTRE)
