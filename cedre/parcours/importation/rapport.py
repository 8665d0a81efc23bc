"""Le rapport d'un import : une ligne du fichier, ce qui en a été fait, ce qui n'y allait pas."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from cedre.core.colonnes import Colonne
from cedre.core.exports import en_xlsx
from cedre.parcours.models import Importation

TITRES = ("Ligne", "Résultat", "Gravité", "Colonne", "Valeur", "Remarque")
SORTS = {"creee": "{} créé", "modifiee": "{} complété ou modifié", "inchangee": "Déjà à jour", "refusee": "Écartée"}


def lignes_du_rapport(importation: Importation) -> Iterator[tuple]:
    """Chaque ligne du fichier, autant de fois qu'elle a de remarques."""
    remarques, quoi = defaultdict(list), importation.quoi.removesuffix("s").capitalize()
    for remarque in importation.remarques:
        remarques[remarque["ligne"]].append(remarque)
    for numero, sort in importation.lignes:
        for r in remarques[numero] or [{"gravite": "", "colonne": "", "valeur": "", "message": ""}]:
            yield numero, SORTS[sort].format(quoi), r["gravite"], r["colonne"], r["valeur"], r["message"]


EXEMPLE = {
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
    "nature": "CDD d’insertion (CDDI)",
    "debut": "12/01/2026",
    "fin_prevue": "11/05/2026",
    "heures_hebdo": "26",
    "remuneration_horaire": "12,02",
    "pass_debut": "12/01/2026",
}


def modele(colonnes: Iterable[Colonne], titre: str) -> bytes:
    """Un fichier d'exemple à remplir : une colonne par information, une personne inventée."""
    colonnes = [c for c in colonnes if c.nom not in ("nom_prenom", "prenom_nom")]
    return en_xlsx([c.libelle for c in colonnes], [[EXEMPLE.get(c.nom, "") for c in colonnes]], titre)
