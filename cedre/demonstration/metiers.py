"""Les postes que proposent les structures inventées, et les compétences qu'ils demandent."""

FICHES = {
    "K1304": ("Aide à domicile, entretien du logement", "Entretenir le logement de particuliers et leur linge.",
              ("Organiser ses tâches dans le temps donné", "Choisir le produit selon la surface", "Entretenir le linge",
               "Se présenter et rendre compte au client", "Respecter la discrétion et les habitudes du foyer")),
    "K2204": ("Agent·e de propreté", "Nettoyer bureaux, écoles et parties communes.",
              ("Lire et suivre une fiche de poste", "Doser les produits", "Utiliser une monobrosse",
               "Respecter les règles de sécurité", "Tenir le rythme demandé", "Travailler en horaires décalés")),
    "A1203": ("Ouvrier·e d’espaces verts", "Tondre, tailler, planter, entretenir des espaces publics.",
              ("Utiliser une débroussailleuse en sécurité", "Tailler une haie", "Reconnaître les végétaux courants",
               "Porter ses équipements de protection", "Travailler en équipe dehors, par tous les temps")),
    "A1414": ("Maraîcher·e", "Semer, planter, récolter et préparer les paniers.",
              ("Préparer une planche de culture", "Récolter sans abîmer", "Calibrer et préparer les commandes",
               "Entretenir les outils", "Suivre un plan de culture")),
    "N1105": ("Manutentionnaire", "Charger, décharger, ranger des marchandises.",
              ("Appliquer les gestes et postures", "Utiliser un transpalette", "Lire un bon de livraison",
               "Filmer et étiqueter une palette", "Arriver à l’heure sur un site client")),
    "N1103": ("Préparateur·rice de commandes", "Prélever, contrôler et emballer des commandes.",
              ("Lire une liste de prélèvement", "Utiliser un lecteur de codes", "Contrôler les quantités",
               "Tenir la cadence", "Signaler une anomalie")),
    "G1603": ("Agent·e polyvalent·e de restauration", "Préparer, servir, laver en restauration collective.",
              ("Appliquer les règles d’hygiène", "Préparer des entrées froides", "Tenir un poste de plonge",
               "Servir avec courtoisie", "Nettoyer son poste en fin de service")),
    "F1704": ("Aide-maçon·ne", "Préparer le chantier et servir les maçons.",
              ("Préparer un mortier", "Monter un échafaudage sous consigne", "Prendre des mesures",
               "Ranger et sécuriser le chantier", "Comprendre une consigne orale")),
    "F1606": ("Peintre en bâtiment, aide", "Préparer les supports et appliquer les peintures.",
              ("Protéger les surfaces", "Enduire et poncer", "Appliquer au rouleau sans trace", "Nettoyer le matériel")),
    "K2304": ("Agent·e de tri et de recyclage", "Trier, démonter et valoriser des objets.",
              ("Reconnaître les matières", "Tenir un poste sur la chaîne de tri", "Démonter un appareil simple",
               "Respecter les consignes de sécurité", "Renseigner un tableau de pesée")),
    "K2201": ("Employé·e de blanchisserie", "Trier, laver, sécher, repasser le linge.",
              ("Trier le linge selon les codes d’entretien", "Programmer une machine", "Repasser une pièce",
               "Contrôler la qualité", "Tenir le rythme de l’atelier")),
    "D1212": ("Vendeur·se en ressourcerie", "Accueillir, conseiller et encaisser dans une boutique d’objets de réemploi.",
              ("Accueillir un client", "Mettre en rayon", "Tenir une caisse", "Fixer un prix d’après la grille",
               "Ranger la réserve")),
}  # fmt: skip

PAR_TYPE = {
    "AI": ("K1304", "K2204", "A1203", "N1105", "G1603", "F1606", "K2304", "D1212", "N1103", "K2201"),
    "ETTI": ("N1105", "N1103", "F1704", "F1606", "K2204", "G1603", "A1203", "K2304"),
    "EI": ("K2201", "K2304", "N1105", "K2204", "D1212", "N1103", "A1203", "F1606"),
    "ACI": ("A1414", "A1203", "F1704", "F1606", "K2304", "D1212", "G1603", "N1105"),
}

OFFRES = {
    "AI": "Nous vous proposons des heures de travail chez des particuliers, dans des associations, des mairies et des "
    "entreprises proches d’ici. Nous commençons souvent par quelques heures, puis nous cherchons avec vous ce qui "
    "fait avancer votre projet : un coup de pouce, la découverte d’un métier, une mobilisation ou la validation d’un "
    "projet professionnel.",
    "ETTI": "Nous vous proposons des missions d’intérim, de quelques jours à plusieurs mois, avec un accompagnement : "
    "préparation au poste, équipement, visite sur le lieu de travail, bilan à la fin de chaque mission. Le but est "
    "un emploi durable.",
    "EI": "Nous vous proposons un contrat de travail dans notre atelier, à temps plein ou partiel, pendant deux ans au "
    "plus. Vous y apprenez un métier, avec une encadrante ou un encadrant, et préparez la suite avec votre "
    "référent·e.",
    "ACI": "Nous vous proposons un contrat de 26 heures par semaine sur notre chantier. Une partie du temps sert à votre "
    "projet : ateliers, formations, périodes d’essai en entreprise. Personne n’est attendu tout de suite au rythme "
    "d’une entreprise.",
}

STATUT = (
    "Vous signez un vrai contrat de travail et recevez une fiche de paie : le salaire est au moins le SMIC horaire. "
    "Vous cotisez pour la retraite, le chômage et la sécurité sociale. Dites chaque mois vos heures à France Travail "
    "et à la CAF : RSA, prime d’activité et allocation logement sont recalculés, avec un décalage. Prévenez-nous "
    "d’une absence avant l’heure de prise de poste. Votre parcours est prévu pour deux ans au plus ; nous en faisons "
    "le point ensemble, à des dates que vous connaissez d’avance."
)

PARTENAIRES = (
    ("social", "CCAS de {commune}", "Aides d’urgence, domiciliation, accès aux droits"),
    ("social", "Maison des solidarités de {commune}", "Service social de secteur, accompagnement RSA"),
    ("social", "Centre social La Ruche", "Ateliers de français, permanence numérique, halte-garderie"),
    ("social", "Le Toit partagé", "Hébergement d’urgence et logement accompagné"),
    ("social", "Espace santé du Pré-Long", "Point d’écoute, accès aux soins"),
    ("professionnel", "Mission locale des Deux-Vallées", "Accompagnement des jeunes de 16 à 25 ans"),
    ("professionnel", "Agence pour l’emploi de {commune}", "Recherche d’emploi, financement de formations"),
    ("professionnel", "Cap vers l’emploi {commune}", "Emploi des personnes reconnues travailleurs handicapés"),
    ("professionnel", "Centre de formation Les Passerelles", "Remise à niveau, français professionnel, titres du bâtiment"),
    ("professionnel", "Garage solidaire du Pont", "Location de véhicules et deux-roues à petit prix"),
    ("professionnel", "Chantier-école des Trois-Ponts", "Découverte des métiers du bâtiment"),
)

# (intitulé, nature, thèmes, types d'engagement, morceau du nom du partenaire qui la porte, qualifiante)
OFFRE_D_INSERTION = (
    ("Missions courtes près de chez soi", "travail", "emploi ressources", "coup_de_pouce decouverte", "", False),
    (
        "Poste en équipe, horaires aménagés",
        "travail",
        "emploi image_de_soi famille",
        "mobilisation soutien_actif templus",
        "",
        False,
    ),
    ("Essais sur plusieurs postes", "travail", "emploi", "decouverte validation", "", False),
    ("Entretien de suivi chaque mois", "entretien", "emploi image_de_soi", "mobilisation soutien_actif templus", "", False),
    ("Préparer un entretien d’embauche", "entretien", "emploi image_de_soi", "validation", "", False),
    ("Atelier CV et lettre", "atelier", "emploi numerique", "decouverte validation", "", False),
    ("Atelier téléphone et démarches en ligne", "atelier", "numerique demarches", "mobilisation soutien_actif", "", False),
    ("Préparer le code de la route", "atelier", "mobilite", "soutien_actif mobilisation", "", False),
    ("Louer un deux-roues à petit prix", "demarches", "mobilite", "coup_de_pouce soutien_actif", "Garage solidaire", False),
    ("Aide aux dossiers de logement", "demarches", "logement", "soutien_actif", "Le Toit partagé", False),
    ("Ouvrir ou retrouver ses droits", "demarches", "demarches ressources sante", "coup_de_pouce soutien_actif", "CCAS", False),
    ("Point d’écoute et accès aux soins", "demarches", "sante", "soutien_actif templus", "Espace santé", False),
    ("Trouver une garde d’enfants", "demarches", "famille", "soutien_actif", "Centre social", False),
    ("Français au travail", "formation", "langue formation", "mobilisation validation", "Les Passerelles", False),
    ("Titre professionnel, par blocs", "formation", "formation emploi", "validation", "Les Passerelles", True),
    ("Remise à niveau", "formation", "formation langue", "mobilisation decouverte", "Les Passerelles", False),
    ("Café du vendredi", "convivial", "image_de_soi", "templus mobilisation", "", False),
    ("Jardin partagé", "convivial", "image_de_soi famille", "templus", "", False),
)
