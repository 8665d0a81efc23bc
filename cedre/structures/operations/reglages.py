"""Les gestes sur les réglages."""

from django.db import transaction

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.structures.models import Reglages


@transaction.atomic
def enregistrer_reglages(reglages: Reglages, *, champs: list[str], par: Habilitation) -> None:
    """Pose ou change les réglages de l'organisation. champs : les noms de ceux qui ont changé, pour la trace."""
    geste = Trace.Geste.MODIFIER if reglages.pk else Trace.Geste.CREER
    reglages.save()
    tracer(par=par, geste=geste, objet=reglages, detail=", ".join(champs))
