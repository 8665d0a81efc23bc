"""Les indicateurs du travail : le client associé, des heures pour un objectif et non distribuées (§ 2.2 b, § 2.3 b)."""

from cedre.core.indicateurs import Exemple, Indicateur
from cedre.parcours.models import MiseEnSituation

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
    ),
)
