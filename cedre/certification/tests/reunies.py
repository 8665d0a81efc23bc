"""Des réunions d'évaluation toutes prêtes, pour les essais (AME-4)."""

from datetime import timedelta

from django.utils import timezone

from cedre.certification.models import ReunionEvaluation
from cedre.certification.operations import reunions as gestes
from cedre.certification.revue import pour_l_ecran, preparer

AUJOURDHUI = timezone.localdate()


def il_y_a(jours: int):
    """Ce jour-là."""
    return AUJOURDHUI - timedelta(days=jours)


def prevue(monde, **champs) -> ReunionEvaluation:
    """Une revue annuelle de l'année écoulée, à tenir aujourd'hui."""
    defauts = {"nature": "revue", "prevue_le": AUJOURDHUI, "du": il_y_a(365), "au": AUJOURDHUI}
    return ReunionEvaluation.objects.create(organisation=monde.organisation, **defauts | champs)


def tenir(reunion, monde, le=AUJOURDHUI, **dits) -> ReunionEvaluation:
    """La réunion, tenue par la référente qualité ; ou ses mots repris, si elle l'était déjà."""
    mots = {"autres_presents": "Deux administratrices", "compte_rendu": "On a tout relu.", "conclusions": "Continuer."} | dits
    geste = gestes.reprendre if reunion.tenue_le else gestes.tenir
    return geste(reunion, le=le, presents=[monde.qui], **mots, version=reunion.version, par=monde.hab["qualite"])


def vue(reunion, monde, le=AUJOURDHUI) -> dict:
    """La préparation, à l'écran."""
    return pour_l_ecran(preparer(reunion, le=le, par=monde.hab["qualite"]), pour=monde.hab["qualite"])


def section(preparation: dict, titre: str) -> dict:
    """Une part de la préparation."""
    return next(s for s in preparation["sections"] if s["titre"].startswith(titre))


def chiffres(preparation: dict, titre: str) -> list[str]:
    """Ce qu'elle dit, dans l'ordre, sans insécables."""
    return [c["dit"].replace("\xa0", " ") for c in section(preparation, titre)["chiffres"]]
