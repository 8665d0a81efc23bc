"""Les indicateurs de l'amélioration continue : réclamations, enquêtes, actions (§ 2.6 ; AME-1 à AME-3)."""

from django.db.models import Exists, F, OuterRef

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.discretion import ASSEZ
from cedre.core.grandeurs import Grandeur
from cedre.core.indicateurs import Exemple, Indicateur, Jour, Sens
from cedre.core.periodes import douze_mois_finis_le
from cedre.qualite.models import ActionAmelioration, Enquete, Reclamation
from cedre.qualite.models.reclamations import DELAI

REFERENCE = "Référentiel d’octobre 2004, § 2.6"


def _recue(jours: Jour, **suite) -> dict:
    dites = {"reponse": "Nous avons changé l’horaire."} if "repondue_le" in suite else {}
    if "close_le" in suite and not dites:
        dites = {"motif_cloture": "Rien à qui répondre."}
    return {"origine": "client", "texte": "En retard", "recue_le": jours, "reponse_attendue": True} | dites | suite


def _echue(jours: Jour, **suite) -> dict:
    effet = {"effet_constate": "Moins de retards", "efficace": True} if "effet_verifie_le" in suite else {}
    return {"quoi": "Changer l’horaire", "effet_attendu": "Moins de retards", "echeance": jours} | effet | suite


def _sondee(nombre: int, semaine: Jour) -> dict:
    assez = {"assez_des": semaine, "assez_depuis": semaine} if nombre >= ASSEZ else {}
    return {"enquetes": [{"modele": "clients", "titre": "Clients", "du": -500, "au": 0, "nombre": nombre} | assez]}


reclamation_traitee = Indicateur(
    code="reclamation_traitee",
    libelle="Réclamations traitées dans le délai",
    definition=(
        f"Réclamations et dysfonctionnements dont le délai de {DELAI} jours est passé dans la période : reçus de {DELAI + 1} "
        f"jours avant son premier jour à {DELAI + 1} jours avant son dernier, ou celui où l’on regarde s’il vient avant. "
        f"Satisfait : la réponse a été donnée dans les {DELAI} jours ; quand personne n’attendait de réponse, la clôture "
        "motivée en tient lieu."
    ),
    unite="réclamations et dysfonctionnements",
    limites="Une réponse donnée à temps ne dit pas si elle a satisfait ; ce que personne n’a osé écrire n’y est pas.",
    source=f"{REFERENCE} (AME-1)",
    population=lambda periode: Reclamation.objects.a_juger(periode).des_structures(),
    critere=lambda reclamations, periode: reclamations.traitees_a_temps(),
    periode=douze_mois_finis_le,
    version=2,
    exemple=Exemple(
        sujets=(
            _recue(-31, repondue_le=-1),
            _recue(-31, repondue_le=0),
            _recue(-31),
            _recue(-30),
            _recue(-31, close_le=-1),
            _recue(-31, close_le=-1, reponse_attendue=False),
            _recue(-31, close_le=0, reponse_attendue=False),
            _recue(-30 * UN_JOUR - UN_AN, repondue_le=-370),
            _recue(-31 * UN_JOUR - UN_AN, repondue_le=-370),
        ),
        total=7,
        atteint=3,
        lus=((1, 1), (1, 0), (1, 0), (0, 0), (1, 0), (1, 1), (1, 0), (1, 1), (0, 0)),
    ),
)

reclamations_closes = Indicateur(
    code="reclamations_closes",
    libelle="Réclamations closes",
    definition=(
        "Réclamations et dysfonctionnements reçus dans la période, et ceux qui étaient clos le jour où l’on regarde, ce jour-là "
        "compris."
    ),
    unite="réclamations et dysfonctionnements",
    limites="Peu de réclamations peut vouloir dire que l’on ne sait pas où les déposer.",
    source=f"{REFERENCE} (AME-1)",
    population=lambda periode: Reclamation.objects.recues(periode),
    critere=lambda reclamations, periode: reclamations.closes_au(periode.le),
    periode=douze_mois_finis_le,
    constat=True,
    exemple=Exemple(
        sujets=(
            _recue(UN_JOUR - UN_AN, close_le=0),
            _recue(0),
            _recue(-31, close_le=1),
            _recue(-UN_AN, close_le=-300),
            _recue(-31, close_le=-20),
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 0), (0, 0), (1, 1)),
    ),
)

enquete_menee = Indicateur(
    code="enquete_menee",
    libelle="Enquête menée dans l’année",
    definition=(
        f"Structures dont une enquête a reçu au moins {ASSEZ} réponses au cours des douze mois. Une réponse compte dès que la "
        "semaine où elle est arrivée est finie."
    ),
    unite="structure",
    limites="Il ne dit ni ce que l’on a répondu, ni quelle part de ceux que l’on interrogeait a répondu.",
    source=f"{REFERENCE} (AME-2)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Enquete.objects.menees(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(_sondee(5, -6), _sondee(5, -5), _sondee(4, -20), _sondee(5, UN_JOUR - UN_AN), _sondee(5, -UN_AN), {}),
        total=6,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 0), (1, 1), (1, 0), (1, 0)),
    ),
)

reponses_aux_enquetes = Indicateur(
    code="reponses_aux_enquetes",
    libelle="Réponses aux enquêtes",
    definition=f"Réponses reçues par les enquêtes closes dans la période, de celles qui en ont eu au moins {ASSEZ}.",
    unite="réponses",
    limites="Un nombre de réponses ne dit pas combien de personnes on avait interrogées.",
    sens=Sens.AUCUN,
    source=f"{REFERENCE} (AME-2)",
    population=lambda periode: Enquete.objects.filter(nombre__gte=ASSEZ, **periode.dans("close_le")).filter(
        close_le__lte=periode.le
    ),
    grandeur=Grandeur(lambda periode: F("nombre")),
    periode=douze_mois_finis_le,
    coupes={"à qui": lambda periode: F("modele")},
    constat=True,
    exemple=Exemple(
        sujets=tuple(
            {"modele": "clients", "titre": "Clients", "du": -500, "au": -400, "nombre": nombre, "close_le": le}
            for nombre, le in ((5, UN_JOUR - UN_AN), (12, 0), (4, -20), (9, -UN_AN), (9, 1), (9, None))
        ),
        total=2,
        atteint=17,
        lus=((1, 5), (1, 12), (0, 0), (0, 0), (0, 0), (0, 0)),
    ),
)

action_d_amelioration_conclue = Indicateur(
    code="action_d_amelioration_conclue",
    libelle="Actions d’amélioration dont l’effet est vérifié",
    definition=(
        "Actions d’amélioration dont l’échéance est passée au cours des douze mois, et dont l’effet a été vérifié, qu’il soit "
        "celui que l’on attendait ou non."
    ),
    unite="actions d’amélioration",
    limites="Un effet vérifié peut être nul : vérifier n’est pas réussir.",
    source=f"{REFERENCE} (AME-3)",
    population=lambda le: ActionAmelioration.objects.echues(le).des_structures(),
    critere=lambda actions, le: actions.verifiees(le),
    exemple=Exemple(
        sujets=(
            _echue(-40, faite_le=-45, effet_verifie_le=0),
            _echue(-40, faite_le=-45, effet_verifie_le=1),
            _echue(-40, faite_le=-45),
            _echue(-1),
            _echue(0, faite_le=-5, effet_verifie_le=0),
            _echue(-UN_AN, faite_le=-370, effet_verifie_le=-300),
            _echue(-UN_AN - UN_JOUR, faite_le=-370, effet_verifie_le=-300),
        ),
        total=5,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 0), (1, 0), (0, 0), (1, 1), (0, 0)),
    ),
)


def _decidee(jours: int, **suite) -> dict:
    return _echue(90, decidee_le=jours, **suite)


EN_SONT = {"unite": "actions d’amélioration", "source": f"{REFERENCE} (AME-3)", "periode": douze_mois_finis_le, "constat": True}

actions_d_amelioration_faites = Indicateur(
    code="actions_d_amelioration_faites",
    libelle="Actions d’amélioration faites",
    definition="Actions d’amélioration décidées dans la période, et celles qui étaient faites le jour où l’on regarde.",
    limites="Une action faite ne dit pas si elle a changé quelque chose.",
    population=lambda periode: ActionAmelioration.objects.decidees(periode),
    critere=lambda actions, periode: actions.faites(periode.le),
    exemple=Exemple(
        sujets=(
            _decidee(UN_JOUR - UN_AN, faite_le=0),
            _decidee(0),
            _decidee(-40, faite_le=1),
            _decidee(-UN_AN, faite_le=-300),
            _decidee(1),
        ),
        total=3,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
    **EN_SONT,
)

actions_d_amelioration_verifiees = Indicateur(
    code="actions_d_amelioration_verifiees",
    libelle="Actions d’amélioration dont l’effet a été vérifié",
    definition=(
        "Actions d’amélioration décidées dans la période, et celles dont l’effet était vérifié le jour où l’on regarde, qu’il "
        "soit celui que l’on attendait ou non."
    ),
    limites="Il ne distingue pas l’effet attendu de l’effet manqué.",
    population=lambda periode: ActionAmelioration.objects.decidees(periode),
    critere=lambda actions, periode: actions.verifiees(periode.le),
    exemple=Exemple(
        sujets=(
            _decidee(UN_JOUR - UN_AN, faite_le=-300, effet_verifie_le=0),
            _decidee(-40, faite_le=-30),
            _decidee(-40, faite_le=-30, effet_verifie_le=1),
            _decidee(-UN_AN, faite_le=-300, effet_verifie_le=-200),
        ),
        total=3,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (0, 0)),
    ),
    **EN_SONT,
)
