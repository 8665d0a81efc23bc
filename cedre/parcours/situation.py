"""Où en est le parcours de quelqu'un : contrat, suivi a minima, engagement, travail, bilan (ACC-6, INS-1 à INS-7)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Model, Prefetch, Value, When
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.parcours.frise import Fait
from cedre.parcours.models import Bilan, Contrat, Engagement, MiseEnSituation, Objectif, Personne, SuiviAMinima

CE_QUI_COURT = Case(When(etat=Engagement.Etat.EN_COURS, then=Value(0)), default=Value(1))  # avant un projet que l’on écrit


@dataclass(frozen=True)
class Situation:
    """Ce qui court aujourd'hui ; rien quand la personne n'en a pas."""

    contrat: Contrat | None
    suivi: SuiviAMinima | None
    engagement: Engagement | None
    mises_en_situation: list[MiseEnSituation]
    bilan: Fait | None

    @property
    def attend_un_bilan(self) -> bool:
        """Vrai si un engagement court sans bilan à l'agenda."""
        return self.bilan is None and self.engagement is not None and self.engagement.etat == Engagement.Etat.EN_COURS


def situation(personne: Personne, habilitation: Habilitation, faits: Iterable[Fait]) -> Situation | None:
    """Sa situation ; rien pour qui ne lit pas les parcours, ni pour qui n'en a jamais commencé. faits : ceux de sa frise."""
    if not habilitation.peut(Droit.PARCOURS_LIRE) or not personne.a_un_parcours:
        return None
    le = timezone.localdate()
    bilans = (fait for fait in faits if fait.genre == "bilan" and fait.etat in Bilan.A_TENIR)
    engagements = personne.engagements.exclude(etat=Engagement.Etat.CLOS).select_related("type_engagement", "conduit_par")
    objectifs = Prefetch("objectifs", Objectif.objects.en_vigueur())
    return Situation(
        contrat=personne.contrats.en_cours(le).select_related("nature").first(),
        suivi=personne.suivis_a_minima.ouverts().first(),
        engagement=engagements.prefetch_related(objectifs).order_by(CE_QUI_COURT, "-debut", "-pk").first(),
        mises_en_situation=list(
            personne.mises_en_situation.en_cours(le)
            .select_related("client", "fiche_de_poste", "engagement", "objectif")
            .order_by("-du", "-pk")
        ),
        bilan=min(bilans, key=lambda bilan: (bilan.le, bilan.pk), default=None),
    )


def geste_principal(personne: Personne, situation: Situation | None) -> tuple[str, Model]:
    """Le premier geste que le dossier propose, là où en est la personne, et l'objet dont il part."""
    if not personne.est_ouverte:
        return "parcours:nouveau_contact", personne
    if situation is None:
        return "parcours:entretien_prevoir", personne
    if situation.engagement:
        return "parcours:engagement", situation.engagement
    return "parcours:engagement_construire", personne
