"""Ce qui peut manquer au dossier d'une personne que l'on accueille : chaque manque est dit ici en entier (ACC-6, § 2.1)."""

from datetime import date

from django.db.models import Q

from cedre.parcours.indicateurs.suivi import DEPUIS, du_suivi
from cedre.parcours.models import Contact, Evaluation, Information, RefusDEvaluation, Suite
from cedre.parcours.models.phase import ACCUEIL, EN_PARCOURS, PHASES_OUVERTES
from cedre.parcours.models.situation import joignable as est_joignable
from cedre.parcours.models.suivi import a_une_date, attend, dernier_jour, elle_a, en_phase, premier_jour, suivie

INSCRITE = DEPUIS | {"phase": "parcours", "suites": [{"le": -20, "nature": "inscription"}]}


ATTENDENT = (
    "Personnes en pré-accueil ou en accueil ce jour-là, que ni entretien réalisé ni présence en information n’a suivies depuis "
    "leur dernière demande, le jour de celle-ci compris."
)


def ouverte(le: date) -> Q:
    """Le dossier est ouvert."""
    return en_phase(PHASES_OUVERTES, le)


def inscrite(le: date) -> Q:
    """En pré-embauche ou en parcours."""
    return en_phase(EN_PARCOURS, le)


def inscrite_le(le: date):
    """Le jour de sa dernière inscription."""
    return dernier_jour(Suite.objects.filter(nature=Suite.Nature.INSCRIPTION, le__lte=le))


delai_depasse = du_suivi(
    "delai_depasse",
    urgence=60,
    alerte="Délai annoncé dépassé",
    libelle="Attente dans le délai annoncé",
    definition=(
        f"{ATTENDENT} Parmi elles, celles à qui un délai a été annoncé à cette demande. Satisfait : l’échéance (le jour de la "
        "demande, plus ce délai) est ce jour-là ou plus tard."
    ),
    unite="personnes qui attendent",
    limites="À qui aucun délai n’a été annoncé, il ne compte pas l’attente.",
    population=lambda le: attend(Contact.objects.en_attente(le).exclude(echeance_annoncee=None), le),
    critere=lambda le: ~elle_a(Contact.objects.en_attente(le).filter(echeance_annoncee__lt=le)),
    jour=lambda le: premier_jour(Contact.objects.en_attente(le), "echeance_annoncee"),
    bien=DEPUIS | {"phase": "accueil", "contacts": [{"le": -10, "delai_annonce": 10}]},
    mal=DEPUIS | {"phase": "accueil", "contacts": [{"le": -11, "delai_annonce": 10}]},
    hors=DEPUIS | {"phase": "accueil", "contacts": [{"le": -11}]},
    dit=-1,
)
sans_referent = du_suivi(
    "sans_referent",
    urgence=70,
    alerte="Sans référent·e",
    libelle="Personnes suivies par quelqu’un de l’équipe",
    definition=(
        "Personnes dont le dossier est ouvert ce jour-là. Satisfait : elles ont ce jour-là une personne référente, qui est "
        "encore habilitée dans la structure."
    ),
    unite="dossiers ouverts",
    limites="Avoir une personne référente ne dit pas quand on l’a vue.",
    population=ouverte,
    critere=lambda le: Q(suivie(le)),
    bien=DEPUIS | {"phase": "accueil", "suivis": [{"compte": "cip", "du": -10}]},
    mal=(
        DEPUIS | {"phase": "parcours"},
        DEPUIS | {"phase": "accueil", "suivis": [{"compte": "cip", "du": -10, "au": 0}, {"compte": "qualite", "du": 1}]},
    ),
    hors=DEPUIS | {"phase": "sortie"},
    dit=(None, None),
    garde_depuis="parcours.0014_etapes_et_suivis",
)
situation_evaluee = du_suivi(
    "sans_evaluation",
    urgence=130,
    alerte="Pas d’évaluation conjointe",
    libelle="Situation évaluée ensemble, à ce jour",
    definition=(
        "Personnes en pré-embauche ou en parcours ce jour-là. Satisfait : une évaluation conjointe était faite, et validée, ce "
        "jour-là au plus tard ; ou la personne n’en voulait pas, son refus noté ce jour-là au plus tard."
    ),
    unite="personnes en pré-embauche ou en parcours",
    limites="Une évaluation ancienne suffit : la situation a pu changer depuis.",
    population=inscrite,
    critere=lambda le: elle_a(Evaluation.objects.validees_au(le)) | elle_a(RefusDEvaluation.objects.au_jour(le)),
    jour=inscrite_le,
    bien=DEPUIS | {"phase": "parcours", "evaluations": [{"le": -12, "trajectoire": "instable", "validee_le": -12}]},
    mal=INSCRITE | {"evaluations": [{"le": -12, "trajectoire": "instable"}]},
    hors=DEPUIS | {"phase": "accueil"},
    dit=-20,
    version=2,
)
statut_dit = du_suivi(
    "statut_inexplique",
    urgence=140,
    alerte="Statut de salarié non expliqué",
    libelle="Statut de salarié expliqué, à ce jour",
    definition=(
        "Personnes en pré-embauche ou en parcours ce jour-là. Satisfait : le statut de salarié et ses conséquences leur ont été "
        "expliqués, ce jour-là au plus tard."
    ),
    unite="personnes en pré-embauche ou en parcours",
    limites="Il ne dit pas si l’explication est venue avant le premier contrat.",
    population=inscrite,
    critere=lambda le: elle_a(Information.objects.filter(statut_explique=True, le__lte=le)),
    jour=inscrite_le,
    bien=DEPUIS | {"phase": "pre_embauche", "informations": [{"le": 0, "presence": "presente", "statut_explique": True}]},
    mal=INSCRITE | {"informations": [{"le": 0, "presence": "presente", "offre_presentee": True}]},
    hors=DEPUIS | {"phase": "accueil"},
    dit=-20,
)
prochaine_date = du_suivi(
    "sans_prochaine_date",
    version=2,
    urgence=150,
    alerte="Aucune date à l’agenda",
    libelle="Personnes avec une date à l’agenda",
    definition=(
        "Personnes en pré-accueil, en accueil ou en pré-embauche ce jour-là. Satisfait : on les attend, ce jour-là ou après, "
        "à un rendez-vous (entretien, information collective ou non, bilan, séance ou action, à son premier jour), ou à "
        "l’échéance d’un objectif de suivi a minima, selon "
        "l’agenda de ce soir-là : ce qui fut tenu, manqué ou annulé plus tard y était encore. Le jour même, on ne les attend "
        "plus à un entretien commencé, tenu ou manqué, à une information ou une action tenue ou manquée, ni à un bilan clos ou "
        "noté manqué."
    ),
    unite="personnes pas encore en parcours",
    limites="Une date à l’agenda peut être lointaine, et la personne ne pas venir.",
    population=lambda le: en_phase(ACCUEIL, le),
    critere=a_une_date,
    bien=DEPUIS | {"phase": "accueil", "entretiens": [{"le": 0, "etat": "prevu", "pose_le": -9}]},
    mal=(
        DEPUIS | {"phase": "accueil", "entretiens": [{"le": -1, "etat": "prevu", "pose_le": -9}]},
        DEPUIS | {"phase": "accueil", "entretiens": [{"le": 5, "etat": "prevu", "pose_le": 1}]},
        DEPUIS | {"phase": "accueil", "informations": [{"le": 5, "presence": "excusee", "pose_le": -9, "annule_le": 0}]},
    ),
    hors=DEPUIS | {"phase": "reorientee"},
    dit=(None, None, None),
)
delai_non_annonce = du_suivi(
    "delai_non_annonce",
    urgence=160,
    alerte="Aucun délai annoncé",
    libelle="Attente avec un délai annoncé",
    definition=f"{ATTENDENT} Satisfait : un délai a été annoncé à cette demande.",
    unite="personnes qui attendent",
    limites="Il ne dit pas si le délai annoncé est dépassé.",
    population=lambda le: attend(Contact.objects.en_attente(le), le),
    critere=lambda le: ~elle_a(Contact.objects.en_attente(le).filter(echeance_annoncee=None)),
    jour=lambda le: premier_jour(Contact.objects.en_attente(le)),
    bien=DEPUIS | {"phase": "accueil", "contacts": [{"le": -10, "delai_annonce": 10}]},
    mal=DEPUIS | {"phase": "accueil", "contacts": [{"le": -10}]},
    hors={
        "phase": "accueil",
        "phase_depuis": -300,
        "contacts": [{"le": -10}],
        "entretiens": [{"le": -2, "etat": "realise", "issue": "autre_rencontre"}],
    },
    dit=-10,
)
joignable = du_suivi(
    "injoignable",
    urgence=180,
    alerte="Ni téléphone ni courriel",
    libelle="Personnes joignables",
    definition="Personnes dont le dossier est ouvert ce jour-là. Satisfait : on avait alors un téléphone ou un courriel d’elles.",
    unite="dossiers ouverts",
    limites="Un numéro noté peut ne plus répondre.",
    population=ouverte,
    critere=est_joignable,
    bien=DEPUIS | {"phase": "accueil", "telephone": "01 99 00 00 01"},
    mal=DEPUIS | {"phase": "parcours"},
    hors=DEPUIS | {"phase": "sortie"},
)
