"""Les gestes sur le cadre commun."""

from django.db import transaction

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.observatoire.models import Terme


@transaction.atomic
def enregistrer_terme(terme: Terme, *, champs: list[str], par: Habilitation) -> None:
    """Ajoute ou corrige un terme. Un terme ne se supprime jamais : il se ferme par sa date (OBS-1)."""
    geste = Trace.Geste.MODIFIER if terme.pk else Trace.Geste.CREER
    terme.save()
    tracer(par=par, geste=geste, objet=terme, detail=f"{terme.liste} {terme.code} : {', '.join(champs)}")
