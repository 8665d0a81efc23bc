"""Un fait de chaque sorte du système qualité, pour les deux structures de tous les essais."""

from datetime import timedelta

from django.utils import timezone

from cedre.qualite.models import ActionAmelioration, Enquete, Reclamation, ReponseEnquete
from cedre.qualite.models.enquetes import semaine_de
from cedre.qualite.operations.enquetes import bulletin
from cedre.qualite.operations.sans_nom import deposer
from cedre.qualite.questionnaires import questionnaires


def ameliorer(monde, marque: str) -> None:
    """Une réclamation, une enquête et sa réponse, une action. marque : ce qui distingue leurs mots de ceux d'ailleurs."""
    jour, chez = timezone.localdate(), monde.organisation
    monde.reclamation = Reclamation.objects.create(organisation=chez, origine="client", texte=f"Réclamation {marque}", qui=marque)
    monde.enquete = Enquete.objects.create(
        organisation=chez,
        modele="clients",
        titre=f"Enquête {marque}",
        au=jour + timedelta(days=20),
        questions=questionnaires()["clients"].en_donnees(),
    )
    dite = bulletin({"mieux": f"Rien {marque}"}, semaine=semaine_de(jour))
    ReponseEnquete.objects.create(enquete=monde.enquete, scelle=dite)
    deposer(Reclamation(organisation=chez, origine="autre", canal="public", texte=f"Sans nom {marque}"))
    monde.action = ActionAmelioration.objects.create(
        organisation=chez,
        quoi=f"Action {marque}",
        effet_attendu=f"Effet {marque}",
        qui=monde.qui,
        echeance=jour + timedelta(days=15),
        reclamation=monde.reclamation,
    )
