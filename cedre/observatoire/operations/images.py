"""Choisir les images d'un rapport, tant qu'il s'écrit (OBS-2)."""

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer_chez
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import ImageDuRapport, Rapport
from cedre.observatoire.operations import rapports

AU_PLUS = 8


@transaction.atomic
def joindre(image: ImageDuRapport, *, par: Habilitation) -> ImageDuRapport:
    """Ajoute une image au brouillon, la dernière. Lève GesteImpossible s'il en a déjà huit, s'il se publie ou l'est."""
    rapport = _qui_s_ecrit(image.rapport, par)
    if rapport.images.count() >= AU_PLUS:
        raise GesteImpossible("Un rapport montre huit images au plus : retirez-en une d’abord.")
    return _garder(image, Trace.Geste.CREER, par)


@transaction.atomic
def modifier(image: ImageDuRapport, *, par: Habilitation) -> ImageDuRapport:
    """Change sa légende, son chapitre, son ordre. Lève GesteImpossible."""
    _qui_s_ecrit(image.rapport, par)
    return _garder(image, Trace.Geste.MODIFIER, par)


@transaction.atomic
def retirer(image: ImageDuRapport, *, par: Habilitation) -> None:
    """L'ôte, et son fichier. Lève GesteImpossible."""
    rapport = _qui_s_ecrit(image.rapport, par)
    tracer_chez(rapport.organisation, par=par, geste=Trace.Geste.SUPPRIMER, objet=image, detail=f"{rapport}, {image}")
    transaction.on_commit(partial(default_storage.delete, image.fichier.name))
    image.delete()


def _qui_s_ecrit(rapport: Rapport, par: Habilitation) -> Rapport:
    rapport = rapports.PASSAGES.ouvrir("ecrire", rapport, par=par)
    if rapport.se_publie:
        raise GesteImpossible("Ce rapport est en train de se publier : ses images ne changent plus.")
    return rapport


def _garder(image: ImageDuRapport, geste: Trace.Geste, par: Habilitation) -> ImageDuRapport:
    image.save()
    tracer_chez(image.rapport.organisation, par=par, geste=geste, objet=image, detail=f"{image.rapport}, {image}")
    return image
