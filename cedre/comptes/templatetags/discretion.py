"""Une mesure en mots, dans un gabarit : {% en_mots indicateur mesure le pour=habilitation %}."""

from django import template

from cedre.comptes.discretion import ce_qu_il_compte, en_mots

register = template.Library()
register.simple_tag(en_mots)
register.filter(ce_qu_il_compte)
