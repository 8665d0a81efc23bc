"""Les gestes d'un entretien annuel : le noter, en reprendre les mots (AME-4)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import Conflit, GesteImpossible
from cedre.qualite.models import EntretienAnnuel


@change_le_passe
@transaction.atomic
def noter(entretien: EntretienAnnuel, *, champs: list[str], version: int, par: Habilitation) -> EntretienAnnuel:
    """Garde un entretien qui s'est tenu : jamais le sien, et jamais mené par qui l'a eu.

    Noté, seuls qui l'a mené et la direction en reprennent les mots. version : celle que l'on avait sous les yeux.
    Lève Conflit, qui n'a rien écrit, et GesteImpossible.
    """
    if entretien.compte_id == par.compte_id:
        raise GesteImpossible("On ne note pas son propre entretien : c’est à qui l’a mené de le faire.", champ="compte")
    if entretien.compte_id == entretien.mene_par_id:
        raise GesteImpossible("On ne mène pas son propre entretien.", champ="mene_par")
    if entretien.tenu_le > timezone.localdate():
        raise GesteImpossible("Ce jour n’est pas encore venu.", champ="tenu_le")
    memes = EntretienAnnuel.objects.filter(organisation=entretien.organisation_id, compte=entretien.compte_id)
    if memes.filter(tenu_le=entretien.tenu_le).exclude(pk=entretien.pk).exists():
        raise GesteImpossible("Un entretien de ce jour-là est déjà noté.", champ="tenu_le")
    if entretien.pk:
        garde = EntretienAnnuel.objects.select_for_update().get(pk=entretien.pk)
        if not peut_reprendre(garde, par):
            raise GesteImpossible("Seules la direction et la personne qui l’a mené en reprennent les mots.")
        if garde.mots == entretien.mots:
            return garde
        if garde.version != version:
            raise Conflit(garde)
        entretien.version = version + 1
    enregistrer(entretien, champs=champs, par=par)
    return entretien


def peut_reprendre(entretien: EntretienAnnuel, par: Habilitation) -> bool:
    """Vrai pour la direction et qui l'a mené ; jamais pour qui l'a eu."""
    sien = entretien.mene_par_id == par.compte_id or par.peut(Droit.ENTRETIENS_ANNUELS_LIRE)
    return sien and entretien.compte_id != par.compte_id
