"""Ce qui est fréquent et ce qui est rare, en poids relatifs : l'ordre de grandeur du réseau, pas une statistique."""

PRESCRIPTEURS = {
    "france_travail": 34,
    "mission_locale": 15,
    "spontanee": 16,
    "dept": 11,
    "ccas": 7,
    "cap_emploi": 5,
    "plie": 5,
    "orienteur": 3,
    "chrs": 2,
    "caf": 1,
    "cada": 1,
    "cidff": 1,
    "prevention": 1,
    "non_connu": 1,
}
FORMATIONS = {"50": 24, "51": 22, "70": 20, "40": 11, "60": 8, "30": 5, "41": 4, "01": 4, "00": 3, "20": 2}
CHOMAGE = {"24_plus": 37, "12_23": 26, "6_11": 18, "moins_6": 19}
PRESTATIONS = {"rsa": 42, "are": 20, "ass": 14, "prime_activite": 12, "rsa_majore": 7, "aah": 5}
SANS_CHOMAGE = {"inactive": 5, "emploi": 2, "formation": 1, "": 2}
CRITERES = {"mobilite": 24, "qpv": 22, "parent_isole": 18, "zrr": 9, "refugie": 8, "langue": 8, "sans_hebergement": 7, "ase": 4}
REORIENTATIONS = {
    "formation": 24,
    "social_dabord": 22,
    "metier": 15,
    "territoire": 12,
    "hors_iae": 12,
    "ineligible": 8,
    "places": 7,
}
CLOTURES = {"emploi": 44, "formation": 22, "renonce": 16, "absente": 10, "demenage": 8}
ABANDONS = {"absente": 60, "renonce": 22, "emploi": 14, "demenage": 4}
CANAUX = {"visite": 44, "telephone": 26, "en_ligne": 17, "courriel": 9, "exterieur": 3, "courrier": 1}
ISSUES = {"inscription": 63, "autre_rencontre": 17, "reorientation": 20}
NIVEAUX = {  # difficulté de départ dans chaque domaine : poids de 0 à 3
    "emploi": (5, 25, 45, 25),
    "formation": (15, 35, 38, 12),
    "logement": (45, 25, 20, 10),
    "sante": (50, 30, 15, 5),
    "mobilite": (25, 25, 32, 18),
    "famille": (48, 27, 18, 7),
    "ressources": (15, 35, 35, 15),
    "demarches": (35, 35, 24, 6),
    "langue": (55, 20, 17, 8),
    "numerique": (35, 33, 24, 8),
    "justice": (92, 5, 2, 1),
    "image_de_soi": (28, 42, 24, 6),
}
DISCRIMINATION = (72, 14, 10, 4)  # de même
