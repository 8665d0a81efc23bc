"""Le geste qui tient les axes de développement (PRO-1)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.core.refus import ECHEANCE_PASSEE, GesteImpossible
from cedre.structures.models import Axe


@transaction.atomic
def enregistrer_axe(axe: Axe, *, champs: list[str], par: Habilitation) -> Axe:
    """Définit un axe, ou le change. Lève GesteImpossible pour une fin passée, qui ne se déplace plus.

    Dit défini un autre jour, plus tard, il est redéfini ce jour-là : son premier jour reste, et ce que l'on en lisait avant.
    """
    actuel = Axe.objects.select_for_update().get(pk=axe.pk) if axe.pk else None
    redefini_le = axe.defini_le if actuel and axe.defini_le > actuel.defini_le else None
    if redefini_le:
        axe.defini_le = actuel.defini_le
    if actuel and actuel.jusqu_au and actuel.jusqu_au < timezone.localdate() and axe.jusqu_au != actuel.jusqu_au:
        raise GesteImpossible(ECHEANCE_PASSEE, champ="jusqu_au")
    enregistrer(axe, champs=champs, par=par)
    if redefini_le:
        axe.redefinitions.get_or_create(le=redefini_le)
    return axe
