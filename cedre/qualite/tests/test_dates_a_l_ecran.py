"""Chaque date qu'une page dit est celle du fait qu'elle nomme : deux dates d'une même ligne ne se confondent pas."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.templatetags.cedre import jour, jour_court
from cedre.partenariats.models import Convention, Rencontre
from cedre.qualite.models import (
    ActionAmelioration,
    Enquete,
    EntretienAnnuel,
    EvaluationDePrincipe,
    Principe,
    Procedure,
    Reclamation,
    VersionDuManuel,
)
from cedre.structures.models import Axe, Grille, Occupation, Poste, ProjetAssociatif

D = [date(2024, mois, mois + 10) for mois in range(1, 10)]  # neuf jours distincts, tous passés


def lire(monde, role: str, route: str, *args, **demande) -> str:
    """Ce que l'on lit de cette page, sans balise."""
    page = monde.client(role).get(reverse(route, args=args), demande).content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NO-BREAK SPACE}", " ").split())


def dit(texte: str, *phrases: str) -> None:
    """Vérifie que chaque phrase s'y lit, espaces mis à part."""
    serre = "".join(texte.split())
    assert [phrase for phrase in phrases if "".join(phrase.replace("\N{NO-BREAK SPACE}", " ").split()) not in serre] == []


@pytest.fixture
def chez(ici):
    """La structure d'ici."""
    return {"organisation": ici.organisation}


def test_une_action_d_amelioration(ici, chez):
    faits = {"decidee_le": D[0], "echeance": D[1], "faite_le": D[2], "effet_verifie_le": D[3], "close_le": D[4]}
    dits = {"fait": "Le fait", "effet_constate": "L’effet", "efficace": True, "effet_attendu": "Attendu"}
    ligne = ActionAmelioration.objects.create(**chez, quoi="Agir", qui=ici.qui, **faits, **dits)
    texte = lire(ici, "ca", "qualite:action", ligne.pk)
    dit(texte, f"{ici.qui}, pour le {jour(D[1])}", f"Décidée {jour(D[0])}", f"Faite {jour(D[2])} : Le fait")
    dit(texte, f"Effet vérifié {jour(D[3])} : L’effet", f"Close {jour(D[4])}", "Effet attendu Attendu")
    dit(lire(ici, "ca", "qualite:ameliorations_liste"), f"{ici.qui} {jour_court(D[1])} Close")
    dit(lire(ici, "ca", "qualite:ameliorations"), f"{ici.qui}, pour le {jour_court(D[1])}")


def test_une_reclamation(ici, chez):
    faits = {"recue_le": D[0], "accusee_le": D[1], "repondue_le": D[2], "close_le": D[3]}
    dits = {"traitement": "Le traitement", "reponse": "La réponse", "traitee_par": ici.qui, "signalee_par": ici.hab["mad"].compte}
    ligne = Reclamation.objects.create(**chez, origine="client", texte="Dit", qui="Zoé", contact="06", **faits, **dits)
    texte = lire(ici, "qualite", "qualite:reclamation", ligne.pk)
    dit(texte, f"Un client · Dite ou écrite à l’équipe, le {jour(D[0])} Close", f"Signalée par {ici.hab['mad'].compte}")
    dit(texte, f"Reçue {jour_court(D[0])} Accusée {jour_court(D[1])} S’en charge {ici.qui}", "Qui Zoé Lui répondre 06")
    dit(texte, f"À répondre avant {jour_court(ligne.repondre_avant)} Répondue {jour_court(D[2])} Close {jour_court(D[3])}")
    dit(texte, "Ce que l’on a fait Le traitement", "Ce que l’on a répondu La réponse")
    liste = lire(ici, "qualite", "qualite:reclamations", etat="toutes")
    dit(liste, f"Un client {jour_court(D[0])} {jour_court(ligne.repondre_avant)} Close", f"· {ici.qui} s’en charge")


def test_une_enquete_et_un_entretien_annuel(ici, chez):
    enquete = Enquete.objects.create(**chez, modele="clients", titre="Enquête", du=D[0], au=D[1], close_le=D[2], nombre=7)
    dit(lire(ici, "ca", "qualite:enquete", enquete.pk), f"du {jour(D[0])} au {jour(D[1])} · environ 5 réponses · Close")
    dit(lire(ici, "ca", "qualite:enquetes"), f"Enquête {jour_court(D[0])} {jour_court(D[1])} environ 5 réponses Close")
    direction = ici.hab["direction"].compte
    entretien = EntretienAnnuel.objects.create(**chez, compte=ici.qui, mene_par=direction, tenu_le=D[3], points="Dits")
    dit(lire(ici, "cip", "qualite:entretien_annuel", entretien.pk), f"du {jour(D[3])} {ici.qui} · mené par {direction}")
    dit(lire(ici, "cip", "qualite:entretiens_annuels"), f"{ici.qui} le {jour(D[3])}, mené par {direction}")
    dit(lire(ici, "qualite", "qualite:entretiens_annuels"), f"dernier entretien le {jour(D[3])}")


def test_une_version_du_manuel(ici, chez):
    dits = {"approuvee_par": "Odile", "au_titre_de": "direction", "changements": "Tout", "condensat": "a" * 64}
    contenu = {"sections": [], "en_clair": {"phrases": [], "texte": ""}}
    ligne = VersionDuManuel.objects.create(**chez, numero=3, approuvee_le=D[0], publiee_le=D[1], contenu=contenu, **dits)
    phrase = f"Publiée le {jour(D[1])}, approuvée le {jour(D[0])} par Odile (direction)."
    dit(lire(ici, "ca", "qualite:version", ligne.pk), phrase)
    texte = lire(ici, "ca", "qualite:manuel")
    dit(texte, f"Publiée le {jour(D[1])} Approuvée le {jour(D[0])} par Odile (direction) Tout")
    dit(texte, f"publiée le {jour(D[1])}. La lire")
    dit(lire(ici, "qualite", "qualite:diffusion"), f"Version 3, publiée le {jour(D[1])}.")
    ici.client("cip").post(reverse("qualite:version_lue", args=[ligne.pk]))
    ligne.lectures.update(le=D[2])
    dit(lire(ici, "qualite", "qualite:diffusion"), f"{ici.qui} {jour(D[2])} · à l’écran")
    texte = lire(ici, "ca", "qualite:comparaison", avant=3, apres=3)
    dit(texte, f"De la version 3 ({jour(D[1])}) à la version 3 ({jour(D[1])}).")


def test_un_principe_et_ses_evaluations(ici, chez):
    ligne = Principe.objects.create(**chez, enonce="Chacun", au_quotidien="Chaque jour", enonce_le=D[0])
    for le, n in ((D[1], 1), (D[2], 2)):
        dits = {"comment": f"Comment {n}", "constat": f"Constat {n}", "changements": f"Changement {n}"}
        EvaluationDePrincipe.objects.create(principe=ligne, le=le, **dits)
    dit(lire(ici, "ca", "qualite:principes"), f"Énoncé le {jour(D[0])}, évalué le {jour(D[2])} : Comment 2")
    Principe.objects.update(retire_le=D[3])
    texte = lire(ici, "ca", "qualite:principe", ligne.pk)
    dit(texte, f"Énoncé le {jour(D[0])}, retiré le {jour(D[3])}")
    dit(texte, f"{jour(D[1])} Comment 1 Constat 1 Ce qui change : Changement 1")
    dit(lire(ici, "ca", "qualite:principes"), f"Chacun du {jour(D[0])} au {jour(D[3])}")


def test_une_procedure(ici, chez):
    dits = {"titre": "Écouter", "mission": "accueil", "but": "Le but", "qui": "L’accueil", "outils": ["Fiche"], "etapes": ["Un"]}
    ligne = Procedure.objects.create(**chez, depuis=D[0], prochaine_revision=D[2], **dits)
    ligne.revisions.create(le=D[1], changement="Tout")
    texte = lire(ici, "ca", "qualite:procedure", ligne.pk)
    dit(texte, f"En vigueur depuis {jour(D[0])} Prochaine révision {jour(D[2])} À relire", f"{jour(D[1])} Tout")
    dit(texte, "Le but Qui L’accueil Étapes Un Outils Fiche")
    Procedure.objects.update(retiree_le=D[3])
    dit(lire(ici, "ca", "qualite:procedure", ligne.pk), f"En vigueur depuis {jour(D[0])} Retirée {jour(D[3])}")
    dit(lire(ici, "ca", "qualite:procedures"), f"Écouter du {jour(D[0])} au {jour(D[3])}")


def test_un_poste_et_qui_le_tient(ici, chez):
    ligne = Poste.objects.create(**chez, intitule="Accueil", ouvert_le=D[0], missions="Recevoir")
    Occupation.objects.create(poste=ligne, nom="Ada", du=D[1], au=D[2])
    Occupation.objects.create(poste=ligne, nom="Luc", du=D[3])
    texte = lire(ici, "ca", "structures:poste", ligne.pk)
    dit(texte, f"Depuis le {jour(D[0])}", f"Ada du {jour(D[1])} au {jour(D[2])}", f"Luc depuis le {jour(D[3])} En poste")
    Poste.objects.update(ferme_le=D[4])
    dit(lire(ici, "ca", "structures:poste", ligne.pk), f"Du {jour(D[0])} au {jour(D[4])}")
    a_venir = Poste.objects.create(**chez, intitule="Demain", ouvert_le=timezone.localdate() + timedelta(days=400))
    dit(lire(ici, "ca", "structures:postes"), f"supprimé le {jour(D[4])}", f"à partir du {jour(a_venir.ouvert_le)}")


def test_le_projet_et_un_axe(ici, chez):
    for le, n in ((D[0], 1), (D[1], 2)):
        ProjetAssociatif.objects.create(**chez, le=le, adopte_par=f"AG {n}", texte=f"Texte {n}")
    loin = timezone.localdate() + timedelta(days=400)
    ProjetAssociatif.objects.create(**chez, le=loin, adopte_par="AG 3", texte="Texte 3")
    axe = Axe.objects.create(**chez, intitule="Vite", defini_le=D[2], diffuse_le=D[3], defini_par="le CA", diffusion="affiche")
    axe.redefinitions.create(le=D[4])
    texte = lire(ici, "ca", "structures:projet")
    dit(texte, f"Texte 2 Adopté le {jour(D[1])} par AG 2.", f"Texte du {jour(D[0])} Texte 1 Adopté par AG 1.")
    dit(texte, f"vaudra à partir du {jour(loin)}.")
    dit(texte, f"Défini le {jour(D[2])} par le CA, redit le {jour(D[4])}. Diffusé le {jour(D[3])} : affiche.")
    Axe.objects.update(jusqu_au=D[5])
    dit(lire(ici, "ca", "structures:projet"), f"Vite du {jour(D[2])} au {jour(D[5])}")


def test_une_grille_une_convention_une_rencontre(ici, chez):
    Grille.objects.create(**chez, version=2, publiee_le=D[0])
    texte = lire(ici, "qualite", "structures:grilles")
    dit(texte, f"version 2, publiée le {jour(D[0])}.", f"Version 1 publiée le {jour(ici.grille.publiee_le)}")
    finie = Convention.objects.create(partenaire=ici.partenaire, objet="Permis", du=D[1], au=D[2])
    dit(lire(ici, "qualite", "partenariats:conventions"), f"Permis Partenaire ici Finie le {jour(D[2])}")
    texte = lire(ici, "qualite", "partenariats:partenaire", ici.partenaire.pk)
    dit(texte, f"Permis depuis le {jour(D[1])}, jusqu’au {jour(D[2])} Pas en vigueur")
    assert str(finie) == f"Permis, depuis le {D[1]:%d/%m/%Y}"
    Rencontre.objects.create(**chez, le=D[3], sujet="L’emploi", avec="La commune", suites="Un groupe")
    dit(lire(ici, "ca", "partenariats:rencontres"), f"L’emploi Réunion {jour_court(D[3])} La commune Un groupe")
