"""Ce que dit la définition de chaque figure du public, des salariés, des parcours et des freins d'une période (OBS-1)."""

HEURES_DATEES = "se datent du premier jour de leur semaine, ou du mois pour la semaine qui le commence."
UN_PARCOURS = "Un parcours va du soir du premier contrat, ou de sa signature, à celui de la sortie."
COURAIENT = (
    "couraient au moins un soir, de la veille de la période à son dernier jour, ou à celui où l’on regarde s’il vient avant."
)
DUREE = ("Jours de chaque parcours fini dans la période", "de son premier jour à celui de la sortie.", UN_PARCOURS)
PLUS_STABLE = "de précaire à instable ou stable, ou d’instable à stable."


def _de_l_entree_a_la_sortie(quoi: str) -> tuple[str, ...]:
    return (
        "Sorties notées dans la période",
        f"{quoi} de la première évaluation conjointe faite depuis la sortie précédente, validée le jour où l’on regarde",
        f"et {quoi} à la sortie.",
        PLUS_STABLE,
    )


DU_PUBLIC = {
    "public_accueilli": (
        "la toute première demande est de la période.",
        "en entretien réalisé ou en information où elles étaient",
        "du premier jour de la période à celui où l’on regarde.",
    ),
    "demandes_recues": (
        "Demandes d’accueil reçues dans la période, retours compris",
        "un prescripteur que le cadre commun dit habilité.",
    ),
    "suites_donnees": (
        "dans la période : inscription, réorientation ou clôture sans suite",
        "Satisfait : c’est une inscription.",
    ),
    "salaries_en_insertion": (
        "les heures datées de la période font au moins une heure",
        "un contrat de l’insertion (CDDI, CDD d’usage, mission, CDI inclusion)",
        "au moins un jour de la période, premier et dernier jours du contrat compris.",
        "court encore le dernier jour de la période, ou celui où l’on regarde s’il vient avant.",
        HEURES_DATEES,
    ),
    "parcours_de_la_periode": (
        COURAIENT,
        "ce dernier soir, le parcours est fini.",
        UN_PARCOURS,
        "Ceux de la veille, plus les entrées, moins les sorties, sont ceux du dernier soir.",
        "Le type d’engagement est celui du dernier commencé au jour de la sortie, à défaut ce dernier soir.",
    ),
    **dict.fromkeys(("duree_de_parcours", "duree_des_plus_courts", "duree_des_plus_longs"), DUREE),
    "delai_jusqu_au_contrat": (
        "pour chaque parcours commencé dans la période",
        "la première demande faite depuis la fin du parcours précédent, ce jour-là compris",
        "au premier jour du parcours.",
        UN_PARCOURS,
        "Hors parcours que nulle demande n’a précédés.",
        "Le type d’engagement est celui du dernier commencé au premier jour du parcours",
    ),
    "carriere_a_la_sortie": _de_l_entree_a_la_sortie("la carrière"),
    "statut_social_a_la_sortie": _de_l_entree_a_la_sortie("le statut social"),
    "engagements_de_la_periode": (
        "projets exclus",
        COURAIENT,
        "ce dernier soir, l’engagement est clos.",
        "ses bilans, clos le jour où l’on regarde, disent de ses objectifs : un objectif atteint une fois l’est pour toujours.",
    ),
    "bilans_de_la_periode": (
        "Bilans tenus dans la période, et clos le jour où l’on regarde au plus tard.",
        "leur compte rendu lui a été remis, ce jour-là au plus tard.",
    ),
    "causes_d_exclusion": (
        "cotés par l’accompagnateur·rice",
        "à la toute première évaluation conjointe de la personne, faite dans la période",
        "validée le jour où l’on regarde.",
        "plus défavorable que le premier degré de l’échelle.",
        "son motif ne se garde jamais.",
    ),
    "offre_manquante": (
        "à la toute première évaluation conjointe de la personne, faite dans la période",
        "validée le jour où l’on regarde",
        "que l’accompagnateur·rice y a cotés plus défavorables que le premier degré de l’échelle.",
        "que l’offre proposait le jour de l’évaluation",
        "hors mises en situation de travail",
        "ne dit qu’elle répond à ce domaine.",
    ),
    "freins_des_parcours": (
        "un parcours courait au moins un soir, de la veille de la période à son dernier jour",
        "que l’accompagnateur·rice a coté, à leur toute première évaluation conjointe",
        "plus défavorable que le premier degré de l’échelle",
        "faite jusqu’à la fin de la période et validée le jour où l’on regarde.",
        "la dernière valeur cotée depuis, jusqu’à la fin de la période, est le premier degré.",
        "allégé, stable, aggravé, ou pas réévalué, chaque valeur sur l’échelle de sa grille.",
        "La période s’arrête le jour où l’on regarde s’il vient avant.",
        "Où il a été travaillé se déduit des actions de l’offre faites dans la période sur ce thème.",
    ),
}
