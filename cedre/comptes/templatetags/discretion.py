"""Une mesure en mots, dans un gabarit : {% en_mots indicateur mesure le pour=habilitation %}."""

from django import template

from cedre.comptes.discretion import en_mots

register = template.Library()
register.simple_tag(en_mots)
