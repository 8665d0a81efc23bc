"""La liste des comptes d'exemple, pour la page de connexion."""

from django import template

from cedre.demonstration.acces import comptes_ouverts
from cedre.demonstration.reseau import MOT_DE_PASSE

register = template.Library()


@register.inclusion_tag("demonstration/_comptes.html", takes_context=True)
def comptes_de_demonstration(context):
    """Les comptes par organisation, un bouton chacun ; rien hors de la démonstration."""
    return {"habilitations": list(comptes_ouverts()), "mot_de_passe": MOT_DE_PASSE, "csrf_token": context.get("csrf_token", "")}
