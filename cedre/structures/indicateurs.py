"""Les indicateurs de ce que la structure a posé : grille, offre, fiches de poste, priorités (§ 2.1 b, § 2.4 a et b)."""

from django.db.models import Exists, OuterRef

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.structures.models import Axe, FicheDePoste, Grille, Offre, Poste

MOIS_D_UNE_RELECTURE = 24


def _propose(**champs) -> dict:
    return {"offres": [{"intitule": "Atelier", "usages": [{"du": -30} | champs]}]}


def _sert(*usages: dict, relue_le: list[int]) -> dict:
    return {"usages": list(usages), "relectures": [{"le": le} for le in relue_le]}


grille_en_vigueur = Indicateur(
    code="grille_en_vigueur",
    libelle="Grille commune en vigueur",
    definition="La structure, quand une grille commune d’évaluation y est publiée, ce jour-là au plus tard.",
    unite="structure",
    limites="Une grille publiée ne dit pas si l’équipe s’en sert.",
    source="Référentiel d’octobre 2004, § 2.1 b (ACC-4)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Grille.objects.en_vigueur(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(
            {"grilles": [{"version": 1, "publiee_le": 0}, {"version": 2}]},
            {"grilles": [{"version": 1, "publiee_le": 1}]},
            {"grilles": [{"version": 1}]},
            {},
        ),
        total=4,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (1, 0)),
    ),
)

offre_decrite = Indicateur(
    code="offre_decrite",
    libelle="Offre d’insertion définie",
    definition=(
        "La structure, quand elle propose ce jour-là au moins une réponse dont il est dit à quoi elle sert : une description, un "
        "thème ou un type d’engagement."
    ),
    unite="structure",
    limites="Une seule réponse décrite suffit : il ne dit pas si l’offre couvre les besoins.",
    source="Référentiel d’octobre 2004, § 2.4 b (PRO-2)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Offre.objects.decrites(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(
            _propose(),
            _propose(au=1),
            _propose(au=0),
            _propose(du=1),
            _propose(decrite=False),
            {},
        ),
        total=6,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0)),
    ),
)

fiches_de_poste_a_jour = Indicateur(
    code="fiches_de_poste_a_jour",
    libelle="Fiches de poste à jour",
    definition=(
        "Fiches de poste en usage ce jour-là, écrites ou relues dans les vingt-quatre derniers mois. Enregistrer une fiche, même "
        "sans rien y changer, c’est l’avoir relue."
    ),
    unite="fiches de poste",
    limites="Relire une fiche sans la changer suffit, même si le poste a changé.",
    source="Référentiel d’octobre 2004, § 2.4 b (PRO-2)",
    population=lambda le: FicheDePoste.objects.en_usage(le).des_structures(),
    critere=lambda fiches, le: fiches.a_jour(le, mois=MOIS_D_UNE_RELECTURE),
    exemple=Exemple(
        sujets=(
            _sert({"du": -900}, relue_le=[-900, -10]),
            _sert({"du": -900}, relue_le=[-900, 1]),
            _sert({"du": -900}, relue_le=[]),
            _sert({"du": 1}, relue_le=[1]),
            _sert({"du": -900, "au": 1}, relue_le=[-10]),
            _sert({"du": -900, "au": 0}, relue_le=[-10]),
            _sert({"du": -900, "au": -400}, {"du": -30}, relue_le=[-10]),
            _sert({"du": -900, "au": -400}, {"du": 1}, relue_le=[-10]),
        ),
        total=5,
        atteint=3,
        lus=((1, 1), (1, 0), (1, 0), (0, 0), (1, 1), (0, 0), (1, 1), (0, 0)),
    ),
)

priorites_definies = Indicateur(
    code="priorites_definies",
    libelle="Priorités définies",
    definition=(
        "La structure a, ce jour-là, au moins un axe de développement en vigueur, dernier jour compris, défini ou redéfini "
        "depuis moins de trente-six mois."
    ),
    unite="structure",
    limites="Une priorité définie ne dit pas si l’on y travaille.",
    source="Référentiel d’octobre 2004, § 2.4 a (PRO-1)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Axe.objects.recents(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(
            {"axes": [{"intitule": "Aller vers", "defini_le": 0}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": UN_JOUR - 3 * UN_AN}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": -3 * UN_AN}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": -3 * UN_AN, "redefinitions": [{"le": 0}]}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": -3 * UN_AN, "redefinitions": [{"le": 1}]}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": -300, "jusqu_au": 0}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": -300, "jusqu_au": -1}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": 1}]},
            {},
        ),
        total=9,
        atteint=4,
        lus=((1, 1), (1, 1), (1, 0), (1, 1), (1, 0), (1, 1), (1, 0), (1, 0), (1, 0)),
    ),
)

priorites_en_vigueur = Indicateur(
    code="priorites_en_vigueur",
    libelle="Priorités en vigueur",
    definition="La structure, quand elle a ce jour-là au moins un axe de développement en vigueur, dernier jour compris.",
    unite="structure",
    limites="Un axe de dix ans compte comme un axe d’hier.",
    source="Référentiel d’octobre 2004, § 2.4 a (PRO-1)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Axe.objects.en_vigueur(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(
            {"axes": [{"intitule": "Aller vers", "defini_le": 0}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": -2000}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": 1}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": -300, "jusqu_au": 0}]},
            {"axes": [{"intitule": "Aller vers", "defini_le": -300, "jusqu_au": -1}]},
            {},
        ),
        total=6,
        atteint=3,
        lus=((1, 1), (1, 1), (1, 0), (1, 1), (1, 0), (1, 0)),
    ),
)

postes_definis = Indicateur(
    code="postes_definis",
    libelle="Postes de l’équipe définis",
    definition="La structure, quand son équipe permanente a ce jour-là au moins un poste.",
    unite="structure",
    limites="Un seul poste suffit, et il peut n’être occupé par personne.",
    source="Référentiel d’octobre 2004, § 2.4 b (PRO-2)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Poste.objects.ouverts(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(
            {"postes": [{"intitule": "Accueil", "ouvert_le": 0}]},
            {"postes": [{"intitule": "Accueil", "ouvert_le": 1}]},
            {"postes": [{"intitule": "Accueil", "ouvert_le": -10, "ferme_le": 0}]},
            {"postes": [{"intitule": "Accueil", "ouvert_le": -10, "ferme_le": 1}]},
            {},
        ),
        total=5,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 0), (1, 1), (1, 0)),
    ),
)
