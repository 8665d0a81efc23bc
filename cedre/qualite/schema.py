"""Le schéma de fonctionnement, dessiné d'après les procédures : les missions, leurs phases, les outils (PRO-2, MAN-1)."""

from collections.abc import Iterable
from textwrap import wrap
from xml.sax.saxutils import escape

from cedre.core.graphiques import COULEURS, POLICE
from cedre.qualite.models import Mission, Procedure

LARGEUR, ECART, MARGE, BORD, INTERLIGNE = 240, 24, 6, 12, 17
SIGNES_GRAS, SIGNES = 28, 31
COLONNES = (Mission.ACCUEIL, Mission.INSERTION, Mission.OBSERVATOIRE)
FINALITES = {
    Mission.ACCUEIL: "Définir ce que l’on va faire ensemble",
    Mission.INSERTION: "Construire et réaliser le parcours",
    Mission.OBSERVATOIRE: "Connaître, évaluer, faire savoir",
    Mission.TRANSVERSAL: "Ce qui tient les missions ensemble",
}


def dessiner(procedures: Iterable[Procedure]) -> str:
    """Le SVG du schéma : une colonne par mission, fléchées l'une vers l'autre ; dessous, ce qui les traverse."""
    ranges = {mission: [p for p in procedures if p.mission == mission] for mission in Mission}
    dessin, largeur = [], len(COLONNES) * LARGEUR + (len(COLONNES) - 1) * ECART
    bas = 0
    for rang, mission in enumerate(COLONNES):
        x = MARGE + rang * (LARGEUR + ECART)
        tete = _case(dessin, x, MARGE, LARGEUR, [(mission.label, True), (FINALITES[mission], False)], fond="cedre")
        if rang:
            _fleche(dessin, x - ECART, x, MARGE + (tete - MARGE) / 2)
        bas = max(bas, _colonne(dessin, x, tete + 12, ranges[mission]))
    titre = [(Mission.TRANSVERSAL.label, True), (FINALITES[Mission.TRANSVERSAL], False)]
    bas = _case(dessin, MARGE, bas + 14, largeur, titre, fond="cedre")
    bas = _en_rangs(dessin, bas + 12, ranges[Mission.TRANSVERSAL])
    taille = f'width="{largeur + 2 * MARGE}" height="{bas + MARGE:g}" viewBox="0 0 {largeur + 2 * MARGE} {bas + MARGE:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {taille} font-family="{POLICE}" font-size="14">{"".join(dessin)}</svg>'


def _lignes(procedure: Procedure) -> list[tuple[str, bool]]:
    dites = [(procedure.titre, True)]
    if procedure.phase:
        dites.append((f"Phase : {procedure.get_phase_display().lower()}", False))
    return dites + ([(f"Outils : {', '.join(procedure.outils)}", False)] if procedure.outils else [])


def _colonne(dessin: list[str], x: float, y: float, procedures: list[Procedure]) -> float:
    for procedure in procedures:
        y = _case(dessin, x, y, LARGEUR, _lignes(procedure), fond="") + 10
    return y


def _en_rangs(dessin: list[str], y: float, procedures: list[Procedure]) -> float:
    """Trois procédures par rang ; rend l'ordonnée du bas du dernier."""
    for debut in range(0, len(procedures), len(COLONNES)):
        rang = procedures[debut : debut + len(COLONNES)]
        y = 10 + max(
            _case(dessin, MARGE + n * (LARGEUR + ECART), y, LARGEUR, _lignes(procedure), fond="")
            for n, procedure in enumerate(rang)
        )
    return y


def _case(dessin: list[str], x: float, y: float, largeur: float, textes: list[tuple[str, bool]], *, fond: str) -> float:
    """Une case et ses lignes pliées ; rend l'ordonnée de son bas."""
    part = largeur / LARGEUR
    lignes = [(pli, gras) for texte, gras in textes for pli in wrap(texte, int((SIGNES_GRAS if gras else SIGNES) * part))]
    hauteur = len(lignes) * INTERLIGNE + 2 * BORD - 4
    encre = COULEURS["sur-cedre" if fond else "encre"]
    dessin.append(
        f'<rect x="{x:g}" y="{y:g}" width="{largeur:g}" height="{hauteur:g}" rx="6" stroke="{COULEURS["cedre"]}"'
        f' stroke-width="1.5" fill="{COULEURS[fond] if fond else "none"}"/>'
    )
    for rang, (ligne, gras) in enumerate(lignes):
        style = ' font-weight="600"' if gras else ""
        base = y + BORD + 11 + rang * INTERLIGNE
        dessin.append(f'<text x="{x + BORD:g}" y="{base:g}" fill="{encre}"{style}>{escape(ligne)}</text>')
    return y + hauteur


def _fleche(dessin: list[str], de: float, vers: float, y: float) -> None:
    trait = f"M{de + 3:g} {y:g}H{vers - 4:g}M{vers - 10:g} {y - 6:g}L{vers - 4:g} {y:g}L{vers - 10:g} {y + 6:g}"
    dessin.append(f'<path d="{trait}" fill="none" stroke="{COULEURS["cedre"]}" stroke-width="2"/>')
