"""Importer un fichier d'un bout à l'autre, et ce qu'un import en dit."""

from cedre.parcours.models import Importation
from cedre.parcours.operations.importation import analyser, deposer, importer


def apporter(contenu, par, nom="liste.csv", sorte="personnes", **options) -> Importation:
    """Dépose, lit, importe."""
    importation = deposer(contenu.encode() if isinstance(contenu, str) else contenu, nom=nom, sorte=sorte, par=par)
    analyser(importation, par=par)
    importer(importation, par=par, **options)
    return importation


def dites(importation, gravite=None) -> list[tuple]:
    """Les remarques : ligne, colonne, message."""
    return [(r["ligne"], r["colonne"], r["message"]) for r in importation.remarques if gravite in (None, r["gravite"])]


def bilan(importation) -> tuple:
    """Créés, modifiés, inchangés, lignes refusées."""
    return importation.creees, importation.modifiees, importation.inchangees, importation.refusees
