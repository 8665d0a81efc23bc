"""Le classeur d'un rapport publié : ses entiers figés, et des formules qui les divisent et les comparent (OBS-2)."""

import io
import json
from collections.abc import Iterable, Sequence

import xlsxwriter

from cedre.observatoire.cadre import PartLue
from cedre.observatoire.lecture_cadre import relire
from cedre.observatoire.models.rapports import Rapport
from cedre.observatoire.publication import gardes, lire
from cedre.observatoire.rempli import CENTIEMES, RubriqueRemplie

CHIFFRES = ("Chapitre", "N°", "Rubrique", "Numérateur", "Dénominateur", "Valeur", "Unité", "Pourquoi elle manque")
DETAIL = ("Rubrique", "Rangé par", "Valeur de la coupe", "Numérateur", "Dénominateur", "Valeur")
REGLES = ("Règle", "Un côté", "L’autre", "Tient")
DEFINITIONS = {"code": "Code", "libelle": "Libellé", "definition": "Définition", "unite": "Unité", "source": "Source"}
DEFINITIONS |= {"limites": "Limites", "version": "N°"}
FORMATS = {"titre": {"bold": True, "bottom": 1}, "part": {"num_format": "0.0%"}}
LISEZ_MOI = (
    "Les numérateurs et les dénominateurs sont les entiers publiés : un compte, et de quoi il est le compte.",
    "D’une somme ou d’une médiane, le numérateur est en centièmes, et le dénominateur dit de combien de lignes.",
    "Les valeurs se calculent dans la feuille. Ce qui ne se sait pas reste vide, et dit pourquoi : ce n’est pas zéro.",
)


def en_classeur(rapport: Rapport) -> bytes:
    """Le classeur entier. Lève GesteImpossible si le paquet a disparu."""
    fichiers, chapitres, sortie = gardes(rapport), lire(rapport), io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(sortie, options) as classeur:
        formats = {nom: classeur.add_format(dit) for nom, dit in FORMATS.items()}
        lignes = [(chapitre, remplie) for chapitre, remplies in chapitres for remplie in remplies]
        rangs = _chiffres(_feuille(classeur, formats, "Chiffres", CHIFFRES), lignes, formats)
        _detail(_feuille(classeur, formats, "Détail", DETAIL), [r for _, r in lignes], formats)
        _regles(_feuille(classeur, formats, "Cohérence", REGLES), relire(fichiers["cadre.yaml"]).regles(), rangs)
        figures = json.loads(fichiers["chiffres.json"])["figures"]
        textes = [[str(figure[nom]) for nom in DEFINITIONS] for figure in figures]
        _ecrire(_feuille(classeur, formats, "Définitions", [*DEFINITIONS.values()]), textes)
        lues = [(phrase, "") for phrase in (str(rapport.organisation), str(rapport), *LISEZ_MOI)]
        lues += sorted(rapport.condensats.items())
        _ecrire(_feuille(classeur, formats, "Lisez-moi", ("Ce classeur, et les fichiers publiés", "Condensat SHA-256")), lues)
    return sortie.getvalue()


def _feuille(classeur, formats: dict, nom: str, titres: Sequence[str]):
    feuille = classeur.add_worksheet(nom)
    feuille.write_row(0, 0, titres, formats["titre"])
    feuille.freeze_panes(1, 0)
    feuille.set_column(0, len(titres) - 1, 18)
    return feuille


def _ecrire(feuille, lignes: Iterable[Sequence]) -> None:
    for rang, ligne in enumerate(lignes, 1):
        feuille.write_row(rang, 0, ligne)


def _chiffres(feuille, lignes: list, formats: dict) -> dict[str, tuple[int, int]]:
    """Une ligne par rubrique ; rend, de chacune qui a un nombre, son rang dans la feuille et ce nombre."""
    rangs = {}
    for rang, (chapitre, remplie) in enumerate(lignes, 2):
        rubrique = remplie.rubrique
        feuille.write_row(rang - 1, 0, (chapitre.libelle, rubrique.rubrique_externe, rubrique.libelle))
        if not remplie.est_sue:
            feuille.write_string(rang - 1, 7, remplie.mesure.inconnue if remplie.mesure else rubrique.non_tenue)
            continue
        feuille.write_string(rang - 1, 6, remplie.nature.unite)
        rangs[rubrique.code] = rang, _valeurs(feuille, rang, 3, remplie, remplie.mesure, formats)
    return rangs


def _valeurs(feuille, rang: int, colonne: int, remplie: RubriqueRemplie, mesure, formats: dict) -> int:
    """Le numérateur, le dénominateur, et la formule de la valeur ; rend le numérateur."""
    a, b = (f"{chr(ord('A') + colonne + n)}{rang}" for n in (0, 1))
    total = remplie.rubrique.lit == PartLue.TOTAL
    numerateur = mesure.total if total else int(mesure.atteint * (1 if remplie.nature.est_un_compte else CENTIEMES))
    feuille.write_number(rang - 1, colonne, numerateur)
    if not total:
        feuille.write_number(rang - 1, colonne + 1, mesure.total)
    if remplie.compte_une_part:
        part = numerateur / mesure.total if mesure.total else ""
        feuille.write_formula(rang - 1, colonne + 2, f'=IF({b}=0,"",{a}/{b})', formats["part"], part)
    elif total or remplie.nature.est_un_compte:
        feuille.write_formula(rang - 1, colonne + 2, f"={a}", None, numerateur)
    else:
        feuille.write_formula(rang - 1, colonne + 2, f"={a}/{CENTIEMES}", None, numerateur / CENTIEMES)
    return numerateur


def _detail(feuille, remplies: Iterable[RubriqueRemplie], formats: dict) -> None:
    rang = 2
    for remplie in remplies:
        for coupe, mesures in remplie.par.items():
            for valeur, mesure in mesures.items():
                feuille.write_row(rang - 1, 0, (remplie.rubrique.libelle, coupe, valeur))
                _valeurs(feuille, rang, 3, remplie, mesure, formats)
                rang += 1


def _regles(feuille, regles: Iterable, rangs: dict[str, tuple[int, int]]) -> None:
    """Chaque règle dont tous les nombres se savent, comparée dans la feuille."""
    rang = 2
    for regle in regles:
        if not set(regle.cite()) <= rangs.keys():
            continue
        (*gauche, droite), signe = [f"Chiffres!D{rangs[code][0]}" for code in regle.cite()], "=" if regle.egale else "<="
        plus, moins = gauche[: len(regle.plus)], gauche[len(regle.plus) :]
        nombres = {code: nombre for code, (_, nombre) in rangs.items()}
        trouve = sum(nombres[c] for c in regle.plus) - sum(nombres[c] for c in regle.moins)
        feuille.write_string(rang - 1, 0, regle.dit)
        feuille.write_formula(rang - 1, 1, "=" + "+".join(plus) + "".join(f"-{cellule}" for cellule in moins), None, trouve)
        feuille.write_formula(rang - 1, 2, f"={droite}", None, nombres[regle.cite()[-1]])
        tient = "non" if regle.ecart(nombres) else "oui"
        feuille.write_formula(rang - 1, 3, f'=IF(B{rang}{signe}C{rang},"oui","non")', None, tient)
        rang += 1
