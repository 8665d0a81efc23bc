"""Les organigrammes dessinés : chaque case reliée à la sienne, de sa couleur, de son écriture (PRO-2)."""

import re

import pytest

from cedre.core.graphiques import COULEURS
from cedre.structures.models import Poste
from cedre.structures.organigrammes import A_POURVOIR, Cartouche, dessiner

CASE = re.compile(
    r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" rx="6" fill="(.+?)" stroke="(.{7})" stroke-width="1.5"/>'
)
TEXTE = re.compile(r'<text x="([\d.]+)" y="([\d.]+)" fill="(.{7})"( font-\w+="\w+")?>([^<]+)</text>')


def case(titre: str, *sous: Cartouche, qui: str = "Ada") -> Cartouche:
    """Un poste tenu, et les siens."""
    return Cartouche(titre, (qui,), sous, Poste())


def lu(svg: str) -> tuple[dict, dict, list]:
    """Par titre, la place de chaque case et ses mots ; puis les traits, point par point."""
    places, mots = {}, {}
    textes = TEXTE.findall(svg)
    for x, y, dx, dy, fond, bord in CASE.findall(svg):
        x, y, dx, dy = map(float, (x, y, dx, dy))
        dedans = [t for t in textes if x < float(t[0]) < x + dx and y < float(t[1]) < y + dy]
        assert [(float(t[0]), float(t[1])) for t in dedans] == [(x + 10, y + 22 + 18 * n) for n in range(len(dedans))]
        assert dy == 18 * len(dedans) + 16
        places[dedans[0][4]] = (x, y, dx, dy)
        noms = {valeur: nom for nom, valeur in COULEURS.items()}
        couleurs = (noms.get(fond, fond), noms[bord], noms[dedans[0][2]])
        mots[dedans[0][4]] = (*couleurs, [(t[3].strip(), t[4]) for t in dedans])
    traits = []
    for x, y, suite in re.findall(r"M([\d.]+) ([\d.]+)((?:[VH][\d.]+)+)", re.search(r'<path d="(.*?)"', svg)[1]):
        points = [(float(x), float(y))]
        for sens, valeur in re.findall(r"([VH])([\d.]+)", suite):
            points.append((points[-1][0], float(valeur)) if sens == "V" else (float(valeur), points[-1][1]))
        traits.append(points)
    return places, mots, traits


def test_chaque_case_est_pendue_a_celle_dont_elle_depend():
    bas = case("Bas", qui=A_POURVOIR)
    branches = [case("Une", case("Dessous", bas), case("À côté")), case("Deux")]
    places, mots, traits = lu(dessiner(Cartouche("Structure", sous=(case("Direction", *branches),))))
    assert mots == {
        "Structure": ("cedre", "cedre", "sur-cedre", [('font-weight="600"', "Structure")]),
        "Direction": ("cedre", "cedre", "sur-cedre", [('font-weight="600"', "Direction"), ("", "Ada")]),
        "Une": ("cedre-pale", "cedre", "encre", [('font-weight="600"', "Une"), ("", "Ada")]),
        "Dessous": ("none", "filet-fort", "encre", [('font-weight="600"', "Dessous"), ("", "Ada")]),
        "Bas": ("none", "filet-fort", "encre", [('font-weight="600"', "Bas"), ('font-style="italic"', "À pourvoir")]),
        "À côté": ("none", "filet-fort", "encre", [('font-weight="600"', "À côté"), ("", "Ada")]),
        "Deux": ("cedre-pale", "cedre", "encre", [('font-weight="600"', "Deux"), ("", "Ada")]),
    }
    pied = {nom: y + dy for nom, (x, y, dx, dy) in places.items()}
    milieu = {nom: x + dx / 2 for nom, (x, y, dx, dy) in places.items()}
    haut = {nom: place[1] for nom, place in places.items()}
    barre = pied["Direction"] + 22
    assert milieu["Structure"] == milieu["Direction"] and haut["Direction"] == pied["Structure"] + 22
    assert haut["Une"] == haut["Deux"] == barre + 22 and milieu["Direction"] == (milieu["Une"] + milieu["Deux"]) / 2
    attendus = [
        [(milieu["Structure"], pied["Structure"]), (milieu["Structure"], haut["Direction"])],
        [(milieu["Direction"], pied["Direction"]), (milieu["Direction"], barre)],
        [(milieu["Une"], barre), (milieu["Deux"], barre)],
        [(milieu["Une"], barre), (milieu["Une"], haut["Une"])],
        [(milieu["Deux"], barre), (milieu["Deux"], haut["Deux"])],
    ]
    for dessus, dessous in (("Une", "Dessous"), ("Dessous", "Bas"), ("Une", "À côté")):
        gauche, y = places[dessous][0], places[dessous][1] + 19
        assert gauche == places[dessus][0] + 16 and places[dessous][2] == places[dessus][2] - 16
        attendus.append([(gauche - 8, pied[dessus]), (gauche - 8, y), (gauche, y)])
    assert traits == attendus
    assert [haut[nom] - pied[avant] for avant, nom in (("Une", "Dessous"), ("Dessous", "Bas"), ("Bas", "À côté"))] == [10] * 3


@pytest.mark.parametrize("combien, rangs", [(1, [1]), (4, [4]), (5, [4, 1]), (9, [4, 4, 1])])
def test_quatre_branches_par_rang_pas_une_de_plus(combien, rangs):
    # une branche seule prolonge le tronc
    places, _, _ = lu(dessiner(Cartouche("Structure", sous=tuple(case(f"N{n}") for n in range(combien)))))
    hauteurs = [y for nom, (x, y, dx, dy) in places.items() if nom != "Structure"]
    assert [hauteurs.count(y) for y in sorted({*hauteurs})] == rangs
    assert {dx for nom, (x, y, dx, dy) in places.items() if nom != "Structure"} == {208 if combien > 1 else 280}


def test_pour_un_telephone_tout_tient_en_une_colonne_et_le_retrait_s_arrete_avant_de_trop_serrer():
    fond = case("N9")
    for n in range(8, -1, -1):
        fond = case(f"N{n}", fond)
    svg = dessiner(Cartouche("Structure", sous=(fond,)), etroit=True)
    places, mots, traits = lu(svg)
    assert re.search(r'<svg [^>]*width="298" height="([\d.]+)" viewBox="0 0 298 \1"', svg)
    largeurs = [places[f"N{n}"][2] for n in range(10)]
    assert places["Structure"][:3] == (6, 6, 286) and largeurs == [270, 254, 238, 222, 206, 190, 174, 158, 142, 142]
    assert len(traits) == 9 and mots["Structure"][0] == "cedre-pale", "le dernier, sans retrait, n'a pas de trait"
    hauts = [places[f"N{n}"][1] for n in range(10)]
    assert hauts == sorted(hauts) and {b - a for a, b in zip(hauts, hauts[1:], strict=False)} == {62}
