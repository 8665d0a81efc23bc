"""Le rapport d'un import : une ligne du fichier, ce qui en a été fait, ce qui n'y allait pas."""

from collections import defaultdict
from collections.abc import Iterator

from cedre.core.exports import en_xlsx
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
    return en_xlsx([c.libelle for c in colonnes], [[exemple.get(c.nom, "") for c in colonnes]], "Personnes")
