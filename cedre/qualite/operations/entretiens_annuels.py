"""Les gestes d'un entretien annuel : le noter, en reprendre les mots (AME-4)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Role
from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.core.gestes import GesteImpossible
from cedre.qualite.models import EntretienAnnuel


@transaction.atomic
def noter(entretien: EntretienAnnuel, *, champs: list[str], par: Habilitation) -> EntretienAnnuel:
    """Garde un entretien qui s'est tenu : jamais le sien, et jamais mené par qui l'a eu. Lève GesteImpossible.

    Noté, seuls qui l'a mené et la direction en reprennent les mots.
    """
    if entretien.compte_id == par.compte_id:
        raise GesteImpossible("On ne note pas son propre entretien : c’est à qui l’a mené de le faire.", champ="compte")
    if entretien.compte_id == entretien.mene_par_id:
        raise GesteImpossible("On ne mène pas son propre entretien.", champ="mene_par")
    if entretien.tenu_le > timezone.localdate():
        raise GesteImpossible("Ce jour n’est pas encore venu.", champ="tenu_le")
    if entretien.pk and not peut_reprendre(EntretienAnnuel.objects.get(pk=entretien.pk), par):
        raise GesteImpossible("Seules la direction et la personne qui l’a mené en reprennent les mots.")
    enregistrer(entretien, champs=champs, par=par)
    return entretien


def peut_reprendre(entretien: EntretienAnnuel, par: Habilitation) -> bool:
    """Vrai pour la direction et qui l'a mené ; jamais pour qui l'a eu."""
    return entretien.compte_id != par.compte_id and (par.role == Role.DIRECTION or entretien.mene_par_id == par.compte_id)
