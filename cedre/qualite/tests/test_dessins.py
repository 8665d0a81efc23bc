"""Ce que la qualité dessine : les barres d'une enquête, et le schéma de fonctionnement (AME-2, MAN-1)."""

import re

import pytest

from cedre.core.graphiques import COULEURS
from cedre.qualite.models import Procedure
from cedre.qualite.resultats import a_peu_pres, depouiller, dessin
from cedre.qualite.schema import dessiner

CASE = re.compile(
    r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" rx="6" stroke="(.{7})" stroke-width="1.5" fill="(.+?)"/>'
)
TEXTE = re.compile(r'<text x="([\d.]+)" y="([\d.]+)" fill="(.{7})"( font-weight="600")?>([^<]+)</text>')


@pytest.mark.parametrize(
    "genre, comptes, couleurs",
    [
        ("echelle", [["Pas du tout", 1], ["Un peu", 2], ["Bien", 3], ["Très", 4]], ["brique", "ocre", "ciel", "cedre"]),
        ("oui_non", [["Oui", 0], ["Non", 10]], ["ciel", "ciel"]),
    ],
)
def test_chaque_barre_a_la_longueur_de_son_nombre_son_mot_a_gauche_et_le_nombre_au_bout(genre, comptes, couleurs):
    svg = dessin({"texte": "Bien ?", "genre": genre, "nombre": 10, "comptes": comptes})
    barres = re.findall(r'<path d="M0,(\d+)h(\d+)v18h-?\d+Z" fill="var\(--(\w+)\)"/>', svg)
    rangs = range(len(comptes))
    longueurs = [22 * nombre for _, nombre in comptes]
    assert [(int(y), int(long), nom) for y, long, nom in barres] == [(6 + 30 * n, longueurs[n], couleurs[n]) for n in rangs]
    textes = re.findall(r'<text text-anchor="(\w+)" transform="translate\((-?\d+),([\d.]+)\)"[^>]*>([^<]*)</text>', svg)
    mots = [("end", -8, 18.5 + 30 * n, comptes[n][0]) for n in rangs]
    nombres = [("start", longueurs[n] + 6, 19 + 30 * n, str(comptes[n][1])) for n in rangs]
    assert [(cote, int(x), float(y), mot) for cote, x, y, mot in textes] == mots + nombres
    dit = ", ".join(f"{mot} : {nombre}" for mot, nombre in comptes)
    assert f'aria-label="Bien ? {dit}"' in svg


def test_le_depouillement_dit_chaque_question_et_a_cinq_pres_ce_qui_se_montre_dehors():
    questions = [
        {"code": "a", "genre": "echelle", "texte": "Bien ?", "mots": ["Non", "Oui"]},
        {"code": "b", "genre": "texte", "texte": "Mieux ?", "mots": []},
        {"code": "c", "genre": "echelle", "texte": "Utile ?", "mots": ["Non", "Oui"]},
    ]
    bulletins = [{"reponses": {"a": int(n > 5), "c": int(n > 3)}, "par": None} for n in range(12)]
    bulletins += [{"reponses": {"b": mot}, "par": 7} for mot in ("Zut", "abri", "Bus", "Eau")]
    resultats = depouiller(questions, bulletins)
    assert resultats == [
        {"texte": "Bien ?", "genre": "echelle", "nombre": 12, "comptes": [["Non", 6], ["Oui", 6]]},
        {"texte": "Mieux ?", "genre": "texte", "nombre": 4},
        {"texte": "Utile ?", "genre": "echelle", "nombre": 12, "comptes": [["Non", 4], ["Oui", 8]]},
    ]
    assert a_peu_pres(resultats) == [
        {"texte": "Bien ?", "genre": "echelle", "nombre": 10, "comptes": [["Non", 5], ["Oui", 5]]},
        {"texte": "Mieux ?", "genre": "texte", "nombre": 5},
        {"texte": "Utile ?", "genre": "echelle", "nombre": 10},
    ], "un mot choisi par un à quatre tait toute la question"


def ecrite(titre: str, mission: str, **champs) -> Procedure:
    """Une procédure, sans base."""
    return Procedure(titre=titre, mission=mission, **champs)


def test_le_schema_a_une_colonne_par_mission_et_dessous_ce_qui_les_traverse_trois_par_rang():
    procedures = [ecrite("Recevoir toute personne qui se présente à l’accueil", "accueil", phase="accueil")]
    procedures += [ecrite("Contractualiser", "insertion", outils=["Fiche", "Écran"]), ecrite("Suivre", "insertion")]
    procedures += [ecrite(f"Traverse {n}", "transversal", outils=["Un outil"] * n) for n in range(4)]
    svg = dessiner(procedures)
    cases = [(*map(float, case[:4]), case[4], case[5]) for case in CASE.findall(svg)]
    textes = [(float(x), float(y), encre, bool(gras), mot) for x, y, encre, gras, mot in TEXTE.findall(svg)]
    assert len(cases) == 4 + len(procedures) and svg.count("<rect") == len(cases) and svg.count("<text") == len(textes)
    largeur, hauteur = map(float, re.search(r'width="([\d.]+)" height="([\d.]+)" viewBox="0 0 \1 \2"', svg).groups())
    bas = [y + h for _, y, _, h, _, _ in cases]
    assert largeur == 780 and hauteur == max(bas) + 16 and {case[4] for case in cases} == {COULEURS["cedre"]}
    dites = []
    for x, y, dx, dy, _, fond in cases:
        assert x >= 6 and x + dx <= 774 and y >= 6
        autres = [c for c in cases if c[:2] != (x, y)]
        assert not any(x < x2 + dx2 and x2 < x + dx and y < y2 + dy2 and y2 < y + dy for x2, y2, dx2, dy2, *_ in autres)
        dedans = [t for t in textes if x < t[0] < x + dx and y < t[1] < y + dy]
        assert [t[0] for t in dedans] == [x + 12] * len(dedans) and [t[1] for t in dedans] == [
            y + 23 + 17 * n for n in range(len(dedans))
        ]
        assert dy == 17 * len(dedans) + 20 and {t[2] for t in dedans} == {COULEURS["sur-cedre" if fond != "none" else "encre"]}
        dites.append((x, dx, fond, [("*" if gras else "") + mot for *_, gras, mot in dedans]))
    plein, vide = COULEURS["cedre"], "none"
    assert dites == [
        (6, 240, plein, ["*Mission accueil", "Définir ce que l’on va faire", "ensemble"]),
        (6, 240, vide, ["*Recevoir toute personne qui", "*se présente à l’accueil", "Phase : accueil"]),
        (270, 240, plein, ["*Mission insertion", "Construire et réaliser le", "parcours"]),
        (270, 240, vide, ["*Contractualiser", "Outils : Fiche, Écran"]),
        (270, 240, vide, ["*Suivre"]),
        (534, 240, plein, ["*Mission observatoire", "Connaître, évaluer, faire", "savoir"]),
        (6, 768, plein, ["*Transversal aux missions", "Ce qui tient les missions ensemble"]),
        (6, 240, vide, ["*Traverse 0"]),
        (270, 240, vide, ["*Traverse 1", "Outils : Un outil"]),
        (534, 240, vide, ["*Traverse 2", "Outils : Un outil, Un outil"]),
        (6, 240, vide, ["*Traverse 3", "Outils : Un outil, Un outil, Un", "outil"]),
    ]
    tetes, traverse, rangs = [cases[n][1] for n in (0, 2, 5)], cases[6], [case[1] for case in cases[7:]]
    assert tetes == [6, 6, 6] and traverse[1] > max(bas[:6]) and rangs[0] > bas[6] and rangs[0] == rangs[1] == rangs[2]
    assert rangs[3] > max(bas[7:10])
    milieu = 6 + cases[0][3] / 2
    fleches = [
        f"M{x + 3} {milieu:g}H{x + 20}M{x + 14} {milieu - 6:g}L{x + 20} {milieu:g}L{x + 14} {milieu + 6:g}" for x in (246, 510)
    ]
    assert re.findall(r'<path d="(.+?)" fill="none" stroke="(.{7})" stroke-width="2"/>', svg) == [
        (f, COULEURS["cedre"]) for f in fleches
    ]
