"""Les indicateurs de l'engagement réciproque (§ 2.2 a ; INS-2)."""

from cedre.core.indicateurs import Exemple, Indicateur
from cedre.parcours.models import Engagement

EN_COURS = {"etat": "en_cours", "debut": -20}
COMPLET = EN_COURS | {
    "bilan_le": 60,
    "objectifs": [{"libelle": "Passer le permis"}],
    "moyens": [
        {"qui": "structure", "libelle": "Aider à l’inscription", "echeance": 10, "evaluation": "L’inscription est faite"},
        {"qui": "personne", "libelle": "Aller aux cours", "echeance": 30, "evaluation": "Le code est passé"},
    ],
}
SANS_MOYEN_DE_LA_PERSONNE = COMPLET | {"moyens": COMPLET["moyens"][:1]}
PROJET = COMPLET | {"etat": "projet"}
CLOS = COMPLET | {"etat": "clos", "debut": -90, "clos_le": -1}

engagement_formalise = Indicateur(
    code="engagement_formalise",
    libelle="Engagements formalisés",
    definition=(
        "Engagements en cours dont tout est écrit : objectifs, moyens de la structure et de la personne, "
        "échéance et évaluation de chaque moyen, date du prochain bilan."
    ),
    unite="engagements en cours",
    source="Référentiel d’octobre 2004, § 2.2 a (INS-2)",
    population=lambda le: Engagement.objects.en_cours(le),
    critere=lambda engagements, le: engagements.formalises(),
    exemple=Exemple(
        sujets=(
            {"engagements": [COMPLET]},
            {"engagements": [SANS_MOYEN_DE_LA_PERSONNE]},
            {"engagements": [PROJET]},
            {"engagements": [CLOS]},
        ),
        total=2,
        atteint=1,
    ),
)

engagement_remis = Indicateur(
    code="engagement_remis",
    libelle="Engagements remis à la personne",
    definition="Engagements en cours dont un texte a été remis à la personne : date et façon.",
    unite="engagements en cours",
    source="Référentiel d’octobre 2004, § 2.2 a (INS-2)",
    population=lambda le: Engagement.objects.en_cours(le),
    critere=lambda engagements, le: engagements.remis(le),
    exemple=Exemple(
        sujets=(
            {"engagements": [COMPLET | {"remises": [{"le": -20, "contenu": {}}]}]},
            {"engagements": [COMPLET | {"remises": [{"le": 1, "contenu": {}}]}]},
            {"engagements": [COMPLET]},
            {"engagements": [PROJET]},
        ),
        total=3,
        atteint=1,
    ),
)
