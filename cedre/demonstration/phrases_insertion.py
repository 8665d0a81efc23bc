"""Ce qui se convient, se fait et se dit pendant un parcours : engagements, travail, bilans, régulations."""

# Par type d'engagement : (objectif, domaine, moyens). Un moyen : (qui, quoi, comment on saura, ce qu'il désigne).
ENGAGEMENTS = {
    "coup_de_pouce": (
        ("Avoir un revenu dès ce mois-ci", "ressources", (
            ("structure", "Proposer au moins trente heures dans le mois", "Le relevé d’heures", "client"),
            ("personne", "Accepter les missions à moins d’une demi-heure de chez soi", "Les missions faites", ""),
            ("partenaire", "Étudier une aide d’urgence", "Une réponse écrite", "partenaire"))),
        ("Retrouver ses droits", "demarches", (
            ("structure", "Faire la demande en ligne ensemble", "L’accusé de réception", "offre"),
            ("personne", "Apporter les pièces qui manquent", "Le dossier complet", ""))),
        ("Garder son logement pendant ce temps", "logement", (
            ("partenaire", "Négocier un échéancier avec le bailleur", "L’échéancier signé", "partenaire"),
            ("personne", "Prévenir dès qu’un paiement pose problème", "Aucun mois oublié", ""))),
    ),
    "decouverte": (
        ("Découvrir deux métiers et choisir", "emploi", (
            ("structure", "Proposer deux postes différents", "Une évaluation sur chaque poste", "fiche"),
            ("client", "Montrer le poste et répondre aux questions", "Ce que la personne en raconte", "client"),
            ("personne", "Noter ce qui plaît et ce qui pèse", "Le carnet, relu ensemble", ""))),
        ("Dire ce que l’on sait faire", "image_de_soi", (
            ("structure", "Un atelier pour écrire son CV", "Le CV est écrit", "offre"),
            ("personne", "Retrouver ses anciens certificats de travail", "Les papiers réunis", ""))),
        ("Savoir si une formation courte est possible", "formation", (
            ("partenaire", "Un entretien d’information", "La date de l’entretien", "partenaire"),
            ("personne", "Poser ses questions sur les horaires et la paie", "Les réponses notées", ""))),
    ),
    "mobilisation": (
        ("Tenir un rythme de travail sur trois mois", "emploi", (
            ("structure", "Un planning stable, connu une semaine avant", "Le planning remis le jeudi", "fiche"),
            ("personne", "Prévenir avant l’heure en cas d’absence", "Les absences prévenues", ""),
            ("client", "Dire chaque semaine ce qui va bien", "Un mot au cahier de liaison", "client"))),
        ("Parler et lire assez pour suivre une consigne", "langue", (
            ("structure", "Deux heures de français par semaine", "Les présences", "offre"),
            ("personne", "Lire à voix haute la fiche de poste", "Sans aide, en fin de période", ""))),
        ("Se servir de son téléphone pour ses démarches", "numerique", (
            ("structure", "Un atelier, une fois par semaine", "L’actualisation faite sans aide", "offre"),
            ("personne", "Ouvrir sa messagerie deux fois par semaine", "Les messages répondus", ""))),
        ("Prendre sa place dans l’équipe", "image_de_soi", (
            ("structure", "Confier une tâche à montrer à quelqu’un", "La tâche est montrée", "fiche"),
            ("personne", "Dire quand quelque chose ne va pas", "Ce qui est dit au point du vendredi", ""))),
    ),
    "validation": (
        ("Obtenir un premier bloc du titre professionnel", "formation", (
            ("partenaire", "Inscrire à la session et préparer l’épreuve", "La convocation, puis le résultat", "partenaire"),
            ("structure", "Un poste qui fait pratiquer les gestes de l’épreuve", "L’évaluation au poste", "fiche"),
            ("personne", "Suivre toutes les séances", "La feuille de présence", ""))),
        ("Candidater auprès de cinq employeurs", "emploi", (
            ("structure", "Préparer deux entretiens d’embauche", "Les deux préparations faites", "offre"),
            ("personne", "Envoyer une candidature par semaine", "Le tableau des candidatures", ""))),
        ("Être autonome sur le poste", "emploi", (
            ("client", "Confier le poste une journée entière", "L’avis du client", "client"),
            ("structure", "Une évaluation au poste chaque mois", "Les compétences acquises", "fiche"),
            ("personne", "Demander à refaire ce qui n’est pas sûr", "Les gestes revus", ""))),
    ),
    "soutien_actif": (
        ("Passer le code de la route", "mobilite", (
            ("structure", "Une heure d’entraînement par semaine", "Moins de cinq fautes, trois fois", "offre"),
            ("personne", "S’inscrire à l’examen", "La convocation", ""),
            ("partenaire", "Prêter un deux-roues d’ici là", "Le contrat de prêt", "partenaire"))),
        ("Trouver une garde pour les enfants", "famille", (
            ("partenaire", "Chercher une place les jours travaillés", "Une place, ou une liste d’attente datée", "partenaire"),
            ("structure", "Des horaires d’école en attendant", "Le planning", "client"),
            ("personne", "Visiter deux assistantes maternelles", "Les visites faites", ""))),
        ("Déposer une demande de logement", "logement", (
            ("structure", "Remplir le dossier ensemble", "Le numéro de la demande", "offre"),
            ("personne", "Réunir les pièces", "Le dossier complet", ""))),
    ),
    "templus": (
        ("Garder une place dans une équipe, à son rythme", "image_de_soi", (
            ("structure", "Un poste à temps très partiel, sans objectif de cadence", "Les heures faites", "fiche"),
            ("personne", "Venir au café du vendredi deux fois par mois", "Les présences", ""))),
        ("Rompre l’isolement", "famille", (
            ("structure", "Une place au jardin partagé", "Les présences", "offre"),
            ("partenaire", "Une visite à domicile si l’on ne vient plus", "Un appel le jour même", "partenaire"),
            ("personne", "Appeler quand le moral baisse", "Ce qui en est dit au point du mois", ""))),
    ),
}  # fmt: skip
TYPES = {  # type d'engagement : poids au début, puis ensuite
    "coup_de_pouce": (22, 4),
    "decouverte": (26, 12),
    "mobilisation": (24, 26),
    "soutien_actif": (18, 24),
    "validation": (6, 28),
    "templus": (4, 6),
}
DEMANDES = (
    "« Travailler régulièrement, et finir le mois sans emprunter. »",
    "Veut essayer {projet}, mais pas tout de suite à temps plein.",
    "« Qu’on me dise franchement ce qui va et ce qui ne va pas. »",
    "Demande des horaires compatibles avec la vie de famille.",
    "Souhaite se rapprocher de {projet} d’ici un an.",
    "« Avoir le permis, après je me débrouille. »",
)
ECHANGES = (
    "Appelle pour dire que la semaine s’est bien passée.",
    "Prévient d’un retard de bus demain ; le client est averti.",
    "Passe déposer un justificatif de domicile.",
    "Demande plus d’heures le mois prochain.",
    "Rappel du rendez-vous de bilan ; viendra avec son carnet.",
    "Vu{e} sur place avec l’équipe : le moral est bon.",
    "Point rapide sur le planning de la semaine prochaine.",
    "Signale que les chaussures de sécurité sont usées ; nouvelles commandées.",
    "A reçu la réponse du bailleur : bonne nouvelle.",
    "Dit que le poste est plus dur que prévu ; nous en reparlons vendredi.",
    "Message laissé, puis rappel dans l’heure : tout va bien.",
    "A commencé le code, deux séances déjà.",
)
BILAN_MOYENS = (
    "La structure a tenu le planning ; l’atelier n’a eu lieu que deux fois sur quatre.",
    "Chacun a fait ce qu’il avait dit, avec un peu de retard pour les papiers.",
    "Le poste prévu n’a pas été possible ; un autre a été trouvé au bout de trois semaines.",
    "Le partenaire n’a pas répondu : à relancer autrement.",
    "Tout ce qui était convenu a été fait.",
)
BILAN_EVOLUTIONS = (
    "Plus ponctuel{le}, et plus de confiance à l’oral.",
    "Le logement est stabilisé ; reste la mobilité.",
    "Le projet s’est précisé vers {projet}.",
    "Les ressources sont plus régulières, les courriers sont à jour.",
    "Peu de changement : la période a été difficile, on le dit sans reproche.",
    "Sait maintenant travailler sans que l’on vérifie chaque geste.",
)
BILAN_PAROLES = (
    "« Je me lève plus facilement qu’avant. »",
    "« J’aime mieux quand je sais où je vais la semaine d’après. »",
    "« Ce travail me plaît, je voudrais apprendre la suite. »",
    "« C’est encore loin, mais j’y crois. »",
    "« Je ne veux plus dépendre de tout le monde. »",
)
BILAN_SYNTHESES = (
    "On continue, avec un objectif de moins et un vrai essai de {projet}.",
    "Le premier pas est fait ; le suivant est la mobilité.",
    "Prêt{e} pour un autre poste, avec plus d’autonomie.",
    "On garde le rythme et on se revoit dans trois mois.",
    "La sortie se prépare : candidatures, références, dernier planning.",
)
RESULTATS = {
    "atteint": ("Fait, et cela tient.", "Atteint plus tôt que prévu.", ""),
    "en_partie": ("En bonne voie.", "Il manque encore la régularité.", ""),
    "non_atteint": ("Pas commencé : une autre urgence est passée devant.", "À reprendre autrement."),
    "abandonne": ("N’est plus d’actualité, d’un commun accord.",),
}
POINTS_FORTS = (
    "Soigne le travail jusqu’au bout.",
    "Toujours à l’heure.",
    "Pose des questions quand il faut.",
    "Aide volontiers l’équipe.",
    "Bon contact avec les clients.",
)
A_TRAVAILLER = (
    "Gagner en rapidité, sans bâcler.",
    "Oser demander de l’aide plus tôt.",
    "Ranger son poste en fin de journée.",
    "Lire toute la consigne avant de commencer.",
    "",
)
POINTS = (
    "L’équipe constate de vrais progrès ; le client demande à garder la personne.",
    "Deux absences ce mois-ci : le trajet est en cause, pas l’envie.",
    "Le projet est flou : on propose un essai sur un autre poste.",
    "Tout le monde est d’accord pour passer à une étape suivante.",
    "Le logement inquiète ; le service social est déjà saisi.",
    "Le rythme est bon, il faut maintenant parler de la suite.",
)
DECISIONS = (
    "Proposer un deuxième poste pour comparer",
    "Appeler le client et faire le point sur place",
    "Fixer la date du bilan avec la personne",
    "Relancer le partenaire pour la garde d’enfants",
    "Inscrire à la prochaine séance de français",
    "Préparer le renouvellement du contrat",
    "Écrire l’engagement et le remettre",
    "Chercher une solution de transport",
)
SUJETS = ("Planning des congés de l’équipe", "Nouveaux clients et postes à pourvoir", "Retour sur la visite d’un chantier")
RETENU = (
    "Bonne séance : chaque décision a un nom et une date.",
    "Trois parcours arrivent à leur terme : préparer les sorties maintenant.",
    "Beaucoup de trajets difficiles : voir le garage solidaire ensemble.",
    "Nous manquons d’heures le matin ; la mise à disposition prospecte.",
)
LIAISONS = (
    ("Pouvez-vous recevoir {pronom} pour une demande de logement ?", "Rendez-vous donné le mois prochain."),
    ("Reste-t-il une place à la session de français ?", "Une place est gardée."),
    ("Une aide au permis est-elle possible dans sa situation ?", "Oui, dossier à remplir ensemble."),
    ("Avez-vous une place de garde deux jours par semaine ?", "Inscription sur liste d’attente."),
)
ACTIONS = ("Venu{e} à l’heure, a participé.", "Repart avec un document fini.", "A aidé les autres.", "")
ENTRETIENS = ("Le point est fait sur le projet.", "Une démarche de plus, décidée ensemble.", "Un rendez-vous est préparé.", "")
SITUATIONS = {
    "Emploi durable": ("Est en CDI, à temps partiel.", "Travaille toujours chez cet employeur.", "Son activité démarre."),
    "Emploi de transition": ("Contrat en cours, jusqu’à l’été.", "Enchaîne deux contrats."),
    "Sorties positives": ("Suit la formation prévue.", "Est dans l’équipe de l’autre structure."),
    "Autres sorties": ("Cherche un emploi.", "Sans emploi pour le moment.", "S’occupe de ses proches."),
    "Retrait des sorties constatées": ("Situation inchangée.",),
}
SANS_EMPLOI = {  # ce que dit chacune de ces situations
    "Suit la formation prévue.": "formation",
    "Cherche un emploi.": "chomage",
    "Sans emploi pour le moment.": "chomage",
    "S’occupe de ses proches.": "inactive",
    "Situation inchangée.": "inactive",
}
SORTIES = {
    "cdi_non_aide": 13, "cdi_structure": 3, "cdi_aide": 3, "cdd_long": 11, "creation": 2, "fonction_publique": 2,
    "cdd_court": 12, "contrat_aide": 3, "autre_iae": 6, "formation": 12, "autre_positive": 3, "retraite": 3,
    "chomage": 18, "inactif": 5, "sans_nouvelle": 9, "conge_long": 3, "decision": 1, "faute_grave": 2, "transfert": 1,
    "essai_salarie": 1, "deces": 1,
}  # fmt: skip
RUPTURES = {  # motif de sortie : motif de rupture, et sa probabilité
    "cdi_non_aide": ("embauche", 0.6),
    "cdi_aide": ("embauche", 0.5),
    "cdd_long": ("embauche", 0.6),
    "cdd_court": ("embauche", 0.3),
    "creation": ("demission", 0.5),
    "fonction_publique": ("embauche", 0.7),
    "formation": ("formation", 0.6),
    "inactif": ("demission", 0.3),
    "sans_nouvelle": ("demission", 0.3),
    "chomage": ("accord", 0.1),
    "faute_grave": ("faute_grave", 1),
    "decision": ("force_majeure", 1),
    "transfert": ("accord", 1),
    "essai_salarie": ("essai_salarie", 1),
    "deces": ("deces", 1),
}
JOBCOACH = (
    ("L’équipe l’a bien accueilli{e}, les horaires changent encore.", "Un point chaque vendredi avec la responsable."),
    ("Le trajet est long.", "Demande de covoiturage affichée en salle de pause."),
    ("Aucune difficulté signalée.", "On se revoit dans un mois."),
)
EMPLOYEURS = (
    "Cantine des Tilleuls",
    "Menuiserie Grand-Pré",
    "Résidence Les Glycines",
    "Transports de la Vesle",
    "Pépinières Hautes",
    "Atelier Bois-Clair",
)
CLIENTS = {
    "entreprise": (
        "Conserverie du Val",
        "Imprimerie de la Place",
        "Hôtel du Pont-Neuf",
        "Garage Central d’Aubraine",
        "Logistique des Trois-Rives",
        "Boulangerie Au Bon Levain",
        "Travaux Publics Lisière",
        "Blanchisserie de l’Ouest",
    ),
    "collectivite": ("Mairie de {commune}", "Communauté de communes des Deux-Vallées", "Collège Jeanne-Aubert"),
    "association": ("Épicerie solidaire Le Panier", "Club de handball de {commune}", "Foyer rural"),
}
ATELIERS = {
    "AI": ("Atelier repassage", "Ressourcerie"),
    "ETTI": ("Atelier de préparation",),
    "EI": ("Atelier blanchisserie", "Ligne de tri", "Atelier conditionnement"),
    "ACI": ("Chantier maraîchage", "Chantier espaces verts", "Atelier bois", "Second œuvre, ancienne école"),
}
BESOINS = (
    ("Ménage de bureaux le soir", "18 h – 20 h, du lundi au vendredi"),
    ("Service et plonge à la cantine", "11 h – 14 h, jours d’école"),
    ("Entretien d’un parc", "Le matin, deux jours par semaine"),
    ("Préparation de commandes", "Journée, 7 h – 14 h"),
    ("Aide au déménagement d’archives", "Trois jours"),
    ("Remplacement à l’entretien d’une école", "6 h – 8 h 30"),
)
CONVENTIONS = (
    "Orientation et suivi conjoint",
    "Ateliers dans nos locaux",
    "Places de formation réservées",
    "Prêt de véhicules à nos salariés",
    "Échanges d’informations avec l’accord des personnes",
    "Permanence mensuelle",
)
