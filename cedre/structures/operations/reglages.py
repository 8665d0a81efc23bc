"""Régler la structure : seuils, textes, logo (ACC-6)."""

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.structures.models import Reglages


@transaction.atomic
def regler(reglages: Reglages, *, champs: list[str], par: Habilitation) -> Reglages:
    """Enregistre les réglages ; le fichier d'un logo remplacé ou retiré est effacé."""
    avant = Reglages.objects.filter(pk=reglages.pk).values_list("logo", flat=True).first()
    enregistrer(reglages, champs=champs, par=par)
    if avant and avant != reglages.logo.name:
        transaction.on_commit(partial(default_storage.delete, avant))
    return reglages
