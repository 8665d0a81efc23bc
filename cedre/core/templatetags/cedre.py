"""Balises et filtres de toutes les pages."""

from datetime import date, datetime
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from cedre.core import texte
from cedre.core.typographie import typographier

register = template.Library()
INSECABLE = "\N{NO-BREAK SPACE}"


@cache
def _planche() -> str:
    return static("core/icones.svg")


@register.simple_tag
def icone(nom: str, titre: str = ""):
    """Une icône de la planche icones.svg. Sans titre, elle est muette pour les lecteurs d'écran."""
    accessible = format_html('role="img" aria-label="{}"', titre) if titre else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icone" {}><use href="{}#{}"></use></svg>', accessible, _planche(), nom)


def _le_jour(valeur) -> date | None:
    if isinstance(valeur, str):  # un texte figé garde ses dates en ISO
        return date.fromisoformat(valeur[:10]) if valeur else None
    return timezone.localtime(valeur).date() if isinstance(valeur, datetime) else valeur


register.filter(texte.de)  # {{ personne|de }} : « d’Odile », « de Sylvain »


@register.filter
def jour(valeur) -> str:
    """« 1er mars 2026 »."""
    if not (valeur := _le_jour(valeur)):
        return ""
    quantieme = "1er" if valeur.day == 1 else str(valeur.day)
    return f"{quantieme}{INSECABLE}{date_format(valeur, 'F')}{INSECABLE}{valeur.year}"


@register.filter
def jour_court(valeur) -> str:
    """« 1er oct. 2026 », pour une colonne étroite."""
    if not (valeur := _le_jour(valeur)):
        return ""
    quantieme = "1er" if valeur.day == 1 else str(valeur.day)
    return f"{quantieme}{INSECABLE}{date_format(valeur, 'N')}{INSECABLE}{valeur.year}"


@register.filter
def jour_semaine(valeur) -> str:
    """« lundi 2 mars 2026 »."""
    return f"{date_format(_le_jour(valeur), 'l')} {jour(valeur)}" if valeur else ""


@register.filter
def heure(valeur) -> str:
    """« 9 h 05 »."""
    if not valeur:
        return ""
    if isinstance(valeur, datetime):
        valeur = timezone.localtime(valeur)
    return f"{valeur.hour}{INSECABLE}h{INSECABLE}{valeur.minute:02}"


@register.filter
def relatif(valeur) -> str:
    """« aujourd'hui », « demain », « il y a 3 jours », « dans 12 jours »."""
    if not (valeur := _le_jour(valeur)):
        return ""
    ecart = (valeur - timezone.localdate()).days
    proches = {0: "aujourd’hui", 1: "demain", -1: "hier"}
    return proches.get(ecart) or (f"dans {ecart}{INSECABLE}jours" if ecart > 0 else f"il y a {-ecart}{INSECABLE}jours")


@register.filter
def depuis(valeur) -> str:
    """« depuis hier », « depuis 4 jours » : un état qui dure."""
    return f"depuis {relatif(valeur).removeprefix('il y a ')}" if valeur else ""


@register.filter
def sur(numerateur, denominateur) -> str:
    """« 7 sur 19 » : un chiffre montre toujours de quoi il est le compte."""
    return f"{texte.en_chiffres(numerateur)}{INSECABLE}sur{INSECABLE}{texte.en_chiffres(denominateur)}"


@register.filter
def accorde(nombre, mots: str) -> str:
    """« 3 personnes » : accorde un nombre et son nom, donné au singulier et au pluriel, séparés par une virgule."""
    singulier, _, pluriel = mots.partition(",")
    return f"{texte.en_chiffres(nombre)}{INSECABLE}{singulier if abs(nombre) < 2 else pluriel or singulier + 's'}"


@register.filter
def nombre(valeur) -> str:
    """« 35 324 », « 44,5 » : un nombre sans zéro de trop ; rien de ce qui n'est pas dit."""
    return "" if valeur is None else texte.en_chiffres(valeur)


@register.filter
def cle(dictionnaire, nom):
    """La valeur d'un dictionnaire, ou rien."""
    return dictionnaire.get(nom, "")


@register.filter(is_safe=True)
def typo(texte) -> str:
    """Pose la typographie d'un texte venu du code : message, erreur, phrase d'allauth."""
    return typographier(str(texte))
