"""Les gestes sur ce que la structure négocie et emploie : un avenant, les heures de l'équipe (OBS-1)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import libelles, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.intervalles import retenir
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import AnnexeFinanciere, HeuresDePermanents


@change_le_passe(jours=lambda annexe, *, le, **_: [le])
@transaction.atomic
def noter_l_avenant(annexe: AnnexeFinanciere, *, le: date, champs: list[str], par: Habilitation) -> None:
    """Fait valoir à partir de ce jour ce que l'annexe dit maintenant ; d'avant, ce qui était convenu se lit encore.

    Lève GesteImpossible hors de l'annexe, avant un autre avenant, ou d'un jour à venir.
    """
    garde = AnnexeFinanciere.objects.select_for_update().get(pk=annexe.pk)
    dernier = garde.anciennes.order_by("-au").first()
    if not garde.du < le <= garde.au:
        raise GesteImpossible("Un avenant prend effet pendant l’annexe, après son premier jour.", champ="le")
    if le > timezone.localdate():
        raise GesteImpossible("Ce jour n’est pas venu : notez l’avenant quand il prend effet.", champ="le")
    if dernier and le < dernier.au:
        raise GesteImpossible(f"Un avenant vaut déjà depuis le {dernier.au:%d/%m/%Y} : celui-ci vient après.", champ="le")
    avant, maintenant = garde.negocie(), annexe.negocie()
    if avant == maintenant:
        raise GesteImpossible("Cet avenant ne change rien.")
    retenir(garde.anciennes, le, avant=avant, apres=maintenant)
    annexe.save(update_fields=AnnexeFinanciere.negocies())
    detail = f"avenant au {le:%d/%m/%Y} : {libelles(annexe, [nom for nom in champs if nom != 'le'])}"
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=annexe, detail=detail)


@change_le_passe
@transaction.atomic
def noter_les_heures(lignes: list[HeuresDePermanents], *, par: Habilitation) -> None:
    """Note, change ou ôte (sans heures) ces heures de permanents ; une seule trace le dit."""
    if not lignes:
        return
    geste = Trace.Geste.MODIFIER if any(ligne.pk for ligne in lignes) else Trace.Geste.CREER
    tracer(par=par, geste=geste, objet=lignes[0], detail=", ".join(map(str, lignes)))
    for ligne in lignes:
        if ligne.heures is not None:
            ligne.save()
        elif ligne.pk:
            ligne.delete()
