"""Les gestes sur l'annuaire, les conventions et les rencontres (TRA-3, PRO-3)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.partenariats.models import Convention, Partenaire, Rencontre


@transaction.atomic
def enregistrer_partenaire(partenaire: Partenaire, *, themes, champs: list[str], par: Habilitation) -> Partenaire:
    """Met un partenaire et ses thèmes à l'annuaire."""
    enregistrer(partenaire, champs=champs, par=par)
    partenaire.themes.set(themes)
    return partenaire


@change_le_passe
@transaction.atomic
def clore(convention: Convention, *, par: Habilitation) -> Convention:
    """Dit qu'une convention ne sera pas renouvelée ; sans fin à venir, elle finit aujourd'hui. Lève GesteImpossible."""
    aujourdhui = timezone.localdate()
    convention = Convention.objects.select_for_update().get(pk=convention.pk)
    if convention.close:
        raise GesteImpossible("Cette convention ne sera déjà pas renouvelée.")
    if convention.du > aujourdhui:
        raise GesteImpossible("Cette convention n’a pas commencé : corrigez ses dates.")
    if convention.au is None or (convention.tacite and convention.au < aujourdhui):
        convention.au = aujourdhui
    convention.close, convention.close_le = True, aujourdhui
    enregistrer(convention, champs=["close", "au"], par=par)
    return convention


@change_le_passe
@transaction.atomic
def enregistrer_convention(convention: Convention, *, champs: list[str], par: Habilitation) -> Convention:
    """Signe une convention, ou en corrige une. Lève GesteImpossible.

    Ne pas la renouveler ne se défait que le jour où on l'a décidé : ensuite, c'est une autre que l'on signe.
    """
    actuelle = Convention.objects.select_for_update().get(pk=convention.pk) if convention.pk else None
    if actuelle and actuelle.close and not convention.close:
        if actuelle.close_le != timezone.localdate():
            raise GesteImpossible("Il est décidé de ne pas la renouveler : signez-en une autre, à sa suite.", champ="close")
        convention.close_le = None
    enregistrer(convention, champs=champs, par=par)
    return convention


@transaction.atomic
def enregistrer_rencontre(rencontre: Rencontre, *, partenaires, champs: list[str], par: Habilitation) -> Rencontre:
    """Note une rencontre et les partenaires qui y étaient (PRO-3)."""
    enregistrer(rencontre, champs=champs, par=par)
    rencontre.partenaires.set(partenaires)
    return rencontre
