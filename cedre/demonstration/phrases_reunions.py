"""Ce qui se dit dans les réunions d'évaluation et les entretiens annuels de l'exemple."""

# nature, tenue il y a (mois ; -1 : à venir), période regardée (mois), présents (rôles), autres présents, ce qui s'est dit,
# ce que l'on en retient, décisions : (quoi, effet attendu, qui, échéance en jours, ce qui a été fait, l'effet constaté)
REUNIONS = (
    (
        "reunion",
        14,
        6,
        "direction qualite cip mad",
        "",
        "Première réunion d’évaluation préparée avec Cèdre. L’équipe découvre les verdicts et s’étonne des délais d’accueil : "
        "le délai annoncé est tenu en hiver, pas à la rentrée.\n"
        "Les bilans se tiennent, mais la remise traîne : l’imprimante du bureau du fond est en panne une semaine sur deux.",
        "Regarder les délais chaque mois, et non une fois par an.",
        (
            (
                "Mettre les délais d’accueil à l’ordre du jour de chaque régulation",
                "Plus aucun délai annoncé dépassé sans qu’on l’ait su",
                "qualite",
                45,
                "C’est le premier point de chaque régulation.",
                "Trois régulations de suite : deux dépassements, tous deux connus et expliqués.",
            ),
        ),
    ),
    (
        "revue",
        8,
        12,
        "direction qualite cip mad accueil",
        "trois administratrices et deux salariés en parcours, volontaires",
        "La revue commence par les réclamations : chacune est relue, sans nom. Le vestiaire et les horaires ont été réglés ; "
        "le prêt de matériel par les clients revient deux fois.\n"
        "L’enquête auprès des clients dit un besoin d’interlocuteur unique. L’équipe en doute, puis relit les réponses.\n"
        "Les salariés présents disent que la paie reste difficile à lire, et que personne n’ose le demander.\n"
        "Les administratrices demandent que l’axe « mobilité » ait un chiffre : il en a un depuis, et il monte.",
        "L’année a tenu ses délais de réponse. La remise des bilans et la lecture de la paie sont les deux chantiers.\n"
        "La prochaine revue regardera si les salariés se sentent plus à l’aise avec leur fiche de paie.",
        (
            (
                "Expliquer la fiche de paie à chaque premier bulletin, avec un modèle annoté",
                "Plus aucune question sur la paie laissée sans réponse une semaine",
                "accueil",
                60,
                "Le modèle annoté est remis et lu avec la personne.",
                "Onze premiers bulletins expliqués sur onze ; une seule question depuis, répondue le jour même.",
            ),
            (
                "Donner à chaque client un interlocuteur, et son remplaçant",
                "Les clients disent savoir qui appeler",
                "mad",
                90,
                "La liste est faite ; les clients l’ont reçue.",
                "",
            ),
            (
                "Acheter une imprimante pour le bureau du fond",
                "Les bilans remis le jour même",
                "direction",
                120,
                "",
                "",
            ),
        ),
    ),
    (
        "reunion",
        2,
        6,
        "direction qualite cip",
        "la présidente",
        "Réunion courte : l’imprimante n’est toujours pas achetée, et cela se voit dans les bilans remis en retard.\n"
        "Les procédures de remise et d’accueil écrivent des délais que la pratique ne tient pas toujours.",
        "Mieux vaut écrire ce que l’on fait que promettre ce que l’on ne tient pas.",
        (
            (
                "Relire la procédure de remise avec l’équipe, et en changer le délai ou la pratique",
                "La procédure et la pratique disent le même nombre",
                "qualite",
                75,
                "",
                "",
            ),
        ),
    ),
    ("revue", -1, 12, "", "", "", "", ()),
)

# rôle, rang, mené par, il y a (mois), ce qui s'est dit, besoins de formation (un par ligne)
ENTRETIENS = (
    (
        "cip",
        0,
        "direction",
        3,
        "Une année dense : deux départs dans l’équipe, et une file de personnes plus longue. Souhaite garder les bilans longs.",
        "Conduire un entretien difficile\nLes droits à la formation des salariés en insertion",
    ),
    ("cip", 0, "direction", 15, "Prend ses marques ; demande un binôme pour les régulations.", ""),
    (
        "cip",
        1,
        "direction",
        3,
        "À l’aise avec l’équipe et les partenaires. Voudrait travailler les suites de parcours.",
        "Le jobcoaching",
    ),
    ("cip", 2, "direction", 4, "Demande des retours plus fréquents sur ses comptes rendus.", "Écrire un compte rendu utile"),
    ("accueil", 0, "direction", 5, "L’accueil du lundi est trop chargé ; on essaie deux demi-journées.", ""),
    (
        "accueil",
        1,
        "direction",
        5,
        "Content de la place donnée à l’accueil dans les régulations.",
        "Recevoir quelqu’un en colère",
    ),
    ("mad", 0, "direction", 13, "Beaucoup de route, peu de temps pour évaluer au poste.", "Évaluer en situation de travail"),
    ("qualite", 0, "direction", 2, "Fière du premier manuel publié. Le temps dédié tient, sauf en fin d’année.", ""),
    ("direction", 0, "ca", 6, "Mené par la présidence : projet, finances, équilibre de vie.", ""),
)
