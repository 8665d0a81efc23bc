"""Ce que dit la définition d'un indicateur : chacune de ses conditions a ses mots, nulle phrase n'est de trop (OBS-1)."""

import re

import pytest

from cedre.core.indicateurs import Indicateur, tous
from cedre.parcours import indicateurs
from cedre.parcours.tests.definitions_de_l_emploi import DE_L_EMPLOI
from cedre.parcours.tests.definitions_du_public import DU_PUBLIC, HEURES_DATEES

SOUS_CONTRAT = (
    "Personnes sous contrat ce jour-là",
    "premier et dernier jours compris",
    "même suspendu",
    "sans sortie datée d’après le premier jour de ce contrat et de ce jour-là au plus tard.",
)
BILAN_A_L_AGENDA = ("un entretien de bilan déjà à l’agenda, même passé", "ni clos, ni annulé, ni noté manqué ce soir-là")
ATTENDENT = (
    "Personnes en pré-accueil ou en accueil ce jour-là",
    "ni entretien réalisé ni présence en information n’a suivies depuis leur dernière demande, le jour de celle-ci compris.",
)
CONTRAT_D_INSERTION = ("Salariés présents ce jour-là sous un contrat de l’insertion", "premier et dernier jours compris")
SELON_LE_TEXTE = (
    "dit au moins un objectif",
    "au moins un moyen de la structure",
    "une date pour chaque moyen, ou celle du bilan.",
)
INSCRITES = "Personnes inscrites depuis moins de douze mois"
FIN_TUE = (
    "Un dernier contrat fini depuis plus que le délai de la structure (15 jours, à défaut)",
    "sans sortie notée ce jour-là ou depuis",
    "ni autre contrat déjà noté qui finisse plus tard",
    "datée de son dernier jour : celui que l’on savait le jour où l’on regarde.",
)
EXAMEN = (
    "Une fin que suit, dans la période, une fin examinée de la même personne ne se compte pas",
    "en AI et en ETTI, 150 heures de travail au moins",
    "d’une même année civile, sous un même contrat et une même annexe financière",
    "en ACI et en EI, 81 jours au moins (plus de 2,65 mois) du premier jour de contrat à la sortie, compris, et une heure de "
    "travail au moins",
    "contrats commencés et heures faites depuis la sortie précédente.",
    "Un contrat et ses renouvellements n’en font qu’un",
    "deux contrats qui se suivent sans se renouveler ne s’additionnent pas.",
    "Des heures sont du contrat de leur mise en situation",
    "celles dont on ne dit pas le contrat, ou pas l’annexe, s’additionnent entre elles.",
    "Le type est celui de l’annexe du dernier contrat",
    "celui de la structure le dernier jour de la période",
    "d’un autre type, rien n’est examiné.",
)
COMPARES = (
    "à la dernière évaluation de la période et à la toute première de la personne",
    "la dernière valeur est plus favorable que la première",
    "chacune sur l’échelle de sa grille.",
    "Évaluations validées le jour où l’on regarde",
    "un domaine est celui du cadre commun, hors contrainte d’agenda.",
)
PAS_ENGAGE = (
    "Le travail et les actions de qui n’est pas engagé n’en sont pas",
    "le § 2.2 a ne demande pas partout d’engager chacun.",
)
BILAN_ATTENDU = (
    "Bilans attendus il y a plus de quinze jours et moins de douze mois",
    "le jour où on l’attendait, même s’il s’est tenu un autre jour.",
    "un bilan du même engagement",
    "attendu à cette échéance ou après elle",
    "tenu au plus tard quinze jours après elle",
    "clos ce jour-là au plus tard.",
    "Hors bilans annulés avant l’échéance, ou dans les quinze jours qui la suivent, le quinzième compris.",
)
DITS = DU_PUBLIC | {
    "offre_presentee": (
        "Personnes reçues dans les douze derniers mois",
        "en entretien ou en information",
        "à qui l’offre d’insertion a été présentée.",
    ),
    "delai_annonce": (
        "Premiers contacts des douze derniers mois",
        "un délai jusqu’à l’entretien ou l’information collective a été dit.",
    ),
    "delai_tenu": (
        "Premiers contacts où un délai a été dit",
        "(le jour du contact, plus ce délai)",
        "passée la veille au plus tard",
        "depuis moins de douze mois.",
        "un entretien réalisé, ou une présence en information",
        "du jour du contact à celui de l’échéance, compris.",
        "entre ces mêmes jours compris",
        "une réorientation ou une clôture sans suite",
        "même si la personne avait été reçue.",
    ),
    "statut_explique": (
        INSCRITES,
        "le statut et ses conséquences pratiques ont été expliqués",
        "au plus tard le premier jour du contrat qui a suivi l’inscription.",
    ),
    "evaluation_conjointe": (INSCRITES, "une évaluation conjointe validée", "avec la grille commune alors en vigueur."),
    "evaluation_proposee": (
        "Personnes reçues à un entretien d’accueil dans les douze mois qui finissent ce jour-là.",
        "une évaluation conjointe validée",
        "avec la grille commune alors en vigueur, ce jour-là au plus tard",
        "son refus est noté, ce jour-là au plus tard, et elle n’en était pas revenue.",
    ),
    "evaluation_professionnelle": (INSCRITES, "les capacités ont été évaluées sur une fiche de poste."),
    "capacites_evaluees": (
        "un contrat de l’insertion (CDDI, CDD d’usage, mission, CDI inclusion) a commencé",
        "sans en renouveler un autre",
        "évaluées sur une fiche de poste, ce jour-là au plus tard.",
    ),
    "bilan_tenu": BILAN_ATTENDU,
    "bilan_conduit": (
        *BILAN_ATTENDU,
        "Hors ceux où la personne n’est pas venue",
        "son absence notée ce jour-là au plus tard",
        "un autre bilan du même engagement",
        "mis à l’agenda le jour de cette absence ou après",
        "ce jour-là au plus tard, sans y être annulé",
    ),
    "bilan_redige": (
        "Bilans tenus dans les douze mois qui finissent ce jour-là",
        "clos ce jour-là au plus tard.",
        "le compte rendu dit ce que l’on retient ensemble",
        "il regarde au moins un objectif",
        "chaque objectif qu’il regarde a son résultat.",
    ),
    "bilan_remis": ("Bilans clos des douze derniers mois", "le compte rendu a été remis à la personne : date et façon."),
    "salaries_engages": (
        CONTRAT_D_INSERTION[0],
        "(CDDI, CDD d’usage, mission, CDI inclusion)",
        CONTRAT_D_INSERTION[1],
        "un engagement formalisé est en cours.",
    ),
    "salaries_engages_selon_le_texte": (
        CONTRAT_D_INSERTION[0],
        "(CDDI, CDD d’usage, mission, CDI inclusion)",
        CONTRAT_D_INSERTION[1],
        "dont un engagement en cours",
        *SELON_LE_TEXTE,
    ),
    "salaries_engages_dans_l_annee": (
        "au moins un jour des douze mois qui finissent ce jour-là",
        "sous un contrat de l’insertion (CDDI, CDD d’usage, mission, CDI inclusion)",
        CONTRAT_D_INSERTION[1],
        "un de ces jours, sous ce contrat",
        "un engagement commencé, pas encore clos",
        *SELON_LE_TEXTE,
    ),
    "engagement_en_main": (*CONTRAT_D_INSERTION, "un engagement formalisé est en cours", "leur a été remis : date et façon."),
    "engagement_formalise": (
        "Engagements en cours ce jour-là",
        "tout était écrit : objectifs, moyens de la structure et de la personne",
        "échéance et évaluation de chaque moyen",
        "date du prochain bilan.",
    ),
    "engagement_remis": ("Engagements en cours", "un texte a été remis à la personne : date et façon."),
    "types_d_engagement_pratiques": (
        "La structure, quand au moins deux types d’engagement",
        "commencé dans les douze derniers mois",
        "formalisés ce jour-là.",
    ),
    "domaines_en_progres": ("Domaines évalués, selon l’accompagnateur·rice", *COMPARES),
    "domaines_en_progres_selon_la_personne": ("Domaines évalués, selon la personne", *COMPARES),
    "heures_travaillees": ("toutes les mises en situation de travail", "dans la période.", HEURES_DATEES),
    "heures_sans_objectif": (
        "faites dans la période",
        "ne servaient aucun objectif d’un engagement",
        "le jour dont ces heures sont datées.",
        HEURES_DATEES,
    ),
    "etp": (
        "chacune divisée par les heures d’un ETP que convient, le jour dont elle est datée, l’annexe financière en vigueur",
        "celle du contrat ; à défaut, du type de cette annexe, sinon de la structure ce jour-là, la dernière commencée.",
        "Ce qu’aucune annexe ne couvre ne se compte pas",
        HEURES_DATEES,
    ),
    "presence_aux_actions": (
        "Actions de l’offre, d’une personne",
        "datées de la période",
        "dont la présence est notée",
        "celles où elle était, parmi celles où elle était, absente ou excusée.",
        "Une présence se date du premier jour de l’action.",
    ),
    "delai_d_accueil": (
        "de chaque premier contact de la période",
        "à l’entretien réalisé ou à la présence en information qui l’a suivi, ce jour-là compris",
        "hors contacts que rien n’avait suivi le jour où l’on regarde.",
    ),
    "fins_de_parcours": ("Fins de parcours de la période, et celles qui sont examinées.", *FIN_TUE, *EXAMEN),
    "sorties_dynamiques": (
        "Sorties examinées de la période",
        "hors retraits des sorties constatées",
        "un emploi durable, un emploi de transition ou une sortie positive.",
        *FIN_TUE,
        "Elle n’est pas dynamique.",
        *EXAMEN,
    ),
    "suivi_delai_depasse": (
        *ATTENDENT,
        "un délai a été annoncé à cette demande.",
        "(le jour de la demande, plus ce délai)",
        "est ce jour-là ou plus tard.",
    ),
    "suivi_sans_referent": (
        "le dossier est ouvert ce jour-là.",
        "ce jour-là une personne référente",
        "encore habilitée dans la structure.",
    ),
    "suivi_sans_evaluation": (
        "en pré-embauche ou en parcours ce jour-là.",
        "une évaluation conjointe",
        "faite, et validée, ce jour-là au plus tard",
        "ou la personne n’en voulait pas, son refus noté ce jour-là au plus tard.",
    ),
    "suivi_statut_inexplique": (
        "en pré-embauche ou en parcours ce jour-là.",
        "le statut de salarié et ses conséquences",
        "expliqués, ce jour-là au plus tard.",
    ),
    "suivi_sans_prochaine_date": (
        "en pré-accueil, en accueil ou en pré-embauche ce jour-là.",
        "ce jour-là ou après",
        "(entretien, information collective ou non, bilan, séance ou action, à son premier jour)",
        "ou à l’échéance d’un objectif de suivi a minima,",
        "selon l’agenda de ce soir-là : ce qui fut tenu, manqué ou annulé plus tard y était encore.",
        "Le jour même, on ne les attend plus à un entretien commencé, tenu ou manqué",
        "une information ou une action tenue ou manquée",
        "un bilan clos ou noté manqué.",
    ),
    "suivi_delai_non_annonce": (*ATTENDENT, "un délai a été annoncé à cette demande."),
    "suivi_injoignable": ("le dossier est ouvert ce jour-là.", "on avait alors un téléphone ou un courriel"),
    "suivi_sans_objectif": (
        *SOUS_CONTRAT,
        "un objectif de suivi a minima est fixé, ce jour-là au plus tard, et n’est pas contrôlé ce soir-là ;",
        "un engagement commencé, ni projet ni clos ce jour-là",
        "dit au moins un objectif.",
    ),
    "objectif_controle": (
        "l’échéance est venue dans les douze mois qui finissent ce jour-là",
        "hors ceux que la fin du dossier a arrêtés avant elle.",
        "un contrôle, ce jour-là au plus tard, dit ce que l’objectif est devenu.",
    ),
    "suivi_controle_depasse": (
        *SOUS_CONTRAT,
        "un objectif de suivi a minima est fixé, ce jour-là au plus tard, et n’est pas contrôlé ce soir-là.",
        "son échéance vient après ce jour-là.",
    ),
    "suivi_sans_echeance": (
        *SOUS_CONTRAT,
        "un engagement commencé, ni projet ni clos ce jour-là",
        "dit au moins un objectif.",
        *BILAN_A_L_AGENDA,
        "ou un objectif de suivi a minima, avec son échéance, est fixé",
    ),
    "suivi_bilan_depasse": ("sous contrat ou non", *BILAN_A_L_AGENDA, "n’en dit aucun d’un jour d’avant celui-là."),
    "suivi_fin_pass": (
        *SOUS_CONTRAT,
        "un PASS IAE était déjà commencé, ou déjà noté.",
        "la fin qu’on lui savait ce jour-là",
        "plus de jours après que n’en dit le délai d’alerte de la structure (90, à défaut).",
    ),
    "suivi_fin_contrat": (
        *SOUS_CONTRAT,
        "de ce jour-là au dernier jour du délai d’alerte de la structure (30 jours, à défaut), compris",
        "sans qu’un autre finisse plus tard ou n’ait pas de fin",
        "déjà commencés ou déjà notés",
        "avec la fin qu’on lui savait ce jour-là.",
    ),
    "suivi_sans_contact": (
        *SOUS_CONTRAT,
        "moins de jours que le délai de la structure (30, à défaut), et ce jour-là au plus tard",
        "un échange, un contact, un entretien réalisé, une présence en information, une évaluation validée",
        "un bilan qui s’est tenu, clos depuis, une action faite, une visite de jobcoach",
        "ou le premier jour d’un contrat.",
    ),
    "suivi_sans_heures": (
        "un contrat, en cours et non suspendu ce jour-là, sans sortie datée d’après son premier jour",
        "au moins autant de semaines que le délai de la structure (4, à défaut).",
        "des heures datées de ces dernières semaines, ce jour-là compris",
        "du premier jour de leur semaine, ou du mois qui la coupe.",
    ),
    "suivi_sortie_non_documentee": (
        "en parcours ce jour-là",
        "un contrat est fini depuis plus que le délai de la structure (15 jours, à défaut).",
        "un autre contrat, déjà commencé ou déjà noté",
        "n’est pas fini, ou ne l’est pas depuis plus que ce délai",
        "chacun avec la fin qu’on lui savait ce jour-là.",
    ),
    "suivi_engagement_non_remis": (
        "sous contrat ou non",
        "un engagement commencé, ni projet ni clos ce jour-là",
        "au moins le délai de remise de la structure (7 jours, à défaut).",
        "chacun de ces engagements lui a été remis ce jour-là au plus tard.",
    ),
    "suivi_bilan_proche": (
        "sous contrat ou non",
        *BILAN_A_L_AGENDA,
        "ce jour-là, ni dans les jours qui suivent où la structure voulait alors le préparer (14, à défaut).",
    ),
    "suivi_suivi_sortie": (
        "Personnes sorties ce jour-là au plus tard",
        "sans contrat commencé entre le lendemain de leur sortie et ce jour-là",
        "le jour de prendre des nouvelles est venu, à trois mois ou à six.",
        "ont toutes été prises, ce jour-là au plus tard, que la personne ait répondu ou non.",
    ),
    "client_associe": (
        "chez un client",
        "travaillées dans les douze derniers mois",
        "a reçu la fiche de liaison (un lien, ou la fiche imprimée) ou a évalué au travail.",
    ),
    "heures_avec_objectif": (
        "des heures ont été faites dans les douze derniers mois",
        "servaient ce jour-là un objectif d’un engagement déjà pris.",
    ),
    "client_associe_partout": (
        "travaillées dans les douze derniers mois, chez un client, en atelier ou sur un chantier.",
        "celui pour qui l’atelier travaille compris",
        "a reçu la fiche de liaison (un lien, ou la fiche imprimée) ou a évalué au travail, ce jour-là au plus tard.",
        "Un atelier dont le client n’était pas dit ce jour-là ne satisfait pas.",
    ),
    "travail_selon_l_engagement": (
        "des heures ont été faites dans les douze derniers mois",
        "ce jour-là, ou le dernier jour de la mise en situation si elle était finie",
        "un engagement commencé qui courait encore ou s’arrêtait ce jour même",
        "servent un objectif d’un engagement déjà commencé alors.",
        *PAS_ENGAGE,
        "un objectif d’un engagement qui courait encore ce jour-là, ou son dernier jour si elle était finie",
        "celui où il s’arrête compris.",
    ),
    "actions_selon_l_engagement": (
        "faites, finies dans les douze derniers mois",
        "avait leur dernier jour un engagement commencé qui courait encore ou s’arrêtait ce jour même",
        "dites au service d’un engagement déjà commencé alors.",
        *PAS_ENGAGE,
        "au service d’un engagement qui courait encore son dernier jour, celui où il s’arrête compris.",
    ),
}
DITS |= DE_L_EMPLOI


@pytest.mark.parametrize("code", DITS)
def test_une_definition_dit_chacune_de_ses_conditions_dans_l_ordre(code):
    definition, rang = tous()[code].definition, 0
    for condition in DITS[code]:
        assert (rang := definition.find(condition, rang)) >= 0, condition
        rang += len(condition)
    phrases = re.split(r"(?<=\.) ", definition)
    assert [phrase for phrase in phrases if not any(dite in phrase for dite in DITS[code])] == [], "une phrase que rien n’éprouve"


def test_aucun_indicateur_des_parcours_n_echappe_a_ce_controle():
    assert {un.code for un in vars(indicateurs).values() if isinstance(un, Indicateur)} == DITS.keys()
