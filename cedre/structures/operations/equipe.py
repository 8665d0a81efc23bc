"""Les gestes sur les postes de l'équipe (PRO-2)."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.core.refus import GesteImpossible
from cedre.structures.models import Poste


@transaction.atomic
def enregistrer_poste(poste: Poste, *, champs: list[str], par: Habilitation) -> Poste:
    """Crée ou modifie un poste ; supprimé, plus personne ne le tient. Lève GesteImpossible s'il dépendrait de lui-même.

    Les postes de la structure sont verrouillés : deux rattachements au même moment ne font pas un cercle.
    """
    poste.organisation_id = par.organisation_id
    siens = Poste.objects.select_for_update().filter(organisation=par.organisation_id).order_by("pk")
    parents = dict(siens.values_list("pk", "rattache_a"))
    parent = poste.rattache_a_id
    while poste.pk and parent:
        if parent == poste.pk:
            raise GesteImpossible("Ce poste dépend déjà de celui-ci : l’organigramme tournerait en rond.", champ="rattache_a")
        parent = parents.get(parent)
    enregistrer(poste, champs=champs, par=par)
    if poste.ferme_le:
        _liberer(poste, poste.ferme_le, par)
    return poste


def _liberer(poste: Poste, le: date, par: Habilitation) -> None:
    for occupation in poste.occupations.filter(Q(au=None) | Q(au__gt=le)):
        if occupation.du > le:
            raise GesteImpossible(f"{occupation} y est nommé·e après ce jour : corrigez d’abord cela.", champ="ferme_le")
        occupation.au = le
        enregistrer(occupation, champs=["au"], par=par)
