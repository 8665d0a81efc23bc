"""Chaque geste du système qualité, du projet et du partenariat laisse une trace : qui, chez qui, sur quoi, ce qui a changé."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.messages import get_messages
from django.urls import resolve, reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.partenariats.models import Client, Convention, Partenaire, Rencontre
from cedre.qualite.models import (
    ActionAmelioration,
    ActionDeFormation,
    Enquete,
    EntretienAnnuel,
    EvaluationDePrincipe,
    Principe,
    Procedure,
    Reclamation,
)
from cedre.structures.models import Axe, FicheDePoste, Grille, Occupation, Offre, Poste, ProjetAssociatif
from cedre.tests.ecran import propre


def dans(jours: int):
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=jours)


Q, D = "qualite", "direction"
SIGNALEE = {"texte": "Le bus", "sorte": "reclamation", "origine": "client", "canal": "papier", "recue_le": 0}
ACTION = {"quoi": "Former", "effet_attendu": "Mieux", "origine": "ecart", "echeance": 5, "qui": "@cip"}
TERMES = "que change-t-on, quel effet en attend-on"
EFFET = {"effet_constate": "Vu", "efficace": "oui", "le": 0}
FORMATION = {"besoin": "Compter", "intitule": "La paie"}
ENTRETIEN = {"compte": "@cip", "mene_par": "@direction", "points": "Dits", "tenu_le": 0, "version": "1"}
PRINCIPE = {"enonce": "Chacun", "au_quotidien": "Chaque jour"}
ENONCE = "énoncé, comment cela se voit au quotidien"
EVALUATION = {"comment": "À deux", "constat": "Revu"}
PROCEDURE = {"titre": "Écouter", "but": "Entendre", "mission": "accueil", "qui": "L’accueil", "etapes": "Une"}
PROCEDURE |= {"depuis": 0, "relue_le": 0}
ECRITE = "titre, but, mission, qui, étapes, en vigueur depuis le, prochaine révision"
POSTE = {"intitule": "Accueil", "fonctions": ["accueil"], "ouvert_le": 0}
OFFRE = {"intitule": "Permis", "nature": "formation", "active": "on"}
FICHE = {"intitule": "Agente", "active": "on", "competences-TOTAL_FORMS": "0", "competences-INITIAL_FORMS": "0"}
RELAIS = {"nom": "Le Relais", "nature": "professionnel", "actif": "on"}
RENCONTRE = {"nature": "groupe", "sujet": "Clause", "avec": "La commune"}
CLIENT = {"nom": "Le Verger", "nature": "entreprise", "actif": "on"}

# Par modèle qu'ils écrivent, les gestes : leur route, le modèle d'où ils partent (True : la ligne même), qui les fait, ce qu'il
# envoie (un nombre : un jour, compté depuis aujourd'hui ; « @cip » : le compte de ce rôle), ce que la trace dit.
GESTES = {
    Reclamation: [
        ("qualite:signaler", None, "cip", SIGNALEE, "Sur papier, par lettre"),
        ("qualite:accuser", True, Q, {"traitee_par": "@direction", "le": 0}, "réception accusée"),
        ("qualite:repondre", True, D, {"traitement": "Fait", "reponse": "Dit", "le": 0}, "répondue"),
        ("qualite:clore_reclamation", True, Q, {"motif": "Retirée"}, "close"),
        ("qualite:oublier_qui", True, D, {}, "nom et contact effacés"),
    ],
    ActionAmelioration: [
        ("qualite:action_nouvelle", None, Q, ACTION, f"{TERMES}, qui s’en charge, pour le, d’où vient-elle"),
        ("qualite:action_modifier", True, Q, ACTION, f"{TERMES}, pour le, d’où vient-elle"),
        ("qualite:action_faire", True, "cip", {"fait": "Fait", "le": 0}, "faite"),
        ("qualite:action_verifier", True, Q, EFFET, "effet vérifié : là"),
        ("qualite:action_clore", True, D, {}, "close"),
    ],
    Enquete: [
        ("qualite:enquete_nouvelle", None, Q, {"modele": "clients", "du": 0, "au": 9}, "clients"),
        ("qualite:clore_enquete", True, D, {}, "close"),
    ],
    ActionDeFormation: [
        ("qualite:formation_nouvelle", None, D, FORMATION | {"prevue_du": 1, "prevue_au": 2}, "besoin, action, prévue du, au"),
        ("qualite:formation", True, Q, FORMATION, "besoin, action"),
    ],
    EntretienAnnuel: [
        ("qualite:entretien_annuel_nouveau", None, Q, ENTRETIEN, "avec qui, mené par, ce qui s’est dit"),
        ("qualite:entretien_annuel_modifier", True, D, {"points": "Revu"}, "ce qui s’est dit"),
    ],
    Principe: [
        ("qualite:principe_nouveau", None, Q, PRINCIPE | {"enonce_le": 0}, ENONCE),
        ("qualite:principe_modifier", True, D, PRINCIPE, ENONCE),
    ],
    EvaluationDePrincipe: [
        ("qualite:principe_evaluer", Principe, Q, EVALUATION | {"le": 0}, "comment, ce que l’on a vu"),
        ("qualite:principe_evaluation", True, Q, EVALUATION, "comment, ce que l’on a vu"),
    ],
    Procedure: [
        ("qualite:procedure_nouvelle", None, Q, PROCEDURE, ECRITE),
        ("qualite:procedure_modifier", True, D, {"titre": "Écouter"}, "titre"),
        ("qualite:procedure_relire", True, Q, {}, "relue"),
        ("qualite:procedure_retirer", True, D, {}, "retirée"),
    ],
    Poste: [
        ("structures:poste_nouveau", None, Q, POSTE, "intitulé, fonctions, existe depuis le"),
        ("structures:poste_modifier", True, D, {"intitule": "Tête", "fonctions": ["direction"]}, "intitulé"),
    ],
    Occupation: [
        ("structures:poste_nommer", Poste, Q, {"nom": "Ada", "du": 0}, "prénom et nom, depuis le"),
        ("structures:occupation", True, Q, {"nom": "Ada"}, "prénom et nom"),
    ],
    ProjetAssociatif: [
        ("structures:projet_reviser", None, Q, {"texte": "N", "le": 0, "adopte_par": "AG"}, "le projet associatif, par qui"),
        ("structures:projet_associatif", True, Q, {"texte": "Corrigé"}, "le projet associatif"),
    ],
    Axe: [
        ("structures:axe_nouveau", None, D, {"intitule": "Vite", "defini_le": 0}, "intitulé"),
        ("structures:axe", True, Q, {"intitule": "Vite"}, "intitulé"),
    ],
    Offre: [
        ("structures:offre_nouvelle", None, "mad", OFFRE, "intitulé, nature"),
        ("structures:offre", True, Q, OFFRE, "intitulé, nature"),
    ],
    FicheDePoste: [
        ("structures:fiche_de_poste_nouvelle", None, "mad", FICHE, "Agente"),
        ("structures:fiche_de_poste", True, D, FICHE, "Agente"),
    ],
    Grille: [("structures:grille_publier", True, Q, {}, "Grille, version 1, publiée")],
    Partenaire: [
        ("partenariats:partenaire_nouveau", None, "cip", RELAIS, "nom, nature"),
        ("partenariats:partenaire", True, Q, RELAIS, "nom, nature"),
    ],
    Convention: [
        ("partenariats:convention_nouvelle", Partenaire, "cip", {"objet": "Cours", "du": 0}, "objet"),
        ("partenariats:convention", True, D, {"objet": "Cours"}, "objet"),
        ("partenariats:convention_fin", True, "cip", {}, "ne sera pas renouvelée, au"),
    ],
    Rencontre: [
        ("partenariats:rencontre_nouvelle", None, "cip", RENCONTRE | {"le": 0}, "nature, sujet, et avec"),
        ("partenariats:rencontre", True, Q, RENCONTRE, "nature, sujet, et avec"),
    ],
    Client: [
        ("partenariats:client_nouveau", None, "cip", CLIENT, "nom"),
        ("partenariats:client", True, "mad", CLIENT, "nom"),
    ],
}

# Où l'on arrive, une fois que c'est fait (la page de ce que l'on a changé, ou la liste où il se lit), et ce que l'on y dit.
ARRIVEES = {
    "qualite:signaler": ("qualite:signaler", "C’est signalé : la personne qui tient la qualité est prévenue."),
    "qualite:accuser": ("qualite:reclamation", "C’est noté : la réception est accusée."),
    "qualite:repondre": ("qualite:reclamation", "La réponse est gardée."),
    "qualite:clore_reclamation": ("qualite:reclamation", "Elle est close."),
    "qualite:oublier_qui": ("qualite:reclamation", "Le nom et le contact sont effacés."),
    "qualite:action_faire": ("qualite:action", "C’est noté : il reste à en vérifier l’effet."),
    "qualite:action_verifier": ("qualite:action", "L’effet est vérifié."),
    "qualite:action_clore": ("qualite:action", "L’action est close."),
    ActionAmelioration: ("qualite:action", "L’action est décidée."),
    "qualite:enquete_nouvelle": (
        "qualite:enquete",
        "L’enquête est prête : affichez son adresse, ou recopiez des papiers.",
    ),
    Enquete: ("qualite:enquete", "L’enquête est close : ses résultats ne changeront plus."),
    ActionDeFormation: ("qualite:formations", "« La paie » est au plan de formation."),
    EntretienAnnuel: ("qualite:entretiens_annuels", "L’entretien est noté."),
    Principe: ("qualite:principe", "Le principe est enregistré."),
    EvaluationDePrincipe: ("qualite:principe", "L’évaluation est enregistrée."),
    "qualite:procedure_relire": ("qualite:procedure", "C’est noté : relue aujourd’hui, à revoir dans un an."),
    "qualite:procedure_retirer": ("qualite:procedure", "La procédure est retirée ; son texte reste lisible."),
    Procedure: ("qualite:procedure", "La procédure est enregistrée."),
    "structures:poste_modifier": ("structures:poste", "Le poste « Tête » est enregistré."),
    Poste: ("structures:poste", "Le poste « Accueil » est enregistré."),
    Occupation: ("structures:poste", "C’est noté pour Ada."),
    ProjetAssociatif: ("structures:projet", "Le projet associatif est enregistré."),
    Axe: ("structures:projet", "L’axe « Vite » est enregistré."),
    Offre: ("structures:offres", "« Permis » est dans l’offre d’insertion."),
    FicheDePoste: ("structures:fiches_de_poste", "La fiche « Agente » est enregistrée."),
    Grille: ("structures:grilles", "La version 1 est en vigueur. Les évaluations déjà faites gardent la leur."),
    Partenaire: ("partenariats:partenaires", "Le Relais est à jour dans l’annuaire."),
    "partenariats:convention_fin": ("partenariats:partenaire", "C’est noté : elle ne sera pas renouvelée."),
    Convention: ("partenariats:partenaire", "La convention est enregistrée."),
    Rencontre: ("partenariats:rencontres", "La rencontre est notée."),
    Client: ("partenariats:clients", "Le Verger est à jour parmi les clients."),
}

# Le titre de la page d'où le geste s'envoie, s'il en a une.
TITRES = {
    "qualite:signaler": "Signaler ce qui ne va pas",
    "qualite:action_nouvelle": "Décider une action",
    "qualite:action_modifier": "Modifier l’action",
    "qualite:enquete_nouvelle": "Ouvrir une enquête",
    "qualite:formation_nouvelle": "Nouvelle action de formation",
    "qualite:formation": "Formation ici",
    "qualite:entretien_annuel_nouveau": "Noter un entretien annuel",
    "qualite:entretien_annuel_modifier": "Reprendre l’entretien",
    "qualite:principe_nouveau": "Principe d’action",
    "qualite:principe_modifier": "Principe d’action",
    "qualite:principe_evaluer": "Comment ce principe a été évalué",
    "qualite:principe_evaluation": "Comment ce principe a été évalué",
    "qualite:procedure_nouvelle": "Écrire une procédure",
    "qualite:procedure_modifier": "Réviser « Accueillir ici »",
    "structures:poste_nouveau": "Nouveau poste",
    "structures:poste_modifier": "Direction ici",
    "structures:poste_nommer": "Qui tient ce poste",
    "structures:occupation": "Qui tient ce poste",
    "structures:projet_reviser": "Réviser le projet associatif",
    "structures:projet_associatif": "Corriger le projet associatif",
    "structures:axe_nouveau": "Nouvel axe",
    "structures:axe": "Axe ici",
    "structures:offre_nouvelle": "Ajouter à l’offre",
    "structures:offre": "Atelier ici",
    "structures:fiche_de_poste_nouvelle": "Nouvelle fiche de poste",
    "structures:fiche_de_poste": "Poste ici",
    "partenariats:partenaire_nouveau": "Nouveau partenaire",
    "partenariats:partenaire": "Partenaire ici",
    "partenariats:convention_nouvelle": "Nouvelle convention",
    "partenariats:convention": "Corriger la convention",
    "partenariats:rencontre_nouvelle": "Noter une rencontre",
    "partenariats:rencontre": "Réunion du {jour}",
    "partenariats:client_nouveau": "Nouveau client",
    "partenariats:client": "Client ici",
}

# Ce qu'il faut qu'il y ait, pour que le geste se fasse.
AVANT = {
    "qualite:oublier_qui": lambda: Reclamation.objects.update(close_le=dans(0), motif_cloture="Retirée"),
    "qualite:action_verifier": lambda: ActionAmelioration.objects.update(faite_le=dans(0)),
    "qualite:action_clore": lambda: ActionAmelioration.objects.update(
        faite_le=dans(0), effet_verifie_le=dans(0), effet_constate="Vu", efficace=True
    ),
    "structures:grille_publier": lambda: Grille.objects.update(publiee_le=None),
}


def titre(page) -> str:
    """Le titre que porte cette page ; rien si elle n'en est pas une."""
    return propre("".join(re.findall(r"<h1>(.*?)</h1>", page.content.decode())))


@pytest.fixture
def faire(embauchee):
    """Fait un geste, et rend le titre de sa page, où il mène, ce qu'il dit et les traces qu'il laisse."""

    def envoyer(route, depuis, role, envoi):
        AVANT.get(route, int)()
        ligne = depuis and depuis.objects.pour(embauchee.hab[D]).order_by("pk").first()
        adresse, client = reverse(route, args=[ligne.pk] if ligne else []), embauchee.client(role)
        saisie = {nom: dans(v) if type(v) is int else v for nom, v in envoi.items()}
        saisie |= {nom: embauchee.hab[v[1:]].compte_id for nom, v in envoi.items() if str(v).startswith("@")}
        page = client.get(adresse)
        if ligne and (form := (page.context or {}).get("form")):
            tenue = {champ.name: champ.value() for champ in form if champ.value() not in (None, "", False)}
            tenue |= {champ.html_initial_name: champ.initial for champ in form if champ.field.show_hidden_initial}
            saisie = {"motif_du_passe": "su_depuis"} | tenue | saisie
        avant = {*Trace.objects.values_list("pk", flat=True)}
        reponse = client.post(adresse, saisie)
        dit = [str(m) for m in get_messages(reponse.wsgi_request) if m.level_tag == "success"]
        traces = Trace.objects.exclude(pk__in=avant).exclude(geste="consulter")
        return titre(page), resolve(urlsplit(reponse.url).path).view_name, *dit, [*traces]

    return envoyer


@pytest.mark.parametrize(
    "ecrit, route, depuis, role, envoi, detail",
    [pytest.param(ecrit, *dits, id=dits[0]) for ecrit, gestes in GESTES.items() for dits in gestes],
)
def test_chaque_geste_dit_ce_qui_est_fait_laisse_une_trace_et_mene_a_ce_qu_il_change(
    embauchee, faire, ecrit, route, depuis, role, envoi, detail
):
    nom, *arrivee, (trace,) = faire(route, ecrit if depuis is True else depuis, role, envoi)
    assert nom == TITRES.get(route, "").format(jour=f"{dans(-20):%d/%m/%Y}")
    assert (tuple(arrivee), trace.detail) == (ARRIVEES.get(route, ARRIVEES.get(ecrit)), detail)
    geste = "modifier" if depuis is True else "creer"
    assert (trace.geste, trace.objet, trace.compte_id) == (geste, ecrit._meta.verbose_name, embauchee.hab[role].compte_id)
    assert (trace.organisation, trace.role) == (embauchee.organisation, role) and ecrit.objects.filter(pk=trace.objet_id)


@pytest.mark.parametrize(
    "route, modele, saisie",
    [
        ("qualite:formation", ActionDeFormation, {"intitule": "Autre"}),
        ("qualite:procedure_modifier", Procedure, {"titre": "Autre"}),
        ("structures:poste_modifier", Poste, {"intitule": "Autre"}),
        ("structures:axe", Axe, {"intitule": "Autre"}),
        ("structures:offre", Offre, {"intitule": "Autre"}),
        ("structures:fiche_de_poste", FicheDePoste, FICHE | {"intitule": "Autre", "code_rome": "X"}),
        ("partenariats:partenaire", Partenaire, {"nom": "Autre"}),
        ("partenariats:client", Client, {"nom": "Autre"}),
    ],
)
def test_une_saisie_refusee_ne_renomme_pas_la_page(embauchee, route, modele, saisie):
    ligne = modele.objects.pour(embauchee.hab[D]).order_by("pk").first()
    page = embauchee.client(D).post(reverse(route, args=[ligne.pk]), saisie)
    assert (page.status_code, titre(page)) == (200, TITRES[route]) and 'value="Autre"' in page.content.decode()
