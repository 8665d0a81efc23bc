"""Régler la structure : seuils, textes, logo (ACC-6)."""

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.core.intervalles import tenir
from cedre.structures.models import Reglages, Seuils


@transaction.atomic
def regler(reglages: Reglages, *, champs: list[str], par: Habilitation) -> Reglages:
    """Enregistre les réglages, dont les seuils valent de ce jour ; le fichier d'un logo ôté ou remplacé est effacé."""
    avant = Reglages.objects.filter(pk=reglages.pk).values_list("logo", flat=True).first()
    enregistrer(reglages, champs=champs, par=par)
    regles = {nom: getattr(reglages, nom) for nom in Seuils.noms_des_seuils()}
    tenir(reglages.organisation.seuils, timezone.localdate(), **regles)
    if avant and avant != reglages.logo.name:
        transaction.on_commit(partial(default_storage.delete, avant))
    return reglages
