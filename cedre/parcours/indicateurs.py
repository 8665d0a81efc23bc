"""Les indicateurs de la mission accueil (§ 2.1 a, b, c ; ACC-6) et du travail (§ 2.3 b)."""

from cedre.core.indicateurs import Exemple, Indicateur
from cedre.parcours.models import Contact, Manque, MiseEnSituation, Personne

INSCRITE = {"phase": "pre_embauche", "suites": [{"le": -10, "nature": "inscription"}]}
INSCRITE_IL_Y_A_DEUX_ANS = {"phase": "pre_embauche", "suites": [{"le": -730, "nature": "inscription"}]}

delai_annonce = Indicateur(
    code="delai_annonce",
    libelle="Délai annoncé au premier contact",
    definition="Premiers contacts des douze derniers mois où un délai jusqu’à l’entretien ou l’information collective a été dit.",
    unite="premiers contacts",
    source="Référentiel d’octobre 2004, § 2.1 a (ACC-1)",
    population=lambda le: Contact.objects.de_l_annee(le),
    critere=lambda contacts, le: contacts.avec_delai_annonce(),
    exemple=Exemple(
        sujets=(
            {"contacts": [{"le": -20, "delai_annonce": 10}]},
            {"contacts": [{"le": -3, "delai_annonce": None}]},
            {"contacts": [{"le": -400, "delai_annonce": None}]},
        ),
        total=2,
        atteint=1,
    ),
)

delai_tenu = Indicateur(
    code="delai_tenu",
    libelle="Délai annoncé tenu",
    definition=(
        "Premiers contacts dont l’échéance annoncée est passée depuis moins de douze mois, suivis d’un entretien réalisé "
        "ou d’une présence en information au plus tard ce jour-là ; hors demandes réorientées ou closes avant l’échéance."
    ),
    unite="premiers contacts",
    source="Référentiel d’octobre 2004, § 2.1 a (ACC-1)",
    population=lambda le: Contact.objects.echus(le),
    critere=lambda contacts, le: contacts.accueillis_a_temps(),
    exemple=Exemple(
        sujets=(
            {
                "contacts": [{"le": -20, "delai_annonce": 10}],
                "entretiens": [{"le": -12, "etat": "realise", "issue": "autre_rencontre"}],
            },
            {"contacts": [{"le": -20, "delai_annonce": 10}], "informations": [{"le": -5, "presence": "presente"}]},
            {"contacts": [{"le": -20, "delai_annonce": 10}], "informations": [{"le": -12, "presence": "absente"}]},
            {"contacts": [{"le": -3, "delai_annonce": 10}]},
        ),
        total=3,
        atteint=1,
    ),
)

statut_explique = Indicateur(
    code="statut_explique",
    libelle="Statut de salarié expliqué",
    definition="Personnes inscrites depuis moins de douze mois à qui le statut et ses conséquences pratiques ont été expliqués.",
    unite="personnes inscrites",
    source="Référentiel d’octobre 2004, § 2.1 a (ACC-2)",
    population=lambda le: Personne.objects.inscrites_dans_l_annee(le),
    critere=lambda personnes, le: personnes.informees_du_statut(le),
    exemple=Exemple(
        sujets=(
            INSCRITE | {"informations": [{"le": -15, "presence": "presente", "statut_explique": True}]},
            INSCRITE | {"informations": [{"le": -15, "presence": "presente", "offre_presentee": True}]},
            INSCRITE_IL_Y_A_DEUX_ANS,
        ),
        total=2,
        atteint=1,
    ),
)

evaluation_conjointe = Indicateur(
    code="evaluation_conjointe",
    libelle="Évaluation conjointe avec la grille commune",
    definition=(
        "Personnes inscrites depuis moins de douze mois dont une évaluation conjointe validée a été faite "
        "avec la grille commune alors en vigueur."
    ),
    unite="personnes inscrites",
    source="Référentiel d’octobre 2004, § 2.1 b (ACC-4)",
    population=lambda le: Personne.objects.inscrites_dans_l_annee(le),
    critere=lambda personnes, le: personnes.evaluees_avec_la_grille(le),
    exemple=Exemple(
        sujets=(
            INSCRITE | {"evaluations": [{"le": -12, "trajectoire": "instable", "validee_le": -12}]},
            INSCRITE | {"evaluations": [{"le": -12, "trajectoire": "instable"}]},
            INSCRITE,
        ),
        total=3,
        atteint=1,
    ),
)

evaluation_professionnelle = Indicateur(
    code="evaluation_professionnelle",
    libelle="Capacités professionnelles évaluées",
    definition="Personnes inscrites depuis moins de douze mois dont les capacités ont été évaluées sur une fiche de poste.",
    unite="personnes inscrites",
    source="Référentiel d’octobre 2004, § 2.1 c (ACC-5)",
    population=lambda le: Personne.objects.inscrites_dans_l_annee(le),
    critere=lambda personnes, le: personnes.evaluees_sur_un_poste(le),
    exemple=Exemple(
        sujets=(INSCRITE | {"evaluations_professionnelles": [{"le": -8, "conclusion": "prete"}]}, INSCRITE),
        total=2,
        atteint=1,
    ),
)

prochaine_date = Indicateur(
    code="prochaine_date",
    libelle="Personnes avec une date à l’agenda",
    definition="Personnes dont le dossier est ouvert aujourd’hui et qui ont un entretien ou une information collective à venir.",
    unite="dossiers ouverts",
    source="Référentiel d’octobre 2004, § 2.1 d (ACC-6)",
    population=lambda le: Personne.objects.ouvertes(),
    critere=lambda personnes, le: personnes.a_qui_ne_manque_pas(Manque.SANS_PROCHAINE_DATE, le),
    exemple=Exemple(
        sujets=(
            {"phase": "accueil", "entretiens": [{"le": 4, "etat": "prevu"}]},
            {"phase": "accueil", "entretiens": [{"le": -4, "etat": "prevu"}]},
            {"phase": "reorientee"},
        ),
        total=2,
        atteint=1,
    ),
)

heures_avec_objectif = Indicateur(
    code="heures_avec_objectif",
    libelle="Heures mobilisées pour un objectif",
    definition=(
        "Mises en situation où des heures ont été faites dans les douze derniers mois, et qui servent un objectif d’un "
        "engagement ; les autres sont des heures distribuées. Compte les mises en situation, non leurs heures."
    ),
    unite="mises en situation",
    source="Référentiel d’octobre 2004, § 2.3 b (INS-4)",
    population=lambda le: MiseEnSituation.objects.travaillees_dans_l_annee(le),
    critere=lambda mises_en_situation, le: mises_en_situation.avec_objectif(),
    exemple=Exemple(
        sujets=(
            {
                "engagements": [{"type_engagement": "decouverte", "debut": -60, "objectifs": [{"libelle": "Tenir un rythme"}]}],
                "mises_en_situation": [
                    {"du": -50, "atelier": "Jardin", "engagement": True, "objectif": True, "heures": [{"le": -40, "heures": 12}]}
                ],
            },
            {"mises_en_situation": [{"du": -50, "atelier": "Jardin", "heures": [{"le": -40, "heures": 30}]}]},
            {"mises_en_situation": [{"du": -800, "au": -500, "atelier": "Jardin", "heures": [{"le": -600, "heures": 30}]}]},
        ),
        total=2,
        atteint=1,
    ),
)
