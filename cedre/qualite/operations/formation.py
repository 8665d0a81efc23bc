"""Le geste qui tient le plan de formation (PRO-2)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.core.refus import ECHEANCE_PASSEE, GesteImpossible
from cedre.qualite.models import ActionDeFormation


@transaction.atomic
def enregistrer_action(action: ActionDeFormation, *, champs: list[str], par: Habilitation) -> ActionDeFormation:
    """Met une action au plan, ou dit ce qu'il en est. Lève GesteImpossible.

    Une fin prévue qui est passée ne se déplace plus, sans quoi un retard s'effacerait ; la nouvelle n'est jamais dans le passé.
    Un abandon ne se défait que le jour même.
    """
    actuelle = ActionDeFormation.objects.select_for_update().get(pk=action.pk) if action.pk else None
    if actuelle:
        _tenir_l_echeance(actuelle, action)
        abandonnee_le = actuelle.abandonnee_le
        if abandonnee_le and abandonnee_le < timezone.localdate() and action.abandonnee_le != abandonnee_le:
            raise GesteImpossible(
                f"Elle est abandonnée depuis le {abandonnee_le:%d/%m/%Y} : prévoyez-en une autre.", champ="abandonnee_le"
            )
    enregistrer(action, champs=champs, par=par)
    return action


def _tenir_l_echeance(actuelle: ActionDeFormation, voulue: ActionDeFormation) -> None:
    if voulue.prevue_au == actuelle.prevue_au:
        return
    if actuelle.prevue_au < timezone.localdate():
        raise GesteImpossible(ECHEANCE_PASSEE, champ="prevue_au")
    if voulue.prevue_au < timezone.localdate():
        raise GesteImpossible("Cette date est passée.", champ="prevue_au")
