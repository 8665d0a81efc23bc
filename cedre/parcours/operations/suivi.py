"""Les gestes du suivi a minima : dire que l'on s'en occupe, changer de référent·e en nombre (ACC-6)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.core.manques import Manque
from cedre.parcours.models import Personne, PriseEnCharge
from cedre.parcours.operations.etapes import tenir_le_suivi


@transaction.atomic
def prendre_en_charge(personne: Personne, *, manque: Manque, jusqu_au: date, note: str, par: Habilitation) -> PriseEnCharge:
    """Fait taire un manque jusqu'à une date ; passé ce jour, il revient s'il dure encore."""
    prise, _ = PriseEnCharge.objects.update_or_create(
        personne=personne, manque=manque.cle, defaults={"jusqu_au": jusqu_au, "note": note, "par_id": par.compte_id}
    )
    detail = f"{manque.alerte}, jusqu’au {jusqu_au:%d/%m/%Y}"
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=prise, detail=detail)
    return prise


@transaction.atomic
def confier(personnes: Iterable[Personne], *, a: Compte, par: Habilitation) -> int:
    """Donne ces personnes à suivre à quelqu'un de l'équipe : un congé, un départ. Rend leur nombre."""
    changees = [personne for personne in personnes if personne.referent_id != a.pk]
    for personne in changees:
        personne.referent = a
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=personne, detail="référent·e")
    Personne.objects.bulk_update(changees, ["referent"])
    tenir_le_suivi(changees, le=timezone.localdate())
    return len(changees)
