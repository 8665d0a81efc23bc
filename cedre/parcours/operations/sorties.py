"""Les gestes de la sortie : sortir, corriger, annuler, prendre des nouvelles ; le jobcoach, l'échange (INS-8, INS-9, ACC-6)."""

from datetime import date

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import libelles, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import (
    Bilan,
    Contrat,
    Engagement,
    Heures,
    Jobcoach,
    MiseEnSituation,
    Personne,
    Sortie,
    SuiviAMinima,
    SuiviSortie,
)
from cedre.parcours.operations.cloture import arreter_le_travail, vider_l_agenda
from cedre.parcours.operations.contrats import rompre
from cedre.parcours.operations.engagements import clore_avec_le_dossier
from cedre.parcours.operations.etapes import reprendre_les_etapes

Phase = Personne.Phase
SANS_NOUVELLES_A_PRENDRE = ("deces",)
CE_QU_ELLE_ARRETE = (Contrat, Engagement, Bilan, MiseEnSituation, SuiviAMinima)


def _arreter_les_contrats(sortie: Sortie, motif_rupture: Terme | None, par: Habilitation) -> None:
    """Rompt à la date de la sortie ce qui court encore. Lève GesteImpossible sans motif, ou si les dates se contredisent."""
    contrats = list(sortie.personne.contrats.apres(sortie.le).select_related("nature"))
    for contrat in contrats:
        if contrat.debut > sortie.le:
            raise GesteImpossible(f"{contrat} commence après cette date : retirez-le, ou changez la date.", champ="le")
        if contrat.rompu_le:
            raise GesteImpossible(f"{contrat} a été rompu le {contrat.rompu_le:%d/%m/%Y}, après cette date.", champ="le")
    if contrats and not motif_rupture:
        quoi = " ; ".join(str(c) for c in contrats)
        raise GesteImpossible(
            f"Un contrat court encore après cette date ({quoi}) : dites pourquoi il s’arrête ce jour-là, ou changez la date.",
            champ="motif_rupture",
        )
    for contrat in contrats:
        rompre(contrat, le=sortie.le, motif=motif_rupture, par=par)


def _exiger_aucun_travail_apres(sortie: Sortie) -> None:
    """Lève GesteImpossible si des heures sont notées, ou un travail évalué, après la date de la sortie."""
    heures = Heures.objects.filter(mise_en_situation__personne=sortie.personne, le__gt=sortie.le, heures__gt=0).order_by("le")
    if apres := heures.first():
        raise GesteImpossible(f"Des heures sont notées après cette date, au {apres.le:%d/%m/%Y} : corrigez-les.", champ="le")
    faites = Q(evaluations__isnull=False) | Q(heures__heures__gt=0)  # les heures d'un mois portent la date de son premier jour
    if apres := sortie.personne.mises_en_situation.filter(faites, du__gt=sortie.le).first():
        raise GesteImpossible(f"{apres} : ce travail a été fait ou évalué, il commence après cette date.", champ="le")


def _deplacer_ce_qui_finissait(sortie: Sortie, avant: date, par: Habilitation) -> None:
    """Ce qui a pris fin le jour de la sortie prend fin à sa nouvelle date : contrats rompus, engagement, travail.

    Un contrat ne se rompt pas après son terme : il va alors à son terme. avant : la date que l'on corrige.
    """
    personne, le = sortie.personne, sortie.le
    for contrat in personne.contrats.filter(rompu_le=avant, debut__lte=le):
        if contrat.fin_prevue and contrat.fin_prevue <= le:
            contrat.rompu_le = contrat.motif_rupture = None
        else:
            contrat.rompu_le = le
        contrat.save()
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=contrat, detail="fin déplacée avec la sortie")
    for engagement in personne.engagements.filter(clos_le=avant, debut__lt=avant, suivant=None):
        engagement.clos_le = max(le, engagement.debut)
        engagement.save(update_fields=["clos_le", "modifie_le"])
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=engagement, detail="fin déplacée avec la sortie")
    personne.bilans.filter(annule_le=avant).update(annule_le=le)
    arretes = personne.suivis_a_minima.filter(Q(au=avant) | Q(au=F("du"), du__gt=avant), resultat="")
    arretes.update(au=Greatest(F("du"), Value(le)))
    personne.mises_en_situation.filter(au=avant, du__lte=le).update(au=le)


def _prevoir_les_nouvelles(sortie: Sortie) -> None:
    """Prévoit les nouvelles à trois et six mois ; une date corrigée les déplace. Un décès n'en demande pas."""
    if sortie.motif.code in SANS_NOUVELLES_A_PRENDRE:
        sortie.suivis.filter(fait_le=None).delete()
        return
    for mois in SuiviSortie.MOIS:
        prevu_le = SuiviSortie.date_prevue(sortie.le, mois)
        SuiviSortie.objects.update_or_create(sortie=sortie, mois=mois, defaults={"prevu_le": prevu_le})


@change_le_passe(avec=CE_QU_ELLE_ARRETE)
@transaction.atomic
def sortir(sortie: Sortie, *, motif_rupture: Terme | None, par: Habilitation) -> Sortie:
    """Note la sortie, et avec elle tout ce qu'elle arrête : contrats, engagements, rendez-vous, travail (INS-8).

    sortie : pas encore enregistrée. motif_rupture : pour les contrats qui courent encore. Lève GesteImpossible.
    """
    sortie.personne = Personne.objects.select_for_update().get(pk=sortie.personne_id)
    if sortie.personne.phase != Phase.PARCOURS:
        raise GesteImpossible("Cette personne n’est plus en parcours : sa sortie est peut-être déjà notée.")
    _exiger_aucun_travail_apres(sortie)
    _arreter_les_contrats(sortie, motif_rupture, par)
    sortie.par_id = par.compte_id
    sortie.save()
    clore_avec_le_dossier(sortie.personne, le=sortie.le, par=par, detail="clos par la sortie")
    vider_l_agenda(sortie.personne, sortie.le, a_finir=sortie.motif.code not in SANS_NOUVELLES_A_PRENDRE)
    arreter_le_travail(sortie.personne, sortie.le, par=par)
    _prevoir_les_nouvelles(sortie)
    reprendre_les_etapes(sortie.personne)
    tracer(par=par, geste=Trace.Geste.CREER, objet=sortie)
    return sortie


@change_le_passe(avec=CE_QU_ELLE_ARRETE)
@transaction.atomic
def corriger_sortie(sortie: Sortie, *, champs: list[str], motif_rupture: Terme | None, par: Habilitation) -> Sortie:
    """Corrige une sortie ; une autre date déplace tout ce qui finissait avec elle, et les nouvelles à prendre.

    Ni la date ni le motif n'ayant changé, rien n'en est déduit de nouveau : ce qui a été dit depuis le reste.

    Lève GesteImpossible si un contrat court après, ou si l'on a travaillé ensuite.
    """
    personne = sortie.personne = Personne.objects.select_for_update().get(pk=sortie.personne_id)
    dite = Sortie.objects.get(pk=sortie.pk)
    ce_qui_arrete_change = (dite.le, dite.motif_id) != (sortie.le, sortie.motif_id)
    if ce_qui_arrete_change and personne.phase == Phase.SORTIE and personne.sorties.first() == sortie:
        _exiger_aucun_travail_apres(sortie)
        if dite.le != sortie.le:
            _deplacer_ce_qui_finissait(sortie, dite.le, par)
        _arreter_les_contrats(sortie, motif_rupture, par)
        vider_l_agenda(personne, sortie.le, a_finir=sortie.motif.code not in SANS_NOUVELLES_A_PRENDRE)
        arreter_le_travail(personne, sortie.le, par=par)
    sortie.save()
    if ce_qui_arrete_change:
        _prevoir_les_nouvelles(sortie)
    reprendre_les_etapes(personne)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=sortie, detail=libelles(sortie, champs))
    return sortie


@change_le_passe
@transaction.atomic
def annuler_sortie(sortie: Sortie, *, par: Habilitation) -> Personne:
    """Retire une sortie notée par erreur : la personne est de nouveau en parcours ; ce qui a été clos le reste.

    Lève GesteImpossible si des nouvelles ont déjà été prises : la sortie a bien eu lieu.
    """
    personne = Personne.objects.select_for_update().get(pk=sortie.personne_id)
    if sortie.suivis.exclude(fait_le=None).exists():
        raise GesteImpossible("Des nouvelles ont été prises après cette sortie : corrigez-la plutôt.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=sortie, detail="notée par erreur")
    sortie.delete()
    reprendre_les_etapes(personne)
    return personne


@transaction.atomic
def clore_jobcoach(jobcoach: Jobcoach, *, par: Habilitation) -> Jobcoach:
    """Finit un suivi de jobcoach et garde sa conclusion (INS-9). Lève GesteImpossible s'il est déjà clos, ou avant son début."""
    actuel = Jobcoach.objects.select_for_update().get(pk=jobcoach.pk)
    if actuel.clos_le:
        raise GesteImpossible(f"Ce suivi est déjà clos, le {actuel.clos_le:%d/%m/%Y}.")
    if jobcoach.clos_le < actuel.du:
        raise GesteImpossible("Un suivi ne finit pas avant d’avoir commencé.", champ="clos_le")
    jobcoach.save()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=jobcoach, detail="clos")
    return jobcoach
