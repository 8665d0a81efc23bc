"""Les organigrammes, hiérarchique et fonctionnel, dessinés d'après les postes (PRO-2, MAN-1).

Un même arbre de cases se dessine, et se lit en liste. Le dessin est un SVG sans style ni script, le même au bit près pour les
mêmes postes : il se pose dans une page comme dans un document.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial
from xml.sax.saxutils import escape

from cedre.comptes.models import Organisation
from cedre.core.graphiques import COULEURS, POLICE
from cedre.structures.models import Poste
from cedre.structures.models.equipe import Fonction

A_POURVOIR = "À pourvoir"
PAR_RANG = 4  # pair : le tronc descend entre deux colonnes
LARGEUR, LARGEUR_DE_TETE, LARGEUR_ETROITE, LARGEUR_MIN = 208, 280, 286, 140
ECART, RETRAIT = 20, 16
ENTRE_DEUX, DESCENTE, BORD, INTERLIGNE, MARGE = 10, 22, 10, 18, 6


@dataclass(frozen=True)
class Cartouche:
    """Une case d'un organigramme. lignes : qui s'y trouve ; poste : rien pour la structure ou une fonction."""

    titre: str
    lignes: tuple[str, ...] = ()
    sous: tuple["Cartouche", ...] = ()
    poste: Poste | None = None


def arbre_hierarchique(organisation: Organisation, le: date) -> Cartouche:
    """La structure, et ses postes ; un poste dont le supérieur n'existe plus dépend de celui du dessus."""
    ouverts, sous = _postes(organisation, le), {}
    parents = dict(Poste.objects.filter(organisation=organisation).order_by("pk").values_list("pk", "rattache_a"))
    for poste in ouverts.values():
        parent = poste.rattache_a_id
        while parent and parent not in ouverts:
            parent = parents[parent]
        sous.setdefault(parent, []).append(poste)

    def case(poste: Poste) -> Cartouche:
        return _case(poste, tuple(map(case, sous.get(poste.pk, ()))))

    return Cartouche(organisation.nom, sous=tuple(map(case, sous.get(None, ()))))


def arbre_fonctionnel(organisation: Organisation, le: date) -> Cartouche:
    """La structure, ses fonctions, et les postes qui servent chacune ; un poste peut en servir plusieurs."""
    postes = _postes(organisation, le).values()
    groupes = [(f.label, [p for p in postes if f in p.fonctions]) for f in Fonction]
    groupes.append(("Autres postes", [p for p in postes if not p.noms_des_fonctions]))
    return Cartouche(
        organisation.nom, sous=tuple(Cartouche(nom, sous=tuple(map(_case, siens))) for nom, siens in groupes if siens)
    )


def _postes(organisation: Organisation, le: date) -> dict[int, Poste]:
    return {p.pk: p for p in Poste.objects.filter(organisation=organisation).ouverts(le).avec_titulaires(le)}


def _case(poste: Poste, sous: tuple[Cartouche, ...] = ()) -> Cartouche:
    return Cartouche(poste.intitule, tuple(o.nom for o in poste.titulaires) or (A_POURVOIR,), sous, poste)


def dessiner(racine: Cartouche, *, etroit: bool = False) -> str:
    """Le SVG d'un arbre : un tronc tant qu'une case n'en porte qu'une, puis une colonne par branche, quatre par rang.

    etroit : tout en une seule colonne, pour un téléphone.
    """
    dessin, porteuse = _Dessin(), racine
    while len(porteuse.sous) == 1:
        porteuse = porteuse.sous[0]
    if etroit:
        largeur = LARGEUR_ETROITE + 2 * MARGE
        bas = dessin.colonne(racine, MARGE, MARGE, LARGEUR_ETROITE, fond="cedre-pale") + MARGE
    else:
        largeur = max(_largeur_de(min(len(porteuse.sous), PAR_RANG)), LARGEUR_DE_TETE) + 2 * MARGE
        bas = dessin.tronc(racine, largeur / 2, MARGE) + MARGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{largeur:g}" height="{bas:g}" viewBox="0 0 {largeur:g} {bas:g}"'
        f' font-family="{POLICE}" font-size="14">'
        f'<path d="{"".join(dessin.traits)}" fill="none" stroke="{COULEURS["filet-fort"]}" stroke-width="1.5"/>'
        f"{''.join(dessin.cases)}</svg>"
    )


def _largeur_de(colonnes: int) -> float:
    return colonnes * LARGEUR + max(colonnes - 1, 0) * ECART


class _Dessin:
    """Les traits et les cases, à mesure qu'ils se posent ; chaque geste rend l'ordonnée où il finit."""

    def __init__(self):
        self.traits, self.cases = [], []

    def tronc(self, case: Cartouche, milieu: float, haut: float) -> float:
        bas = self.case(case, milieu - LARGEUR_DE_TETE / 2, haut, LARGEUR_DE_TETE, fond="cedre", encre="sur-cedre")
        if len(case.sous) == 1:
            self.trait(milieu, bas, f"V{bas + DESCENTE:g}")
            return self.tronc(case.sous[0], milieu, bas + DESCENTE)
        depart = bas
        for rang in range(0, len(case.sous), PAR_RANG):
            barre = bas + DESCENTE
            self.trait(milieu, depart, f"V{barre:g}")
            bas, depart = self.rang(case.sous[rang : rang + PAR_RANG], milieu, barre), barre
        return bas

    def rang(self, branches: tuple[Cartouche, ...], milieu: float, barre: float) -> float:
        """Une colonne par branche, pendue à la même barre."""
        gauche = milieu - _largeur_de(len(branches)) / 2
        abscisses = [gauche + n * (LARGEUR + ECART) for n in range(len(branches))]
        centres = [x + LARGEUR / 2 for x in abscisses]
        self.trait(centres[0], barre, f"H{centres[-1]:g}")
        for centre in centres:
            self.trait(centre, barre, f"V{barre + DESCENTE:g}")
        return max(
            self.colonne(branche, x, barre + DESCENTE, LARGEUR, fond="cedre-pale")
            for branche, x in zip(branches, abscisses, strict=True)
        )

    def colonne(self, case: Cartouche, x: float, haut: float, largeur: float, fond: str) -> float:
        """Une case, et les siennes pendues dessous, en retrait."""
        bas = self.case(case, x, haut, largeur, fond=fond)
        retrait = RETRAIT if largeur - RETRAIT >= LARGEUR_MIN else 0
        pied = bas
        for sous in case.sous:
            haut_sous = bas + ENTRE_DEUX
            if retrait:
                coude = haut_sous + BORD + INTERLIGNE / 2
                self.trait(x + retrait / 2, pied, f"V{coude:g}H{x + retrait:g}")
            bas = self.colonne(sous, x + retrait, haut_sous, largeur - retrait, fond="" if sous.poste else "cedre-pale")
        return bas

    def case(self, case: Cartouche, x: float, y: float, largeur: float, *, fond: str, encre: str = "encre") -> float:
        plier = partial(en_lignes, largeur=largeur - 2 * BORD)
        textes = [(ligne, ' font-weight="600"') for ligne in plier(case.titre, gras=True)]
        for nom in case.lignes:
            style = ' font-style="italic"' if nom == A_POURVOIR else ""
            textes += [(ligne, style) for ligne in plier(nom)]
        hauteur = len(textes) * INTERLIGNE + 2 * BORD - 4
        couleur = COULEURS[fond] if fond else "none"
        self.cases.append(
            f'<rect x="{x:g}" y="{y:g}" width="{largeur:g}" height="{hauteur:g}" rx="6" fill="{couleur}"'
            f' stroke="{COULEURS["cedre" if fond else "filet-fort"]}" stroke-width="1.5"/>'
        )
        for rang, (ligne, style) in enumerate(textes):
            base = y + BORD + 12 + rang * INTERLIGNE
            self.cases.append(f'<text x="{x + BORD:g}" y="{base:g}" fill="{COULEURS[encre]}"{style}>{escape(ligne)}</text>')
        return y + hauteur

    def trait(self, x: float, y: float, suite: str) -> None:
        self.traits.append(f"M{x:g} {y:g}{suite}")


def largeur_du_texte(texte: str, *, gras: bool = False) -> float:
    """Une largeur qu'aucune des polices prévues ne dépasse, en pixels, à 14 pixels de corps."""
    ems = sum(0.98 if c in "mwMWœŒæÆ@%" else 0.4 if c in "iljtfr .,;:’'()-!|I" else 0.76 if c.isupper() else 0.63 for c in texte)
    return ems * 14 * (1.12 if gras else 1)


def en_lignes(texte: str, *, largeur: float, gras: bool = False) -> list[str]:
    """Le texte plié pour tenir dans cette largeur ; un mot trop long se coupe, un signe sans dessin s'efface.

    >>> en_lignes("Accompagnatrice socioprofessionnelle", largeur=180)
    ['Accompagnatrice', 'socioprofessionnelle']
    """
    lignes = [""]
    for mot in "".join(c if c.isprintable() else " " for c in texte).split():
        while largeur_du_texte(mot, gras=gras) > largeur:
            garde = next(n for n in range(len(mot) - 1, 0, -1) if largeur_du_texte(mot[:n] + "-", gras=gras) <= largeur)
            lignes += [mot[:garde] + "-"]
            mot = mot[garde:]
        essai = f"{lignes[-1]} {mot}".strip()
        if largeur_du_texte(essai, gras=gras) <= largeur:
            lignes[-1] = essai
        else:
            lignes.append(mot)
    return [ligne for ligne in lignes if ligne] or [" "]
