"""De la structure à la fédération, dans la page d'un rapport (OBS-3)."""

from django import template

from cedre.comptes.gestes import gestes
from cedre.comptes.models import Habilitation
from cedre.observatoire.cadres import libelle_du
from cedre.observatoire.chaine import verrous
from cedre.observatoire.publication import Lacune

register = template.Library()
register.filter("libelle_du_cadre", libelle_du)


@register.filter
def se_complete_par(lacune: Lacune, habilitation: Habilitation) -> bool:
    """{% if lacune|se_complete_par:habilitation %}."""
    return lacune.se_complete_par(habilitation)


@register.inclusion_tag("observatoire/_la_chaine.html", takes_context=True)
def la_chaine(context, rapport):
    """{% la_chaine rapport %} : ce qui reste à faire à qui le reçoit ; de chacun qui ne se fait pas encore, pourquoi."""
    qui = context["habilitation"]
    pas = [(gestes()[route], refus) for route, refus in verrous(rapport, qui)]
    return {"rapport": rapport, "pas": pas, "habilitation": qui, "request": context["request"]}
