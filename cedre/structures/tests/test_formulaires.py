"""Ce que demandent les formulaires de la structure : chaque libellé, chaque aide, chaque choix, ce qui se remplit."""

import pytest

from cedre.structures.forms import equipe, outils, projet
from cedre.structures.models import Poste
from cedre.tests.formulaires import demande

FORMULAIRES = [
    (
        lambda qui: outils.ReglagesForm(),
        """
        [L’accueil] Délai annoncé d’habitude* (nombre) = 10 — En jours, entre le premier contact et l’entretien ou
        l’information collective. ; Durée d’un entretien* (nombre) = 60 — En minutes. ; L’offre d’insertion, à dire à
        l’accueil (texte, 20000 signes) — Le texte que l’accueil a sous les yeux pour présenter la structure. ; Le statut de
        salarié et ses conséquences, à dire (texte, 20000 signes) — Contrat, paie, effets sur les allocations, durée : ce que
        la personne doit savoir avant. ; [Être averti] Jours sans se parler* (nombre) = 30 — Au-delà, la personne est
        signalée. ; Semaines sans heures* (nombre) = 4 — Sous contrat et non suspendu, sans aucune heure. ; Bilan annoncé*
        (nombre) = 14 — Jours avant la date du bilan. ; Fin de contrat annoncée* (nombre) = 30 — Jours avant le dernier jour,
        si aucun contrat ne suit. ; Fin de PASS IAE annoncée* (nombre) = 90 — Jours avant le dernier jour du PASS IAE. ; Délai
        pour remettre* (nombre) = 7 — Jours entre le début d’un engagement et sa remise à la personne. ; Délai pour documenter
        une sortie* (nombre) = 15 — Jours après la fin du dernier contrat. ; [L’équipe] Rythme des régulations* (nombre) = 14
        — Jours d’une régulation à la suivante. ; [Les documents] Logo (100 signes) — PNG ou JPEG, 200 Ko et 2 000 pixels de
        côté au plus. En tête de vos documents. ; [La conservation] Conservation active* (nombre) = 24 — En mois après le
        dernier contact ; au-delà, le dossier est proposé à la purge (CNIL, deux ans). ;
        """,
    ),
    (
        lambda qui: outils.PresentationForm(),
        """
        Comment la présenter (texte, 20000 signes) ;
        """,
    ),
    (
        lambda qui: outils.DomaineForm(themes={}),
        """
        Thème du cadre commun* (liste) : Choisir ; Libellé* (80 signes) ; De quoi parler (300 signes) ; Régime* (liste) =
        ordinaire : Ordinaire : échelle et commentaire / Santé : échelle, précisions réservées aux rôles autorisés et hors des
        exports / Justice : seulement « contrainte d’agenda », sans aucun commentaire ;
        """,
    ),
    (
        lambda qui: outils.EchelonForm(),
        """
        Degré* (80 signes) ;
        """,
    ),
    (
        lambda qui: outils.FicheDePosteForm(habilitation=qui),
        """
        Intitulé* (120 signes) ; Code ROME (5 signes) — Une lettre et quatre chiffres, par exemple K1304. ; Description
        (texte, 20000 signes) ; Proposée dans les listes (case) = oui — Décochez pour ne plus la proposer ; les évaluations
        déjà faites la gardent. ;
        """,
    ),
    (
        lambda qui: outils.CompetenceForm(),
        """
        Ordre* (nombre) ; Compétence* (160 signes) ;
        """,
    ),
    (
        lambda qui: outils.OffreForm(habilitation=qui),
        """
        Intitulé* (160 signes) ; Nature* (boutons) = atelier : Mise en situation de travail / Entretien, suivi individuel /
        Atelier collectif / Formation / Aide aux démarches / Activité sociale ou conviviale ; Partenaire qui la porte (liste)
        — Vide : la structure elle-même. ; Thèmes (cases) — Ce à quoi elle répond : c’est par là que Cèdre la propose à qui en
        a besoin. ; Types d’engagement servis (cases) ; Description (texte, 20000 signes) ; Mène à une qualification (case) ;
        Proposée dans les listes (case) = oui — Décochez pour ne plus la proposer ; les engagements qui la citent la gardent.
        ;
        """,
    ),
    (
        lambda qui: outils.FiltreOffreForm(),
        """
        Thème (liste) : Tous ; Type d’engagement (liste) : Tous ; Portée par (liste) : Tous / La structure / Un partenaire ;
        Proposée dans les listes (liste) : Oui / Non / Toutes ;
        """,
    ),
    (
        lambda qui: equipe.PosteForm(habilitation=qui, instance=Poste(pk=1)),
        """
        Intitulé* (120 signes) ; Missions (texte, 2000 signes) — En quelques lignes : ce que l’on en attend. ; À quoi il sert*
        (cases) : Direction et vie associative / Accueil / Insertion / Mise en situation de travail / Observatoire / Qualité /
        Gestion et logistique — L’organigramme fonctionnel le montre sous chacune. ; Rattaché à (liste) — Le poste dont il
        dépend. Vide : il est en haut de l’organigramme. ; Existe depuis le* (date) = aujourd’hui ; Supprimé le (date) — Qui
        le tient encore le quitte ce jour-là. Il reste dans les organigrammes d’avant. ;
        """,
    ),
    (
        lambda qui: equipe.OccupationForm(habilitation=qui),
        """
        Compte dans Cèdre (liste) — Si cette personne se connecte à Cèdre. ; Prénom et nom (120 signes) — Tel qu’on le lira.
        Vide : le nom du compte. ; Depuis le* (date) ; Jusqu’au (date) — Son dernier jour à ce poste ; vide tant qu’il n’est
        pas connu. ;
        """,
    ),
    (
        lambda qui: projet.ProjetAssociatifForm(),
        """
        Le projet associatif* (texte, 3500 signes) — Une page : 3 500 signes au plus. ; Adopté le* (date) ; Par qui* (160
        signes) — L’assemblée générale, le conseil d’administration… ;
        """,
    ),
    (
        lambda qui: projet.AxeForm(),
        """
        [La priorité] Intitulé* (160 signes) ; Pourquoi (texte, 2000 signes) ; [Quand, par qui] Défini le* (date) — Redit
        depuis, un axe garde son premier jour et repart pour trente-six mois : écrivez ici ce jour-là. ; Par qui (160 signes)
        — Le conseil d’administration, l’équipe, l’assemblée générale… ; Valable jusqu’au (date) — Dernier jour où il vaut.
        Vide s’il n’a pas de fin. ; Diffusé le (date) ; Comment, à qui (200 signes) — Réunion d’équipe, lettre aux adhérents,
        affiche à l’accueil… ; [Ce qui la suit] Indicateurs (cases) — Leur mesure du jour se lira sous l’axe. ;
        """,
    ),
]


@pytest.mark.parametrize("form, dit", FORMULAIRES, ids=range(len(FORMULAIRES)))
def test_un_formulaire_dit_ce_qu_il_demande_et_ce_qu_il_propose(ici, form, dit):
    assert demande(form(ici.hab["qualite"])) == " ".join(dit.split())
