"""Ce que la structure d'exemple dit d'elle-même : équipe, projet, formations, rencontres, principes."""

# clé, intitulé, rattaché à, fonctions, missions, tenu par (rôle ou rôle:rang d'un compte ; « x » : quelqu'un sans compte)
POSTES = (
    (
        "presidence",
        "Présidence (bénévole)",
        "",
        "direction",
        "Préside le conseil d’administration, porte le projet associatif, représente l’association.",
        "ca",
    ),
    (
        "direction",
        "Direction",
        "presidence",
        "direction observatoire",
        "Met en œuvre le projet, anime l’équipe et les régulations, répond des comptes et des conventions.",
        "direction",
    ),
    (
        "qualite",
        "Référence qualité et observatoire",
        "direction",
        "qualite observatoire",
        "Tient le manuel et les procédures, suit les réclamations et les enquêtes, prépare le rapport d’activité.",
        "qualite",
    ),
    (
        "coordination",
        "Coordination de l’accompagnement",
        "direction",
        "accueil insertion",
        "Organise les accueils et les référents, prépare la régulation, suit les échéances de toute l’équipe.",
        "cip",
    ),
    (
        "accompagnement",
        "Accompagnement socioprofessionnel",
        "coordination",
        "accueil insertion",
        "Reçoit, évalue avec la personne, convient des engagements, tient les bilans, prépare la sortie.",
        "cip:1 cip:2",
    ),
    (
        "accueil",
        "Accueil",
        "coordination",
        "accueil",
        "Reçoit les premiers contacts, dit le délai, inscrit aux informations collectives, oriente.",
        "accueil accueil:1",
    ),
    (
        "mad",
        "Mises à disposition",
        "direction",
        "travail insertion",
        "Répond aux clients, propose les missions qui servent un engagement, évalue au poste, relève les heures.",
        "mad",
    ),
    (
        "espaces_verts",
        "Encadrement technique, espaces verts",
        "mad",
        "travail",
        "Forme aux gestes et à la sécurité, évalue en situation, fait le lien avec les clients.",
        "x",
    ),
    (
        "entretien",
        "Encadrement technique, entretien des locaux",
        "mad",
        "travail",
        "Forme aux gestes et aux produits, accompagne les premières missions.",
        "",
    ),
    (
        "gestion",
        "Comptabilité et paie",
        "direction",
        "support",
        "Établit les paies et les factures, suit les financements et le plan de formation.",
        "x",
    ),
    (
        "secretariat",
        "Secrétariat",
        "gestion",
        "support accueil",
        "Tient le courrier, le standard et l’agenda des salles ; remplace à l’accueil.",
        "x",
    ),
    (
        "couture",
        "Animation de l’atelier couture",
        "coordination",
        "insertion",
        "Animait l’atelier, que reprend depuis un partenaire.",
        "x",
    ),
)

PROJETS = (
    (
        62,
        "l’assemblée générale",
        "{nom} est née d’un collectif d’habitants qui refusaient de voir des voisins sans travail ni ressources. Elle propose du "
        "travail à ceux qui en sont privés, et un accompagnement vers l’emploi.",
    ),
    (
        14,
        "l’assemblée générale",
        "{nom} est née d’un collectif d’habitants qui refusaient de voir des voisins sans travail ni ressources.\n\n"
        "Nous croyons que chacun a des capacités, et que le travail, choisi et préparé, les fait grandir. Nous proposons des "
        "mises en situation de travail chez des particuliers, des associations, des collectivités et des entreprises ; nous nous "
        "engageons avec chaque personne sur des objectifs, des moyens et des échéances, et nous regardons "
        "ensemble le chemin fait.\n\n"
        "Nous ne retenons personne : l’étape passée chez nous prépare la suivante. Nous ne laissons personne attendre sans "
        "réponse. Nous associons les personnes en parcours à la vie de l’association, et nos clients à ce que leur "
        "mission apporte.\n\n"
        "Nous travaillons avec les communes, les services de l’emploi, les associations et les entreprises du bassin, parce que "
        "l’insertion est l’affaire de tout un territoire.",
    ),
)

# mois depuis, intitulé, pourquoi, codes des indicateurs, diffusion
AXES = (
    (
        14,
        "Recevoir plus vite, et mieux dire ce que nous proposons",
        "Trop de personnes attendaient trois semaines sans savoir pour quoi. Le délai dit doit être tenu, et l’offre présentée à "
        "toutes, avec le statut de salarié.",
        "delai_annonce delai_tenu offre_presentee statut_explique",
        "réunion d’équipe, lettre aux adhérents, affiche à l’accueil",
    ),
    (
        14,
        "Donner un but à chaque heure de travail",
        "Une mission sans objectif occupe sans faire avancer. Nous voulons un engagement pour au moins une personne sur deux, et "
        "des bilans tenus à leur date.",
        "salaries_engages engagement_remis bilan_tenu heures_avec_objectif",
        "réunion d’équipe, présentation aux clients",
    ),
    (
        8,
        "Ouvrir deux métiers nouveaux avec les acteurs du bassin",
        "Le bassin recrute dans l’aide à domicile et la petite logistique ; nos missions n’y préparent pas encore.",
        "acteurs_locaux_rencontres formation_realisee conventions_en_vigueur",
        "conseil d’administration ouvert, lettre aux communes",
    ),
)

# année (0 : celle-ci), mois, besoin, action, poste, organisme, heures, coût, ce qu'elle est devenue si ce n'est pas réalisée
FORMATIONS = (
    (
        -1,
        2,
        "Conduire un entretien de bilan sans juger",
        "L’entretien d’explicitation",
        "accompagnement",
        "Institut du Val",
        42,
        2400,
        "",
    ),
    (
        -1,
        4,
        "Recevoir des personnes qui lisent peu",
        "Repérer et accueillir l’illettrisme",
        "accueil",
        "Centre de ressources du bassin",
        14,
        0,
        "",
    ),
    (
        -1,
        6,
        "Sécurité sur les chantiers",
        "Sauveteur secouriste du travail",
        "espaces_verts",
        "Formation Plus Aubraine",
        14,
        380,
        "",
    ),
    (
        -1,
        9,
        "Tenir la paie des contrats d’insertion",
        "Paie : les contrats aidés",
        "gestion",
        "Chiffres et Compagnie",
        21,
        1150,
        "L’organisme a annulé la session ; reprise l’année suivante",
    ),
    (-1, 11, "Écrire ce que l’on fait", "Bâtir un manuel qualité", "qualite", "Fédération du réseau d’exemple", 14, 600, ""),
    (
        0,
        1,
        "Tenir la paie des contrats d’insertion",
        "Paie : les contrats aidés",
        "gestion",
        "Chiffres et Compagnie",
        21,
        1200,
        "",
    ),
    (0, 3, "Mieux conduire la régulation", "Animer une réunion qui décide", "coordination", "Institut du Val", 14, 900, ""),
    (0, 5, "Trouver les mots face à la violence", "Prévenir et désamorcer les conflits", "", "Institut du Val", 98, 2800, ""),
    (
        0,
        6,
        "Évaluer au poste de travail",
        "Tuteur : transmettre et évaluer",
        "mad",
        "Formation Plus Aubraine",
        21,
        1050,
        "oubliee",
    ),
    (0, 10, "Connaître les métiers de l’aide à domicile", "Immersion chez trois employeurs", "accompagnement", "", 28, 0, ""),
    (0, 12, "Auditer une autre structure", "Devenir auditeur interne", "qualite", "Fédération du réseau d’exemple", 21, 900, ""),
)

# mois depuis, nature, sujet, rangs des partenaires, avec, rôle de qui y était, ce qui en est sorti
RENCONTRES = (
    (
        17,
        "reunion",
        "Freins à la mobilité dans le bassin",
        (0, 2),
        "la communauté de communes",
        "direction",
        "Un relevé des lignes et des horaires ; un essai de transport à la demande le matin.",
    ),
    (
        11,
        "groupe",
        "Clauses d’insertion dans les marchés de la commune",
        (1,),
        "mairie de {commune}, service des marchés",
        "mad",
        "Trois marchés choisis ; nous relisons les cahiers des charges avant publication.",
    ),
    (
        8,
        "reunion",
        "Métiers de l’aide à domicile : de quoi les employeurs ont besoin",
        (0,),
        "deux associations d’aide à domicile, la branche",
        "direction",
        "Des immersions d’une semaine ; une visite de poste par mois.",
    ),
    (
        5,
        "signature",
        "Convention d’accès aux cours de français",
        (2,),
        "",
        "direction",
        "Six places réservées, deux matinées par semaine.",
    ),
    (
        1,
        "groupe",
        "Groupe local de l’emploi",
        (1, 2),
        "chambre de métiers, trois entreprises",
        "qualite",
        "Prochaine réunion chez nous, avec deux personnes en parcours.",
    ),
)

# mois depuis, énoncé, au quotidien, évaluations (mois depuis, comment, constat, changements)
PRINCIPES = (
    (
        60,
        "Chacun a des capacités : nous commençons par elles.",
        "L’entretien d’accueil s’ouvre sur ce que la personne sait faire. Toute évaluation note d’abord ce qui va.",
        (
            (
                30,
                "Lecture de vingt dossiers en équipe",
                "Six entretiens ne disaient que des difficultés.",
                "Le guide d’entretien change d’ordre.",
            ),
            (7, "Lecture de vingt dossiers en équipe", "Un seul entretien ne dit aucune capacité.", ""),
        ),
    ),
    (
        60,
        "Rien ne se décide sans la personne.",
        "Aucun engagement n’est écrit hors de sa présence ; en régulation, on dit ce qu’elle en a dit.",
        (
            (
                16,
                "Questions à quinze personnes en parcours",
                "Trois n’avaient pas compris leur engagement.",
                "On le relit à voix haute avant de le remettre.",
            ),
        ),
    ),
    (
        60,
        "Personne n’attend sans réponse.",
        "Le délai est dit au premier contact. S’il ne peut pas être tenu, on rappelle avant.",
        (
            (
                11,
                "Réunion d’équipe, avec les chiffres de l’accueil",
                "Le délai est tenu, sauf en août.",
                "Une permanence en août.",
            ),
        ),
    ),
    (
        48,
        "Une mission est un apprentissage.",
        "Chaque mission sert un objectif que la personne connaît, et que le client connaît aussi.",
        (
            (
                29,
                "Appels à dix clients",
                "Quatre ne savaient pas l’objectif de la mission.",
                "La fiche de liaison part avant le premier jour.",
            ),
        ),
    ),
    (
        26,
        "Nous disons ce que nous ne savons pas faire.",
        "Nous orientons vers un partenaire plutôt que de garder quelqu’un sans réponse ; nous prenons des nouvelles.",
        (
            (
                4,
                "Regard d’une autre structure, pendant une journée",
                "Les orientations sont suivies ; les nouvelles manquent une fois sur trois.",
                "L’accueil rappelle à trois semaines.",
            ),
        ),
    ),
)
