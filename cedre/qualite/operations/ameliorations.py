"""Les gestes d'une action d'amélioration : la décider, la faire, en vérifier l'effet, la clore (AME-3)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import enregistrer, tracer
from cedre.core.gestes import GesteImpossible
from cedre.qualite.models import ActionAmelioration


def _actuelle(action: ActionAmelioration) -> ActionAmelioration:
    return ActionAmelioration.objects.select_for_update().get(pk=action.pk)


@transaction.atomic
def decider(action: ActionAmelioration, *, champs: list[str], par: Habilitation) -> ActionAmelioration:
    """Décide une action, ou en change les termes tant qu'elle n'est pas faite. Lève GesteImpossible.

    Une échéance passée ne se déplace plus, sans quoi un retard s'effacerait ; la nouvelle n'est jamais dans le passé.
    """
    actuelle = _actuelle(action) if action.pk else None
    if actuelle and actuelle.faite_le:
        raise GesteImpossible("Cette action est faite : ses termes ne changent plus.")
    if actuelle is None or actuelle.echeance != action.echeance:
        if actuelle and actuelle.echeance < timezone.localdate():
            raise GesteImpossible("Cette échéance est passée : elle ne se déplace plus.", champ="echeance")
        if action.echeance < timezone.localdate():
            raise GesteImpossible("Cette date est passée.", champ="echeance")
    enregistrer(action, champs=champs, par=par)
    return action


@transaction.atomic
def faire(action: ActionAmelioration, *, le: date, fait: str, par: Habilitation) -> ActionAmelioration:
    """Dit que l'action est faite : qui s'en charge, ou qui tient la qualité. Lève GesteImpossible."""
    action = _actuelle(action)
    if action.qui_id != par.compte_id and not par.peut(Droit.QUALITE_TENIR):
        raise GesteImpossible(f"C’est à {action.qui} de dire que c’est fait.")
    if action.faite_le:
        raise GesteImpossible(f"Cette action a été faite le {action.faite_le:%d/%m/%Y}.")
    if not action.decidee_le <= le <= timezone.localdate():
        raise GesteImpossible(f"Cette date va du {action.decidee_le:%d/%m/%Y}, jour de la décision, à aujourd’hui.", champ="le")
    action.faite_le, action.fait = le, fait
    action.save(update_fields=["faite_le", "fait"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=action, detail="faite")
    return action


@transaction.atomic
def verifier(
    action: ActionAmelioration, *, le: date, effet_constate: str, efficace: bool, par: Habilitation
) -> ActionAmelioration:
    """Garde l'effet constaté, une fois l'action faite. Lève GesteImpossible."""
    action = _actuelle(action)
    if not action.faite_le:
        raise GesteImpossible("L’action n’est pas encore faite : son effet ne se voit pas.")
    if action.effet_verifie_le:
        raise GesteImpossible(f"L’effet en a été vérifié le {action.effet_verifie_le:%d/%m/%Y}.")
    if not effet_constate.strip():
        raise GesteImpossible("Dites l’effet que vous constatez.", champ="effet_constate")
    if not action.faite_le <= le <= timezone.localdate():
        raise GesteImpossible(f"Cette date va du {action.faite_le:%d/%m/%Y}, jour où c’est fait, à aujourd’hui.", champ="le")
    action.effet_verifie_le, action.effet_constate, action.efficace = le, effet_constate, efficace
    action.save(update_fields=["effet_verifie_le", "effet_constate", "efficace"])
    detail = "effet vérifié : " + ("là" if efficace else "pas là")
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=action, detail=detail)
    return action


@transaction.atomic
def clore(action: ActionAmelioration, *, par: Habilitation) -> ActionAmelioration:
    """Clôt, une fois l'effet vérifié, et pas avant. Lève GesteImpossible."""
    action = _actuelle(action)
    if not action.effet_verifie_le:
        raise GesteImpossible("L’effet n’est pas vérifié : une action ne se clôt pas sans cela.")
    if action.close_le:
        raise GesteImpossible("Cette action est déjà close.")
    action.close_le = timezone.localdate()
    action.save(update_fields=["close_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=action, detail="close")
    return action


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
