"""Les gestes dans un gabarit : ceux que le lecteur n'a pas le droit de faire ne s'y montrent pas, sans qu'un droit s'y redise."""

from functools import cache

from django import template
from django.db.models import Model
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from cedre.comptes import gestes as declares
from cedre.core.templatetags.cedre import icone as dessiner

register = template.Library()


@register.filter
def ouvre(habilitation, route: str) -> bool:
    """{% if habilitation|ouvre:"qualite:action_nouvelle" %} : le lecteur peut-il ouvrir cette page ?"""
    return declares.ouvre(habilitation, route)


@register.filter
def page_pour(objet, habilitation) -> str:
    """{% with adresse=objet|page_pour:habilitation %} : l'adresse de l'objet, "" si le lecteur n'y va pas."""
    return declares.page_pour(objet, habilitation)


@register.simple_tag(takes_context=True)
def geste(
    context, route, objet=None, *suite, classe="btn btn-secondaire", libelle="", precision="", requete="", icone=True, **proposes
):
    """{% geste "parcours:bilan_prevoir" personne %} : le lien, ou le bouton d'envoi, du geste ; rien pour qui n'y a pas droit.

    suite : le reste de l'adresse ; libelle : un autre nom que le sien, quand l'endroit le demande ; precision : la fin du nom,
    pour qui n'entend que le lien ; icone : False pour un lien dans une phrase ou une liste ; requete : ce qui suit le « ? » ;
    proposes : la même, nom à nom, {% geste "qualite:action_nouvelle" origine="derive" %}.
    """
    dit = declares.gestes()[route]
    if not (dit.est_a(context["habilitation"]) and (objet is None or dit.convient_a(objet))):
        return ""
    requete = requete or urlencode(proposes)
    return montrer(context, dit, objet, *suite, classe=classe, libelle=libelle, precision=precision, requete=requete, icone=icone)


def montrer(context, dit, objet, *suite, classe: str, libelle="", precision="", requete="", icone=True) -> SafeString:
    """Le lien du geste, ou son bouton dans un formulaire s'il se fait par un envoi."""
    adresse = dit.adresse(objet, *suite) + (f"?{requete}" if requete else "")
    cache = format_html('<span class="visuellement-cache"> {}</span>', precision) if precision else ""
    texte = format_html("{}{}{}", _dessin(dit.icone) if icone else "", libelle or dit.libelle, cache)
    classe = format_html(' class="{}"', classe) if classe else ""
    if not dit.par_envoi:
        return format_html('<a{} href="{}">{}</a>', classe, adresse, texte)
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button type="submit"{}>{}</button></form>',
        adresse,
        get_token(context["request"]),
        classe,
        texte,
    )


def _dessin(nom: str) -> SafeString:
    return format_html("{} ", dessiner(nom)) if nom else mark_safe("")


@register.simple_tag(takes_context=True)
def gestes_sur(context, objet, sauf=""):
    """Ceux que le lecteur peut faire de cet objet, l’un après l’autre. sauf : les routes montrées ailleurs, par espaces."""
    deja = sauf.split()
    dits = [g for g in declares.gestes_sur(objet, context["habilitation"]) if g.route not in deja]
    return mark_safe("".join(montrer(context, g, objet, classe="") for g in dits))


@register.simple_tag(takes_context=True)
def remede(context, code: str, objet, classe="btn btn-secondaire btn-sm"):
    """Le premier geste que le lecteur peut faire pour que cet objet ne manque plus à cet indicateur ; rien s'il n'en a pas.

    Un geste qui n'est d'aucun objet reçoit ce qu'il corrige : « ?pour=rythme_defini ».
    """
    dit = declares.remede(code, context["habilitation"])
    if dit is None:
        return ""
    vers = {"objet": objet} if dit.part_d_un_objet else {"objet": None, "requete": urlencode({"pour": code})}
    return montrer(context, dit, **vers, classe=classe, icone=False)


@register.simple_tag(takes_context=True)
def menu(context):
    """Les rubriques du menu du lecteur, et leurs entrées."""
    return declares.menu(context["habilitation"])


@register.simple_tag(takes_context=True)
def a_lire(context):
    """Les pages que le lecteur peut lire sans ouvrir de dossier, et ce que chacune dit."""
    return declares.a_lire(context["habilitation"])


@register.simple_tag(takes_context=True)
def entree(context, dit):
    """Une entrée du menu, marquée quand on est dans sa rubrique ; l'accueil, quand on y est."""
    adresse, ici = declares.adresse_de(dit.route), context["request"].path
    return _entree(adresse, dit.icone, dit.libelle, ici == adresse or adresse != "/" and ici.startswith(adresse))


@cache  # trente à chaque page, toujours les mêmes
def _entree(adresse: str, icone: str, libelle: str, courante: bool) -> SafeString:
    marque = mark_safe(' aria-current="page"') if courante else ""
    return format_html('<li><a href="{}"{}>{} {}</a></li>', adresse, marque, dessiner(icone), libelle)


@register.simple_block_tag(takes_context=True)
def vers(context, content, cible, *suite, classe=""):
    """{% vers objet %}texte{% endvers %} : le texte, en lien si le lecteur peut ouvrir la page de l'objet.

    cible : un objet qui connaît sa page, ou une route, et suite ce qui en complète l'adresse.
    """
    lecteur = context["habilitation"]
    if isinstance(cible, Model):
        adresse = declares.page_pour(cible, lecteur)
    else:
        adresse = reverse(cible, args=suite) if declares.ouvre(lecteur, cible) else ""
    classe = format_html(' class="{}"', classe) if classe else ""
    return format_html('<a{} href="{}">{}</a>', classe, adresse, content) if adresse else content
