"""De la structure à la fédération, dans la page d'un rapport (OBS-3)."""

from django import template

from cedre.comptes.gestes import gestes, ouvre
from cedre.observatoire.chaine import verrous

register = template.Library()


@register.inclusion_tag("observatoire/_la_chaine.html", takes_context=True)
def la_chaine(context, rapport):
    """{% la_chaine rapport %} : ce que la région en fait, geste par geste ; de chacun qui ne se fait pas, pourquoi."""
    qui = context["habilitation"]
    pas = [(gestes()[route], refus) for route, refus in verrous(rapport, qui) if ouvre(qui, route)]
    return {"rapport": rapport, "pas": pas, "habilitation": qui, "request": context["request"]}
