"""Les gestes d'une réunion d'évaluation : la prévoir, la tenir, y décider, la clore (AME-4)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.certification.models import ReunionEvaluation
from cedre.certification.revue import preparer
from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import enregistrer, tracer
from cedre.core.gestes import Conflit, GesteImpossible
from cedre.qualite.models import ActionAmelioration
from cedre.qualite.operations.ameliorations import decider as decider_une_action

LE_PLUS_TOT = date(2000, 1, 1)


def _actuelle(reunion: ReunionEvaluation) -> ReunionEvaluation:
    actuelle = ReunionEvaluation.objects.select_for_update().get(pk=reunion.pk)
    if actuelle.close_le:
        raise GesteImpossible("Cette réunion est close : elle ne change plus.")
    return actuelle


@transaction.atomic
def prevoir(reunion: ReunionEvaluation, *, champs: list[str], par: Habilitation) -> ReunionEvaluation:
    """Met une réunion à l'agenda, ou la déplace tant qu'elle n'a pas eu lieu. Lève GesteImpossible."""
    if reunion.pk and _actuelle(reunion).tenue_le:
        raise GesteImpossible("Cette réunion a eu lieu : elle ne se déplace plus.")
    if not LE_PLUS_TOT <= reunion.du <= timezone.localdate():
        raise GesteImpossible(f"Ce jour va du {LE_PLUS_TOT:%d/%m/%Y} à aujourd’hui : ses verdicts se comparent.", champ="du")
    enregistrer(reunion, champs=champs, par=par)
    return reunion


@transaction.atomic
def renoncer(reunion: ReunionEvaluation, *, par: Habilitation) -> None:
    """Retire une réunion qui n'a pas eu lieu ; ce que l'on y avait déjà décidé reste. Lève GesteImpossible."""
    reunion = _actuelle(reunion)
    if reunion.tenue_le:
        raise GesteImpossible("Cette réunion a eu lieu : elle ne se retire plus.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=reunion, detail=str(reunion))
    reunion.delete()


@transaction.atomic
def tenir(
    reunion: ReunionEvaluation,
    *,
    tenue_le: date,
    presents: list[Compte],
    autres_presents: str,
    compte_rendu: str,
    conclusions: str,
    version: int,
    par: Habilitation,
) -> ReunionEvaluation:
    """Dit que la réunion s'est tenue, et fige ce que l'on y avait sous les yeux ; tenue, n'en reprend que les mots.

    version : celle que l'on avait sous les yeux. Le même texte envoyé deux fois n'en fait qu'un.
    Lève Conflit, qui n'a rien écrit, et GesteImpossible.
    """
    reunion = _actuelle(reunion)
    mots = {"autres_presents": autres_presents, "compte_rendu": compte_rendu, "conclusions": conclusions}
    if reunion.tenue_le is None:
        if not reunion.du <= tenue_le <= timezone.localdate():
            raise GesteImpossible(
                f"Cette date va du {reunion.du:%d/%m/%Y}, début de la période, à aujourd’hui.", champ="tenue_le"
            )
        reunion.tenue_le, reunion.preparation = tenue_le, preparer(reunion, le=tenue_le, par=par)
    elif reunion.tenue_le != tenue_le:
        raise GesteImpossible("Le jour où elle s’est tenue ne change plus : ce que l’on avait sous les yeux est figé.")
    elif reunion.mots == mots and {*reunion.presents.all()} == {*presents}:
        return reunion
    if reunion.version != version:
        raise Conflit(reunion)
    for nom, texte in mots.items():
        setattr(reunion, nom, texte)
    reunion.version += 1
    reunion.save()
    reunion.presents.set(presents)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=reunion, detail="tenue, compte rendu")
    return reunion


@transaction.atomic
def decider(reunion: ReunionEvaluation, action: ActionAmelioration, *, champs: list[str], par: Habilitation) -> None:
    """Décide une action en réunion, ou d'après elle. Lève GesteImpossible."""
    _actuelle(reunion)
    decider_une_action(action, champs=champs, par=par)
    reunion.decisions.add(action)


@transaction.atomic
def clore(reunion: ReunionEvaluation, *, par: Habilitation) -> ReunionEvaluation:
    """Clôt la réunion : son compte rendu ne change plus. Lève GesteImpossible."""
    reunion = _actuelle(reunion)
    if reunion.tenue_le is None:
        raise GesteImpossible("Elle ne s’est pas encore tenue.")
    reunion.close_le = timezone.localdate()
    reunion.save(update_fields=["close_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=reunion, detail="close")
    return reunion
