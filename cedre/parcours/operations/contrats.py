"""Les gestes du contrat de travail : signer, corriger, suspendre, rompre, retirer (mission insertion)."""

from datetime import date

from django.db import models, transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import enregistrer, libelles, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.intervalles import retenir
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import AnnexeFinanciere, Terme
from cedre.parcours.models import Contrat, PassIAE, Personne, Suspension
from cedre.parcours.models.contrat import CUMULENT, DE_DROIT_COMMUN
from cedre.parcours.operations.etapes import reprendre_les_etapes


def _la_personne(contrat: Contrat) -> Personne:
    """Relit la personne pour y écrire seul : deux contrats signés ensemble ne se chevauchent pas."""
    return Personne.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=contrat.personne_id)


def _sans_chevauchement(contrat: Contrat, personne: Personne) -> None:
    """Lève GesteImpossible si un autre contrat court ces jours-là, sauf en AI et en ETTI où les missions se cumulent."""
    if personne.organisation.type_siae in CUMULENT:
        return
    autres = personne.contrats.exclude(pk=contrat.pk).select_related("nature")
    if autre := autres.chevauchant(contrat.debut, contrat.rompu_le or contrat.fin_prevue).first():
        jusque = f"jusqu’au {autre.fin:%d/%m/%Y}" if autre.fin else "sans dernier jour prévu"
        raison = f"Un autre contrat ({autre}) court déjà à ces dates, {jusque} : changez les dates, ou notez d’abord sa rupture."
        raise GesteImpossible(raison, champ="debut")


def _garder_la_fin(ligne: Contrat | PassIAE, avant: date | None) -> None:
    """La fin que l'on en savait jusqu'à hier se relira. avant : cette fin."""
    retenir(ligne.anciennes_fins, timezone.localdate(), avant={"fin": avant}, apres={"fin": ligne.fin})


def _corriger_la_fin(ligne: Contrat | PassIAE, avant: date | None) -> None:
    """Changer d'avis sur une fin garde l'ancienne ; ce que l'on a noté aujourd'hui même se corrige sans rien en garder."""
    if ligne.note_le != timezone.localdate():
        _garder_la_fin(ligne, avant)


@change_le_passe
@transaction.atomic
def signer(contrat: Contrat, *, par: Habilitation) -> Contrat:
    """Enregistre un contrat ; la personne entre en parcours, ou y revient s'il commence après sa sortie.

    D'insertion, et sans annexe dite, il est de celle qui couvre son premier jour, s'il n'y en a qu'une (OBS-1).
    contrat : pas encore enregistré. Lève GesteImpossible s'il en chevauche un autre, ou si l'ancien est déjà renouvelé.
    """
    personne = _la_personne(contrat)
    _sans_chevauchement(contrat, personne)
    if contrat.renouvelle_id and Contrat.objects.filter(renouvelle=contrat.renouvelle_id).exists():
        raise GesteImpossible("Ce contrat est déjà renouvelé.")
    if contrat.annexe is None and contrat.nature.code not in DE_DROIT_COMMUN:
        contrat.annexe = AnnexeFinanciere.objects.la_seule(personne.organisation_id, contrat.debut)
    contrat.save()
    reprendre_les_etapes(personne)
    tracer(par=par, geste=Trace.Geste.CREER, objet=contrat, detail="renouvellement" if contrat.renouvelle_id else "")
    return contrat


@change_le_passe
@transaction.atomic
def corriger(contrat: Contrat, *, champs: list[str], par: Habilitation) -> Contrat:
    """Corrige une saisie ; la trace dit quels champs. Lève GesteImpossible s'il en chevauche alors un autre."""
    personne = _la_personne(contrat)
    _sans_chevauchement(contrat, personne)
    avant = Contrat.objects.get(pk=contrat.pk).fin
    contrat.save()
    _corriger_la_fin(contrat, avant)
    reprendre_les_etapes(personne)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=contrat, detail="correction : " + libelles(contrat, champs))
    return contrat


@change_le_passe
@transaction.atomic
def rompre(contrat: Contrat, *, le: date, motif: Terme, par: Habilitation) -> Contrat:
    """Arrête un contrat avant son terme. le : dernier jour, compris. Lève GesteImpossible hors du contrat, ou déjà rompu."""
    actuel = Contrat.objects.select_for_update(of=("self",)).select_related("nature").get(pk=contrat.pk)
    if actuel.rompu_le:
        raise GesteImpossible(f"Ce contrat est déjà rompu, dernier jour le {actuel.rompu_le:%d/%m/%Y}.")
    if le < actuel.debut or actuel.fin_prevue and le > actuel.fin_prevue:
        raise GesteImpossible("Une rupture a lieu pendant le contrat.", champ="le")
    avant, actuel.rompu_le, actuel.motif_rupture = actuel.fin, le, motif
    actuel.save()
    _garder_la_fin(actuel, avant)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuel, detail="rupture")
    return actuel


@change_le_passe
@transaction.atomic
def noter_le_pass(passe: PassIAE, *, champs: list[str], par: Habilitation) -> PassIAE:
    """Note un PASS IAE, le prolonge ou le corrige ; la trace dit quels champs."""
    garde = PassIAE.objects.filter(pk=passe.pk).first()
    enregistrer(passe, champs=champs, par=par)
    if garde:
        _corriger_la_fin(passe, garde.fin)
    return passe


@change_le_passe
@transaction.atomic
def suspendre(suspension: Suspension, *, champs: list[str], par: Habilitation) -> Suspension:
    """Note ou corrige un temps sans travail, retour compris. Lève GesteImpossible hors du contrat, ou s'il y en a déjà un."""
    contrat = Contrat.objects.select_for_update(of=("self",)).get(pk=suspension.contrat_id)
    if suspension.du < contrat.debut or contrat.fin and (suspension.au or suspension.du) > contrat.fin:
        raise GesteImpossible("Une suspension a lieu pendant le contrat.", champ="du")
    autres = contrat.suspensions.exclude(pk=suspension.pk).filter(models.Q(au=None) | models.Q(au__gte=suspension.du))
    if autre := (autres.filter(du__lte=suspension.au) if suspension.au else autres).first():
        raise GesteImpossible(f"{autre} : elle court déjà à ces dates.", champ="du")
    geste = Trace.Geste.MODIFIER if suspension.pk else Trace.Geste.CREER
    suspension.save()
    tracer(par=par, geste=geste, objet=suspension, detail=libelles(suspension, champs))
    return suspension


@change_le_passe
@transaction.atomic
def retirer(ligne: models.Model, *, personne: Personne, par: Habilitation) -> None:
    """Supprime un contrat, une suspension ou un PASS saisi par erreur. Sans aucun contrat, la personne quitte le parcours."""
    actuelle = Personne.objects.select_for_update().get(pk=personne.pk)
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=ligne, detail="saisie par erreur")
    ligne.delete()
    if isinstance(ligne, Contrat):
        reprendre_les_etapes(actuelle)
