"""Ce que seules les pages du manuel affichent."""

from django import template
from django.utils.safestring import SafeString

from cedre.core.graphiques import en_page

register = template.Library()


@register.simple_tag
def dessin(bloc: dict) -> SafeString:
    """L'image d'un bloc, aux couleurs de la page."""
    return en_page(bloc["svg"], titre=bloc["alt"])
