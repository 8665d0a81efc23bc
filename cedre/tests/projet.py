"""Le projet d'une structure d'essai : ce que les chapitres 2.4 et 2.5 demandent, un fait de chaque sorte."""

from datetime import timedelta

from django.utils import timezone

from cedre.partenariats.models import Rencontre
from cedre.qualite.models import ActionDeFormation, EntretienAnnuel, EvaluationDePrincipe, Principe
from cedre.structures.models import Axe, Occupation, Poste, ProjetAssociatif


def projeter(monde) -> None:
    """Donne à la structure son projet : texte, axe, poste et qui le tient, entretien annuel (PRO-1 à PRO-3, OBS-5)."""
    chez, marque, jour = monde.organisation, monde.nom, timezone.localdate()
    ProjetAssociatif.objects.create(
        organisation=chez, le=jour - timedelta(days=400), adopte_par=f"CA {marque}", texte=f"Projet {marque}"
    )
    Axe.objects.create(organisation=chez, intitule=f"Axe {marque}", defini_le=jour - timedelta(days=200), codes=["delai_annonce"])
    poste = Poste.objects.create(
        organisation=chez, intitule=f"Direction {marque}", fonctions=["direction"], ouvert_le=jour - timedelta(days=900)
    )
    Occupation.objects.create(
        poste=poste, nom=f"Titulaire {marque}", du=jour - timedelta(days=500), compte=monde.hab["direction"].compte
    )
    ActionDeFormation.objects.create(
        organisation=chez,
        poste=poste,
        besoin=f"Besoin de formation {marque}",
        intitule=f"Formation {marque}",
        prevue_du=jour - timedelta(days=40),
        prevue_au=jour - timedelta(days=38),
        abandonnee_le=jour - timedelta(days=45),
        motif=f"Motif {marque}",
    )
    EntretienAnnuel.objects.create(
        organisation=chez,
        compte=monde.hab["accueil"].compte,
        mene_par=monde.hab["direction"].compte,
        tenu_le=jour - timedelta(days=30),
        points=f"Points {marque}",
        besoins=f"Besoin dit {marque}",
    )
    principe = Principe.objects.create(
        organisation=chez, enonce=f"Principe {marque}", au_quotidien="On le voit", enonce_le=jour - timedelta(days=700)
    )
    EvaluationDePrincipe.objects.create(
        principe=principe, le=jour - timedelta(days=50), comment="En équipe", constat=f"Vu {marque}"
    )
    rencontre = Rencontre.objects.create(organisation=chez, le=jour - timedelta(days=20), sujet=f"Rencontre {marque}")
    rencontre.partenaires.add(monde.partenaire)
