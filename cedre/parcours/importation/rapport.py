"""Le rapport d'un import : une ligne du fichier, ce qui en a été fait, ce qui n'y allait pas."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator

import xlsxwriter

from cedre.parcours.importation.colonnes import colonnes_de_personne
from cedre.parcours.models import Importation

TITRES = ("Ligne", "Résultat", "Gravité", "Colonne", "Valeur", "Remarque")
SORTS = {
    "creee": "Dossier créé",
    "modifiee": "Dossier complété ou modifié",
    "inchangee": "Déjà à jour",
    "refusee": "Écartée",
}


def lignes_du_rapport(importation: Importation) -> Iterator[tuple]:
    """Chaque ligne du fichier, autant de fois qu'elle a de remarques."""
    remarques = defaultdict(list)
    for remarque in importation.remarques:
        remarques[remarque["ligne"]].append(remarque)
    for numero, sort in importation.lignes:
        for r in remarques[numero] or [{"gravite": "", "colonne": "", "valeur": "", "message": ""}]:
            yield numero, SORTS[sort], r["gravite"], r["colonne"], r["valeur"], r["message"]


def _inoffensif(cellule):
    """Un texte qu'un tableur ne prendra pas pour une formule."""
    return f"'{cellule}" if isinstance(cellule, str) and cellule.startswith(("=", "+", "-", "@", "\t", "\r")) else cellule


def en_csv(titres, lignes) -> bytes:
    """Un CSV que les tableurs français ouvrent d'un double-clic : point-virgule, UTF-8 avec marque."""
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow(titres)
    ecrivain.writerows([_inoffensif(c) for c in ligne] for ligne in lignes)
    return sortie.getvalue().encode("utf-8-sig")


def en_xlsx(titres, lignes) -> bytes:
    """Un classeur d'une feuille, titres figés ; les textes restent des textes."""
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True}) as classeur:
        feuille = classeur.add_worksheet("Import")
        gras = classeur.add_format({"bold": True})
        feuille.freeze_panes(1, 0)
        feuille.write_row(0, 0, titres, gras)
        for rang, ligne in enumerate(lignes, start=1):
            for colonne, cellule in enumerate(ligne):
                ecrire = feuille.write_string if isinstance(cellule, str) else feuille.write
                ecrire(rang, colonne, cellule)
        feuille.autofit()
    return sortie.getvalue()


def modele(par) -> bytes:
    """Un fichier d'exemple à remplir : une colonne par information, une personne inventée."""
    exemple = {
        "reference": "A-001",
        "nom": "Exemple",
        "prenom": "Camille",
        "date_naissance": "31/12/1980",
        "sexe": "F",
        "telephone": "01 99 00 12 34",
        "courriel": "camille@exemple.example",
        "adresse": "3 rue des Essais",
        "code_postal": "01000",
        "commune": "Villebrune",
        "prescripteur": "Mission locale",
        "date_contact": "05/01/2026",
    }
    colonnes = [c for c in colonnes_de_personne(par) if c.nom not in ("nom_prenom", "prenom_nom")]
    return en_xlsx([c.libelle for c in colonnes], [[exemple.get(c.nom, "") for c in colonnes]])
