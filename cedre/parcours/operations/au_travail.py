"""Évaluer au travail, et y associer le client par un lien sans compte (INS-4, INS-6)."""

import secrets
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Role
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import condenser, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import CompetenceEvaluee, EvaluationAuTravail, LienClient, MiseEnSituation
from cedre.structures.models import Competence

Regard = EvaluationAuTravail.Regard
PAR_JOUR = 3


@change_le_passe
@transaction.atomic
def evaluer(evaluation: EvaluationAuTravail, *, niveaux: dict[Competence, int | None], par: Habilitation) -> EvaluationAuTravail:
    """Garde ce qui a été constaté ; chaque compétence y fige le libellé du jour. Lève GesteImpossible si rien n'est dit.

    par : une habilitation sans compte quand c'est le client qui évalue.
    """
    mets = evaluation.mise_en_situation
    if any(c.fiche_de_poste_id != mets.fiche_de_poste_id for c in niveaux):
        raise GesteImpossible("Ces compétences ne sont pas celles de la fiche de poste.")
    if evaluation.le < mets.du:
        raise GesteImpossible(f"La mise en situation n’a commencé que le {mets.du:%d/%m/%Y}.", champ="le")
    evaluation.niveaux = [
        {"libelle": c.libelle, "niveau": niveau, "dit": CompetenceEvaluee.Niveau(niveau).label}
        for c, niveau in niveaux.items()
        if niveau is not None
    ]
    if not any([evaluation.niveaux, evaluation.points_forts, evaluation.a_travailler, evaluation.objectif_avance]):
        raise GesteImpossible("Dites au moins une chose : une compétence, ce qui va bien, ou ce qui reste à travailler.")
    evaluation.par_id = par.compte_id
    evaluation.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=evaluation, detail=evaluation.get_regard_display())
    return evaluation


@transaction.atomic
def imprimer_fiche(mets: MiseEnSituation, *, par: Habilitation) -> None:
    """Note le premier jour où sa fiche de liaison est imprimée, pour le client s'il est dit, et trace chaque impression."""
    if mets.son_client:
        MiseEnSituation.objects.filter(pk=mets.pk, fiche_imprimee_le=None).update(fiche_imprimee_le=timezone.localdate())
    tracer(par=par, geste=Trace.Geste.EXPORTER, objet=mets, detail="fiche de liaison, PDF")


@transaction.atomic
def remettre_lien(mets: MiseEnSituation, *, adresse: Callable[[str], str], par: Habilitation) -> tuple[LienClient, str]:
    """Crée le lien du client, et rend aussi son adresse, que l'on ne saura plus redire. Lève GesteImpossible.

    adresse : fonction du jeton vers l'adresse complète.
    """
    if mets.son_client is None:
        raise GesteImpossible("Cette mise en situation se fait en atelier : dites d’abord pour quel client.")
    jeton = secrets.token_urlsafe(32)
    lien = LienClient.objects.create(mise_en_situation=mets, condensat=condenser(jeton), par_id=par.compte_id)
    tracer(par=par, geste=Trace.Geste.CREER, objet=lien)
    return lien, adresse(jeton)


@transaction.atomic
def revoquer_liens(mets: MiseEnSituation, *, par: Habilitation) -> None:
    """Les liens révoqués n'ouvrent plus rien."""
    if mets.liens.valables().update(revoque_le=timezone.now()):
        tracer(par=par, geste=Trace.Geste.RETIRER, objet=LienClient(mise_en_situation=mets))


@transaction.atomic
def evaluer_par_lien(
    lien: LienClient, *, evaluation: EvaluationAuTravail, niveaux: dict[Competence, int | None]
) -> EvaluationAuTravail:
    """Garde l'évaluation d'un client, si son lien vaut encore. Lève GesteImpossible, aussi au-delà de trois par jour."""
    if not LienClient.objects.select_for_update().valables().filter(pk=lien.pk).exists():
        raise GesteImpossible("Ce lien ne vaut plus : demandez-en un autre à la structure.")
    du_client = EvaluationAuTravail.objects.filter(mise_en_situation=lien.mise_en_situation, regard=Regard.CLIENT)
    if du_client.filter(le=timezone.localdate()).count() >= PAR_JOUR:
        raise GesteImpossible("Vous avez déjà transmis trois évaluations aujourd’hui : elles nous sont bien parvenues.")
    evaluation.regard = Regard.CLIENT
    client = Habilitation(organisation_id=lien.mise_en_situation.personne.organisation_id, role=Role.CLIENT)
    evaluer(evaluation, niveaux=niveaux, par=client)
    LienClient.objects.filter(pk=lien.pk, ouvert_le=None).update(ouvert_le=timezone.now())
    return evaluation
