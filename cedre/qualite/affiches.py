"""Les affiches : quelques mots et un QR, à mettre au mur (AME-1, AME-2)."""

import io

import segno
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.qualite.models import Enquete
from cedre.qualite.questionnaires import questionnaires
from cedre.structures.documents import composer

GABARIT = "qualite/typst/affiche.typ"


def qr(adresse: str) -> str:
    """L'image SVG du QR d'une adresse."""
    sortie = io.BytesIO()
    segno.make(adresse, error="m", micro=False).save(sortie, kind="svg", border=0, xmldecl=False)
    return sortie.getvalue().decode()


def _affiche(structure: Organisation, adresse: str, titre: str, phrases: list[str]) -> bytes:
    donnees = {
        "structure": structure.coordonnees,
        "etabli_le": timezone.localdate(),
        "titre": titre,
        "phrases": phrases,
        "adresse": adresse,
        "qr": qr(adresse),
    }
    return composer(GABARIT, donnees, chez=structure.pk)


def affiche_reclamation(structure: Organisation, adresse: str) -> bytes:
    """L'affiche de la porte publique des réclamations."""
    telephone = f"Ou par téléphone : {structure.telephone}." if structure.telephone else "Ou en le disant à l’équipe."
    phrases = ["Dites-le-nous, avec ou sans votre nom.", "Avec votre téléphone : visez ce carré.", telephone]
    return _affiche(structure, adresse, "Quelque chose ne va pas ?", phrases)


def affiche_enquete(enquete: Enquete, adresse: str) -> bytes:
    """L'affiche d'une enquête."""
    phrases = [questionnaires()[enquete.modele].intro, "Avec votre téléphone : visez ce carré.", "Deux minutes suffisent."]
    return _affiche(enquete.organisation, adresse, enquete.titre, phrases)
