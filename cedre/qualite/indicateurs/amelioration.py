"""Les indicateurs de l'amélioration continue : réclamations, enquêtes, actions (§ 2.6 ; AME-1 à AME-3)."""

from django.db.models import Exists, OuterRef

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.discretion import ASSEZ
from cedre.core.indicateurs import Exemple, Indicateur, Jour
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
        f"Réclamations et dysfonctionnements reçus depuis douze mois, et depuis plus de {DELAI} jours, dont la réponse a été "
        f"donnée dans les {DELAI} jours. Quand personne n’attendait de réponse, la clôture motivée en tient lieu."
    ),
    unite="réclamations et dysfonctionnements",
    source=f"{REFERENCE} (AME-1)",
    population=lambda le: Reclamation.objects.a_juger(le),
    critere=lambda reclamations, le: reclamations.traitees_a_temps(),
    exemple=Exemple(
        sujets=(
            _recue(-31, repondue_le=-1),
            _recue(-31, repondue_le=0),
            _recue(-31),
            _recue(-30),
            _recue(-31, close_le=-1),
            _recue(-31, close_le=-1, reponse_attendue=False),
            _recue(-31, close_le=0, reponse_attendue=False),
            _recue(UN_JOUR - UN_AN, repondue_le=-350),
            _recue(-UN_AN, repondue_le=-350),
        ),
        total=7,
        atteint=3,
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
    source=f"{REFERENCE} (AME-2)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Enquete.objects.menees(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(_sondee(5, -6), _sondee(5, -5), _sondee(4, -20), _sondee(5, UN_JOUR - UN_AN), _sondee(5, -UN_AN), {}),
        total=6,
        atteint=2,
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
    source=f"{REFERENCE} (AME-3)",
    population=lambda le: ActionAmelioration.objects.echues(le),
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
    ),
)
