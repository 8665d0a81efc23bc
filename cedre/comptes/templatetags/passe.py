"""Ce qui a bougé d'une mesure depuis qu'elle a été faite, à côté d'elle : {% deplacee indicateur le habilitation %}."""

from datetime import date

from django import template
from django.utils import timezone

from cedre.comptes.models import Deplacement, Habilitation
from cedre.core.indicateurs import Indicateur

register = template.Library()


@register.inclusion_tag("comptes/_deplacee.html")
def deplacee(indicateur: Indicateur, le: date, habilitation: Habilitation) -> dict:
    """Combien de gestes ont changé cette mesure à la fin du mois de ce jour ; rien d'un mois qui n'est pas fini."""
    if le >= timezone.localdate().replace(day=1):
        return {"gestes": 0}
    siens = Deplacement.objects.pour(habilitation).du_mois_de(le, indicateur.code)
    return {"gestes": siens.values("trace").distinct().order_by().count(), "habilitation": habilitation}
