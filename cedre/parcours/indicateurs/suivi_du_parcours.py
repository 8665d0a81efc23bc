"""Ce qui peut manquer au dossier d'une personne en parcours, puis sortie : chaque manque est dit ici en entier (ACC-6)."""

from datetime import date

from django.db.models import Q, QuerySet

from cedre.core.indicateurs import Exemple, Indicateur, Sens
from cedre.parcours.indicateurs.suivi import DEPUIS, SOURCE, du_suivi
from cedre.parcours.models import Bilan, Contrat, Engagement, Heures, PassIAE, Phase, SuiviAMinima, SuiviSortie
from cedre.parcours.models.suivi import (
    apres,
    au_travail,
    dernier_jour,
    elle_a,
    en_phase,
    le_plus_recent,
    parlee,
    parlee_le,
    premier_jour,
    salariee,
)

METS = "mise_en_situation__personne"
SOUS_CONTRAT = (
    "Personnes sous contrat ce jour-là, premier et dernier jours compris, même suspendu, sans sortie datée d’après le premier "
    "jour de ce contrat et de ce jour-là au plus tard."
)
A_L_AGENDA = "déjà à l’agenda, même passé, tant qu’il n’est ni clos, ni annulé, ni noté manqué ce soir-là"
AU_TRAVAIL = DEPUIS | {"phase": "parcours", "contrats": [{"debut": -200, "fin_prevue": 200}]}
POSE = {"cree_le": -100}
SUIVI_GARDE = "parcours.0018_suivi_a_minima"
OBJECTIF = [{"libelle": "Passer le permis"}]


def _engagement(*, bilans=(), remises=(), debut=-100, objectifs=OBJECTIF) -> dict:
    faits = {"objectifs": objectifs, "bilans": [POSE | bilan for bilan in bilans], "remises": [*remises]}
    return {"engagements": [{"etat": "en_cours", "debut": debut, **faits}]}


def _suivi(**faits) -> dict:
    return {"suivis_a_minima": [{"objectif": "Passer le permis"} | faits]}


def engages(le: date) -> QuerySet:
    """Les engagements qui courent et disent un objectif."""
    return Engagement.objects.en_cours(le).avec_objectif(le)


def a_un_objectif(le: date) -> Q:
    """Un suivi a minima court, ou un engagement qui dit un objectif (§ 2.1 d)."""
    return elle_a(SuiviAMinima.objects.au_jour(le)) | elle_a(engages(le))


def a_remettre(le: date) -> QuerySet:
    """Les engagements qui courent depuis plus que le délai de remise."""
    return Engagement.objects.en_cours(le).filter(debut__lte=apres(le, "delai_remise", -1))


def _connus_finis(le: date, quand: str) -> QuerySet:
    """Les contrats connus ce jour-là dont la fin d'alors est avant (lt), ou non (gte), le début du délai laissé à la sortie."""
    return Contrat.objects.connus(le).filter(**{f"fin_connue__{quand}": apres(le, "delai_sortie", -1)})


def a_un_bilan(le: date) -> Q:
    """Un entretien de bilan est à l'agenda."""
    return Q(anonymisee_le=None) & elle_a(Bilan.objects.ouverts(le))


def nouvelles_venues(le: date) -> QuerySet:
    """Les nouvelles dont le jour est venu, prises ou non."""
    return SuiviSortie.objects.utiles(le).filter(prevu_le__lte=le)


def nouvelles_a_prendre(le: date) -> QuerySet:
    """Celles qui n'étaient pas prises ce jour-là."""
    return nouvelles_venues(le).filter(Q(fait_le=None) | Q(fait_le__gt=le))


def qui_finissent(le: date) -> QuerySet:
    """Les contrats sans suite que l'on savait, ce jour-là, finir ce jour-là ou après."""
    return Contrat.objects.sans_suite(le).filter(fin_connue__gte=le)


def heures_faites(le: date) -> QuerySet:
    """Les semaines où elle a travaillé, jusqu'à ce jour."""
    return Heures.objects.filter(heures__gt=0, le__lte=le)


sans_objectif = du_suivi(
    "sans_objectif",
    version=2,
    urgence=10,
    alerte="Au travail sans objectif",
    en_equipe=True,
    libelle="Au travail avec un objectif",
    definition=(
        f"{SOUS_CONTRAT} Satisfait : un objectif de suivi a minima est fixé, ce jour-là au plus tard, et n’est pas contrôlé ce "
        "soir-là ; ou un engagement commencé, ni projet ni clos ce jour-là, dit au moins un objectif."
    ),
    unite="salariés en parcours",
    limites="Un objectif fixé ne dit pas si l’on y travaille.",
    population=salariee,
    critere=a_un_objectif,
    jour=lambda le: le_plus_recent(
        premier_jour(Contrat.objects.filter(au_travail(le)), "debut"),
        dernier_jour(Engagement.objects.avec_objectif(le).filter(clos_le__lte=le), "clos_le"),
        dernier_jour(SuiviAMinima.objects.filter(au__lte=le), "au"),
    ),
    bien=AU_TRAVAIL | _suivi(du=0, echeance=90),
    mal=(
        AU_TRAVAIL | _engagement(objectifs=[]),
        AU_TRAVAIL | _suivi(du=-60, echeance=-20, au=0),
        AU_TRAVAIL | {"engagements": [{"etat": "clos", "debut": -100, "clos_le": -30, "objectifs": OBJECTIF}]},
    ),
    hors=DEPUIS | {"phase": "parcours", "contrats": [{"debut": -200, "fin_prevue": -1}]},
    dit=(-200, 0, -30),
)
sans_echeance = du_suivi(
    "sans_echeance",
    version=2,
    urgence=20,
    alerte="Engagement sans échéance",
    en_equipe=True,
    libelle="Engagement avec une échéance",
    definition=(
        f"{SOUS_CONTRAT} Parmi elles, celles dont un engagement commencé, ni projet ni clos ce jour-là, dit au moins un "
        f"objectif. Satisfait : elles ont un entretien de bilan {A_L_AGENDA} ; ou un objectif de suivi a minima, avec son "
        "échéance, est fixé, ce jour-là au plus tard, et n’est pas contrôlé ce soir-là."
    ),
    unite="salariés engagés",
    limites="Une échéance à l’agenda peut être déjà passée.",
    population=lambda le: salariee(le) & elle_a(engages(le)),
    critere=lambda le: elle_a(Bilan.objects.ouverts(le)) | elle_a(SuiviAMinima.objects.au_jour(le)),
    jour=lambda le: le_plus_recent(dernier_jour(engages(le), "debut"), dernier_jour(Bilan.objects.filter(le__lte=le))),
    bien=AU_TRAVAIL | _engagement(bilans=[{"le": 10}]),
    mal=(
        AU_TRAVAIL | _engagement(bilans=[{"le": -10, "etat": "clos", "suite": "prolonger", "suite_le": 80, "clos_le": -10}]),
        AU_TRAVAIL | _engagement(),
    ),
    hors=AU_TRAVAIL | _engagement(objectifs=[]),
    dit=(-10, -100),
)
controle_depasse = du_suivi(
    "controle_depasse",
    urgence=25,
    alerte="Objectif à contrôler",
    en_equipe=True,
    libelle="Objectif contrôlé à son échéance",
    definition=(
        f"{SOUS_CONTRAT} Parmi elles, celles dont un objectif de suivi a minima est fixé, ce jour-là au plus tard, et n’est pas "
        "contrôlé ce soir-là. Satisfait : son échéance vient après ce jour-là."
    ),
    unite="salariés avec un suivi a minima",
    limites="Il ne dit pas si l’objectif est en bonne voie.",
    population=lambda le: salariee(le) & elle_a(SuiviAMinima.objects.au_jour(le)),
    critere=lambda le: ~elle_a(SuiviAMinima.objects.a_controler(le)),
    jour=lambda le: premier_jour(SuiviAMinima.objects.a_controler(le), "echeance"),
    bien=AU_TRAVAIL | _suivi(du=-60, echeance=1),
    mal=AU_TRAVAIL | _suivi(du=-60, echeance=0, au=1),
    hors=AU_TRAVAIL | _suivi(du=-60, echeance=-20, au=0, resultat="atteint"),
    dit=0,
    garde_depuis=SUIVI_GARDE,
)
objectif_controle = Indicateur(
    code="objectif_controle",
    libelle="Objectifs de suivi contrôlés",
    definition=(
        "Objectifs de suivi a minima dont l’échéance est venue dans les douze mois qui finissent ce jour-là, hors ceux que la "
        "fin du dossier a arrêtés avant elle. Satisfait : un contrôle, ce jour-là au plus tard, dit ce que l’objectif est devenu."
    ),
    unite="objectifs échus",
    limites="Un contrôle fait en retard compte autant qu’un contrôle à temps, et un échec autant qu’une réussite.",
    source=SOURCE,
    population=lambda le: SuiviAMinima.objects.echus(le),
    critere=lambda suivis, le: suivis.controles(le),
    garde_depuis=SUIVI_GARDE,
    exemple=Exemple(
        sujets=(
            _suivi(du=-90, echeance=-20, au=0, resultat="atteint"),
            _suivi(du=-90, echeance=-20, au=1, resultat="atteint"),
            _suivi(du=-90, echeance=-20, au=-20),
            _suivi(du=-90, echeance=0),
            _suivi(du=-90, echeance=-20, au=-21),
            _suivi(du=-90, echeance=1, au=0, resultat="atteint"),
        ),
        total=4,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)
bilan_depasse = du_suivi(
    "bilan_depasse",
    urgence=30,
    alerte="Bilan dépassé",
    en_equipe=True,
    libelle="Bilan tenu à l’échéance",
    definition=(
        f"Personnes, sous contrat ou non, qui ont un entretien de bilan {A_L_AGENDA}. Satisfait : l’agenda d’alors n’en dit "
        "aucun d’un jour d’avant celui-là."
    ),
    unite="personnes avec un bilan prévu",
    limites="Un bilan toujours repoussé n’y paraît jamais dépassé.",
    population=a_un_bilan,
    critere=lambda le: ~elle_a(Bilan.objects.ouverts(le).filter(jour__lt=le)),
    jour=lambda le: premier_jour(Bilan.objects.ouverts(le), "jour"),
    bien=AU_TRAVAIL | _engagement(bilans=[{"le": 0}]),
    mal=AU_TRAVAIL | _engagement(bilans=[{"le": -1}]),
    hors=AU_TRAVAIL | _engagement(bilans=[{"le": -1, "etat": "annule", "annule_le": -1}]),
    dit=-1,
)
fin_pass = du_suivi(
    "fin_pass",
    urgence=40,
    alerte="PASS IAE bientôt fini",
    en_equipe=True,
    libelle="PASS IAE loin de sa fin",
    definition=(
        f"{SOUS_CONTRAT} Parmi elles, celles dont un PASS IAE était déjà commencé, ou déjà noté. Satisfait : l’un d’eux, selon "
        "la fin qu’on lui savait ce jour-là, finit plus de jours après que n’en dit le délai d’alerte de la structure (90, à "
        "défaut)."
    ),
    unite="salariés dont le PASS IAE est connu",
    limites="Cela ne tient qu’au calendrier : il ne dit pas si une prolongation est demandée.",
    sens=Sens.AUCUN,
    population=lambda le: salariee(le) & elle_a(PassIAE.objects.connus(le)),
    critere=lambda le: elle_a(PassIAE.objects.connus(le).filter(fin_connue__gt=apres(le, "alerte_pass"))),
    jour=lambda le: dernier_jour(PassIAE.objects.connus(le), "fin_connue"),
    bien=AU_TRAVAIL | {"pass_iae": [{"debut": -600, "fin": 91}]},
    mal=AU_TRAVAIL | {"pass_iae": [{"debut": -640, "fin": 180, "anciennes_fins": [{"fin": 90, "au": 1}]}]},
    hors=AU_TRAVAIL,
    dit=90,
)
fin_contrat = du_suivi(
    "fin_contrat",
    urgence=50,
    alerte="Contrat bientôt fini",
    en_equipe=True,
    libelle="Contrat loin de sa fin, ou suivi d’un autre",
    definition=(
        f"{SOUS_CONTRAT} Satisfait : aucun de ses contrats ne finit de ce jour-là au dernier jour du délai d’alerte de la "
        "structure (30 jours, à défaut), compris, sans qu’un autre finisse plus tard ou n’ait pas de fin ; contrats "
        "déjà commencés ou déjà notés, chacun avec la fin qu’on lui savait ce jour-là."
    ),
    unite="salariés en parcours",
    limites="Cela ne tient qu’au calendrier : il ne dit pas ce qui est prévu pour la suite.",
    sens=Sens.AUCUN,
    population=salariee,
    critere=lambda le: ~elle_a(qui_finissent(le).filter(fin_connue__lte=apres(le, "alerte_contrat"))),
    jour=lambda le: premier_jour(qui_finissent(le), "fin_connue"),
    bien=DEPUIS
    | {"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": 20}, {"debut": 21, "fin_prevue": 31, "note_le": 0}]},
    mal=(
        DEPUIS
        | {"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": 30}, {"debut": 31, "fin_prevue": 61, "note_le": 1}]},
        DEPUIS | {"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": 0}]},
    ),
    hors=DEPUIS | {"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": -1}]},
    dit=(30, 0),
)
sans_contact = du_suivi(
    "sans_contact",
    urgence=80,
    alerte="On ne s’est pas parlé",
    en_equipe=True,
    libelle="On s’est parlé",
    definition=(
        f"{SOUS_CONTRAT} Satisfait : il y a moins de jours que le délai de la structure (30, à défaut), et ce jour-là au plus "
        "tard, un échange, un contact, un entretien réalisé, une présence en information, une évaluation validée, un bilan qui "
        "s’est tenu, clos depuis, une action faite, une visite de jobcoach, ou le premier jour d’un contrat."
    ),
    unite="salariés en parcours",
    limites="Un échange de deux mots compte autant qu’un long entretien.",
    population=salariee,
    critere=parlee,
    jour=parlee_le,
    bien=AU_TRAVAIL | {"echanges": [{"le": -29, "texte": "Appel"}]},
    mal=(AU_TRAVAIL | {"echanges": [{"le": -30, "texte": "Appel"}]}, AU_TRAVAIL),
    dit=(-30, -200),
)
sans_heures = du_suivi(
    "sans_heures",
    urgence=90,
    alerte="Sous contrat sans heures",
    en_equipe=True,
    libelle="Sous contrat avec des heures",
    definition=(
        "Personnes dont un contrat, en cours et non suspendu ce jour-là, sans sortie datée d’après son premier jour, a "
        "commencé il y a au moins autant de semaines que le délai de la structure (4, à défaut). Satisfait : des heures datées "
        "de ces dernières semaines, ce jour-là compris ; elles se datent du premier jour de leur semaine, ou du mois qui la "
        "coupe."
    ),
    unite="salariés au travail",
    limites="Une seule heure suffit ; des heures en retard de saisie y manquent.",
    population=lambda le: (
        Q(anonymisee_le=None)
        & elle_a(Contrat.objects.travailles(le).filter(au_travail(le), debut__lte=apres(le, "semaines_sans_heures", -7)))
    ),
    critere=lambda le: elle_a(heures_faites(le).filter(le__gt=apres(le, "semaines_sans_heures", -7)), METS),
    jour=lambda le: le_plus_recent(
        dernier_jour(heures_faites(le), de=METS), dernier_jour(Contrat.objects.travailles(le), "debut")
    ),
    bien=AU_TRAVAIL | {"mises_en_situation": [{"du": -100, "atelier": "Jardin", "heures": [{"le": -27, "heures": 7}]}]},
    mal=(
        AU_TRAVAIL | {"mises_en_situation": [{"du": -100, "atelier": "Jardin", "heures": [{"le": -28, "heures": 7}]}]},
        AU_TRAVAIL,
    ),
    hors=DEPUIS | {"phase": "parcours", "contrats": [{"debut": -200, "suspensions": [{"du": -60}]}]},
    dit=(-28, -200),
)
sortie_non_documentee = du_suivi(
    "sortie_non_documentee",
    urgence=100,
    alerte="Contrat fini, sortie à dire",
    en_equipe=True,
    libelle="Contrat fini, sortie dite",
    definition=(
        "Personnes en parcours ce jour-là, dont un contrat est fini depuis plus que le délai de la structure (15 jours, à "
        "défaut). Satisfait : un autre contrat, déjà commencé ou déjà noté, n’est pas fini, ou ne l’est pas depuis plus que ce "
        "délai ; chacun avec la fin qu’on lui savait ce jour-là."
    ),
    unite="personnes en parcours",
    limites="Il ne dit pas ce que la personne est devenue.",
    population=lambda le: en_phase((Phase.PARCOURS,), le) & elle_a(_connus_finis(le, "lt")),
    critere=lambda le: elle_a(_connus_finis(le, "gte")),
    jour=lambda le: dernier_jour(Contrat.objects.connus(le), "fin_connue"),
    bien=DEPUIS | {"phase": "parcours", "contrats": [{"debut": -300, "fin_prevue": -100}, {"debut": -99, "fin_prevue": -15}]},
    mal=DEPUIS | {"phase": "parcours", "contrats": [{"debut": -300, "fin_prevue": -16}]},
    hors=DEPUIS | {"phase": "sortie", "contrats": [{"debut": -300, "fin_prevue": -16}]},
    dit=-16,
    version=2,
)
engagement_non_remis = du_suivi(
    "engagement_non_remis",
    urgence=110,
    alerte="Engagement jamais remis",
    libelle="Engagement remis dans le délai",
    definition=(
        "Personnes, sous contrat ou non, dont un engagement commencé, ni projet ni clos ce jour-là, court depuis au moins le "
        "délai de remise de la structure (7 jours, à défaut). Satisfait : chacun de ces engagements lui a été remis ce jour-là "
        "au plus tard."
    ),
    unite="personnes engagées",
    limites="Il ne dit pas si la personne a lu ce qu’on lui a remis.",
    population=lambda le: Q(anonymisee_le=None) & elle_a(a_remettre(le)),
    critere=lambda le: ~elle_a(a_remettre(le).jamais_remis(le)),
    jour=lambda le: premier_jour(a_remettre(le).jamais_remis(le), "debut"),
    bien=AU_TRAVAIL | _engagement(debut=-7, remises=[{"le": 0, "contenu": {}}]),
    mal=AU_TRAVAIL | _engagement(debut=-7),
    hors=AU_TRAVAIL | _engagement(debut=-6),
    dit=-7,
)
bilan_proche = du_suivi(
    "bilan_proche",
    urgence=120,
    alerte="Bilan à préparer",
    libelle="Pas de bilan à préparer bientôt",
    definition=(
        f"Personnes, sous contrat ou non, qui ont un entretien de bilan {A_L_AGENDA}. Satisfait : l’agenda d’alors n’en dit "
        "aucun ce jour-là, ni dans les jours qui suivent où la structure voulait alors le préparer (14, à défaut)."
    ),
    unite="personnes avec un bilan prévu",
    limites="Un bilan proche n’est pas un retard : cela ne tient qu’au calendrier.",
    sens=Sens.AUCUN,
    population=a_un_bilan,
    critere=lambda le: ~elle_a(Bilan.objects.ouverts(le).filter(jour__gte=le, jour__lte=apres(le, "alerte_bilan"))),
    jour=lambda le: premier_jour(Bilan.objects.ouverts(le).filter(jour__gte=le), "jour"),
    bien=AU_TRAVAIL | _engagement(bilans=[{"le": 15}]),
    mal=AU_TRAVAIL | _engagement(bilans=[{"le": 14}]),
    dit=14,
)
suivi_sortie = du_suivi(
    "suivi_sortie",
    urgence=170,
    alerte="Nouvelles à prendre après la sortie",
    libelle="Nouvelles prises après la sortie",
    definition=(
        "Personnes sorties ce jour-là au plus tard, même revenues à l’accueil, sans contrat commencé entre le lendemain de leur "
        "sortie et ce jour-là, dont le jour de prendre des nouvelles est venu, à trois mois ou à six. Satisfait : les nouvelles "
        "dont le jour est venu ont toutes été prises, ce jour-là au plus tard, que la personne ait répondu ou non."
    ),
    unite="personnes sorties",
    limites="Avoir cherché des nouvelles suffit, même sans réponse.",
    population=lambda le: Q(anonymisee_le=None) & elle_a(nouvelles_venues(le), "sortie__personne"),
    critere=lambda le: ~elle_a(nouvelles_a_prendre(le), "sortie__personne"),
    jour=lambda le: premier_jour(nouvelles_a_prendre(le), "prevu_le", "sortie__personne"),
    bien=DEPUIS | {"phase": "sortie", "sorties": [{"le": -100, "suivis": [{"mois": 3, "prevu_le": -10, "fait_le": 0}]}]},
    mal=DEPUIS | {"phase": "sortie", "sorties": [{"le": -92, "suivis": [{"mois": 3, "prevu_le": 0}]}]},
    hors=AU_TRAVAIL | {"sorties": [{"le": -220, "suivis": [{"mois": 3, "prevu_le": -130}]}]},
    dit=0,
)
