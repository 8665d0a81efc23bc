"""Les gestes d'une action d'amélioration : la décider, la faire, en vérifier l'effet, la clore (AME-3)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.comptes.operations import enregistrer
from cedre.comptes.passages import Passage, Passages, Qui, tient
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import ECHEANCE_PASSEE, GesteImpossible
from cedre.qualite.models import ActionAmelioration


def _s_en_charge(action: ActionAmelioration, par: Habilitation) -> bool:
    return action.qui_id == par.compte_id and action.organisation_id == par.organisation_id


E, QUALITE = ActionAmelioration.Etat, tient(Droit.QUALITE_TENIR)
QUI_S_EN_CHARGE = Qui(lambda a, par: _s_en_charge(a, par) or QUALITE.peut(a, par), "C’est à {ligne.qui} de dire que c’est fait.")
PASSAGES = Passages(
    ActionAmelioration,
    changer=Passage(QUALITE, de={E.A_FAIRE}, vers={E.A_FAIRE}),
    faire=Passage(QUI_S_EN_CHARGE, de={E.A_FAIRE}, vers={E.FAITE}, jour="faite_le", depuis="decidee_le", trace="faite"),
    verifier=Passage(
        QUALITE,
        de={E.FAITE},
        vers={E.VERIFIEE},
        jour="effet_verifie_le",
        depuis="faite_le",
        trace="effet vérifié : {ligne.effet}",
        pas_encore="elle n’est pas encore faite, son effet ne se voit pas",
    ),
    clore=Passage(
        QUALITE,
        de={E.VERIFIEE},
        vers={E.CLOSE},
        jour="close_le",
        trace="close",
        pas_encore="son effet n’est pas vérifié, une action ne se clôt pas sans cela",
    ),
)


@change_le_passe
@transaction.atomic
def decider(action: ActionAmelioration, *, champs: list[str], par: Habilitation) -> ActionAmelioration:
    """Décide une action, ou en change les termes tant qu'elle n'est pas faite. Lève GesteImpossible.

    Une échéance passée ne se déplace plus, sans quoi un retard s'effacerait ; la nouvelle n'est jamais dans le passé.
    """
    actuelle = PASSAGES.ouvrir("changer", action, par=par) if action.pk else None
    if actuelle is None or actuelle.echeance != action.echeance:
        if actuelle and actuelle.echeance < timezone.localdate():
            raise GesteImpossible(ECHEANCE_PASSEE, champ="echeance")
        if action.echeance < timezone.localdate():
            raise GesteImpossible("Cette date est passée.", champ="echeance")
    enregistrer(action, champs=champs, par=par)
    return action


@PASSAGES.operation
def faire(action: ActionAmelioration, *, le: date, fait: str, par: Habilitation) -> None:
    """Dit que l'action est faite : qui s'en charge, ou qui tient la qualité."""
    action.fait = fait


@PASSAGES.operation
def verifier(action: ActionAmelioration, *, le: date, effet_constate: str, efficace: bool, par: Habilitation) -> None:
    """Garde l'effet constaté, une fois l'action faite ; jamais sans un mot."""
    if not effet_constate.strip():
        raise GesteImpossible("Dites l’effet que vous constatez.", champ="effet_constate")
    action.effet_constate, action.efficace = effet_constate, efficace


@PASSAGES.operation
def clore(action: ActionAmelioration, *, par: Habilitation) -> None:
    """Clôt, une fois l'effet vérifié, et pas avant."""


def suite(action: ActionAmelioration) -> ActionAmelioration:
    """L'action que l'on propose quand l'effet attendu n'est pas là : même origine, même but, d'autres moyens."""
    return ActionAmelioration(
        organisation_id=action.organisation_id,
        origine=action.origine,
        reference=action.reference,
        point=action.point,
        reclamation_id=action.reclamation_id,
        enquete_id=action.enquete_id,
        suite_de=action,
        effet_attendu=action.effet_attendu,
        qui_id=action.qui_id,
    )
