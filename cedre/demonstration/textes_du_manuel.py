"""Ce qu'une association intermédiaire inventée écrit dans son manuel, et ses procédures (MAN-1, TRA-4)."""

# ruff: noqa: E501

TEXTES = {
    "presentation": """Entraide Aubraine est née en 1989, quand une dizaine d’habitants du canton ont voulu répondre ensemble à deux besoins : des voisins cherchaient quelques heures de ménage ou de jardin, d’autres cherchaient quelques heures de travail. Les premières années, tout se notait sur un cahier, dans une salle prêtée par la mairie.

Une première permanente est embauchée en 1993. En 1998, la loi de lutte contre les exclusions reconnaît l’insertion par l’activité économique ; l’association signe sa première convention avec l’État et ouvre un deuxième lieu d’accueil. En 2006, elle reprend le chantier de nettoyage des berges que la commune ne pouvait plus porter. En 2014, elle s’installe dans ses locaux actuels, de plain-pied, avec deux bureaux fermés pour les entretiens et une salle commune.

Aujourd’hui, l’équipe permanente compte neuf personnes. Chaque année, environ cent trente personnes y travaillent, chez des particuliers, des associations, des mairies et des entreprises proches. La moitié d’entre elles habite à moins de dix kilomètres ; une sur trois n’a pas de moyen de transport à elle, ce qui explique la place que tient la mobilité dans nos engagements.

Nous nous sommes engagés dans la démarche qualité pour cesser de travailler chacun à sa façon, garder la mémoire de ce qui marche quand quelqu’un s’en va, et pouvoir dire à nos partenaires ce que nous faisons et ce que cela change.""",
    "priorites": """Les priorités se décident en deux temps. En novembre, l’équipe regarde l’année : les chiffres, les réclamations, les enquêtes, ce que la régulation a vu revenir. Elle propose trois priorités au plus. En janvier, le conseil d’administration en débat, les modifie s’il le faut, et les adopte pour deux ans, avec pour chacune un indicateur et une personne qui en répond.

Elles sont affichées à l’accueil, présentées en réunion d’équipe en février, rappelées dans la lettre aux clients, et redites à l’assemblée générale avec leurs résultats.""",
    "diffusion": """Le manuel est d’abord un outil de travail. Il est lu en entier par chaque personne de l’équipe à son arrivée, avec la personne référente qualité, qui répond à ses questions. À chaque nouvelle version, une demi-heure de réunion d’équipe présente ce qui change et pourquoi.

Un exemplaire imprimé reste à l’accueil, à la disposition des salariés en parcours, des clients et des partenaires. Il est envoyé à l’auditeur un mois avant l’audit.""",
    "organigrammes": """La direction est responsable devant le conseil d’administration. L’accueil, l’accompagnement socioprofessionnel et la mise à disposition travaillent en équipe : aucune décision importante pour une personne ne se prend seul. La référence qualité est une fonction, tenue par une salariée de l’équipe pour un cinquième de son temps, rattachée à la direction.

Quand quelqu’un est absent plus de trois jours, ses rendez-vous sont repris selon le tableau affiché dans le bureau commun.""",
    "fonctionnement": """L’activité s’organise autour de trois missions. La mission accueil reçoit la demande, fait connaître la structure et regarde avec la personne où elle en est : il s’agit de définir ce que l’on va faire ensemble. La mission insertion construit le parcours : un engagement, des heures de travail qui le servent, des actions autour, un bilan. La mission observatoire compte ce qui s’est fait, le compare à ce qui était voulu, et le fait savoir.

La régulation pédagogique, la mobilisation des heures et le partenariat traversent les trois.""",
    "indicateurs": """Les chiffres se regardent une fois par mois en réunion d’équipe, et une fois par trimestre avec le conseil d’administration. Un chiffre ne sert pas à noter quelqu’un : derrière chaque nombre, il y a une liste, et derrière la liste, une action à décider. Quand un chiffre se dégrade deux mois de suite, la référente qualité ouvre une action d’amélioration.""",
    "formation": """Chaque entretien professionnel dit un besoin de formation, ou dit qu’il n’y en a pas. La direction en fait un plan sur deux ans, discuté en équipe puis avec le conseil d’administration. Priorité est donnée à ce qui manque à plusieurs, aux gestes de premier secours et à l’accueil des publics qui lisent difficilement. Chaque formation est suivie d’un retour d’un quart d’heure en réunion.""",
    "amelioration": """Tout ce qui ne va pas peut se dire : à l’accueil, au téléphone, par l’espace de la personne, par la boîte à lettres. Chaque réclamation reçoit un accusé sous sept jours et une réponse sous trente. Les dysfonctionnements que l’équipe voit elle-même se notent de la même façon, sans chercher de coupable.

Deux enquêtes par an, courtes : les salariés en mars, les clients en octobre. Les résultats sont affichés avec le nombre de réponses.

Une fois par an, en novembre, une revue d’une journée relit les procédures, les écarts au référentiel, les réclamations, les enquêtes et les actions en cours. Une action n’est close que si son effet a été vérifié. Les partenaires sont invités à la matinée.""",
    "en_clair": """Le vendredi matin, il y a du café. Vous pouvez venir sans rendez-vous.

Deux salariés parlent pour les autres au conseil d’administration. Leurs noms sont affichés à l’accueil.""",
}  # fmt: skip
# Ce que disait la version d'il y a deux ans, là où elle disait autre chose.
TEXTES_D_AVANT = {
    "priorites": """Les priorités sont proposées par l’équipe en novembre et adoptées par le conseil d’administration en janvier, pour deux ans.

Nos priorités en cours sont celles-ci. La première : recevoir toute personne dans les trois semaines qui suivent sa demande. La deuxième : que la régulation se tienne deux fois par mois, quoi qu’il arrive.

Elles sont présentées en réunion d’équipe en février.""",
    "formation": """Chaque entretien professionnel dit un besoin de formation, ou dit qu’il n’y en a pas. La direction en fait un plan sur deux ans, discuté en équipe puis avec le conseil d’administration.""",
    "amelioration": """Tout ce qui ne va pas peut se dire, à l’accueil ou au téléphone. Chaque réclamation reçoit une réponse sous trente jours.

Une enquête par an auprès des salariés, au mois de mars.

Une fois par an, en novembre, une revue d’une journée relit les procédures et les actions en cours.""",
    "en_clair": "",
}  # fmt: skip

# Les procédures que le référentiel demande, par titre.
OBJETS = {
    "Suivre chacun a minima": "suivi",
    "Contractualiser un engagement": "contractualisation",
    "Mobiliser les heures de travail": "mobilisation",
    "Tenir la régulation pédagogique": "regulation",
    "Traiter une réclamation": "reclamations",
    "Améliorer ce que nous faisons": "amelioration",
}

# titre, mission, phase, qui, but, étapes, outils, indicateurs, réglage et valeur écrite, mois d'écriture, mois de relecture
PROCEDURES = (
    ("Recevoir une première demande", "accueil", "pre_accueil", "L’accueil",
     "Que toute personne sache, dès le premier contact, qui nous sommes, ce qui va suivre et quand.",
     ("Écouter la demande, sans tri préalable, au téléphone comme sur place.",
      "Vérifier que la personne n’a pas déjà un dossier ; sinon, le reprendre.",
      "Ouvrir le dossier : coordonnées, qui l’envoie, ce qu’elle demande.",
      "Annoncer le délai avant l’entretien ou l’information collective, et le noter.",
      "Donner la date si elle est connue, et le moyen de la changer.",
      "Rappeler avant l’échéance si la date ne peut pas être tenue."),
     ("Dossier de premier contact", "Agenda partagé", "Plaquette de présentation"),
     ("delai_annonce", "delai_tenu"), ("delai_annonce", 15), 40, 9),
    ("Informer sur l’offre et sur le statut de salarié", "accueil", "accueil", "L’accueil et l’accompagnement",
     "Que la personne décide de poursuivre en connaissance de cause : le contrat, la paie, les effets sur ses allocations.",
     ("Tenir l’information collective toutes les deux semaines, ou recevoir la personne seule si elle le préfère.",
      "Présenter l’offre d’insertion, avec des exemples de missions du mois.",
      "Expliquer le contrat, la paie, la déclaration mensuelle et ses effets sur les allocations.",
      "Laisser le temps des questions, sans la présence d’un client ni d’un partenaire.",
      "Remettre le texte court, et noter la présence et ce qui a été expliqué."),
     ("Support de présentation", "Texte sur le statut de salarié", "Feuille de présence"),
     ("statut_explique",), None, 40, 9),
    ("Évaluer ensemble la situation", "accueil", "pre_embauche", "L’accompagnatrice ou l’accompagnateur référent",
     "Établir avec la personne, et non sur elle, un état de sa situation qui servira de point de départ.",
     ("Présenter la grille : à quoi elle sert, qui la lira, le droit de ne pas répondre.",
      "Laisser la personne se situer d’abord, domaine par domaine.",
      "Dire son propre regard, et noter l’écart sans le gommer.",
      "Choisir ensemble le ou les domaines par où commencer.",
      "Valider l’évaluation et en remettre la synthèse.",
      "Évaluer les capacités professionnelles sur une fiche de poste, en situation si c’est possible."),
     ("Grille commune d’évaluation", "Fiche de poste", "Compte rendu d’entretien"),
     ("evaluation_conjointe", "evaluation_professionnelle"), None, 40, 9),
    ("Suivre chacun a minima", "accueil", "parcours", "L’accompagnement, la référente qualité",
     "Que personne ne soit laissé sans nouvelles, sans objectif ni date.",
     ("Regarder chaque matin la liste de ce qui manque.",
      "Appeler toute personne sous contrat à qui l’on n’a pas parlé depuis le délai écrit ici.",
      "Noter l’échange le jour même, en une phrase.",
      "Dire « je m’en occupe » quand une réponse est en cours, avec une date.",
      "Porter en régulation ce qui n’avance pas depuis un mois."),
     ("Page du jour", "Suivi de l’équipe"), ("suivi_sans_contact", "suivi_sans_referent"), ("jours_sans_contact", 30), 38, 8),
    ("Contractualiser un engagement", "insertion", "parcours", "L’accompagnatrice ou l’accompagnateur référent",
     "Écrire avec le salarié un but, ce que chacun fait pour l’atteindre, pour quand, et comment on saura.",
     ("Choisir avec la personne le type d’engagement qui convient à l’étape.",
      "Écrire un ou deux objectifs, dans ses mots.",
      "Dire ce que fait la structure, puis ce que fait la personne, avec une échéance pour chaque moyen.",
      "Fixer la date du bilan.",
      "Passer l’engagement en régulation quand il engage d’autres que soi.",
      "Le remettre à la personne, signé, en main propre ou par son espace."),
     ("Engagement réciproque", "Offre d’insertion", "Espace de la personne"),
     ("engagement_formalise", "engagement_remis"), ("delai_remise", 7), 38, 8),
    ("Associer le client", "insertion", "parcours", "La mise à disposition",
     "Que le client sache ce que la personne vient apprendre, et dise ce qu’il a vu, sans connaître ses difficultés.",
     ("Présenter au client l’objectif de la mise en situation, avec l’accord de la personne.",
      "Lui remettre la fiche de liaison.",
      "Passer sur le lieu de travail dans le premier mois.",
      "Recueillir son évaluation, au téléphone ou par le lien sans compte.",
      "En parler avec la personne avant le bilan."),
     ("Fiche de liaison", "Évaluation au travail"), ("client_associe",), None, 30, 8),
    ("Tenir l’entretien de bilan", "insertion", "parcours", "L’accompagnatrice ou l’accompagnateur référent",
     "Regarder ce qui était convenu et ce qui s’est fait, valoriser, et décider la suite.",
     ("Relire l’engagement, les heures, les évaluations au travail.",
      "Recevoir la personne dans un bureau fermé, une heure au moins.",
      "Reprendre chaque objectif : atteint, en partie, non, et pourquoi.",
      "Décider ensemble : prolonger, nouvel engagement, sortie.",
      "Rédiger le compte rendu et le remettre dans la semaine."),
     ("Préparation du bilan", "Compte rendu de bilan"), ("bilan_tenu", "bilan_remis"), None, 38, 8),
    ("Accompagner la sortie", "insertion", "sortie", "L’accompagnatrice ou l’accompagnateur référent",
     "Que la fin du contrat ne soit pas une disparition : savoir où va la personne, et rester joignable.",
     ("Préparer la sortie trois mois avant la fin du dernier contrat.",
      "Dire le motif et la situation qui suit dans le délai écrit ici.",
      "Remettre l’attestation de compétences.",
      "Prendre des nouvelles à trois mois, puis à six mois.",
      "Proposer le suivi en emploi chez le nouvel employeur quand il est utile."),
     ("Fiche de sortie", "Attestation de compétences"), ("suivi_sortie_non_documentee",), ("delai_sortie", 15), 30, 8),
    ("Observer et rendre compte", "observatoire", "", "La référente qualité, la direction",
     "Connaître ce que notre action change, le comparer à ce que nous voulions, et le faire savoir.",
     ("Vérifier chaque mois que les dossiers sont complets.",
      "Lire les chiffres en réunion d’équipe, avec la liste derrière chaque nombre.",
      "Répondre à l’enquête annuelle de la fédération.",
      "Présenter les résultats au conseil d’administration et aux partenaires.",
      "Ouvrir une action d’amélioration quand un chiffre se dégrade."),
     ("Chiffres", "Rapport d’activité"), ("procedures_a_jour",), None, 30, 10),
    ("Tenir la régulation pédagogique", "transversal", "", "Toute l’équipe, animée à tour de rôle",
     "Regarder les parcours ensemble, décider ensemble, et suivre ce que l’on a décidé.",
     ("Prévoir la date à l’avance, au rythme écrit ici.",
      "Compléter l’ordre du jour que le logiciel prépare : ceux dont il faut parler, et pourquoi.",
      "Consacrer dix minutes par personne, pas plus ; l’animateur y veille.",
      "Écrire chaque décision : quoi, qui, pour quand.",
      "Commencer par les décisions de la fois d’avant.",
      "Diffuser le compte rendu le jour même, aux présents et aux absents."),
     ("Ordre du jour", "Compte rendu de régulation", "Suivi des décisions"),
     ("rythme_tenu",), ("rythme_regulation", 14), 40, 7),
    ("Mobiliser les heures de travail", "transversal", "parcours", "La mise à disposition, avec l’accompagnement",
     "Que les heures aillent d’abord à qui elles servent, selon l’étape et l’objectif, et non à qui se présente.",
     ("Recevoir la demande du client et la préciser : tâches, lieu, horaires, durée.",
      "Regarder les personnes dont l’objectif y trouve son compte, puis celles qui sont sans heures.",
      "Proposer à la personne, qui peut refuser sans perdre sa place.",
      "Relier la mise en situation à son engagement et à son objectif.",
      "Saisir les heures chaque semaine et signaler tout écart."),
     ("Tableau de mobilisation", "Relevé d’heures", "Fiche de poste"),
     ("suivi_sans_heures",), ("semaines_sans_heures", 4), 38, 7),
    ("Faire vivre les partenariats", "transversal", "", "La direction, l’accompagnement",
     "Que chaque besoin trouve un interlocuteur, et que chaque partenaire sache ce que nous attendons de lui.",
     ("Tenir l’annuaire à jour, avec une personne à joindre par partenaire.",
      "Écrire une convention dès que l’on travaille ensemble régulièrement.",
      "Adresser une personne par une fiche de liaison, et relancer sans réponse sous quinze jours.",
      "Rencontrer chaque partenaire conventionné une fois par an.",
      "Préparer le renouvellement trois mois avant l’échéance."),
     ("Annuaire des partenaires", "Convention", "Fiche de liaison"), ("conventions_en_vigueur",), None, 20, 7),
    ("Traiter une réclamation", "transversal", "", "Qui la reçoit, puis la référente qualité",
     "Que chacun puisse dire ce qui ne va pas, et sache ce que l’on en a fait.",
     ("La noter avec les mots de qui la fait, sans chercher de coupable.",
      "En accuser réception sous sept jours.",
      "Répondre sous trente jours, par écrit ou de vive voix, et le noter.",
      "Décider une action quand elle dit quelque chose de notre organisation."),
     ("Cahier des réclamations",), ("reclamation_traitee",), None, 26, 6),
    ("Améliorer ce que nous faisons", "observatoire", "", "La référente qualité, toute l’équipe",
     "Que ce que l’on apprend change ce que l’on fait, et que l’on vérifie qu’il l’a changé.",
     ("Partir d’un écart, d’une réclamation, d’une enquête ou d’une idée.",
      "Dire qui, pour quand, et quel effet on en attend.",
      "Vérifier l’effet avant de clore.",
      "En faire le tour une fois par an, à la revue de novembre."),
     ("Plan d’action", "Revue annuelle"), ("action_d_amelioration_conclue",), None, 26, 6),
)  # fmt: skip
CHANGEMENTS = (
    "Première version écrite avec le groupe qualité.",
    "Trois procédures de plus : associer le client, accompagner la sortie, faire vivre les partenariats. Nouvelles priorités. "
    "Forme courte pour les salariés en parcours.",
)
