"""Des personnes inventées : noms composés de syllabes, téléphones réservés à la fiction, communes qui n'existent pas."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta
from stdnum import luhn

_PRENOMS = {
    "F": """Aïcha Agnès Alice Amel Aminata Anaïs Andrée Angélique Anne-Laure Assia Aurore Awa Béatrice Bintou Brigitte Camille
    Carole Catherine Céline Chantal Chloé Christelle Claire Coralie Corinne Cristina Danièle Delphine Djamila Dounia Élodie
    Émilie Emma Estelle Ève Fanny Fatima Fatou Fernanda Florence Françoise Gaëlle Géraldine Ghislaine Gwenaëlle Hawa Hélène
    Houria Imane Inès Irina Isabelle Jacqueline Jeanne Jennifer Joëlle Josiane Julie Karima Khadija Laëtitia Latifa Laure
    Léa Leïla Linh Lucie Ludivine Madeleine Maëlle Malika Manon Margaux Maria Marie-Claude Marie-Noëlle Mariam Marion Maryse
    Mathilde Mélanie Mireille Monique Myriam Nadège Nadia Naïma Natacha Noémie Océane Oksana Patricia Pauline Rachida Rosalie
    Sabrina Salima Samira Sandrine Sarah Séverine Solène Sonia Stéphanie Sylvie Tatiana Thérèse Valérie Vanessa Véronique
    Virginie Yamina Yasmine Yvette Zineb Zoé""",
    "H": """Abdel Abdoulaye Adrien Ahmed Alain Alexandre Ali Amadou Anthony Antoine Arnaud Aurélien Bachir Baptiste Bernard
    Boris Boubacar Brahim Brice Bruno Cédric Christian Christophe Clément Cyril Damien Daniel David Denis Dimitri Driss
    Dylan Eddy Émile Éric Fabien Fabrice Farid Félix Florent Franck Gaël Gérard Gilles Grégory Guillaume Habib Hakim Hamza
    Hervé Hugo Ibrahim Idriss Ismaël Jamel Jean-Claude Jean-Marc Jean-Pierre Jérémy Joaquim João Joël Jonathan José Julien
    Karim Kévin Khalid Laurent Léo Loïc Luc Ludovic Mamadou Marc-Antoine Marcel Mathieu Maurice Mehdi Michel Mickaël Mohamed
    Moussa Nabil Nathan Nicolas Noël Olivier Omar Oumar Ousmane Pascal Patrice Paulo Philippe Pierrick Quentin Rachid Raphaël
    Raymond Rémi Renaud Robin Rodrigue Romain Sacha Saïd Samir Sébastien Serge Sofiane Stéphane Sylvain Tarek Théo Thierry
    Titouan Tony Tristan Valentin Victor Vincent Walid William Xavier Yann Yanis Youssef Yvon Zacharie""",
}
PRENOMS = {sexe: liste.split() for sexe, liste in _PRENOMS.items()}

# Débuts et fins de noms, par parler : aucun n'est relevé dans un annuaire.
_FAMILLES = (
    (
        18,
        "Ber Cham Mor Gau Lam Per Tour Vau Mar Roch Bel Font Grand Per Col Del Bour",
        "bi te lo vi ne ra",
        "brel toux drois lerin gnon selot vigne roux tier",
    ),
    (8, "Ker Le Gloa Tré Pen Coat Lan Ploe", "mor dre guel her", "vennec goff vec rien zan nou moal dec"),
    (8, "Cas Mon Pey Lab Fab Sal Cam Ser", "ta be ra ti", "gnac rolles ssac dère guière rgues llac zade"),
    (5, "Etche Iri Ola Goy Arri", "ga be ra", "berry zague garay neche"),
    (6, "Schoen Wald Hart Kess Ober Stein", "en er el", "mann bach heim ler feld"),
    (6, "Van Der Houd Wille Caes Dele", "den ke ste", "camp brouck velde maere haeghe"),
    (14, "Ben Bou Bel Aït Had Mez Ker Zer", "cha la ha ma za dji", "ouari mani ziane rouche doune lali hali kri"),
    (10, "Dia Kou Tra Ndi Sou Ca Fo Bam", "ma lou ba ssé ya", "raté doko nké bélé goro mbé"),
    (7, "Fer Mor Car Al Pin Bar", "re nan val mei", "eiro inho adas ares osa elho"),
    (4, "Kow Nowa Wis Zaj Bar", "al ie czyn", "ewski ński cka owiak"),
    (4, "Ngu Tra Pha Hoa Vuo", "ye mi", "nh ng m n"),
    (4, "Yil Kara Ozd Dem", "dir ba e", "oglu maz tas kin"),
    (6, "Saint Bel Mon Zéph Cléo Man", "e li o a", "rin phas dor mène ville ise"),
)
_COMMUNES = (
    ("Saint-Loup-d’Aubraine", "99100"), ("Villesarde", "99110"), ("Le Mesnil-Courtois", "99120"), ("Orchamps-la-Noue", "99130"),
    ("Pont-de-Brive-Eau", "99140"), ("Fontorbe", "99150"), ("Clairvesle", "99160"), ("Les Essarts-Hauts", "99170"),
    ("Marsolan-le-Vieux", "99210"), ("Roquelune", "99220"), ("Belmortier", "99230"), ("Saint-Avent-sur-Lise", "99240"),
    ("Le Bourg-Lisière", "99250"), ("Tréguenac", "99260"), ("Valdourche", "99270"), ("Hautecombelle", "99280"),
)  # fmt: skip
_VOIES = (
    "rue des Tanneurs",
    "rue du Vieux-Lavoir",
    "avenue de la Gare",
    "chemin des Vergers",
    "rue Basse",
    "place du Marché",
    "allée des Noisetiers",
    "rue de l’Écluse",
    "impasse du Four",
    "boulevard des Remparts",
    "rue des Trois-Ponts",
    "résidence Les Lilas, bât. B",
    "rue du Moulin-Neuf",
    "cité des Coteaux",
    "route de Fontorbe",
    "rue des Cordiers",
    "square des Tilleuls",
    "rue de la Filature",
    "résidence du Parc, esc. 2",
    "chemin de Halage",
)
_PREFIXES = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49")


def sans_accent(texte: str) -> str:
    """Le texte tel qu'on le tape sans accent."""
    defait = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("’", "'"))
    return "".join(c for c in defait if not unicodedata.combining(c))


def nom_de_famille(alea: Random) -> str:
    """Un nom composé : début, parfois un milieu, fin."""
    (_, debuts, milieux, fins) = alea.choices(_FAMILLES, _POIDS)[0]
    debut, fin = alea.choice(debuts), alea.choice(fins)
    if debut == "Aït":
        return f"Aït {fin.capitalize()}"
    return debut + (alea.choice(milieux) if alea.random() < 0.45 or len(debut + fin) < 6 else "") + fin


_FAMILLES = tuple((poids, *(liste.split() for liste in listes)) for poids, *listes in _FAMILLES)
_POIDS = [famille[0] for famille in _FAMILLES]


def telephone(alea: Random, mobile: bool = True) -> str:
    """Un numéro des tranches que l'Arcep réserve à la fiction."""
    debut = "06 39 98" if mobile else alea.choice(_PREFIXES)
    return f"{debut} {alea.randrange(100):02} {alea.randrange(100):02}"


def siret(numero: int) -> str:
    """Un SIRET que sa clé rend valide, et que personne ne porte : son SIREN commence par 000. numero : de 1 à 99 999."""
    siren = f"000{numero:05}"
    siren += luhn.calc_check_digit(siren)
    return siren + "0001" + luhn.calc_check_digit(siren + "0001")


def lieu(alea: Random, cote: int | None = None) -> tuple[str, str, str]:
    """Adresse, code postal, commune ; cote : 0 ou 1, la moitié du pays où l'on habite."""
    communes = _COMMUNES if cote is None else _COMMUNES[cote * 8 : cote * 8 + 8]
    commune, code_postal = alea.choices(communes, range(len(communes), 0, -1))[0]
    return f"{alea.randint(1, 96)}{alea.choice(('', '', '', ' bis'))} {alea.choice(_VOIES)}", code_postal, commune


@dataclass(slots=True)
class IdentiteInventee:
    """Qui est une personne inventée, et comment la joindre."""

    sexe: str
    prenom: str
    nom: str
    date_naissance: date | None
    telephone: str
    telephone_2: str
    courriel: str
    adresse: str
    code_postal: str
    commune: str

    def champs(self) -> dict:
        """Les champs du dossier qui la disent."""
        return {nom: getattr(self, nom) for nom in self.__slots__}


def inventer(alea: Random, le: date, cote: int | None = None) -> IdentiteInventee:
    """Une personne qui aurait de 18 à 63 ans à cette date ; il lui manque parfois un téléphone ou une date de naissance."""
    sexe = "F" if alea.random() < 0.54 else "H"
    prenom, nom = alea.choice(PRENOMS[sexe]), nom_de_famille(alea)
    if alea.random() < 0.06:
        nom = f"{nom}-{nom_de_famille(alea)}" if alea.random() < 0.6 else f"{nom} {nom_de_famille(alea)}"
    age = min(63, max(18, round(alea.triangular(17, 64, 34))))
    naissance = le - relativedelta(years=age) - timedelta(days=alea.randrange(360))
    adresse, code_postal, commune = lieu(alea, cote)
    identifiant = sans_accent(f"{prenom}.{nom}").lower().replace(" ", "-").replace("'", "")
    return IdentiteInventee(
        sexe=sexe,
        prenom=prenom,
        nom=nom,
        date_naissance=naissance if alea.random() > 0.04 else None,
        telephone=telephone(alea, alea.random() < 0.86) if alea.random() > 0.06 else "",
        telephone_2=telephone(alea, mobile=False) if alea.random() < 0.1 else "",
        courriel=f"{identifiant}{alea.choice(('', '', alea.randrange(60, 99)))}@courrier.example" if alea.random() < 0.55 else "",
        adresse=adresse if alea.random() > 0.12 else "",
        code_postal=code_postal,
        commune=commune,
    )


def graphie_voisine(identite: IdentiteInventee, alea: Random) -> tuple[str, str]:
    """Le nom et le prénom de la même personne, écrits autrement par une autre main."""
    return alea.choice(
        [
            (sans_accent(identite.nom).upper(), sans_accent(identite.prenom)),
            (identite.prenom, identite.nom),
            (identite.nom.upper(), identite.prenom),
            (sans_accent(identite.nom.replace("-", " ")), identite.prenom.replace("-", " ")),
        ]
    )
