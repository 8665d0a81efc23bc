"""Ce que dit la définition de chaque figure des semaines, des actions, de l'emploi et de l'offre d'une période (OBS-1)."""

UNE_SEMAINE = (
    "Une semaine va du lundi au dimanche",
    "si elle tient entière dans la période",
    "quel que soit le nombre de mises en situation",
    "qu’un premier du mois la coupe ou non.",
)
FINIE = "Une action se date de son dernier jour."

DE_L_EMPLOI = {
    "semaines_courtes": (
        "a fait des heures de travail, et moins de 15",
        "la somme de celles de chaque personne.",
        *UNE_SEMAINE,
    ),
    "une_semaine_courte": (
        "Personnes qui ont fait des heures de travail dans une semaine de la période",
        "au moins une de moins de 15 heures.",
        *UNE_SEMAINE,
    ),
    "actions_associees": (
        "d’une personne qui y était",
        "finies dans la période",
        "un certificat ou un diplôme.",
        FINIE,
    ),
    "heures_d_actions": (
        "finies dans la période",
        "de chaque personne qui y était",
        "celles dont la durée n’est pas dite ne valent rien.",
        FINIE,
    ),
    "participants_aux_actions": (
        "qui étaient à une action de l’offre finie dans la période",
        "comptées une fois par nature d’action (entretien, atelier, formation…)",
        "des heures de travail dans la période.",
        "Une action se date de son dernier jour, des heures du premier jour de leur semaine.",
    ),
    "emploi_apres_une_action": (
        "Actions de l’offre où la personne était",
        "sa sortie a suivies dans la période, le même jour compris",
        "un emploi durable ou de transition.",
        "Une même action de l’offre compte une fois par sortie",
        "ne compte que pour la première sortie qui la suit.",
        "Hors retraits des sorties constatées.",
        FINIE,
    ),
    "contrats_commences": (
        "le premier jour est dans la période",
        "hors renouvellements",
        "à durée indéterminée (CDI, CDI inclusion).",
    ),
    "remuneration_horaire": (
        "le premier jour est dans la période",
        "hors renouvellements.",
        "Les contrats qui ne la disent pas n’y sont pas.",
    ),
    "travail_additionnel": (
        "qui commencent dans la période",
        "pourvus ou non",
        "sans la structure, personne ne ferait ce travail",
    ),
    "relais_convenus": (
        "un relais est convenu avec une autre structure",
        "les dernières nouvelles prises d’elle, le jour où l’on regarde au plus tard",
        "un emploi ou une formation.",
    ),
    "en_emploi_apres_la_sortie": (
        "Nouvelles à prendre dans la période",
        "à trois mois ou à six d’une sortie",
        "de qui n’a pas signé de contrat ici depuis",
        "prises le jour où l’on regarde au plus tard",
        "où la personne a un emploi.",
        "Qui n’a pas répondu reste compté.",
    ),
    "offre_mobilisee": (
        "proposées au moins un jour de la période",
        "hors mises en situation de travail",
        "une action, commencée dans la période, s’est faite avec quelqu’un.",
    ),
}
