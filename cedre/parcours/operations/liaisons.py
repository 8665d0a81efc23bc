"""Demander quelque chose à un partenaire pour une personne, et garder sa réponse (TRA-3)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Liaison


@change_le_passe
@transaction.atomic
def tenir_liaison(liaison: Liaison, *, champs: list[str], par: Habilitation) -> Liaison:
    """Enregistre la demande, et la réponse si elle est venue ; une réponse sans date est du jour. Lève GesteImpossible."""
    aujourdhui = timezone.localdate()
    if liaison.le > aujourdhui:
        raise GesteImpossible("Une demande ne peut pas être dans le futur.", champ="le")
    if liaison.relance_le and liaison.relance_le < liaison.le:
        raise GesteImpossible("La relance vient après la demande.", champ="relance_le")
    if liaison.reponse_le and not liaison.reponse:
        raise GesteImpossible("Dites en quelques mots ce que le partenaire a répondu.", champ="reponse")
    if liaison.reponse and not liaison.reponse_le:
        liaison.reponse_le = aujourdhui
    if liaison.reponse_le and not liaison.le <= liaison.reponse_le <= aujourdhui:
        raise GesteImpossible("La réponse vient après la demande, et pas dans le futur.", champ="reponse_le")
    if liaison.pk is None:
        liaison.par_id = par.compte_id
    enregistrer(liaison, champs=champs, par=par)
    return liaison
