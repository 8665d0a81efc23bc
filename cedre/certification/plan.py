"""Le plan d'action : de chaque point en défaut, l'action que l'on décide, et celles qui le sont déjà (CER-3, AME-3)."""

from datetime import date
from typing import NamedTuple

from django.utils.text import Truncator

from cedre.certification.conformite import PointJuge, SpecificationJugee
from cedre.certification.phrases import CITATION
from cedre.comptes.discretion import en_mots
from cedre.comptes.models import Habilitation
from cedre.core.templatetags.cedre import jour
from cedre.qualite.models import ActionAmelioration

ORIGINES = (ActionAmelioration.Origine.ECART, ActionAmelioration.Origine.AUTOEVALUATION)


class LigneDuPlan(NamedTuple):
    """Un point, la spécification où il se lit, et ses actions encore ouvertes."""

    specification: SpecificationJugee
    point: PointJuge
    actions: list[ActionAmelioration]


def actions_par_point(habilitation: Habilitation) -> dict[str, list[ActionAmelioration]]:
    """Les actions ouvertes de la structure, par code de point, en une requête."""
    par_point = {}
    for action in ActionAmelioration.objects.pour(habilitation).ouvertes().exclude(point="").select_related("qui"):
        par_point.setdefault(action.point, []).append(action)
    return par_point


def lignes_du_plan(
    jugees: list[SpecificationJugee], habilitation: Habilitation
) -> tuple[list[LigneDuPlan], list[ActionAmelioration]]:
    """Les points en défaut, avec ou sans action, et ceux qui ne le sont plus mais dont une action reste ouverte.

    Puis les actions encore ouvertes de points qui ne sont pas de cette édition.
    """
    decidees = actions_par_point(habilitation)
    lignes = [LigneDuPlan(s, p, decidees.pop(p.point.code, [])) for s in jugees for p in s.points]
    d_une_autre_edition = [action for actions in decidees.values() for action in actions]
    return [ligne for ligne in lignes if ligne.point.est_en_defaut or ligne.actions], d_une_autre_edition


def action_proposee(p: PointJuge, *, origine: str, le: date, habilitation: Habilitation) -> ActionAmelioration:
    """L'action à décider pour ce point. origine : ce qui l'a fait voir ; à défaut d'une des ORIGINES, un écart."""
    return ActionAmelioration(
        organisation_id=habilitation.organisation_id,
        origine=origine if origine in ORIGINES else ActionAmelioration.Origine.ECART,
        point=p.point.code,
        reference=f"{p.point.code} au {jour(le)}",
        effet_attendu=Truncator(effet_attendu(p, le)).chars(300),
    )


def effet_attendu(p: PointJuge, le: date) -> str:
    """La règle à satisfaire, et où l'on en est ; toute l'équipe et le conseil d'administration le liront."""
    regle = p.regle.partition(CITATION)[0].rstrip(".")
    dit = f"{p.point.code} satisfait : {regle[:1].lower()}{regle[1:]}"
    tete = p.tete
    if tete is None or tete.preuve.constat:
        return dit
    if tete.preuve.document:
        return f"{p.point.code} satisfait : un document le prouve ({tete.preuve.document})"
    mesure = en_mots(tete.indicateur, tete.mesure, le, seuil=tete.seuil)
    return f"{dit} ; {tete.indicateur.libelle} (aujourd’hui {mesure})"
