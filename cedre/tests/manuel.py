"""Le manuel d'une structure d'essai : un fait de chaque sorte (MAN-1 à MAN-3, TRA-4)."""

from datetime import timedelta

from django.utils import timezone

from cedre.qualite.models import AccuseDeLecture, Procedure, RevisionDeProcedure, TexteDuManuel, VersionDuManuel


def rediger(monde) -> None:
    """Donne à la structure une procédure qui écrit un délai, et un manuel publié, lu par la personne."""
    chez, marque, jour = monde.organisation, monde.nom, timezone.localdate()
    monde.procedure = Procedure.objects.create(
        organisation=chez,
        titre=f"Accueillir {marque}",
        but=f"But {marque}",
        mission="accueil",
        phase="accueil",
        qui=f"Accueil {marque}",
        etapes=[f"Première étape {marque}", "Deuxième étape"],
        outils=[f"Fiche {marque}"],
        codes=["statut_explique"],
        reglage="delai_annonce",
        valeur=10,
        depuis=jour - timedelta(days=400),
    )
    RevisionDeProcedure.objects.create(procedure=monde.procedure, le=jour - timedelta(days=400), par=monde.hab["qualite"].compte)
    TexteDuManuel.objects.create(organisation=chez, section="projet", texte=f"Projet {marque}")
    section = {"code": "projet", "titre": "Projet associatif", "texte": f"Projet d’avant {marque}", "blocs": []}
    monde.version = VersionDuManuel.objects.create(
        organisation=chez,
        numero=1,
        publiee_le=jour - timedelta(days=40),
        approuvee_le=jour - timedelta(days=41),
        approuvee_par=f"Présidence {marque}",
        au_titre_de="ca",
        contenu={"sections": [section], "en_clair": {"phrases": [f"Ici, c’est {marque}."], "texte": ""}},
        condensat="0" * 64,
    )
    AccuseDeLecture.objects.create(manuel=monde.version, personne=monde.personne, mode="papier")
