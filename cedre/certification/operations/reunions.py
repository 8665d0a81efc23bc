"""Les gestes d'une réunion d'évaluation : la prévoir, la tenir, y décider, la clore (AME-4)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.certification.models import ReunionEvaluation
from cedre.certification.revue import preparer
from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation
from cedre.comptes.operations import enregistrer
from cedre.comptes.passages import Passage, Passages, tient
from cedre.core.refus import Conflit, GesteImpossible
from cedre.qualite.models import ActionAmelioration
from cedre.qualite.operations import ameliorations

LE_PLUS_TOT = date(2000, 1, 1)

E, QUALITE = ReunionEvaluation.Etat, tient(Droit.QUALITE_TENIR)
PASSAGES = Passages(
    ReunionEvaluation,
    deplacer=Passage(QUALITE, de={E.PREVUE}, vers={E.PREVUE}),
    renoncer=Passage(QUALITE, de={E.PREVUE}, vers=set(), trace="{ligne}"),
    tenir=Passage(QUALITE, de={E.PREVUE}, vers={E.TENUE}, jour="tenue_le", depuis="du", trace="tenue, compte rendu"),
    reprendre=Passage(QUALITE, de={E.TENUE}, vers={E.TENUE}, trace="tenue, compte rendu"),
    decider=Passage(QUALITE, de={E.PREVUE, E.TENUE}, vers={E.PREVUE, E.TENUE}),
    clore=Passage(
        QUALITE, de={E.TENUE}, vers={E.CLOSE}, jour="close_le", trace="close", pas_encore="elle ne s’est pas encore tenue"
    ),
)


@transaction.atomic
def prevoir(reunion: ReunionEvaluation, *, champs: list[str], par: Habilitation) -> ReunionEvaluation:
    """Met une réunion à l'agenda, ou la déplace tant qu'elle n'a pas eu lieu. Lève GesteImpossible."""
    if reunion.pk:
        PASSAGES.ouvrir("deplacer", reunion, par=par)
    if not LE_PLUS_TOT <= reunion.du <= timezone.localdate():
        raise GesteImpossible(f"Ce jour va du {LE_PLUS_TOT:%d/%m/%Y} à aujourd’hui : ses verdicts se comparent.", champ="du")
    enregistrer(reunion, champs=champs, par=par)
    return reunion


@PASSAGES.operation
def renoncer(reunion: ReunionEvaluation, *, par: Habilitation) -> None:
    """Retire une réunion qui n'a pas eu lieu ; ce que l'on y avait déjà décidé reste."""


@PASSAGES.operation
def tenir(reunion: ReunionEvaluation, *, le: date, presents: list[Compte], version: int, par: Habilitation, **mots: str) -> None:
    """Dit que la réunion s'est tenue, et fige ce que l'on y avait sous les yeux. mots : ce que l'on en écrit."""
    reunion.preparation = preparer(reunion, le=le, par=par)
    _ecrire(reunion, mots, presents, version)


@PASSAGES.operation
def reprendre(
    reunion: ReunionEvaluation, *, le: date, presents: list[Compte], version: int, par: Habilitation, **mots: str
) -> None:
    """Reprend les mots d'une réunion tenue, et rien d'autre. version : celle que l'on avait sous les yeux.

    Le même texte envoyé deux fois n'en fait qu'un. Lève aussi Conflit, qui n'a rien écrit.
    """
    if reunion.tenue_le != le:
        raise GesteImpossible("Le jour où elle s’est tenue ne change plus : ce que l’on avait sous les yeux est figé.")
    if reunion.mots != mots or {*reunion.presents.all()} != {*presents}:
        _ecrire(reunion, mots, presents, version)


def _ecrire(reunion: ReunionEvaluation, mots: dict[str, str], presents: list[Compte], version: int) -> None:
    if reunion.version != version:
        raise Conflit(reunion)
    for nom in reunion.MOTS:
        setattr(reunion, nom, mots[nom])
    reunion.version += 1
    reunion.presents.set(presents)


@transaction.atomic
def decider(reunion: ReunionEvaluation, action: ActionAmelioration, *, champs: list[str], par: Habilitation) -> None:
    """Décide une action en réunion, ou d'après elle. Lève GesteImpossible."""
    PASSAGES.ouvrir("decider", reunion, par=par)
    ameliorations.decider(action, champs=champs, par=par)
    reunion.decisions.add(action)


@PASSAGES.operation
def clore(reunion: ReunionEvaluation, *, par: Habilitation) -> None:
    """Clôt la réunion : son compte rendu ne change plus."""
