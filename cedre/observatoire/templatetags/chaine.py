"""De la structure à la fédération, dans la page d'un rapport et dans leur liste (OBS-3)."""

from django import template
from django.utils import timezone

from cedre.comptes.gestes import gestes, ouvre
from cedre.observatoire.cadres import livres
from cedre.observatoire.chaine import verrous
from cedre.observatoire.models import Campagne

register = template.Library()


@register.inclusion_tag("observatoire/_la_chaine.html", takes_context=True)
def la_chaine(context, rapport):
    """{% la_chaine rapport %} : ce que la région en fait, geste par geste ; de chacun qui ne se fait pas, pourquoi."""
    qui = context["habilitation"]
    pas = [(gestes()[route], refus) for route, refus in verrous(rapport, qui) if ouvre(qui, route)]
    return {"rapport": rapport, "pas": pas, "habilitation": qui, "request": context["request"]}


@register.inclusion_tag("observatoire/_attendus.html", takes_context=True)
def attendus(context):
    """{% attendus %} : les rapports que l'on attend encore de cette structure, et pour quand."""
    le, structure = timezone.localdate(), context["habilitation"].organisation
    campagnes = Campagne.objects.a_transmettre(structure, le).order_by("attendu_le", "pk")
    return {"campagnes": [(c, livres().get(c.cadre, c.cadre)) for c in campagnes], "le": le}
