"""Le dépouillement d'une enquête : combien ont répondu quoi, jamais sous cinq réponses (AME-2)."""

from collections import Counter

from django.utils.safestring import SafeString

from cedre.core import graphiques
from cedre.core.discretion import ASSEZ, a_cinq_pres, est_petit

COULEURS = ("brique", "ocre", "ciel", "cedre")


def assez(recopiees_par: list[int | None]) -> bool:
    """Vrai s'il reste cinq réponses à qui connaît celles qu'il a recopiées. recopiees_par : un compte ou rien, par réponse."""
    siennes = Counter(compte for compte in recopiees_par if compte)
    return len(recopiees_par) - max(siennes.values(), default=0) >= ASSEZ


def depouiller(questions: list[dict], bulletins: list[dict]) -> list[dict]:
    """Par question : son texte, combien y ont répondu, et combien par mot ; ou les textes libres, par ordre alphabétique.

    Rien sous cinq réponses qu'aucun compte n'a toutes recopiées, à l'enquête comme à la question : nombre y est, comptes et
    textes n'y sont pas. Une réponse à choix est le rang du mot. bulletins : reponses, et par, le compte qui a recopié.
    """
    resultats = []
    for question in questions:
        remplis = [bulletin for bulletin in bulletins if question["code"] in bulletin["reponses"]]
        dites = [bulletin["reponses"][question["code"]] for bulletin in remplis]
        resultat = {"texte": question["texte"], "genre": question["genre"], "nombre": len(dites)}
        if assez([bulletin["par"] for bulletin in remplis]):
            comptes = Counter(dites)
            if question["genre"] == "texte":
                resultat["textes"] = sorted(dites, key=str.casefold)
            else:
                resultat["comptes"] = [[mot, comptes[rang]] for rang, mot in enumerate(question["mots"])]
        resultats.append(resultat)
    return resultats


def a_peu_pres(resultats: list[dict]) -> list[dict]:
    """Les mêmes pour qui n'est pas de l'équipe : à cinq près, et sans le détail où un mot n'a été choisi que par un à quatre."""
    return [_a_peu_pres(resultat) for resultat in resultats]


def _a_peu_pres(resultat: dict) -> dict:
    gros = resultat | {"nombre": a_cinq_pres(resultat["nombre"])}
    comptes = gros.pop("comptes", ())
    if comptes and not any(est_petit(nombre) for _, nombre in comptes):
        gros["comptes"] = [[mot, a_cinq_pres(nombre)] for mot, nombre in comptes]
    return gros


def _en_mots(resultat: dict) -> str:
    return f"{resultat['texte']} " + ", ".join(f"{mot} : {nombre}" for mot, nombre in resultat["comptes"])


def dessin(resultat: dict) -> SafeString | str:
    """Les barres d'une question, avec le nombre de réponses au bout de chacune ; rien s'il n'y en a pas assez."""
    if "comptes" not in resultat:
        return ""
    couleurs = COULEURS if resultat["genre"] == "echelle" else ("ciel", "ciel")
    mots = [mot for mot, _ in resultat["comptes"]]
    axe = {"title": None, "labelLimit": 160, "ticks": False, "domain": False, "labelPadding": 8}
    encodage = {
        "y": {"field": "mot", "type": "nominal", "sort": mots, "axis": axe},
        "x": {"field": "nombre", "type": "quantitative", "axis": None, "scale": {"domain": [0, resultat["nombre"]]}},
    }
    teinte = {"domain": mots, "range": [graphiques.COULEURS[c] for c in couleurs]}
    barres = {"mark": {"type": "bar", "height": 18}, "encoding": {"color": {"field": "mot", "scale": teinte, "legend": None}}}
    nombres = {
        "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": graphiques.COULEURS["encre"]},
        "encoding": {"text": {"field": "nombre"}},
    }
    spec = {
        "width": 220,
        "height": {"step": 30},
        "padding": {"left": 2, "right": 24, "top": 4, "bottom": 4},
        "data": {"values": [{"mot": mot, "nombre": nombre} for mot, nombre in resultat["comptes"]]},
        "encoding": encodage,
        "layer": [barres, nombres],
    }
    return graphiques.svg(spec, titre=_en_mots(resultat))
