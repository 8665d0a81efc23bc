"""Ce que tient le système qualité : le nom de chaque fait et de chaque champ, que lisent les traces, les refus et le classeur."""

from datetime import date

from django.apps import apps

from cedre.comptes.models import Compte
from cedre.qualite.models import (
    AccuseDeLecture,
    ActionAmelioration,
    ActionDeFormation,
    Enquete,
    EntretienAnnuel,
    EvaluationDePrincipe,
    MessageSansNom,
    Principe,
    Procedure,
    Reclamation,
    ReponseEnquete,
    RevisionDeProcedure,
    TexteDuManuel,
    VersionDuManuel,
)

LE = date(2026, 3, 10)
NOMS = {
    Enquete: """
        enquête / enquêtes : modèle ; titre ; du ; au ; questions ; jeton ; close le ; résultats ; réponses ; cinq réponses
        dès la semaine du ; ses cinq dernières réponses depuis la semaine du
    """,
    ReponseEnquete: """
        réponse à une enquête / réponses à une enquête : enquete ; scellé
    """,
    Reclamation: """
        réclamation / réclamations : numéro ; c’est ; qui le dit ; comment c’est arrivé ; ce qui ne va pas ; son nom ; comment
        lui répondre ; attend une réponse ; reçue le ; à répondre avant le ; signalée par ; réception accusée le ; qui s’en
        charge ; ce que l’on a fait ; ce que l’on a répondu ; répondue le ; pourquoi sans réponse ; close le
    """,
    MessageSansNom: """
        message sans nom / messages sans nom : déposé le ; scellé
    """,
    ActionAmelioration: """
        action d’amélioration / actions d’amélioration : d’où vient-elle ; référence ; point du référentiel ; réclamation ;
        enquête ; suite de ; que change-t-on ; quel effet en attend-on ; qui s’en charge ; pour le ; décidée le ; faite le ;
        ce qui a été fait ; effet vérifié le ; l’effet constaté ; l’effet attendu est là ; close le
    """,
    EntretienAnnuel: """
        entretien annuel / entretiens annuels : avec qui ; mené par ; tenu le ; ce qui s’est dit ; besoins de formation ;
        version
    """,
    ActionDeFormation: """
        action de formation / actions de formation : besoin ; action ; entretien où le besoin s’est dit ; poste ; pour qui ;
        inscrite au plan le ; prévue du ; au ; organisme ; heures ; coût ; réalisée le ; abandonnée le ; motif de l’abandon
    """,
    TexteDuManuel: """
        texte du manuel / textes du manuel : section ; texte ; version ; modifié le ; par
    """,
    VersionDuManuel: """
        version du manuel / versions du manuel : numéro ; publiée le ; approuvée par ; au titre de ; approuvée le ; ce qui
        change ; contenu ; fichier ; condensat
    """,
    AccuseDeLecture: """
        accusé de lecture / accusés de lecture : manuel ; compte ; personne ; nom sur la liste ; lu le ; comment
    """,
    Principe: """
        principe d’action / principes d’action : énoncé ; comment cela se voit au quotidien ; énoncé le ; retiré le
    """,
    EvaluationDePrincipe: """
        évaluation d’un principe / évaluations des principes : principe ; évalué le ; comment ; ce que l’on a vu ; ce que l’on
        change
    """,
    Procedure: """
        procédure / procédures : titre ; but ; mission ; phase ; procédure que le référentiel demande ; qui ; étapes ; outils ;
        indicateurs ; délai ou rythme écrit ; ce que le texte écrit ; en vigueur depuis le ; retirée le ; prochaine révision
    """,
    RevisionDeProcedure: """
        révision de procédure / révisions de procédures : procedure ; relue le ; ce qui change ; objet d’alors ; délai ou rythme
        d’alors ; par
    """,
}


def test_chaque_fait_et_chaque_champ_a_son_nom():
    dits = {}
    for modele in apps.get_app_config("qualite").get_models():
        champs = [str(c.verbose_name) for c in modele._meta.concrete_fields if c.name not in ("id", "organisation")]
        dits[modele] = f"{modele._meta.verbose_name} / {modele._meta.verbose_name_plural} : {' ; '.join(champs)}"
    assert dits == {modele: " ".join(dit.split()) for modele, dit in NOMS.items()}


def test_une_ligne_se_dit_en_quelques_mots():
    lignes = [
        (Enquete(titre="Clients"), "Clients"),
        (ReponseEnquete(), "Réponse"),
        (Reclamation(recue_le=LE), "Réclamation du 10/03/2026"),
        (Reclamation(sorte="dysfonctionnement", numero=7), "Dysfonctionnement n° 7"),
        (MessageSansNom(), "Message sans nom"),
        (ActionAmelioration(quoi="Former"), "Former"),
        (EntretienAnnuel(tenu_le=LE), "Entretien annuel du 10/03/2026"),
        (ActionDeFormation(intitule="La paie"), "La paie"),
        (TexteDuManuel(section="projet"), "Manuel, section projet"),
        (VersionDuManuel(numero=3), "Manuel, version 3"),
        (AccuseDeLecture(nom="Paul"), "Paul"),
        (AccuseDeLecture(compte=Compte(prenom="Ada", nom="Brun")), "Ada Brun"),
        (Principe(enonce="Chacun"), "Chacun"),
        (EvaluationDePrincipe(le=LE), "Évaluation du 10/03/2026"),
        (Procedure(titre="Écouter"), "Écouter"),
        (RevisionDeProcedure(procedure=Procedure(titre="Écouter"), le=LE), "Écouter, relue le 10/03/2026"),
    ]
    assert [str(ligne) for ligne, _ in lignes] == [dit for _, dit in lignes]
