"""L'image d'un chiffre : sa tendance, les barres d'une coupe, le chemin de l'entrée à la sortie (OBS-4).

En noir et blanc, chaque valeur est écrite à côté de son trait, et un sens est un trait plein, fin ou pointillé.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.safestring import SafeString

from cedre.core import graphiques
from cedre.core.graphiques import COULEURS
from cedre.core.indicateurs import Mesure
from cedre.core.texte import normaliser
from cedre.observatoire.figures import CHEMIN, NON_DIT, ChiffreDuCadre, en_case, en_ordre, vaut
from cedre.observatoire.rempli import RubriqueRemplie

AU_PLUS = 12  # barres : au-delà, on ne lit plus une image ; le tableau les a toutes
FLECHE = " → "
ETATS = ("Stable", "Instable", "Précaire", NON_DIT)  # du plus au moins stable
TRAITS = {  # de chaque sens : une couleur, et un pointillé
    "mieux": ("cedre", [1, 0]),
    "pareil": ("filet-fort", [1, 0]),
    "moins bien": ("brique", [6, 4]),
    "on ne sait pas": ("ciel", [1, 3]),
}


class Image(NamedTuple):
    """Un dessin, rien s'il n'y a pas de quoi, et le tableau à côté : de chaque valeur, son nombre et sa part."""

    titre: str
    dessin: SafeString | str
    lignes: list[tuple[str, str, str]]


def tendance(chiffre: ChiffreDuCadre) -> Image:
    """Sa courbe et, le plus récent d'abord, ses points."""
    remplie = chiffre.remplie
    chaque = "les douze mois finis chaque mois" if chiffre.indicateur.periode else "à chaque fin de mois"
    points = [(f"{le:%d/%m/%Y}", en_case(remplie, m), _part(remplie, m)) for le, m in reversed(chiffre.tendance)]
    return Image(f"Tendance, {chaque}", _courbe(chiffre) if chiffre.se_montre else "", points)


def coupe(remplie: RubriqueRemplie, nom: str, rangees: Mapping[str, Mesure]) -> Image:
    """Le chemin, si c'en est un, ou les barres de cette coupe."""
    dessiner = chemins if nom == CHEMIN else barres
    lignes = [(v.replace("_", " "), en_case(remplie, rangees[v]), _part(remplie, rangees[v])) for v in en_ordre(rangees)]
    return Image(nom[:1].upper() + nom[1:], dessiner(remplie, rangees, f"{remplie.rubrique.libelle}, {nom}"), lignes)


def _part(remplie: RubriqueRemplie, mesure: Mesure) -> str:
    return remplie.valeur(mesure) or "" if remplie.compte_une_part else ""


def _courbe(chiffre: ChiffreDuCadre) -> SafeString | str:
    """La première et la dernière valeur écrites ; rien s'il n'y a pas deux points à relier."""
    lus = [
        {
            "le": le.isoformat(),
            "v": None if (lu := vaut(chiffre.remplie, m)) is None else float(lu),
            "dit": _etiquette(chiffre, m),
        }
        for le, m in chiffre.tendance
    ]
    connus = [point for point in lus if point["v"] is not None]
    if len(connus) < 2:
        return ""
    bornes = [connus[0]["le"], connus[-1]["le"]]
    haut = 100 if chiffre.remplie.compte_une_part else max(point["v"] for point in connus) or 1
    axe_x = {"values": bornes, "format": "%b %Y", "title": None, "grid": False, "labelFlush": True, "tickSize": 4}
    axe_y = {"title": None, "tickCount": 2, "ticks": False, "domain": False, "labelPadding": 6}
    marques = [
        {"mark": {"type": "line", "strokeWidth": 2, "color": COULEURS["cedre"], "invalid": "break-paths-show-path-domains"}},
        {"mark": {"type": "point", "filled": True, "opacity": 1, "size": 30, "color": COULEURS["cedre"], "invalid": "filter"}},
    ]
    for borne, alignement in zip(bornes, ("left", "right"), strict=True):
        texte = {"type": "text", "align": alignement, "dy": -12, "fontSize": 13, "color": COULEURS["encre"]}
        dit = {"text": {"field": "dit"}}
        marques.append({"mark": texte, "transform": [{"filter": f"datum.le == '{borne}'"}], "encoding": dit})
    return graphiques.svg(
        {
            "width": 270,
            "height": 90,
            "padding": {"left": 4, "right": 10, "top": 16, "bottom": 4},
            "data": {"values": lus},
            "layer": marques,
            "encoding": {
                "x": {"field": "le", "type": "temporal", "axis": axe_x},
                "y": {"field": "v", "type": "quantitative", "axis": axe_y, "scale": {"domain": [0, haut]}},
            },
        },
        titre=f"{chiffre.rubrique.libelle} : {connus[0]['dit']}, puis {connus[-1]['dit']}",
    )


def _etiquette(chiffre: ChiffreDuCadre, mesure: Mesure) -> str:
    return chiffre.remplie.valeur(mesure) or ""


def barres(remplie: RubriqueRemplie, rangees: Mapping[str, Mesure], titre: str) -> SafeString | str:
    """Une barre par valeur, les plus longues d'abord : pleine, ce qui satisfait ; son contour, de quoi c'est le compte."""
    lues = [
        {"mot": mot.replace("_", " "), "dit": en_case(remplie, m), "plein": float(_plein(remplie, m)), "total": _long(remplie, m)}
        for mot, m in rangees.items()
        if not m.inconnue and m.total
    ]
    lues = sorted(lues, key=lambda barre: (barre["mot"] == NON_DIT, -barre["total"], normaliser(barre["mot"])))[:AU_PLUS]
    if not lues:
        return ""
    mots, haut = [barre["mot"] for barre in lues], max(barre["total"] for barre in lues) or 1
    axe = {"title": None, "labelLimit": 135, "ticks": False, "domain": False, "labelPadding": 6}
    etendue = {"type": "quantitative", "axis": None, "scale": {"domain": [0, haut]}}
    contour = {"type": "bar", "height": 15, "color": COULEURS["cedre-pale"], "stroke": COULEURS["cedre"], "strokeWidth": 1}
    texte = {"type": "text", "align": "left", "dx": 6, "fontSize": 12, "color": COULEURS["encre"]}
    return graphiques.svg(
        {
            "width": 120,
            "height": {"step": 24},
            "padding": {"left": 2, "right": 66, "top": 2, "bottom": 2},
            "data": {"values": lues},
            "encoding": {"y": {"field": "mot", "type": "nominal", "sort": mots, "axis": axe}},
            "layer": [
                {"mark": contour, "encoding": {"x": etendue | {"field": "total"}}},
                {
                    "mark": {"type": "bar", "height": 15, "color": COULEURS["cedre"]},
                    "encoding": {"x": etendue | {"field": "plein"}},
                },
                {"mark": texte, "encoding": {"x": etendue | {"field": "total"}, "text": {"field": "dit"}}},
            ],
        },
        titre=f"{titre}. " + ", ".join(f"{barre['mot']} : {barre['dit']}" for barre in lues),
    )


def _plein(remplie: RubriqueRemplie, mesure: Mesure) -> float:
    return float(mesure.atteint if remplie.compte_une_part else vaut(remplie, mesure) or 0)


def _long(remplie: RubriqueRemplie, mesure: Mesure) -> float:
    return float(mesure.total) if remplie.compte_une_part else _plein(remplie, mesure)


def chemins(remplie: RubriqueRemplie, rangees: Mapping[str, Mesure], titre: str) -> SafeString | str:
    """D'où l'on part et où l'on arrive : un trait par chemin, aussi épais qu'ils sont nombreux, son nombre dessus."""
    lus = {tuple(cle.split(FLECHE)): m.total for cle, m in rangees.items()}
    combien = {bouts: n for bouts, n in lus.items() if len(bouts) == 2 and {*bouts} <= {*ETATS}}
    if not combien:
        return ""
    bouts = [defaultdict(int), defaultdict(int)]
    for chemin, n in combien.items():
        for cote, etat in enumerate(chemin):
            bouts[cote][etat] += n
    plus = max(combien.values())
    traits = [
        {"de": ETATS.index(de), "vers": ETATS.index(vers), "n": n, "sens": _sens(de, vers), "trait": 1.5 + 9 * n / plus}
        for (de, vers), n in sorted(combien.items())
    ]
    noms = [
        {"x": cote, "y": ETATS.index(etat), "dit": f"{etat} {n}" if cote == 0 else f"{n} {etat}"}
        for cote, siens in enumerate(bouts)
        for etat, n in sorted(siens.items())
    ]
    ordonnee = {"type": "quantitative", "axis": None, "scale": {"domain": [-0.35, len(ETATS) - 0.65], "reverse": True}}
    abscisse = {"type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    trait = {
        "mark": {"type": "rule", "opacity": 0.8},
        "encoding": {
            "x": {"datum": 0, **abscisse},
            "x2": {"datum": 1},
            "y": {"field": "de", **ordonnee},
            "y2": {"field": "vers"},
            "size": {"field": "trait", "type": "quantitative", "scale": None},
            "color": _echelle(0),
            "strokeDash": _echelle(1),
        },
    }
    nombres = {
        "transform": [{"calculate": "datum.de + (datum.vers - datum.de) * 0.22", "as": "milieu"}],
        "encoding": {"x": {"datum": 0.22, **abscisse}, "y": {"field": "milieu", **ordonnee}, "text": {"field": "n"}},
    }
    fond = {"type": "text", "fontSize": 13, "fontWeight": "bold", "stroke": COULEURS["sur-cedre"], "strokeWidth": 4}
    encre = {"type": "text", "fontSize": 13, "fontWeight": "bold", "color": COULEURS["encre"]}
    cotes = [
        {
            "data": {"values": [nom for nom in noms if nom["x"] == cote]},
            "mark": {"type": "text", "align": alignement, "dx": dx, "fontSize": 12, "color": COULEURS["encre"]},
            "encoding": {"x": {"datum": cote, **abscisse}, "y": {"field": "y", **ordonnee}, "text": {"field": "dit"}},
        }
        for cote, alignement, dx in ((0, "right", -8), (1, "left", 8))
    ]
    return graphiques.svg(
        {
            "width": 120,
            "height": 150,
            "padding": {"left": 4, "right": 4, "top": 4, "bottom": 4},
            "data": {"values": traits},
            "layer": [trait, nombres | {"mark": fond}, nombres | {"mark": encre}, *cotes],
        },
        titre=f"{titre}. " + ", ".join(f"de {de} à {vers} : {n}" for (de, vers), n in sorted(combien.items())),
    )


def _sens(de: str, vers: str) -> str:
    if NON_DIT in (de, vers):
        return "on ne sait pas"
    ecart = ETATS.index(de) - ETATS.index(vers)
    return "mieux" if ecart > 0 else "moins bien" if ecart else "pareil"


def _echelle(rang: int) -> dict:
    rendus = [COULEURS[trait[0]] if rang == 0 else trait[1] for trait in TRAITS.values()]
    return {"field": "sens", "type": "nominal", "scale": {"domain": [*TRAITS], "range": rendus}, "legend": None}


def image(chiffre: ChiffreDuCadre) -> Image:
    """Celle d'un chapitre : le chemin s'il en suit un, sinon la tendance, sinon cette période à côté de celle d'avant."""
    if not chiffre.se_montre:
        return Image("", "", [])
    if chemin := chiffre.remplie.par.get(CHEMIN):
        return coupe(chiffre.remplie, CHEMIN, chemin)
    suivie = tendance(chiffre)
    return suivie if suivie.dessin else _deux_periodes(chiffre)


def _deux_periodes(chiffre: ChiffreDuCadre) -> Image:
    lues = {"Cette période": chiffre.remplie.mesure}
    if chiffre.remplie_avant:
        lues["Avant"] = chiffre.remplie_avant.mesure
    return coupe(chiffre.remplie, "cette période et celle d’avant", lues)
