"""Ce que demandent les formulaires du système qualité : chaque libellé, chaque aide, chaque choix, ce qui se remplit."""

import pytest

from cedre.qualite.forms import (
    ameliorations,
    enquetes,
    entretiens_annuels,
    formation,
    manuel,
    principes,
    procedures,
    reclamations,
)
from cedre.qualite.manuel import SECTIONS
from cedre.qualite.models import Principe, Reclamation, TexteDuManuel, VersionDuManuel
from cedre.tests.formulaires import demande

QUESTIONS = [
    {"code": "a", "genre": "echelle", "texte": "Bien ?", "mots": ["Non", "Oui"]},
    {"code": "b", "genre": "texte", "texte": "Mieux ?", "mots": []},
]

FORMULAIRES = [
    (
        lambda qui: ameliorations.ActionAmeliorationForm(habilitation=qui),
        """
        Que change-t-on ?* (300 signes) ; Quel effet en attend-on ?* (texte, 300 signes) — Ce que l’on regardera pour savoir
        si cela a servi. ; Qui s’en charge ?* (liste) : Choisir… ; Pour le* (date) ; D’où vient-elle ?* (liste) = autre :
        Écart au référentiel / Réclamation ou dysfonctionnement / Enquête / Régulation / Autoévaluation / Dérive d’une
        procédure / Audit / Réunion d’évaluation, revue annuelle /
        Observatoire / Autre ; Référence (120 signes) — Par exemple : § 2.1 b,
        régulation du 3 mars, procédure d’accueil. ;
        """,
    ),
    (
        lambda qui: ameliorations.FaireForm(),
        """
        Ce qui a été fait* (texte, 2000 signes) ; Fait le* (date) = aujourd’hui ;
        """,
    ),
    (
        lambda qui: ameliorations.VerifierForm(),
        """
        L’effet que l’on constate* (texte, 2000 signes) ; L’effet attendu est-il là ?* (boutons) : Oui / Non : il faudra autre
        chose ; Vérifié le* (date) = aujourd’hui ;
        """,
    ),
    (
        lambda qui: ameliorations.FiltreActionForm(),
        """
        Chercher (80 signes, « Un mot ») ; Où elle en est (liste) : Toutes / À faire / En retard / Faites / Effet à vérifier /
        Effet vérifié / À clore / Closes ; D’où vient-elle (liste) : Peu importe / Écart au référentiel / Réclamation ou
        dysfonctionnement / Enquête / Régulation / Autoévaluation / Dérive d’une procédure / Audit / Réunion d’évaluation,
        revue annuelle /
        Observatoire / Autre ; À qui (liste) : À tous / À moi ; Point du référentiel (20 signes, « 2.1a ») ; Décidées depuis
        le (date) ; Décidées jusqu’au (date) ;
        """,
    ),
    (
        lambda qui: enquetes.EnqueteForm(),
        """
        À qui, et quand* (boutons) : Salarié·es qui viennent d’arriver · dans les deux premiers mois / Salarié·es qui s’en
        vont · le dernier mois, ou au rendez-vous de trois mois / Demandeurs et demandeuses d’emploi · après le premier
        entretien, embauche ou non / Clients · une fois l’an, ou à la fin d’un chantier / Tous les salarié·es, permanents
        compris · une fois l’an / Équipe permanente · une fois l’an / Conseil d’administration, associé·es, direction · une
        fois l’an ; On peut répondre du* (date) = aujourd’hui ; Jusqu’au* (date) ;
        """,
    ),
    (
        lambda qui: enquetes.ReponseEnqueteForm(questions=QUESTIONS),
        """
        Bien ? (boutons) : Non / Oui ; Mieux ? (texte, 1000 signes) — Sans nom de personne. ;
        """,
    ),
    (
        lambda qui: entretiens_annuels.EntretienAnnuelForm(habilitation=qui),
        """
        Avec qui* (liste) : Choisir… ; Mené par* (liste) : Choisir… ; Tenu le* (date) ; Ce qui s’est dit (texte, 8000 signes)
        — Ces mots ne se lisent que de la personne, de qui a mené l’entretien et de la direction. ; Besoins de formation
        (texte, 2000 signes) — Un par ligne : chacun pourra entrer au plan de formation, que toute l’équipe lit. ;
        """,
    ),
    (
        lambda qui: formation.ActionDeFormationForm(habilitation=qui),
        """
        [Le besoin] Besoin* (200 signes) ; Poste (liste) — Le poste concerné ; vide pour toute l’équipe. ; Pour qui (160
        signes) — Les noms, s’il le faut. ; [L’action] Action* (200 signes) ; Organisme (160 signes) ; Prévue du* (date) ; Au*
        (date) ; Heures (nombre) — Pour l’ensemble des personnes. ; Coût (nombre) — En euros, pour l’ensemble. ; [Ce qu’il en
        est] Réalisée le (date) — Le dernier jour de l’action, quand elle a eu lieu. ; Abandonnée le (date) ; Motif de
        l’abandon (200 signes) ;
        """,
    ),
    (
        lambda qui: manuel.TexteForm(section=SECTIONS[0], ecrit=TexteDuManuel(texte="Écrit")),
        """
        Le texte de la structure (texte, 12000 signes) = Écrit — Qui nous sommes, notre histoire, pour qui nous travaillons.
        Une ligne vide sépare deux paragraphes. ;
        """,
    ),
    (
        lambda qui: manuel.PublicationForm(),
        """
        Approuvée par* (120 signes) — Le prénom et le nom de qui approuve. ; Au titre de* (liste) : Direction / Conseil
        d’administration ; Approuvée le* (date) = aujourd’hui ; Ce qui change (texte, 2000 signes) ;
        """,
    ),
    (
        lambda qui: manuel.ListeEnPapierForm(habilitation=qui, version=VersionDuManuel(pk=1)),
        """
        De l’équipe (cases) ; Salariés en parcours (cases) ; Autres personnes (texte, 4000 signes) — Bénévoles,
        administrateurs sans compte : un nom par ligne. ; Lu le* (date) = aujourd’hui ;
        """,
    ),
    (
        lambda qui: principes.PrincipeForm(instance=Principe(pk=1)),
        """
        Énoncé* (300 signes) — Une phrase que chacun peut redire. ; Comment cela se voit au quotidien* (texte, 2000 signes) —
        Ce que l’on fait, ou ne fait pas, à cause de lui. ; Énoncé le* (date) ; Retiré le (date) — À partir de ce jour, il
        n’est plus des vôtres ; il reste dans l’histoire. ;
        """,
    ),
    (
        lambda qui: principes.EvaluationDePrincipeForm(),
        """
        Évalué le* (date) ; Comment* (300 signes) — Réunion d’équipe, enquête, lecture de dossiers, regard d’une autre
        structure… ; Ce que l’on a vu* (texte, 2000 signes) ; Ce que l’on change (texte, 2000 signes) ;
        """,
    ),
    (
        lambda qui: procedures.ProcedureForm(),
        """
        [Ce qu’elle est] Titre* (120 signes) ; Mission* (liste) : Mission accueil / Mission insertion / Mission observatoire /
        Transversal aux missions ; Procédure que le référentiel demande (liste) : Suivi a minima / Contractualisation des
        engagements / Mobilisation des heures de travail / Régulation pédagogique / Traitement des réclamations et des
        dysfonctionnements / Amélioration continue — Vide : une autre. ; But* (texte, 1000 signes) ; Phase (liste) :
        Pré-accueil / Accueil / Pré-embauche / Parcours
        / Sortie — Vide : toutes les phases. ; Qui* (200 signes) — Qui agit : une fonction plutôt qu’un nom. ; [Comment on
        fait] Étapes* (texte, 6000 signes) — Une par ligne, dans l’ordre. ; Outils (texte, 2000 signes) — Un par ligne : le
        nom que l’équipe lui donne. ; [Faire ce que l’on a écrit] Délai ou rythme écrit (liste) : Délai du premier contact à
        l’accueil (jours) / Rythme des régulations (jours) / Délai pour remettre un engagement (jours) / Délai pour documenter
        une sortie (jours) / Temps le plus long sans se parler (jours) / Temps le plus long sans heures (semaines) ; Ce que le
        texte écrit (nombre) — Le nombre de jours ou de semaines que la procédure annonce. ; Indicateurs qui la surveillent
        (cases) — Leur mesure du jour se lira sur la page de la procédure. ; [La tenir à jour] En vigueur depuis le* (date) =
        aujourd’hui ; Relue le* (date) = aujourd’hui ; Ce qui change (300 signes) ; Prochaine révision (date) ;
        """,
    ),
    (
        lambda qui: reclamations.SignalerForm(),
        """
        Ce qui ne va pas* (texte, 4000 signes) ; C’est* (boutons) = reclamation : Réclamation / Dysfonctionnement ; Qui le
        dit* (liste) : Choisir… / Un·e demandeur·se d’emploi / Un·e salarié·e en parcours / Un client / Un partenaire /
        L’équipe / Quelqu’un d’autre ; Comment c’est arrivé* (liste) = ecran : Dite ou écrite à l’équipe / Sur papier, par
        lettre / Par téléphone / Par courriel ; Reçue le* (date) = aujourd’hui ; Son nom (120 signes) — Seulement si la
        personne le veut bien. ; Comment lui répondre (160 signes) — Un téléphone, une adresse, un courriel. Sans lui,
        personne n’attend de réponse. ; Ne pas dire que c’est moi qui le signale (case) — Votre nom ne sera gardé nulle part :
        on ne pourra pas vous répondre. Ce sera lu demain, avec ce qui est dit le même jour. Dans une petite équipe, ou à
        votre façon de le dire, on peut encore vous deviner. ;
        """,
    ),
    (
        lambda qui: reclamations.PubliqueForm(),
        """
        Ce qui ne va pas* (texte, 4000 signes) ; Vous êtes* (boutons) : Je travaille avec la structure / Je cherche un emploi
        / Je suis client / Je suis partenaire / Autre, ou je préfère ne pas le dire ; Votre nom (120 signes) — Vous pouvez ne
        pas le dire. ; Comment vous répondre (160 signes) — Un téléphone ou une adresse. Si vous ne laissez rien, nous ne
        pourrons pas vous répondre. ;
        """,
    ),
    (
        lambda qui: reclamations.EspaceForm(),
        """
        Ce qui ne va pas* (texte, 4000 signes) ; Mon nom* (boutons) : Je dis mon nom. On me répondra. / Je ne dis pas mon nom.
        ;
        """,
    ),
    (
        lambda qui: reclamations.AccuserForm(reclamation=Reclamation(), habilitation=qui),
        """
        Qui s’en charge* (liste) : Choisir… ; Réception accusée le* (date) = aujourd’hui ;
        """,
    ),
    (
        lambda qui: reclamations.RepondreForm(),
        """
        Ce que l’on a fait (texte, 4000 signes) ; Ce que l’on a répondu* (texte, 4000 signes) ; Répondu le* (date) =
        aujourd’hui ;
        """,
    ),
    (
        lambda qui: reclamations.CloreReclamationForm(reclamation=Reclamation()),
        """
        Pourquoi il n’y a pas de réponse* (texte, 1000 signes) — Par exemple : personne à qui répondre, et ce que l’on en a
        fait. ;
        """,
    ),
    (
        lambda qui: reclamations.FiltreReclamationForm(),
        """
        Chercher (80 signes, « Un mot, un nom ») ; Où elle en est (liste) : Ouvertes / Accusé à envoyer / À répondre / En
        retard / À clore / Closes / Délai passé, et tenu / Toutes ; C’est (liste) : Peu importe / Réclamation /
        Dysfonctionnement ; Qui le dit (liste) : Peu importe / Un·e demandeur·se d’emploi / Un·e salarié·e en parcours / Un
        client / Un partenaire / L’équipe / Quelqu’un d’autre ; Reçues depuis le (date) ; Reçues jusqu’au (date) ;
        """,
    ),
]


@pytest.mark.parametrize("form, dit", FORMULAIRES, ids=range(len(FORMULAIRES)))
def test_un_formulaire_dit_ce_qu_il_demande_et_ce_qu_il_propose(ici, form, dit):
    assert demande(form(ici.hab["qualite"])) == " ".join(dit.split())
