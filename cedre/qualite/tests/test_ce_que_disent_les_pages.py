"""Ce que disent les pages de la qualité, de la structure et des annuaires : à quoi elles servent, ce que porte chaque colonne."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.partenariats.models import Convention
from cedre.qualite.models import (
    ActionAmelioration,
    ActionDeFormation,
    Enquete,
    EntretienAnnuel,
    Principe,
    Procedure,
    Reclamation,
    VersionDuManuel,
)
from cedre.structures.models import Axe, FicheDePoste, Grille, Poste
from cedre.tests.ecran import principal, propre

SECTION = "Brouillon de la version suivante."
TIRE = "Ce que Cèdre y met Tiré de ce que la structure tient déjà, le jour de la publication."
SERRE = (
    "Faire répondre L’adresse à donner, à envoyer ou à mettre au mur. Elle n’ouvre que le questionnaire :",
    "Les réponses restent scellées jusqu’à la clôture, et se comptent la nuit. Il n’en reste alors que des totaux et des textes"
    " sans lien entre eux, à partir de 5 réponses, sans celles qu’une même personne a recopiées. Qui est seul·e à répondre un"
    " jour, ou se reconnaît à sa façon d’écrire, peut être deviné·e.",
    "Clore et lire les résultats Plus aucune réponse n’entrera, et les résultats ne changeront plus. La nuit dernière, il n’y"
    " avait aucune réponse : rien ne se montrerait.",
)
PAGES = {
    "partenariats:clients": [
        "Clients Qui fait travailler les personnes, et prend part à leurs objectifs. Nouveau client",
        "1 client Client Nature Qui joindre Téléphone Courriel Client ici Entreprise",
    ],
    "partenariats:partenaires": [
        "Partenaires Vers qui l’on réoriente, et qui adresse des personnes. Nouveau partenaire Conventions",
        "1 partenaire Partenaire Ce que l’on y trouve Qui joindre Téléphone Courriel Partenaire ici Partenaire social",
    ],
    "partenariats:conventions": [
        "Conventions Ce qui lie la structure à ses partenaires. Une convention s’ajoute depuis la page du partenaire.",
        "À renouveler Aucune ne finit dans les deux mois. En vigueur Convention ici Partenaire ici, depuis le",
    ],
    "partenariats:rencontres": [
        "Ceux que l’on rencontre pour que l’insertion avance sur le territoire : 1 rencontre depuis un an. Noter une rencontre",
        "Les rencontres, la plus récente d’abord Sujet Jour Avec qui Ce qui en est sorti Rencontre ici Réunion",
    ],
    "qualite:ameliorations": [
        "Actions d’amélioration Qui, quoi, pour quand ; et l’effet, vérifié avant de clore. Décider une action En liste",
        "Effet à vérifier 0 Rien ici. À clore 0 Rien ici. Closes 0 Rien ici.",
    ],
    "qualite:ameliorations_liste": [
        "Le tableau Actions d’amélioration",
        "1 action Quoi D’où vient-elle Qui Pour le Où elle en est Action ici Autre Cip Ici",
    ],
    "qualite:diffusion": [
        "Manuel qualité Qui a lu le manuel Version 1, publiée le",
        "Ne l’ont pas lu Accueil Ici À lire Ca Ici À lire",
        "L’ont lu Zélie Martinelle",
        "· sur une liste en papier Recopier une liste signée De l’équipe",
    ],
    "qualite:enquetes": [
        "Enquêtes Courtes, sur un téléphone ou sur papier, et que rien ne relie à une personne. Ouvrir une enquête",
        "1 enquête Enquête Du Au Réponses, la nuit dernière Où elle en est Enquête ici",
    ],
    "qualite:enquete_nouvelle": [
        "Ouvrir une enquête Les questions sont prêtes. Une adresse et son affiche seront données aussitôt.",
        "Ouvrir Les questions Salarié·es qui viennent d’arriver Quand vous êtes arrivé·e, vous avez été : Mal reçu·e ·",
    ],
    "qualite:entretiens_annuels": [
        "Un temps par an avec chaque membre de l’équipe. Ses mots ne se lisent que de la personne, de qui l’a mené et de la"
        " direction. Noter un entretien",
        "L’équipe 1 sur 5 dans les douze mois, de ceux qui sont là depuis un an ou l’ont déjà eu Accueil Ici · Accueil",
        "Direction Ici · Direction jamais À tenir Mad Ici",
        "Ceux que vous pouvez lire Accueil Ici le",
    ],
    "qualite:formations": [
        "Ce que l’équipe a besoin d’apprendre, et ce qui s’en fait. Nouvelle action Tableur",
        "Actions réalisées 0 sur",
        "Heures réalisées 0 sur 0 Coût des actions réalisées 0 € sur 0 € Les actions prévues en",
    ],
    "qualite:manuel": [
        "Manuel qualité Comment la structure travaille, et comment elle le vérifie. Lire la version 1 Qui l’a lu Publier une",
        "Vous n’avez pas encore dit avoir lu la version 1, publiée le",
        "Le brouillon de la version suivante Aperçu (PDF) Ce que Cèdre sait déjà s’y met seul ; écrivez le reste. La version"
        " publiée ne bouge pas. Présentation et histoire À écrire Projet associatif Écrite",
        "Versions publiées Comparer Version 1 Publiée le",
    ],
    "qualite:publier": [
        "Publier une version Le brouillon d’aujourd’hui se fige, en texte et en PDF, et ne changera plus. Chacun devra dire"
        " l’avoir lu. Approuvée par",
    ],
    "qualite:comparaison": [
        "Manuel qualité Comparer deux versions De la version 1",
        "Avant Version 1 Après Le brouillon Version 1",
    ],
    "qualite:principes": [
        "Ce à quoi l’équipe tient dans son travail, et ce qu’elle voit quand elle le regarde en face. Nouveau principe",
        "Principe ici Évalué On le voit Énoncé le",
    ],
    "qualite:procedures": [
        "Procédures Écrire ce que l’on fait, faire ce que l’on a écrit, et le vérifier. Écrire une procédure Mission accueil",
        "Accueillir ici Accueil · Accueil ici · relue il y a 400 jours Tenue",
    ],
    "qualite:reclamations": [
        "Réclamations et dysfonctionnements Ce qui ne va pas, et la suite donnée en 30 jours au plus. Signaler Affiche à poser",
        "1 ligne Ce qui ne va pas Qui le dit Reçue Répondre avant Où elle en est Réclamation ici Réclamation du",
        "dans 30 jours Accusé à envoyer",
    ],
    "qualite:signaler": [
        "Une réclamation que l’on vous a dite, ou quelque chose qui a mal marché. Une suite y est donnée en 30 jours au plus.",
        "Son nom, comment lui répondre, quand et comment c’est arrivé Son nom",
    ],
    "structures:fiches_de_poste": [
        "Fiches de poste Les postes de l’offre d’insertion et les compétences que chacun demande. Nouvelle fiche 1 fiche Poste"
        " Code ROME Compétences État Poste ici K1304 2 Proposée",
    ],
    "structures:grilles": [
        "L’outil commun de toute la structure pour évaluer une situation avec la personne. En vigueur : version 1, publiée le",
        "L’échelle, du plus favorable au plus bloquant Sans difficulté",
        "« Non évalué » est toujours proposé, et ne veut pas dire « sans difficulté ». Les domaines Domaine De quoi parler",
    ],
    "structures:offres": [
        "Ce que la structure et ses partenaires peuvent proposer. Les engagements y puisent leurs moyens. Ajouter à l’offre",
        "Atelier collectif Intitulé Portée par Thèmes Engagements servis Atelier ici La structure",
    ],
    "structures:organigrammes": [
        "Organigrammes Structure Ici, au",
        "Le même en liste Direction ici Titulaire ici Organigramme fonctionnel",
    ],
    "structures:postes": ["Équipe Les postes permanents de la structure, qui les tient, de qui chacun dépend. Nouveau poste"],
    "structures:projet": [
        "Projet de la structure Ce qu’elle veut, ses priorités, et où elles en sont aujourd’hui. Nouvel axe Projet associatif",
        "Pas encore diffusé. Ce qui le suit, au",
        "Ce que l’on compte Mesure Délai annoncé au premier contact",
    ],
    "structures:reglages": ["Réglages Tout exporter La fiche de l’organisation L’accueil"],
    "structures:projet_reviser": ["Le texte d’avant reste, avec sa date."],
}
LIGNES = {
    "qualite:action": (
        ActionAmelioration,
        ["Effet attendu Effet ici D’où vient-elle Réclamation du", "C’est fait Ce qui a été fait"],
    ),
    "qualite:enquete": (Enquete, SERRE),
    "qualite:recopier": (
        Enquete,
        [
            "Une question sans réponse reste sans réponse. Détruisez le papier ensuite. Vous savez ce que vous recopiez : pour"
            " que les résultats se montrent, il faut cinq réponses venues sans vous.",
        ],
    ),
    "qualite:entretien_annuel": (
        EntretienAnnuel,
        [
            "Ce qui s’est dit Points ici Ne se lit que de la personne, de qui a mené l’entretien et de la direction. Besoins de"
            " formation Besoin dit ici Ajouter au plan de formation",
        ],
    ),
    "qualite:principe": (Principe, ["Au quotidien On le voit Évaluations"]),
    "qualite:procedure": (
        Procedure,
        [
            "Retirer cette procédure ? Elle ne sera plus dans le manuel suivant. Son texte restera lisible ici. Annuler Retirer",
            "Ce qui se pratique Tenue Le texte écrit : Délai du premier contact à l’accueil : 10 jours",
            "Révisions En vigueur depuis",
            "Relue, rien à changer · Qualite Ici",
        ],
    ),
    "qualite:procedure_modifier": (
        Procedure,
        ["Si elle annonce un délai ou un rythme, Cèdre le comparera chaque jour à la pratique."],
    ),
    "qualite:reclamation": (
        Reclamation,
        [
            "Qui ici Lui répondre aucun contact laissé Accuser réception Dire à la personne que l’on a bien reçu, quand on le"
            " peut, et dire qui s’en charge.",
            "Réception accusée Répondre Ce que l’on a fait",
            "Garder la réponse Clore Pourquoi",
            "Clore sans réponse La suite donnée Reçue",
            "Accusée pas encore À répondre avant",
            "Actions décidées Action ici Cip Ici, pour le",
        ],
    ),
    "qualite:version": (
        VersionDuManuel,
        [
            "J’ai lu PDF Sommaire Projet associatif En clair Projet associatif Projet d’avant ici En clair, pour les salariés en"
            " parcours Ici, c’est ici. J’ai lu cette version SHA-256 du PDF : 0000000000000000…",
        ],
    ),
    "structures:axe": (Axe, ["Une priorité que la structure se donne, et comment elle saura où elle en est."]),
    "structures:fiche_de_poste": (
        FicheDePoste,
        ["Les compétences demandées Une ligne vide est ignorée. L’ordre est celui des numéros.", "Ajouter une ligne Enregistrer"],
    ),
    "structures:grille": (Grille, ["Les domaines Domaine De quoi parler Régime"]),
    "structures:poste": (
        Poste,
        [
            "Missions Elles ne sont pas encore écrites. À quoi il sert",
            "Rattaché à personne : en haut de l’organigramme Qui le tient",
        ],
    ),
    "structures:poste_modifier": (
        Poste,
        ["Un poste de l’équipe permanente ; ceux des personnes en parcours ont leurs fiches de poste."],
    ),
    "partenariats:convention": (Convention, ["Corriger la convention Partenaire ici Objet"]),
}


def lue(monde, route: str, *args) -> str:
    """Ce que la direction lit de cette page."""
    return propre(principal(monde.client("direction").get(reverse(route, args=args))))


@pytest.mark.parametrize("route", [*PAGES, *LIGNES])
def test_une_page_dit_a_quoi_elle_sert_et_ce_que_porte_chaque_colonne(embauchee, route):
    modele, phrases = LIGNES.get(route) or (None, PAGES[route])
    args = [modele.objects.pour(embauchee.hab["direction"]).order_by("pk").first().pk] if modele else []
    jour = timezone.localdate()
    ActionDeFormation.objects.update(prevue_du=jour, prevue_au=jour)
    texte = lue(embauchee, route, *args)
    assert [phrase for phrase in phrases if phrase not in texte] == []


@pytest.mark.parametrize("code", ["projet", "procedures"])
def test_une_section_du_manuel_montre_ce_que_cedre_y_met_et_ne_s_ecrit_que_si_elle_s_ecrit(embauchee, code):
    texte = lue(embauchee, "qualite:section", code)
    assert SECTION in texte and TIRE in texte
    assert ("Le texte de la structure" in texte) is (code == "projet")


def test_la_diffusion_accorde_les_salaries_qui_n_ont_pas_lu(embauchee):
    dits = []
    for lus in (True, False):
        if not lus:
            embauchee.version.lectures.all().delete()
        texte = lue(embauchee, "qualite:diffusion")
        dits.append((texte.count("lu la forme courte"), "1 salarié en parcours n’a pas encore lu la forme courte" in texte))
    assert dits == [(0, False), (1, True)] and "Personne ne l’a encore dit." in texte
    assert (
        "Elle est dans leur espace. Sans espace : imprimez la dernière page du manuel, et recopiez ici la liste signée." in texte
    )
