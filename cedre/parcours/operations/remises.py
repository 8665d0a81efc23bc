"""Remettre à la personne ce qui l'engage, et garder sa signature (INS-2, § 2.2 a)."""

import secrets
from datetime import date
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Bilan, Engagement, Remise
from cedre.parcours.remises import contenu


@change_le_passe
@transaction.atomic
def remettre(engagement: Engagement, *, le: date, mode: str, par: Habilitation, signature: ContentFile | None = None) -> Remise:
    """Garde le texte remis, tel qu'il est : il ne changera plus. Lève GesteImpossible pour un projet ou un engagement clos."""
    actuel = Engagement.objects.select_for_update().get(pk=engagement.pk)
    if actuel.etat != Engagement.Etat.EN_COURS:
        raise GesteImpossible("On remet un engagement en cours : ce qui est remis engage les deux.")
    if le < actuel.debut and le < timezone.localtime(actuel.cree_le).date():
        raise GesteImpossible("Ce jour-là, l’engagement n’était pas encore écrit.", champ="le")
    remise = Remise(engagement=actuel, le=le, mode=mode, version=actuel.version, contenu=contenu(actuel))
    return garder(remise, de=actuel, signature=signature, par=par)


def garder(remise: Remise, *, de: Engagement | Bilan, signature: ContentFile | None, par: Habilitation) -> Remise:
    """Enregistre une remise, sa trace, et sa signature si on l'a déjà. de : ce qui est remis."""
    remise.personne_id, remise.par_id = de.personne_id, par.compte_id
    remise.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=remise, detail=remise.get_mode_display())
    return signer(remise, signature=signature, par=par) if signature else remise


@change_le_passe
@transaction.atomic
def signer(remise: Remise, *, signature: ContentFile, par: Habilitation) -> Remise:
    """Joint la signature au texte remis. signature : déjà vérifiée. Lève GesteImpossible s'il y en a une."""
    remise = Remise.objects.select_for_update().get(pk=remise.pk)
    if remise.signature:
        raise GesteImpossible("Ce texte est déjà signé : une signature ne se remplace pas.")
    remise.signature.save(f"{secrets.token_hex(16)}{PurePath(signature.name).suffix}", signature, save=False)
    remise.signee_le = timezone.now()
    remise.save(update_fields=["signature", "signee_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=remise, detail="signée")
    return remise
