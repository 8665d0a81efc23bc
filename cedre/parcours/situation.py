"""Où en est le parcours de quelqu'un : contrat, engagement, travail, bilan, en quatre lectures (INS-1 à INS-7)."""

from dataclasses import dataclass

from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.parcours.models import Bilan, Contrat, Engagement, MiseEnSituation, Personne


@dataclass(frozen=True)
class Situation:
    """Ce qui court aujourd'hui ; rien quand la personne n'en a pas."""

    contrat: Contrat | None
    engagement: Engagement | None
    mises_en_situation: list[MiseEnSituation]
    bilan: Bilan | None


def situation(personne: Personne, habilitation: Habilitation) -> Situation | None:
    """La situation de la personne ; rien pour qui ne lit pas les parcours, ni pour qui n'en a jamais commencé."""
    if not habilitation.peut(Droit.PARCOURS_LIRE) or not personne.a_un_parcours:
        return None
    le = timezone.localdate()
    engagements = personne.engagements.exclude(etat=Engagement.Etat.CLOS).select_related("type_engagement", "conduit_par")
    return Situation(
        contrat=personne.contrats.en_cours(le).select_related("nature").first(),
        engagement=engagements.prefetch_related("objectifs").order_by("-etat", "-debut", "-pk").first(),
        mises_en_situation=list(
            personne.mises_en_situation.en_cours(le).select_related("client", "fiche_de_poste", "objectif").order_by("-du", "-pk")
        ),
        bilan=personne.bilans.prevus().order_by("le", "pk").first(),
    )
