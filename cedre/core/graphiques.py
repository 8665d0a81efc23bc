"""Les graphiques : une définition Vega-Lite, un SVG, gardé tant que les chiffres sont les mêmes.

vl-convert embarque un moteur JavaScript (9 Mo à l'import, une à deux secondes au premier rendu) : il n'est chargé qu'au
premier graphique, jamais au démarrage d'un serveur (docs/architecture.md).
"""

import hashlib
import json
import re
from contextlib import suppress

from django.core.cache import caches
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

# Les couleurs du thème clair, et la variable de app.css qui les suit dans le thème sombre.
COULEURS = {
    "encre": "#24302a",
    "encre-douce": "#586259",
    "filet": "#ddd7ca",
    "filet-fort": "#8d8a7e",
    "cedre": "#1f5c4d",
    "cedre-pale": "#e3eee8",
    "sur-cedre": "#ffffff",
    "ocre": "#8a4b0f",
    "brique": "#9b2f24",
    "ciel": "#2a5678",
    "mousse": "#35621f",
}
POLICE = "Source Sans 3, Source Sans Pro, Segoe UI, system-ui, Noto Sans, Liberation Sans, sans-serif"
THEME = {
    "background": None,
    "font": POLICE,
    "mark": {"color": COULEURS["cedre"]},
    "view": {"stroke": None},
    "range": {"category": [COULEURS[nom] for nom in ("cedre", "ocre", "ciel", "brique", "mousse")]},
    "axis": {
        "labelColor": COULEURS["encre-douce"],
        "titleColor": COULEURS["encre"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": COULEURS["filet"],
        "domainColor": COULEURS["filet-fort"],
        "tickColor": COULEURS["filet-fort"],
        "labelLimit": 200,
    },
    "legend": {"labelColor": COULEURS["encre"], "titleColor": COULEURS["encre"], "labelFontSize": 12, "titleFontSize": 12},
    "text": {"color": COULEURS["encre"]},
}
_SUPERFLU = re.compile(
    r'<style.*?</style>|<path class="(?:background|foreground)"[^>]*/>|<text [^>]*opacity="0"[^>]*>.*?</text>'
    r'| (?:style|role|class|aria-[a-z]+|pointer-events)="[^"]*"',
    re.DOTALL,
)


def dessiner(spec: dict) -> str:
    """Le SVG d'une définition Vega-Lite aux couleurs du thème clair, sur fond transparent, nombres et dates à la française.

    Sans attribut style ni balise style, que la politique de sécurité des pages interdit. Gardé par contenu.
    """
    complete = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json"} | spec
    complete["config"] = THEME | spec.get("config", {})
    cle = hashlib.sha256(json.dumps(complete, sort_keys=True, default=str).encode()).hexdigest()
    if (dessin := caches["graphiques"].get(cle)) is None:
        convertir = import_string("vl_convert.vegalite_to_svg")
        brut = convertir(complete, format_locale="fr-FR", time_format_locale="fr-FR", allowed_base_urls=[])
        dessin = _SUPERFLU.sub("", brut)
        with suppress(OSError):  # disque plein : le graphique se lit, il sera redessiné
            caches["graphiques"].set(cle, dessin)
    return dessin


def svg(spec: dict, *, titre: str) -> SafeString:
    """Le graphique à poser dans une page : ses couleurs suivent le thème, son titre le dit aux lecteurs d'écran."""
    return en_page(dessiner(spec), titre=titre)


def en_page(dessin: str, *, titre: str) -> SafeString:
    """Un SVG de notre main à poser dans une page : ses couleurs suivent le thème, son titre le dit aux lecteurs d'écran."""
    for nom, couleur in COULEURS.items():
        dessin = dessin.replace(f'"{couleur}"', f'"var(--{nom})"')
    entete = format_html('<svg role="img" aria-label="{}" ', titre)
    return mark_safe(entete + dessin.removeprefix("<svg "))
