"""L'écriture par paquets : cent mille personnes passent dans une petite mémoire."""

from collections import defaultdict

from django.db import transaction

from cedre.comptes.models import Trace
from cedre.parcours.models import (
    CompetenceEvaluee,
    Contact,
    Cotation,
    Entretien,
    Evaluation,
    EvaluationProfessionnelle,
    Information,
    NoteSante,
    Personne,
    Suite,
)

# Chaque modèle vient après ceux qu'il désigne : leur clé est connue quand on l'écrit.
ORDRE = (
    Personne,
    Personne.prestations.through,
    Contact,
    Information,
    Entretien,
    Suite,
    Evaluation,
    Cotation,
    NoteSante,
    EvaluationProfessionnelle,
    CompetenceEvaluee,
)


class Lot:
    """Des lignes en attente d'écriture ; l'une peut désigner l'autre avant qu'elle ait une clé."""

    def __init__(self, taille: int = 200):
        self.taille = taille
        self.lignes = defaultdict(list)
        self.traces = []

    def ajouter(self, ligne):
        """Met la ligne en attente et la rend."""
        self.lignes[type(ligne)].append(ligne)
        return ligne

    def tracer(self, personne: Personne, **champs) -> None:
        """Met en attente une trace sur ce dossier, dont le numéro n'est pas encore connu."""
        self.traces.append((personne, champs))

    def ecrire_si_plein(self) -> None:
        """Écrit tout dès que le lot compte assez de personnes."""
        if len(self.lignes[Personne]) >= self.taille:
            self.ecrire()

    def ecrire(self) -> None:
        """Écrit tout, dans l'ordre des clés étrangères, et se vide."""
        with transaction.atomic():
            for modele in ORDRE:
                modele.objects.bulk_create(self.lignes.pop(modele, ()))
            Trace.objects.bulk_create(
                Trace(objet="personne", objet_id=personne.pk, personne_id=personne.pk, **champs)
                for personne, champs in self.traces
            )
        self.lignes.clear()
        self.traces.clear()
