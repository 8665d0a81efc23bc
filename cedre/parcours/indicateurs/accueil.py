"""Les indicateurs de la mission accueil (§ 2.1 a, b, c)."""

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour
from cedre.parcours.models import Contact, Personne

GARDE_DEPUIS = "parcours.0020_refus_d_evaluation_et_sens_du_texte"

RECU = {"etat": "realise", "issue": "autre_rencontre"}
INSCRITE = {"phase": "pre_embauche", "suites": [{"le": -10, "nature": "inscription"}]}
INSCRITE_IL_Y_A_DEUX_ANS = {"phase": "pre_embauche", "suites": [{"le": -2 * UN_AN, "nature": "inscription"}]}

offre_presentee = Indicateur(
    code="offre_presentee",
    libelle="Offre d’insertion présentée",
    definition=(
        "Personnes reçues dans les douze derniers mois, en entretien ou en information, à qui l’offre d’insertion a été "
        "présentée."
    ),
    unite="personnes reçues",
    limites="Une présentation notée ne dit pas ce que la personne en a compris.",
    source="Référentiel d’octobre 2004, § 2.1 a (ACC-2)",
    population=lambda le: Personne.objects.recues_dans_l_annee(le),
    critere=lambda personnes, le: personnes.informees_de_l_offre(le),
    exemple=Exemple(
        sujets=(
            {"informations": [{"le": -15, "presence": "presente", "offre_presentee": True}]},
            {"entretiens": [RECU | {"le": -1}], "informations": [{"le": -500, "offre_presentee": True}]},
            {"entretiens": [RECU | {"le": 0}], "informations": [{"le": 1, "offre_presentee": True}]},
            {"informations": [{"le": -15, "presence": "presente", "statut_explique": True}]},
            {"informations": [{"le": -15, "presence": "absente"}], "entretiens": [{"le": -3, "etat": "absent"}]},
            {"entretiens": [RECU | {"le": -370}]},
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)

delai_annonce = Indicateur(
    code="delai_annonce",
    libelle="Délai annoncé au premier contact",
    definition="Premiers contacts des douze derniers mois où un délai jusqu’à l’entretien ou l’information collective a été dit.",
    unite="premiers contacts",
    limites="Il ne dit pas si le délai annoncé était court, ni s’il a été tenu.",
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
        lus=((1, 1), (1, 0), (0, 0)),
    ),
)

delai_tenu = Indicateur(
    code="delai_tenu",
    libelle="Délai annoncé tenu",
    definition=(
        "Premiers contacts où un délai a été dit, dont l’échéance (le jour du contact, plus ce délai) est passée la veille au "
        "plus tard, et depuis moins de douze mois. Satisfait : un entretien réalisé, ou une présence en information, du jour "
        "du contact à celui de l’échéance, compris. Hors contacts que suit, entre ces mêmes jours compris, une réorientation "
        "ou une clôture sans suite, même si la personne avait été reçue."
    ),
    unite="premiers contacts",
    limites="Un délai annoncé très long se tient sans peine.",
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
        lus=((1, 1), (1, 0), (1, 0), (0, 0)),
    ),
)

statut_explique = Indicateur(
    code="statut_explique",
    libelle="Statut de salarié expliqué",
    definition=(
        "Personnes inscrites depuis moins de douze mois à qui le statut et ses conséquences pratiques ont été expliqués, au plus "
        "tard le premier jour du contrat qui a suivi l’inscription."
    ),
    unite="personnes inscrites",
    limites="Une explication notée ne dit pas ce que la personne en a compris.",
    source="Référentiel d’octobre 2004, § 2.1 a (ACC-2)",
    population=lambda le: Personne.objects.inscrites_dans_l_annee(le),
    critere=lambda personnes, le: personnes.informees_du_statut(le),
    exemple=Exemple(
        sujets=(
            INSCRITE | {"informations": [{"le": -15, "presence": "presente", "statut_explique": True}]},
            INSCRITE | {"informations": [{"le": -15, "presence": "presente", "offre_presentee": True}]},
            INSCRITE | {"informations": [{"le": -3, "statut_explique": True}], "contrats": [{"debut": -3}]},
            INSCRITE | {"informations": [{"le": -3, "statut_explique": True}], "contrats": [{"debut": -4}]},
            INSCRITE | {"informations": [{"le": -3, "statut_explique": True}], "contrats": [{"debut": -900, "fin_prevue": -600}]},
            INSCRITE_IL_Y_A_DEUX_ANS,
        ),
        total=5,
        atteint=3,
        lus=((1, 1), (1, 0), (1, 1), (1, 0), (1, 1), (0, 0)),
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
    limites="Il ne dit pas combien de domaines l’évaluation a regardés, ni si elle a servi à décider.",
    source="Référentiel d’octobre 2004, § 2.1 b (ACC-4)",
    population=lambda le: Personne.objects.inscrites_dans_l_annee(le),
    critere=lambda personnes, le: personnes.evaluees_avec_la_grille(le),
    exemple=Exemple(
        sujets=(
            INSCRITE | {"evaluations": [{"le": -12, "trajectoire": "instable", "validee_le": -12}]},
            INSCRITE | {"evaluations": [{"le": -12, "trajectoire": "instable"}]},
            INSCRITE | {"evaluations": [{"le": -1, "trajectoire": "instable", "validee_le": 1}]},
            INSCRITE,
        ),
        total=4,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (1, 0)),
    ),
)

RECUE = {"entretiens": [RECU | {"le": -20}]}

evaluation_proposee = Indicateur(
    code="evaluation_proposee",
    libelle="Évaluation conjointe proposée",
    definition=(
        "Personnes reçues à un entretien d’accueil dans les douze mois qui finissent ce jour-là. Satisfait : une évaluation "
        "conjointe validée a été faite avec la grille commune alors en vigueur, ce jour-là au plus tard ; ou la personne n’en "
        "veut pas : son refus est noté, ce jour-là au plus tard, et elle n’en était pas revenue."
    ),
    unite="personnes reçues en entretien",
    limites="Un refus noté compte autant qu’une évaluation faite.",
    source="Référentiel d’octobre 2004, § 2.1 b (ACC-4)",
    garde_depuis=GARDE_DEPUIS,
    population=lambda le: Personne.objects.recues_en_entretien_dans_l_annee(le),
    critere=lambda personnes, le: personnes.evaluees_ou_qui_refusent(le),
    exemple=Exemple(
        sujets=(
            RECUE | {"evaluations": [{"le": -12, "trajectoire": "instable", "validee_le": -12}]},
            RECUE | {"evaluations": [{"le": -12, "trajectoire": "instable"}]},
            RECUE | {"refus_d_evaluation": [{"du": -20}]},
            RECUE | {"refus_d_evaluation": [{"du": 1}]},
            RECUE | {"refus_d_evaluation": [{"du": -20, "au": 0}]},
            RECUE | {"refus_d_evaluation": [{"du": -20, "au": 1}]},
            {"entretiens": [{"le": -20, "etat": "absent"}]},
            {"informations": [{"le": -20, "presence": "presente"}]},
            INSCRITE,
        ),
        total=6,
        atteint=3,
        lus=((1, 1), (1, 0), (1, 1), (1, 0), (1, 0), (1, 1), (0, 0), (0, 0), (0, 0)),
    ),
)

evaluation_professionnelle = Indicateur(
    code="evaluation_professionnelle",
    libelle="Capacités professionnelles évaluées",
    definition="Personnes inscrites depuis moins de douze mois dont les capacités ont été évaluées sur une fiche de poste.",
    unite="personnes inscrites",
    limites="Il ne dit pas sur quel poste, ni ce que l’évaluation a conclu.",
    source="Référentiel d’octobre 2004, § 2.1 c (ACC-5)",
    population=lambda le: Personne.objects.inscrites_dans_l_annee(le),
    critere=lambda personnes, le: personnes.evaluees_sur_un_poste(le),
    exemple=Exemple(
        sujets=(INSCRITE | {"evaluations_professionnelles": [{"le": -8, "conclusion": "prete"}]}, INSCRITE),
        total=2,
        atteint=1,
        lus=((1, 1), (1, 0)),
    ),
)


def _embauchee(debut: Jour, *evaluee_le: Jour, **champs) -> dict:
    evaluations = [{"le": le, "conclusion": "prete"} for le in evaluee_le]
    return {"phase": "parcours", "contrats": [{"debut": debut} | champs], "evaluations_professionnelles": evaluations}


capacites_evaluees = Indicateur(
    code="capacites_evaluees",
    libelle="Capacités évaluées de qui est embauché",
    definition=(
        "Personnes dont un contrat de l’insertion (CDDI, CDD d’usage, mission, CDI inclusion) a commencé dans les douze mois qui "
        "finissent ce jour-là, sans en renouveler un autre, et dont les capacités ont été évaluées sur une fiche de poste, ce "
        "jour-là au plus tard."
    ),
    unite="personnes embauchées",
    limites="Une évaluation très ancienne compte autant qu’une récente.",
    source="Référentiel d’octobre 2004, § 2.1 c (ACC-5)",
    population=lambda le: Personne.objects.embauchees_dans_l_annee(le),
    critere=lambda personnes, le: personnes.evaluees_sur_un_poste(le),
    exemple=Exemple(
        sujets=(
            _embauchee(-30, -40),
            _embauchee(0, 0),
            _embauchee(-30, 1),
            _embauchee(UN_JOUR - UN_AN),
            _embauchee(-UN_AN, -400),
            _embauchee(1, -40),
            _embauchee(-30, -40, nature="cdi"),
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)
