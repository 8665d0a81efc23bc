"""Le geste qui tient les principes d'action (OBS-5)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import Principe


@transaction.atomic
def enregistrer_principe(principe: Principe, *, champs: list[str], par: Habilitation) -> Principe:
    """Énonce un principe, le redit autrement, ou le retire. Lève GesteImpossible.

    Le redire ne change pas le jour où on l'a énoncé, et ce que l'on en lisait depuis ; retiré, il ne revient que le jour même.
    """
    actuel = Principe.objects.select_for_update().get(pk=principe.pk) if principe.pk else None
    if actuel and principe.enonce_le > actuel.enonce_le:
        raise GesteImpossible(
            f"Il est énoncé depuis le {actuel.enonce_le:%d/%m/%Y} : ce jour ne change pas quand on le redit.", champ="enonce_le"
        )
    if actuel and actuel.retire_le and actuel.retire_le < timezone.localdate() and principe.retire_le != actuel.retire_le:
        raise GesteImpossible("Ce principe est retiré : énoncez-en un autre.", champ="retire_le")
    enregistrer(principe, champs=champs, par=par)
    return principe
