"""Les indicateurs de l'entretien de bilan (§ 2.2 c ; INS-7)."""

from cedre.core.indicateurs import Exemple, Indicateur
from cedre.parcours.models import Bilan

EN_COURS = {"etat": "en_cours", "debut": -200}
CLOS = {"etat": "clos", "suite": "sortie", "suite_le": 0}


REDIGE = CLOS | {"synthese": "Le code est passé"}


def _sujet(*bilans: dict) -> dict:
    return {"engagements": [EN_COURS | {"bilans": list(bilans)}]}


def _regarde(bilan: dict, resultat: str) -> dict:
    evalues = {"objectifs_evalues": [{"objectif": True, "resultat": resultat}]}
    return {"engagements": [EN_COURS | {"objectifs": [{"libelle": "Passer le permis"}], "bilans": [bilan | evalues]}]}


bilan_tenu = Indicateur(
    code="bilan_tenu",
    libelle="Bilans tenus à l’échéance",
    definition=(
        "Échéances de bilan passées depuis plus de quinze jours et moins de douze mois, suivies d’un bilan clos, tenu pour le "
        "même engagement quinze jours après au plus tard ; hors bilans annulés avant la fin de ces quinze jours."
    ),
    unite="échéances de bilan",
    source="Référentiel d’octobre 2004, § 2.2 c (INS-7)",
    population=lambda le: Bilan.objects.echus(le),
    critere=lambda bilans, le: bilans.tenus_a_temps(le),
    exemple=Exemple(
        sujets=(
            _sujet(CLOS | {"le": -25, "echeance": -40, "clos_le": -2}),
            _sujet(CLOS | {"le": -24, "echeance": -40, "clos_le": -24}),
            _sujet(CLOS | {"le": -10, "echeance": 5, "clos_le": -10}),
            _sujet({"le": -40, "etat": "absent"}, CLOS | {"le": -33, "clos_le": -33}),
            _sujet(CLOS | {"le": -16, "clos_le": 1}),
            _sujet(CLOS | {"le": -16, "clos_le": 1, "clotures_rouvertes": [{"du": -16, "au": 1, "redige": True}]}),
            _sujet({"le": -16, "etat": "prevu"}),
            _sujet({"le": -15, "etat": "prevu"}),
            _sujet({"le": -40, "etat": "annule", "annule_le": -25}),
            _sujet({"le": -40, "etat": "annule", "annule_le": -24}),
        ),
        total=8,
        atteint=4,
    ),
)

bilan_redige = Indicateur(
    code="bilan_redige",
    libelle="Comptes rendus de bilan rédigés",
    definition=(
        "Bilans des douze derniers mois, clos ce jour-là, dont le compte rendu dit ce que l’on retient ensemble et où en est "
        "chaque objectif de l’engagement."
    ),
    unite="bilans clos",
    source="Référentiel d’octobre 2004, § 2.2 c (INS-7)",
    population=lambda le: Bilan.objects.clos_dans_l_annee(le),
    critere=lambda bilans, le: bilans.rediges(le),
    exemple=Exemple(
        sujets=(
            _regarde(REDIGE | {"le": -10, "clos_le": -10}, "atteint"),
            _regarde(REDIGE | {"le": -10, "clos_le": -10}, ""),
            _sujet({"le": -10, "etat": "en_cours", "clotures_rouvertes": [{"du": -10, "au": 1, "redige": True}]}),
            _regarde(
                REDIGE | {"le": -10, "clos_le": 1, "clotures_rouvertes": [{"du": -10, "au": 1, "redige": False}]}, "atteint"
            ),
            _regarde(CLOS | {"le": -10, "clos_le": -10}, "en_partie"),
            _sujet(REDIGE | {"le": -10, "clos_le": -10}),
            _regarde(REDIGE | {"le": -10, "clos_le": 1}, "atteint"),
            _regarde(REDIGE | {"le": -370, "clos_le": -370}, "atteint"),
            _regarde({"synthese": "Le code est passé", "le": -10, "etat": "en_cours"}, "atteint"),
        ),
        total=6,
        atteint=2,
    ),
)

bilan_remis = Indicateur(
    code="bilan_remis",
    libelle="Comptes rendus de bilan remis",
    definition="Bilans clos des douze derniers mois dont le compte rendu a été remis à la personne : date et façon.",
    unite="bilans clos",
    source="Référentiel d’octobre 2004, § 2.2 c (INS-7)",
    population=lambda le: Bilan.objects.clos_dans_l_annee(le),
    critere=lambda bilans, le: bilans.remis(le),
    exemple=Exemple(
        sujets=(
            _sujet(CLOS | {"le": -10, "clos_le": -10, "remises": [{"le": -9, "contenu": {}}]}),
            _sujet(CLOS | {"le": -10, "clos_le": -10, "remises": [{"le": 1, "contenu": {}}]}),
            _sujet(CLOS | {"le": -400, "clos_le": -400}),
            _sujet(CLOS | {"le": -10, "clos_le": 1}),
            _sujet({"le": -10, "etat": "en_cours"}),
        ),
        total=2,
        atteint=1,
    ),
)
