"""Les indicateurs de l'entretien de bilan (§ 2.2 c ; INS-7)."""

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.core.periodes import douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import en_mots
from cedre.parcours.models import Bilan
from cedre.parcours.models.situation import libelle

EN_COURS = {"etat": "en_cours", "debut": -200}
CLOS = {"etat": "clos", "suite": "sortie", "suite_le": 0}
COUPES = {"type d’engagement": lambda le: libelle("engagement__type_engagement")}  # le sien, et non celui qui court


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
        "Bilans attendus il y a plus de quinze jours et moins de douze mois : l’échéance est le jour où on l’attendait, même "
        "s’il s’est tenu un autre jour. Satisfait : un bilan du même engagement, attendu à cette échéance ou après elle, tenu "
        "au plus tard quinze jours après elle, est clos ce jour-là au plus tard. Hors bilans annulés avant l’échéance, ou dans "
        "les quinze jours qui la suivent, le quinzième compris."
    ),
    unite="échéances de bilan",
    limites="Un bilan tenu à temps ne dit pas s’il a fait avancer l’engagement.",
    source="Référentiel d’octobre 2004, § 2.2 c (INS-7)",
    population=lambda le: Bilan.objects.echus(le),
    critere=lambda bilans, le: bilans.tenus_a_temps(le),
    coupes=COUPES,
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
        lus=((1, 1), (1, 0), (0, 0), (2, 2), (1, 0), (1, 1), (1, 0), (0, 0), (0, 0), (1, 0)),
    ),
)

ABSENTE = {"le": -60, "etat": "absent", "absent_le": -58}

bilan_conduit = Indicateur(
    code="bilan_conduit",
    libelle="Bilans conduits au terme des échéances",
    definition=(
        "Bilans attendus il y a plus de quinze jours et moins de douze mois : l’échéance est le jour où on l’attendait, même "
        "s’il s’est tenu un autre jour. Satisfait : un bilan du même engagement, attendu à cette échéance ou après elle, tenu "
        "au plus tard quinze jours après elle, est clos ce jour-là au plus tard. Hors bilans annulés avant l’échéance, ou dans "
        "les quinze jours qui la suivent, le quinzième compris. Hors ceux où la personne n’est pas venue, son absence notée ce "
        "jour-là au plus tard, quand un autre bilan du même engagement a été mis à l’agenda le jour de cette absence ou après, "
        "ce jour-là au plus tard, sans y être annulé : c’est alors celui-là que l’on attend."
    ),
    unite="échéances de bilan",
    limites="Des rendez-vous manqués puis repris plusieurs fois de suite n’y paraissent qu’à la fin.",
    source="Référentiel d’octobre 2004, § 2.2 c (INS-7)",
    population=lambda le: Bilan.objects.echus(le).sans_autre_rendez_vous(le),
    critere=lambda bilans, le: bilans.tenus_a_temps(le),
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            _sujet(CLOS | {"le": -25, "echeance": -40, "clos_le": -2}),
            _sujet(CLOS | {"le": -24, "echeance": -40, "clos_le": -24}),
            _sujet(ABSENTE),
            _sujet(ABSENTE, CLOS | {"le": -30, "cree_le": -58, "clos_le": -30}),
            _sujet(ABSENTE, {"le": 5, "cree_le": 0}),
            _sujet(ABSENTE, {"le": 5, "cree_le": 1}),
            _sujet(ABSENTE, {"le": -40, "cree_le": -58, "etat": "annule", "annule_le": -40}),
            _sujet(ABSENTE, CLOS | {"le": -70, "cree_le": -90, "clos_le": -70}),
            _sujet(ABSENTE | {"absent_le": 1}, {"le": 5, "cree_le": 0}),
            _sujet(ABSENTE | {"absent_le": -50}, {"le": -30, "cree_le": -50, "etat": "absent", "absent_le": -30}),
        ),
        total=10,
        atteint=3,
        lus=((1, 1), (1, 0), (1, 0), (1, 1), (0, 0), (1, 0), (1, 0), (2, 1), (1, 0), (1, 0)),
    ),
)

bilan_redige = Indicateur(
    code="bilan_redige",
    libelle="Comptes rendus de bilan rédigés",
    definition=(
        "Bilans tenus dans les douze mois qui finissent ce jour-là, et clos ce jour-là au plus tard. Satisfait : le compte rendu "
        "dit ce que l’on retient ensemble, il regarde au moins un objectif, et chaque objectif qu’il regarde a son résultat."
    ),
    unite="bilans clos",
    limites="Il ne dit pas si les objectifs sont atteints, seulement qu’on les a regardés.",
    source="Référentiel d’octobre 2004, § 2.2 c (INS-7)",
    population=lambda le: Bilan.objects.clos_dans_l_annee(le),
    critere=lambda bilans, le: bilans.rediges(le),
    coupes=COUPES,
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
        lus=((1, 1), (1, 0), (1, 1), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)

bilan_remis = Indicateur(
    code="bilan_remis",
    libelle="Comptes rendus de bilan remis",
    definition="Bilans clos des douze derniers mois dont le compte rendu a été remis à la personne : date et façon.",
    unite="bilans clos",
    limites="Un compte rendu remis ne dit pas si la personne est d’accord avec lui.",
    source="Référentiel d’octobre 2004, § 2.2 c (INS-7)",
    population=lambda le: Bilan.objects.clos_dans_l_annee(le),
    critere=lambda bilans, le: bilans.remis(le),
    coupes=COUPES,
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
        lus=((1, 1), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)

REMIS = CLOS | {"remises": [{"le": 0, "contenu": {}}]}

bilans_de_la_periode = Indicateur(
    code="bilans_de_la_periode",
    libelle="Bilans tenus, et remis à la personne",
    definition=(
        "Bilans tenus dans la période, et clos le jour où l’on regarde au plus tard. Satisfait : leur compte rendu lui a été "
        "remis, ce jour-là au plus tard."
    ),
    unite="bilans tenus",
    limites="Un bilan tenu ne dit pas ce qu’il a changé ; ceux que l’on attendait en vain n’y sont pas.",
    source="Cadre commun, entretiens de bilan (INS-7, OBS-1)",
    population=lambda periode: Bilan.objects.nominatifs().clos_au(periode.le).filter(**periode.dans("jour")),
    critere=lambda bilans, periode: bilans.remis(periode.le),
    periode=douze_mois_finis_le,
    coupes={
        "type d’engagement": lambda periode: libelle("engagement__type_engagement"),
        "suite": lambda periode: en_mots("suite", Bilan.Suite),
    },
    constat=True,
    exemple=Exemple(
        sujets=(
            _sujet(REMIS | {"le": UN_JOUR - UN_AN, "clos_le": -300}),
            _sujet(REMIS | {"le": 0, "clos_le": 0}),
            _sujet(CLOS | {"le": -20, "clos_le": -20, "remises": [{"le": 1, "contenu": {}}]}),
            _sujet(REMIS | {"le": -20, "clos_le": 1}),
            _sujet(REMIS | {"le": -UN_AN, "clos_le": -300}),
            _sujet({"le": -20, "etat": "absent"}),
        ),
        total=3,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)
