"""Ce que disent et écrivent les gens inventés : des phrases courtes, sans fait de santé ni de justice."""

from dataclasses import dataclass
from random import Random

DEMANDES = (
    "Cherche quelques heures de ménage, le matin.",
    "Voudrait reprendre un travail, même à temps partiel.",
    "Veut travailler dehors, dans les espaces verts.",
    "Cherche un emploi stable, n’importe quel métier pour commencer.",
    "A besoin d’un revenu rapidement, loyer à payer.",
    "Vient sur le conseil d’une amie qui a travaillé ici.",
    "Souhaite découvrir les métiers du bâtiment.",
    "Cherche des missions proches de chez {pronom}.",
    "Voudrait passer le permis et travailler en même temps.",
    "Arrive dans la région, cherche un premier contrat.",
    "Veut se remettre dans un rythme avant une formation.",
    "Demande un travail compatible avec l’école des enfants.",
    "A vu l’affiche à la mairie, se renseigne.",
    "Adressé{e} pour un poste au chantier, dit vouloir bouger.",
    "Veut quitter l’intérim classique et être suivi{e}.",
    "Cherche à compléter sa retraite à venir, deux jours par semaine.",
    "Aimerait travailler en cuisine.",
    "Dit : « je veux juste qu’on me donne ma chance ».",
)

METIERS = (
    "aide à domicile",
    "caissi{er}",
    "ouvri{er} en usine",
    "agent d’entretien",
    "manœuvre",
    "serveu{rse}",
    "maraîch{er}",
    "cariste",
    "assistant{e} maternel{le}",
    "vendeu{rse}",
    "peintre",
    "aide de cuisine",
    "coutur{ier}",
    "magasini{er}",
    "livreu{rse}",
)
PROJETS = (
    "travailler auprès de personnes âgées",
    "les espaces verts",
    "la logistique",
    "la cuisine",
    "la peinture en bâtiment",
    "un emploi de bureau, plus tard",
    "la petite enfance",
    "la conduite de poids lourds",
    "le maraîchage",
    "la vente",
    "le nettoyage",
    "l’accueil du public",
    "la menuiserie",
    "le réemploi d’objets",
    "ouvrir un jour une petite entreprise de jardinage",
)
FOYERS = (
    "Vit seul{e} dans un studio depuis {n} mois.",
    "Élève seul{e} deux enfants, de {n} et {n2} ans.",
    "Vit en couple, trois enfants scolarisés.",
    "Est hébergé{e} chez sa sœur depuis {n} mois.",
    "Vit chez ses parents, cherche un logement à {pronom}.",
    "Vit en couple, sans enfant.",
    "Habite un appartement trop grand depuis le départ des enfants.",
    "Vient d’obtenir un logement social, après {n} mois d’attente.",
    "Vit en colocation avec deux amis.",
    "Loge en foyer, place assurée jusqu’à l’été.",
)
CHANGEMENTS = (
    "Fin d’un contrat il y a {n} mois, pas de travail depuis.",
    "Séparation récente : il faut tout réorganiser.",
    "Arrivé{e} dans le département il y a {n} mois.",
    "L’entreprise a fermé après {n2} ans sur place.",
    "A tenu bon avec de petites missions.",
    "Le dernier enfant entre à l’école : du temps se libère.",
    "Reprend des démarches laissées de côté l’an dernier.",
    "Sort d’une formation qui ne lui a pas plu.",
)
EXPERIENCES = (
    "A été {metier} pendant {n2} ans, dit en avoir aimé l’équipe.",
    "Plusieurs contrats courts comme {metier}, le plus long de {n} mois.",
    "{n2} ans comme {metier} dans son pays, aucun contrat en France encore.",
    "Premier emploi comme {metier}, arrêté au bout de {n} mois.",
    "Pas d’emploi déclaré depuis {n2} ans, mais {metier} auparavant.",
    "Deux saisons comme {metier}, bonnes références.",
)
SAVOIRS = (
    "Bricole, répare les vélos de l’immeuble.",
    "Bénévole à la distribution alimentaire le jeudi.",
    "Cuisine pour les fêtes du quartier.",
    "Tient un potager depuis l’enfance.",
    "A entraîné une équipe de jeunes.",
    "Parle trois langues, traduit pour ses voisins.",
    "A suivi un stage de secourisme.",
    "Sait conduire un chariot, sans certificat à jour.",
    "A élevé quatre enfants, sait s’organiser.",
)
ATTENTES = (
    "Son idée : {projet}. Veut d’abord se rassurer sur le rythme.",
    "Vise {projet}, à long terme ; accepte autre chose pour commencer.",
    "Ne sait pas encore, mais ne veut plus travailler de nuit.",
    "Voudrait essayer {projet} avant de décider.",
    "« Ne plus attendre le quinze du mois. » Pense à {projet}.",
    "Hésite entre {projet} et une formation courte.",
    "Un temps plein d’ici un an, dans {projet} si possible.",
)
APPUIS = (
    "Ponctuel{le}, prévient quand il y a un retard.",
    "Une voisine garde les enfants le mercredi.",
    "Très bon contact, à l’aise à l’oral.",
    "Connaît bien le quartier et ses commerçants.",
    "Volontaire : a déjà refait son CV à la médiathèque.",
    "Une ancienne cheffe d’équipe veut bien servir de référence.",
    "Sa famille l’encourage.",
    "A le permis et une voiture en état de marche.",
    "Apprend vite, note tout dans un carnet.",
    "Persévérant{e} : troisième démarche cette année.",
)
BESOINS = (
    "Pas avant 9 h à cause de l’école.",
    "Sans permis : lieux de travail sur la ligne 3 seulement.",
    "Vélo en panne, à réparer vite.",
    "Préfère les écrits courts ; lire une consigne avec {pronom}.",
    "Contrainte d’agenda le lundi matin.",
    "Garde d’enfants à trouver pour le soir.",
    "Pas d’ordinateur, un téléphone prépayé.",
    "Dossier de logement à relancer.",
    "A besoin d’une paire de chaussures de sécurité.",
    "Courriers de la CAF à reprendre ensemble.",
    "Trajets à préparer : craint de se perdre.",
)
SYNTHESES = (
    "D’accord pour commencer par des missions courtes et faire le point dans un mois.",
    "Nous nous revoyons après la visite du chantier.",
    "On avance par étapes : papiers, trajet d’essai, puis première mission.",
    "A relu et approuvé ces lignes.",
    "Nous retenons : le matin, près d’ici, en équipe.",
    "Priorité au logement ; le travail vient en appui.",
    "Motivation claire, projet à préciser : atelier métiers proposé.",
    "Prochaine étape : évaluation au poste.",
    "Repart avec la liste des pièces à apporter.",
    "Souhaite réfléchir quelques jours ; nous rappelons vendredi.",
)
RETENU = (
    "Par quoi commencer : la mobilité, puis le rythme.",
    "Nos deux regards se rejoignent presque partout ; un écart à reparler sur les ressources.",
    "Le logement pèse sur tout le reste : priorité avec le service social.",
    "Belle progression depuis la dernière fois ; reste la confiance.",
    "Se juge plus durement que nous : le dire, encourager.",
    "Un domaine à la fois : les papiers d’abord.",
    "Stable sur l’essentiel. On peut viser plus d’heures.",
    "Terrain fragile ; on se revoit plus tôt que prévu.",
    "Atelier de français du mardi retenu d’un commun accord.",
    "Rien ne bloque une première mission.",
)
SUIVIS = (
    "Point sur les démarches : deux sur trois sont faites.",
    "A visité le lieu de travail, revient content{e}.",
    "Première mission racontée : fatigue les premiers jours, fierté ensuite.",
    "CV remis à jour ensemble.",
    "A relancé le garage solidaire ; rendez-vous pris.",
    "Prépare l’entretien avec un employeur, mise en situation faite ici.",
    "Le rythme tient. Demande plus d’heures.",
    "Découragement passager ; nous reprenons le plan étape par étape.",
)
REORIENTATIONS = (
    "Rendez-vous pris avec {pronom} sur place, au téléphone.",
    "A accepté l’idée après échange ; nous restons joignables.",
    "Coordonnées remises, et l’accord de transmettre les siennes.",
    "Pourra revenir nous voir une fois cette étape franchie.",
)
COMMENTAIRES = {
    "emploi": ("Rythme à reprendre.", "Veut travailler, c’est net.", "Expérience solide à faire valoir."),
    "formation": (
        "Intéressé{e} par une remise à niveau.",
        "Diplôme étranger à faire reconnaître.",
        "Ne veut pas retourner en classe.",
    ),
    "logement": ("Loyer lourd.", "Demande de logement social déposée.", "Hébergement qui peut cesser."),
    "mobilite": ("Permis en cours.", "Trajets en bus, jusqu’à 18 h 30.", "Scooter à assurer."),
    "famille": ("Mercredi impossible.", "Relais familial trouvé.", "Garde à organiser avant l’embauche."),
    "ressources": ("Budget à poser ensemble.", "Prime d’activité à demander.", "Échéancier respecté."),
    "demarches": ("Titre à renouveler dans l’année.", "Courriers classés.", "Compte en ligne à ouvrir."),
    "langue": ("Comprend bien, écrit peu.", "Atelier du mardi conseillé.", "Progrès nets à l’oral."),
    "numerique": ("Pas de messagerie.", "À l’aise sur téléphone.", "Aide pour l’actualisation."),
    "image_de_soi": ("Se sous-estime.", "Parle de plus en plus volontiers.", "A envie qu’on lui fasse confiance."),
}
SANTE = (
    "Souhaite un poste sans port de charges lourdes ; visite de la médecine du travail à prévoir.",
    "Station debout limitée à deux heures d’affilée, dit par la personne.",
    "Lunettes à refaire : rendez-vous pris.",
    "Fatigue signalée ; préfère commencer à mi-temps.",
    "Suivi en cours, rien qui gêne le travail de jour.",
)
BILANS = (
    "La personne est à l’aise avec l’équipe.",
    "Le rythme vient ; le geste est juste.",
    "A demandé à refaire la tâche pour progresser.",
    "Consignes comprises dès la première explication.",
    "Hésite encore à signaler un problème.",
    "Sécurité respectée sans rappel.",
)
OBSERVATIONS = (
    "Deux fois sur trois sans aide.",
    "À revoir en binôme.",
    "Très bien.",
    "Demande confirmation.",
    "A montré à une collègue.",
)

_ACCORDS = {
    "F": {"e": "e", "er": "ère", "ier": "ière", "rse": "se", "le": "le", "pronom": "elle"},
    "H": {"e": "", "er": "er", "ier": "ier", "rse": "r", "le": "", "pronom": "lui"},
}


@dataclass(slots=True)
class Voix:
    """Ce qui reste vrai d'une personne d'une phrase à l'autre : son métier d'avant, son projet, son foyer."""

    alea: Random
    mots: dict
    foyer: str

    @classmethod
    def de(cls, alea: Random, sexe: str) -> "Voix":
        """Une voix tirée au sort, accordée."""
        accords = _ACCORDS[sexe]
        mots = accords | {
            "metier": alea.choice(METIERS).format(**accords),
            "projet": alea.choice(PROJETS),
            "n": alea.randint(3, 11),
            "n2": alea.randint(12, 16),
        }
        return cls(alea, mots | {"n2": alea.randint(2, 9)}, alea.choice(FOYERS).format(**mots))

    def dit(self, phrases: tuple, combien: int = 1) -> str:
        """Une ou plusieurs phrases, accordées, sans redite."""
        return " ".join(p.format(**self.mots) for p in self.alea.sample(phrases, combien))

    def entretien(self) -> dict[str, str]:
        """Les six sections d'un entretien d'accueil."""
        return {
            "situation": f"{self.foyer} {self.dit(CHANGEMENTS)}",
            "experience": f"{self.dit(EXPERIENCES)} {self.dit(SAVOIRS)}",
            "attentes": self.dit(ATTENTES),
            "points_d_appui": self.dit(APPUIS, self.alea.randint(1, 2)),
            "besoins": self.dit(BESOINS, self.alea.randint(1, 2)),
            "synthese": self.dit(SYNTHESES),
        }
