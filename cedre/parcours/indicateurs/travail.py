"""Les indicateurs du travail : le client associé, ce que servent les heures et les actions associées (§ 2.2 b, § 2.3 b)."""

from cedre.core.indicateurs import Exemple, Indicateur
from cedre.parcours.models import ActionAssociee, MiseEnSituation

HEURES = [{"le": -20, "heures": 7}]
ENGAGEE = {"etat": "en_cours", "debut": -100, "objectifs": [{"libelle": "Passer le permis"}]}
SERVIE = {"atelier": "Jardin", "du": -100, "heures": HEURES, "engagement": True, "objectif": True}
SERVAIT = {"au": 1, "engagement": True, "objectif": True}


def _chez(**faits) -> dict:
    return {"mises_en_situation": [{"client": {"nom": "Client"}, "du": -100, "heures": HEURES} | faits]}


client_associe = Indicateur(
    code="client_associe",
    libelle="Client associé à l’objectif",
    definition=(
        "Mises en situation chez un client, travaillées dans les douze derniers mois, dont le client a reçu la fiche de liaison "
        "(un lien, ou la fiche imprimée) ou a évalué au travail."
    ),
    unite="mises en situation chez un client",
    limites="Une fiche reçue ne dit pas si le client l’a lue ou s’en est servi.",
    source="Référentiel d’octobre 2004, § 2.2 b (INS-6)",
    population=lambda le: MiseEnSituation.objects.travaillees_dans_l_annee(le).chez_un_client(),
    critere=lambda mises_en_situation, le: mises_en_situation.client_associe(le),
    exemple=Exemple(
        sujets=(
            _chez(evaluations=[{"le": -3, "regard": "client"}]),
            _chez(liens=[{"cree_le": -90, "condensat": "un", "revoque_le": -60}]),
            _chez(evaluations=[{"le": -3, "regard": "encadrement"}]),
            _chez(evaluations=[{"le": 1, "regard": "client"}], liens=[{"cree_le": 1, "condensat": "deux"}]),
            _chez(heures=[{"le": -370, "heures": 7}]),
            {"mises_en_situation": [{"atelier": "Jardin", "du": -100, "heures": HEURES}]},
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)

CHANTIER = {"atelier": "Chantier espaces verts", "du": -100, "heures": HEURES}
POUR_LA_VILLE = CHANTIER | {"client_de_l_atelier": {"nom": "Ville"}}


def _au(chantier: dict, **faits) -> dict:
    return {"mises_en_situation": [chantier | faits]}


client_associe_partout = Indicateur(
    code="client_associe_partout",
    libelle="Client associé, atelier et chantier compris",
    definition=(
        "Mises en situation travaillées dans les douze derniers mois, chez un client, en atelier ou sur un chantier. Satisfait : "
        "son client, celui pour qui l’atelier travaille compris, a reçu la fiche de liaison (un lien, ou la fiche imprimée) ou a "
        "évalué au travail, ce jour-là au plus tard. Un atelier dont le client n’était pas dit ce jour-là ne satisfait pas."
    ),
    unite="mises en situation travaillées",
    limites="Un atelier sans client, comme une boutique de la structure, ne peut pas y satisfaire.",
    source="Référentiel d’octobre 2004, § 2.2 b (INS-4, INS-6)",
    population=lambda le: MiseEnSituation.objects.travaillees_dans_l_annee(le),
    critere=lambda mises_en_situation, le: mises_en_situation.client_dit(le).client_associe(le),
    garde_depuis="parcours.0021_client_d_un_atelier",
    exemple=Exemple(
        sujets=(
            _chez(evaluations=[{"le": -3, "regard": "client"}]),
            _chez(evaluations=[{"le": -3, "regard": "encadrement"}]),
            _au(POUR_LA_VILLE, evaluations=[{"le": -3, "regard": "client"}]),
            _au(POUR_LA_VILLE, fiche_imprimee_le=-90),
            _au(POUR_LA_VILLE),
            _au(POUR_LA_VILLE, client_dit_le=1, evaluations=[{"le": -3, "regard": "client"}]),
            _au(CHANTIER, fiche_imprimee_le=-90),
            _au(POUR_LA_VILLE, heures=[{"le": -370, "heures": 7}]),
        ),
        total=7,
        atteint=3,
        lus=((1, 1), (1, 0), (1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (0, 0)),
    ),
)

heures_avec_objectif = Indicateur(
    code="heures_avec_objectif",
    libelle="Heures au service d’un objectif",
    definition=(
        "Mises en situation où des heures ont été faites dans les douze derniers mois, et qui servaient ce jour-là un objectif "
        "d’un engagement déjà pris."
    ),
    unite="mises en situation travaillées",
    limites="Une heure au service d’un objectif suffit pour que la mise en situation compte.",
    source="Référentiel d’octobre 2004, § 2.3 b (INS-4)",
    population=lambda le: MiseEnSituation.objects.travaillees_dans_l_annee(le),
    critere=lambda mises_en_situation, le: mises_en_situation.au_service_d_un_objectif(le),
    exemple=Exemple(
        sujets=(
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE]},
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"objectif": None}]},
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"objectif": None, "anciens_objectifs": [SERVAIT]}]},
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"anciens_objectifs": [{"au": 1}]}]},
            {"engagements": [ENGAGEE | {"debut": 1}], "mises_en_situation": [SERVIE]},
            {"engagements": [ENGAGEE | {"etat": "projet"}], "mises_en_situation": [SERVIE]},
            {"mises_en_situation": [{"atelier": "Jardin", "du": -100, "heures": HEURES}]},
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"heures": [{"le": -370, "heures": 7}]}]},
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"heures": [{"le": -20, "heures": 0}]}]},
        ),
        total=7,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)

FINIE = ENGAGEE | {"etat": "clos", "clos_le": -30}
SUIVANTE = ENGAGEE | {"debut": -30}
ENGAGES = "Le travail et les actions de qui n’est pas engagé n’en sont pas : le § 2.2 a ne demande pas partout d’engager chacun."


def _agir(*engagements: dict, **dit) -> dict:
    action = {"le": -20, "etat": "faite", "offre": {"intitule": "Atelier CV"}, "engagement": True}
    return {"phase": "parcours", "engagements": [*engagements], "actions": [action | dit]}


travail_selon_l_engagement = Indicateur(
    code="travail_selon_l_engagement",
    libelle="Travail au service de l’engagement en cours",
    definition=(
        "Mises en situation où des heures ont été faites dans les douze derniers mois, de qui avait ce jour-là, ou le dernier "
        "jour de la mise en situation si elle était finie, un engagement commencé qui courait encore ou s’arrêtait ce jour même ;"
        " et celles dont on disait ce jour-là qu’elles servent un objectif d’un engagement déjà commencé alors. "
        f"{ENGAGES} Satisfait : on disait ce jour-là qu’elle sert un objectif d’un engagement qui courait encore ce jour-là, "
        "ou son dernier jour si elle était finie, celui où il s’arrête compris."
    ),
    unite="mises en situation de personnes engagées",
    limites="Dire qu’un travail sert un objectif ne dit pas qu’il en rapproche.",
    source="Référentiel d’octobre 2004, § 2.3 b (INS-2, INS-4)",
    population=lambda le: MiseEnSituation.objects.travaillees_dans_l_annee(le).des_engages(le),
    critere=lambda mises_en_situation, le: mises_en_situation.selon_l_engagement(le),
    exemple=Exemple(
        sujets=(
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE]},
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"objectif": None}]},
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"objectif": None, "anciens_objectifs": [SERVAIT]}]},
            {"engagements": [FINIE], "mises_en_situation": [SERVIE]},
            {"engagements": [FINIE], "mises_en_situation": [SERVIE | {"au": -40}]},
            {"engagements": [SUIVANTE, FINIE], "mises_en_situation": [SERVIE]},
            {"engagements": [FINIE, SUIVANTE], "mises_en_situation": [SERVIE]},
            {"engagements": [FINIE], "mises_en_situation": [SERVIE | {"engagement": None, "objectif": None}]},
            {"engagements": [ENGAGEE | {"etat": "projet"}], "mises_en_situation": [SERVIE]},
            _au(CHANTIER),
            {"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"heures": [{"le": -370, "heures": 7}]}]},
        ),
        total=7,
        atteint=4,
        lus=((1, 1), (1, 0), (1, 1), (1, 0), (1, 1), (1, 0), (1, 1), (0, 0), (0, 0), (0, 0), (0, 0)),
    ),
)

actions_selon_l_engagement = Indicateur(
    code="actions_selon_l_engagement",
    libelle="Actions associées au service de l’engagement en cours",
    definition=(
        "Actions associées faites, finies dans les douze derniers mois, de qui avait leur dernier jour un engagement commencé "
        "qui courait encore ou s’arrêtait ce jour même ; et celles dites au service d’un engagement déjà commencé alors. "
        f"{ENGAGES} Satisfait : elle est dite au service d’un engagement qui courait encore son dernier jour, celui où il "
        "s’arrête compris."
    ),
    unite="actions associées de personnes engagées",
    limites="Dire qu’une action sert l’engagement ne dit pas ce qu’elle a apporté.",
    source="Référentiel d’octobre 2004, § 2.3 b (INS-2, INS-5)",
    population=lambda le: ActionAssociee.objects.faites_dans_l_annee(le).des_engages(),
    critere=lambda actions, le: actions.selon_l_engagement(),
    exemple=Exemple(
        sujets=(
            _agir(ENGAGEE),
            _agir(ENGAGEE, engagement=None),
            _agir(FINIE),
            _agir(FINIE, le=-40),
            _agir(SUIVANTE, FINIE),
            _agir(FINIE, SUIVANTE),
            _agir(FINIE, engagement=None),
            _agir(ENGAGEE | {"etat": "projet"}),
            _agir(engagement=None),
            _agir(ENGAGEE, etat="absente"),
            _agir(ENGAGEE, le=-370),
        ),
        total=6,
        atteint=3,
        lus=((1, 1), (1, 0), (1, 0), (1, 1), (1, 0), (1, 1), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)),
    ),
)
