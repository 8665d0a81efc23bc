"""L'écriture par paquets : cent mille personnes passent dans une petite mémoire."""

from collections import defaultdict
from collections.abc import Iterator
from copy import copy

from django.db import transaction

from cedre.comptes.models import Trace
from cedre.parcours.models import (
    ActionAssociee,
    AncienObjectif,
    Bilan,
    CompetenceEvaluee,
    Contact,
    Contrat,
    Cotation,
    Echange,
    Engagement,
    Entretien,
    Evaluation,
    EvaluationAuTravail,
    EvaluationProfessionnelle,
    Formalisation,
    Heures,
    Information,
    Jobcoach,
    Liaison,
    MiseEnSituation,
    Moyen,
    NoteSante,
    Objectif,
    ObjectifEvalue,
    PassIAE,
    Personne,
    PriseEnCharge,
    RefusDEvaluation,
    Remise,
    Sortie,
    Suite,
    Suivi,
    SuiviAMinima,
    SuiviSortie,
    Suspension,
    VisiteJobcoach,
)
from cedre.parcours.operations.etapes import reprendre_les_etapes
from cedre.parcours.remises import contenu
from cedre.regulation.models import Decision, PointOrdreDuJour

# Chaque modèle vient après ceux qu'il désigne : leur clé est connue quand on l'écrit.
ORDRE = (
    Personne,
    Personne.prestations.through,
    Personne.criteres.through,
    Suivi,
    Contact,
    Information,
    Entretien,
    Suite,
    Evaluation,
    Cotation,
    NoteSante,
    RefusDEvaluation,
    EvaluationProfessionnelle,
    CompetenceEvaluee,
    Contrat,
    Suspension,
    PassIAE,
    Engagement,
    Formalisation,
    Objectif,
    Moyen,
    MiseEnSituation,
    AncienObjectif,
    Heures,
    EvaluationAuTravail,
    ActionAssociee,
    Bilan,
    ObjectifEvalue,
    Remise,
    Echange,
    Liaison,
    PriseEnCharge,
    SuiviAMinima,
    Sortie,
    SuiviSortie,
    Jobcoach,
    VisiteJobcoach,
    PointOrdreDuJour,
    Decision,
)
PRECEDENT = {Contrat: "renouvelle", Engagement: "suit"}


def _generations(modele, lignes) -> Iterator[list]:
    """Les lignes d'un modèle, chacune après celle du même modèle qu'elle désigne."""
    precedent = PRECEDENT.get(modele)
    while precedent and lignes:
        pretes = [ligne for ligne in lignes if getattr(ligne, precedent) is None or getattr(ligne, precedent).pk]
        yield pretes
        lignes = [ligne for ligne in lignes if ligne.pk is None]
    yield lignes


class Lot:
    """Des lignes en attente d'écriture ; l'une peut désigner l'autre avant qu'elle ait une clé."""

    def __init__(self, taille: int = 200):
        self.taille = taille
        self.lignes = defaultdict(list)
        self.traces = []
        self.remises = []

    def ajouter(self, ligne):
        """Met la ligne en attente et la rend."""
        self.lignes[type(ligne)].append(ligne)
        return ligne

    def tracer(self, personne: Personne, **champs) -> None:
        """Met en attente une trace sur ce dossier, dont le numéro n'est pas encore connu."""
        self.traces.append((personne, champs))

    def remettre(self, remise: Remise, objectifs: list[Objectif], moyens: list[Moyen]) -> None:
        """Met en attente une remise : son texte se fige ici, ses objectifs reçoivent leur numéro à l'écriture."""
        self.remises.append((self.ajouter(remise), copy(remise.engagement), list(objectifs), list(moyens)))

    def ecrire_si_plein(self) -> None:
        """Écrit tout dès que le lot compte assez de personnes."""
        if len(self.lignes[Personne]) >= self.taille:
            self.ecrire()

    def ecrire(self) -> None:
        """Écrit tout, dans l'ordre des clés étrangères, et se vide."""
        personnes = [*self.lignes[Personne]]
        with transaction.atomic():
            for modele in ORDRE:
                if modele is Remise:
                    for remise, engagement, objectifs, moyens in self.remises:
                        remise.contenu = contenu(engagement, objectifs=objectifs, moyens=moyens)
                for lignes in _generations(modele, self.lignes.pop(modele, [])):
                    modele.objects.bulk_create(lignes)
            reprendre_les_etapes(*personnes)
            Trace.objects.bulk_create(
                Trace(objet="personne", objet_id=personne.pk, personne_id=personne.pk, **champs)
                for personne, champs in self.traces
            )
        self.lignes.clear()
        self.traces.clear()
        self.remises.clear()
