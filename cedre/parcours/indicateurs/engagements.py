"""Les indicateurs de l'engagement réciproque (§ 2.2 a, § 2.4 b ; INS-2)."""

from django.db.models import Case, CharField, Exists, Expression, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.accueil import GARDE_DEPUIS
from cedre.parcours.indicateurs.coupes import a_cesse, a_couru, mouvement
from cedre.parcours.indicateurs.heures import SANS_ENGAGEMENT
from cedre.parcours.models import Bilan, Engagement, Objectif, ObjectifEvalue, Personne
from cedre.parcours.models.situation import libelle

EN_COURS = {"etat": "en_cours", "debut": -20}
COMPLET = EN_COURS | {"formalisations": [{"du": -20}]}
COMPLETE_DEMAIN = EN_COURS | {"formalisations": [{"du": 1}]}
DEFAIT = EN_COURS | {"formalisations": [{"du": -20, "au": 0}]}
DEFAIT_DEMAIN = EN_COURS | {"formalisations": [{"du": -20, "au": 1}]}
A_COMPLETER = EN_COURS | {"objectifs": [{"libelle": "Passer le permis"}]}
PROJET = COMPLET | {"etat": "projet"}
CLOS = COMPLET | {"etat": "clos", "debut": -90, "clos_le": -1}

TEXTE = {"sens": "texte"}
DIT = EN_COURS | {"formalisations": [{"du": -20} | TEXTE]}
DIT_NAGUERE = {"etat": "clos", "debut": -150, "clos_le": -120, "formalisations": [{"du": -150} | TEXTE]}


def dernier_engagement(personne: str, fin: str, periode: Periode) -> Expression:
    """Le type du dernier commencé avant cette fin, dont fin est le champ : une fois sortie, la personne n'en a plus qui court."""
    siens = Engagement.objects.deja_pris(OuterRef(fin)).filter(personne=OuterRef(personne))
    dernier = siens.order_by("-debut", "-pk").values("type_engagement__libelle")[:1]
    return Coalesce(Subquery(dernier), Value(SANS_ENGAGEMENT), output_field=CharField())


COUPES = {"type d’engagement": lambda le: libelle("type_engagement")}  # le sien, quand d’autres courent

SOUS_CONTRAT = [{"debut": -200, "fin_prevue": 0}]
TYPES_A_PRATIQUER = 2
DECOUVERTE, MOBILISATION = {"type_engagement": "decouverte"}, {"type_engagement": "mobilisation"}


def _pratique(*engagements: dict) -> dict:
    return {"personnes": [{"nom": "Salariée", "engagements": [engagement]} for engagement in engagements]}


salaries_engages = Indicateur(
    code="salaries_engages",
    libelle="Salariés engagés",
    definition=(
        "Salariés présents ce jour-là sous un contrat de l’insertion (CDDI, CDD d’usage, mission, CDI inclusion), premier et "
        "dernier jours compris, dont un engagement formalisé est en cours."
    ),
    unite="salariés en insertion",
    limites="Être engagé ne dit pas si les moyens promis ont été donnés.",
    source="Référentiel d’octobre 2004, § 2.2 a (INS-1, INS-2)",
    population=lambda le: Personne.objects.salariees_en_insertion(le),
    critere=lambda personnes, le: personnes.engagees(le),
    exemple=Exemple(
        sujets=(
            {"contrats": SOUS_CONTRAT, "engagements": [COMPLET]},
            {"contrats": [{"debut": 0}], "engagements": [CLOS, COMPLET]},
            {"contrats": [{"debut": -200, "fin_prevue": 90, "suspensions": [{"du": -9}]}], "engagements": [COMPLETE_DEMAIN]},
            {"contrats": SOUS_CONTRAT, "engagements": [A_COMPLETER]},
            {"contrats": SOUS_CONTRAT, "engagements": [CLOS]},
            {"contrats": SOUS_CONTRAT, "engagements": [PROJET]},
            {"contrats": [{"debut": -200, "fin_prevue": -1}, {"debut": 1}], "engagements": [COMPLET]},
            {"contrats": [{"debut": -200, "nature": "cdi"}]},
        ),
        total=6,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)

SELON_LE_TEXTE = "dit au moins un objectif, au moins un moyen de la structure, et une date pour chaque moyen, ou celle du bilan"

salaries_engages_selon_le_texte = Indicateur(
    code="salaries_engages_selon_le_texte",
    libelle="Salariés engagés, au sens du § 2.2 a",
    definition=(
        "Salariés présents ce jour-là sous un contrat de l’insertion (CDDI, CDD d’usage, mission, CDI inclusion), premier et "
        f"dernier jours compris, dont un engagement en cours {SELON_LE_TEXTE}."
    ),
    unite="salariés en insertion",
    limites="Un objectif écrit ne dit pas si la personne l’a choisi.",
    source="Référentiel d’octobre 2004, § 2.2 a (INS-1, INS-2)",
    garde_depuis=GARDE_DEPUIS,
    population=lambda le: Personne.objects.salariees_en_insertion(le),
    critere=lambda personnes, le: personnes.engagees_selon_le_texte(le),
    exemple=Exemple(
        sujets=(
            {"contrats": SOUS_CONTRAT, "engagements": [DIT]},
            {"contrats": [{"debut": 0}], "engagements": [EN_COURS, DIT]},
            {"contrats": SOUS_CONTRAT, "engagements": [COMPLET]},
            {"contrats": SOUS_CONTRAT, "engagements": [EN_COURS | {"formalisations": [{"du": 1} | TEXTE]}]},
            {"contrats": SOUS_CONTRAT, "engagements": [EN_COURS | {"formalisations": [{"du": -20, "au": 0} | TEXTE]}]},
            {"contrats": SOUS_CONTRAT, "engagements": [DIT | {"etat": "clos", "debut": -90, "clos_le": 0}]},
            {"contrats": SOUS_CONTRAT, "engagements": [DIT | {"etat": "projet"}]},
            {"contrats": [{"debut": -200, "fin_prevue": -1}, {"debut": 1}], "engagements": [DIT]},
            {"contrats": [{"debut": -200, "nature": "cdi"}], "engagements": [DIT]},
        ),
        total=7,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)

salaries_engages_dans_l_annee = Indicateur(
    code="salaries_engages_dans_l_annee",
    libelle="Salariés engagés dans l’année, au sens du § 2.2 a",
    definition=(
        "Salariés qui ont été, au moins un jour des douze mois qui finissent ce jour-là, sous un contrat de l’insertion (CDDI, "
        "CDD d’usage, mission, CDI inclusion), premier et dernier jours compris. Satisfait : un de ces jours, sous ce contrat, "
        f"un engagement commencé, pas encore clos, {SELON_LE_TEXTE}."
    ),
    unite="salariés en insertion de l’année",
    limites="Un seul jour d’engagement dans l’année suffit pour compter.",
    source="Référentiel d’octobre 2004, § 2.2 a (INS-1, INS-2)",
    garde_depuis=GARDE_DEPUIS,
    population=lambda le: Personne.objects.salariees_en_insertion_dans_l_annee(le),
    critere=lambda personnes, le: personnes.engagees_dans_l_annee(le),
    exemple=Exemple(
        sujets=(
            {"contrats": SOUS_CONTRAT, "engagements": [DIT]},
            {"contrats": [{"debut": -200, "fin_prevue": -100}], "engagements": [DIT_NAGUERE]},
            {"contrats": [{"debut": -200, "fin_prevue": -151}, {"debut": -119}], "engagements": [DIT_NAGUERE]},
            {"contrats": SOUS_CONTRAT, "engagements": [COMPLET]},
            {"contrats": SOUS_CONTRAT, "engagements": [DIT | {"etat": "projet"}]},
            {"contrats": SOUS_CONTRAT, "engagements": [DIT_NAGUERE | {"formalisations": [{"du": -120} | TEXTE]}]},
            {"contrats": [{"debut": -800, "fin_prevue": -400}], "engagements": [DIT_NAGUERE]},
            {"contrats": [{"debut": 1}], "engagements": [DIT]},
            {"contrats": [{"debut": -200, "nature": "cdi"}], "engagements": [DIT]},
        ),
        total=6,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)

engagement_en_main = Indicateur(
    code="engagement_en_main",
    libelle="Salariés qui ont leur engagement en main",
    definition=(
        "Salariés présents ce jour-là sous un contrat de l’insertion, premier et dernier jours compris, dont un engagement "
        "formalisé est en cours et leur a été remis : date et façon."
    ),
    unite="salariés en insertion",
    limites="Il ne dit pas si l’engagement remis est la dernière version du texte.",
    source="Référentiel d’octobre 2004, § 2.2 a (INS-2)",
    population=lambda le: Personne.objects.salariees_en_insertion(le),
    critere=lambda personnes, le: personnes.engagees_par_un_texte_remis(le),
    exemple=Exemple(
        sujets=(
            {"contrats": SOUS_CONTRAT, "engagements": [COMPLET | {"remises": [{"le": 0, "contenu": {}}]}]},
            {"contrats": SOUS_CONTRAT, "engagements": [COMPLET | {"remises": [{"le": 1, "contenu": {}}]}]},
            {"contrats": SOUS_CONTRAT, "engagements": [COMPLETE_DEMAIN | {"remises": [{"le": 0, "contenu": {}}]}]},
            {"contrats": SOUS_CONTRAT, "engagements": [COMPLET, CLOS | {"remises": [{"le": -50, "contenu": {}}]}]},
        ),
        total=4,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (1, 0)),
    ),
)

engagement_formalise = Indicateur(
    code="engagement_formalise",
    libelle="Engagements formalisés",
    definition=(
        "Engagements en cours ce jour-là, dont tout était écrit : objectifs, moyens de la structure et de la personne, "
        "échéance et évaluation de chaque moyen, date du prochain bilan."
    ),
    unite="engagements en cours",
    limites="Un texte complet ne dit pas s’il est tenu.",
    source="Référentiel d’octobre 2004, § 2.2 a (INS-2)",
    population=lambda le: Engagement.objects.nominatifs().en_cours(le),
    critere=lambda engagements, le: engagements.formalises(le),
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            {"engagements": [COMPLET]},
            {"engagements": [DEFAIT_DEMAIN]},
            {"engagements": [DEFAIT]},
            {"engagements": [COMPLETE_DEMAIN]},
            {"engagements": [A_COMPLETER]},
            {"engagements": [PROJET]},
            {"engagements": [CLOS]},
        ),
        total=5,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)

engagement_remis = Indicateur(
    code="engagement_remis",
    libelle="Engagements remis à la personne",
    definition="Engagements en cours dont un texte a été remis à la personne : date et façon.",
    unite="engagements en cours",
    limites="Une seule remise suffit, même si le texte a changé depuis.",
    source="Référentiel d’octobre 2004, § 2.2 a (INS-2)",
    population=lambda le: Engagement.objects.nominatifs().en_cours(le),
    critere=lambda engagements, le: engagements.remis(le),
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            {"engagements": [COMPLET | {"remises": [{"le": -20, "contenu": {}}]}]},
            {"engagements": [COMPLET | {"remises": [{"le": 1, "contenu": {}}]}]},
            {"engagements": [COMPLET]},
            {"engagements": [PROJET]},
        ),
        total=3,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (0, 0)),
    ),
)

types_d_engagement_pratiques = Indicateur(
    code="types_d_engagement_pratiques",
    libelle="Deux types d’engagement pratiqués",
    definition=(
        "La structure, quand au moins deux types d’engagement y ont commencé dans les douze derniers mois, formalisés ce jour-là."
    ),
    unite="structure",
    limites="Deux types suffisent : il ne dit pas si chacun a le type qui lui convient.",
    source="Référentiel d’octobre 2004, § 2.4 b (PRO-2)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(
        Exists(Engagement.objects.filter(personne__organisation=OuterRef("pk")).types_pratiques(le, au_moins=TYPES_A_PRATIQUER))
    ),
    exemple=Exemple(
        sujets=(
            _pratique(COMPLET | DECOUVERTE, CLOS | MOBILISATION),
            _pratique(COMPLET | DECOUVERTE, COMPLET | DECOUVERTE),
            _pratique(COMPLET | DECOUVERTE, COMPLETE_DEMAIN | MOBILISATION),
            _pratique(COMPLET | DECOUVERTE, PROJET | MOBILISATION),
            _pratique(COMPLET | DECOUVERTE, COMPLET | MOBILISATION | {"debut": -370}),
            {},
        ),
        total=6,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0)),
    ),
)


def _resultat(periode: Periode) -> Case:
    """Ce qu'en disent les bilans clos le jour où l'on regarde : rouvrir l'un d'eux depuis n'y change rien."""
    clos = Exists(Bilan.objects.clos_au(periode.le).filter(pk=OuterRef("bilan")))  # du seul bilan : non parmi tous ceux du réseau
    dits = ObjectifEvalue.objects.exclude(resultat="").filter(clos)
    siens, atteint = dits.filter(bilan__engagement=OuterRef("pk")), ObjectifEvalue.Resultat.ATTEINT
    manques = Objectif.objects.au_jour(periode.dernier_jour).filter(engagement=OuterRef("pk"))
    manques = manques.exclude(Exists(dits.filter(objectif=OuterRef("pk"), resultat=atteint)))
    return Case(
        When(~Exists(siens), then=Value("Pas encore de bilan")),
        When(~Exists(manques), then=Value("Objectifs atteints")),
        When(Exists(siens.filter(resultat__in=(atteint, ObjectifEvalue.Resultat.EN_PARTIE))), then=Value("Atteints en partie")),
        default=Value("Pas atteints"),
        output_field=CharField(),
    )


def _engage(debut: Jour, clos_le: Jour | None = None, **dit) -> dict:
    etat = "en_cours" if clos_le is None else "clos"
    return {"engagements": [{"etat": etat, "debut": debut, "clos_le": clos_le} | dit]}


engagements_de_la_periode = Indicateur(
    code="engagements_de_la_periode",
    libelle="Engagements clos, parmi ceux de la période",
    definition=(
        "Engagements, projets exclus, qui couraient au moins un soir, de la veille de la période à son dernier jour, ou à celui "
        "où l’on regarde s’il vient avant. Satisfait : ce dernier soir, l’engagement est clos. Son résultat est ce que ses "
        "bilans, clos le jour où l’on regarde, disent de ses objectifs : un objectif atteint une fois l’est pour toujours."
    ),
    unite="engagements",
    limites="Un engagement clos ne dit pas s’il est allé à son but : son résultat le dit, quand un bilan l’a noté.",
    sens=Sens.AUCUN,
    source="Cadre commun, engagements réciproques (INS-1, INS-7, OBS-1)",
    population=lambda periode: Engagement.objects.nominatifs().commences().filter(a_couru(periode, "debut", "clos_le")),
    critere=lambda engagements, periode: a_cesse(periode, "clos_le"),
    periode=douze_mois_finis_le,
    coupes={
        "type d’engagement": lambda periode: libelle("type_engagement"),
        "mouvement": lambda periode: mouvement(periode, "debut", "clos_le"),
        "résultat": _resultat,
    },
    constat=True,
    exemple=Exemple(
        sujets=(
            _engage(-900, UN_JOUR - UN_AN),
            _engage(-900, 0),
            _engage(-900, 1),
            _engage(0),
            _engage(-900, -UN_AN),
            _engage(1),
            _engage(-20, -20),
            _engage(-20, etat="projet"),
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0), (0, 0)),
    ),
)
