"""Les gestes sur l'annuaire des partenaires."""

from django.db import transaction

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.partenariats.models import Partenaire


@transaction.atomic
def enregistrer(partenaire: Partenaire, *, par: Habilitation) -> Partenaire:
    """Ajoute un partenaire à l'annuaire de la structure, ou l'y modifie (TRA-3)."""
    geste = Trace.Geste.MODIFIER if partenaire.pk else Trace.Geste.CREER
    partenaire.save()
    tracer(par=par, geste=geste, objet=partenaire)
    return partenaire
