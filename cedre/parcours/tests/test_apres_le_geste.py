"""Après un geste, on lit ce qui vient d'être fait, et l'on est mené là où la suite se passe."""

from datetime import time, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import resolve, reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.observatoire.models import Terme
from cedre.parcours import models
from cedre.tests.adresses import formulaires


def le(jours: int = 0):
    """Ce jour-là, au moment où l'essai se joue."""
    return lambda monde=None: timezone.localdate() + timedelta(days=jours)


def un(liste: str):
    return lambda monde: Terme.objects.de(liste)[0].pk


def avant(modele: str, **champs):
    """Ce qui met d'abord la ligne en cet état."""
    return lambda: getattr(models, modele).objects.update(**{nom: v() if callable(v) else v for nom, v in champs.items()})


def autre_seance(monde):
    quand = {"le": timezone.localdate() + timedelta(days=9), "heure": time(10)}
    return models.InformationCollective.objects.create(organisation=monde.organisation, lieu="Ici", **quand).pk


def motif():
    return Terme.objects.de("motif_rupture")[0]


def sans_nouvelles():
    models.SuiviSortie.objects.all().delete()


SIGNES = {"success": "", "error": "!", "warning": "?"}
# Rien n’y est à tracer : un brouillon déjà ouvert, une feuille pareille, un fichier qui n’a rien donné.
SANS_TRACE = ("evaluation_commencer", "collective ", "atelier ", "exportation_effacer", "importation_abandonner")
POURQUOI = {"motif_du_passe": "date"}
CLOS = avant("Bilan", etat="clos", le=le(-1), clos_le=timezone.now, suite="prolonger", suite_le=le())
ANNULE = avant("Bilan", etat="annule", annule_le=le(-1))
ACCUEIL = [
    ("premier_contact", {"nom": "Ozan", "prenom": "Amina"}, "Le dossier d’Amina Ozan est ouvert.", "personne Personne"),
    ("nouveau_contact Personne", {}, "La nouvelle demande de Zélie Martinelle est enregistrée.", "personne Personne"),
    ("personne_modifier Personne", {}, "Le dossier est à jour.", "personne Personne"),
    (
        *("suite Personne", {"nature": "sans_suite", "motif": un("motif_sans_suite")}),
        *("La suite est enregistrée. Personne ne reste sans réponse.", "personne Personne", avant("Personne", phase="accueil")),
    ),
    ("information Personne", {"offre_presentee": "on"}, "L’information donnée est notée.", "personne Personne"),
    (
        *("inscription Personne", {"collective": autre_seance}),
        *("Zélie Martinelle est inscrite à l’information collective.", "personne Personne"),
    ),
    (
        *("collective_nouvelle", {"le": le(1), "heure": "10:00", "lieu": "Ici"}),
        *("La séance est ouverte : vous pouvez y inscrire des personnes.", "collective InformationCollective"),
    ),
    ("collective_modifier InformationCollective", {}, "La séance est à jour.", "collective InformationCollective"),
    (
        *("collective_annuler InformationCollective", {}),
        *("La séance est annulée. À prévenir et à réinscrire : 1.", "collective InformationCollective"),
    ),
    ("collective InformationCollective", {}, "La feuille est enregistrée.", "collective InformationCollective"),
    ("entretien_prevoir Personne", {"heure": "10:00"}, "L’entretien est à l’agenda.", "personne Personne"),
    (
        *("entretien_prevoir Personne", {"heure": "10:00", "le": le(-1)}),
        *("L’entretien est noté : il reste à l’écrire et à le conclure.", "entretien Entretien"),
    ),
    ("entretien_prevoir Personne", {"heure": "10:00", "le": le()}, "L’entretien est à l’agenda.", "personne Personne"),
    ("entretien_reprogrammer Entretien", {}, "L’entretien est à sa nouvelle date.", "entretien Entretien"),
    (
        "entretien_ecrire Entretien",
        {"version": 1, "situation": "Seule"},
        "Le compte rendu est enregistré.",
        "entretien Entretien",
    ),
    ("entretien_ecrire Entretien", {"version": 1, "situation": "Seule", "conclure": "1"}, "", "entretien_conclure Entretien"),
    (
        *("entretien_corriger Entretien", {"situation": "Seule"}, "Le compte rendu est corrigé.", "entretien Entretien"),
        avant("Entretien", etat="realise", issue="inscription", le=le(-1)),
    ),
    (
        *("entretien_conclure Entretien", {"issue": "inscription"}, "L’entretien est conclu, sa suite est enregistrée."),
        *("personne Personne", avant("Entretien", le=le(-1))),
    ),
    (
        *("entretien_absente Entretien", {}, "L’absence est notée. Prévoyez une autre date, ou revenez au dossier."),
        *("entretien_prevoir Personne", avant("Entretien", le=le(-1))),
    ),
    (
        *("entretien_absente Entretien", {}, "!Cet entretien n’a pas encore eu lieu : annulez-le ou changez sa date."),
        "entretien Entretien",
    ),
    ("entretien_annuler Entretien", {}, "L’entretien est annulé.", "personne Personne"),
    ("entretien_informe Entretien", {"le": le(), "offre_presentee": "on"}, "", "entretien Entretien"),
    ("evaluation_commencer Personne", {}, "", "evaluation Evaluation"),
    ("evaluation Evaluation", {"version": 1}, "Le brouillon est enregistré.", "evaluation Evaluation"),
    ("evaluation_supprimer Evaluation", {}, "Le brouillon d’évaluation est supprimé.", "personne Personne"),
    (
        "confier",
        {"personnes": lambda monde: monde.personne.pk, "a": lambda monde: monde.hab["direction"].compte_id},
        "1 personne à suivre en plus pour Direction Ici.",
        "portail:suivi_equipe",
    ),
    ("exportation_effacer Exportation", {}, "L’export est effacé.", "exportations"),
    (
        *("importation_abandonner Importation", {}, "Rien n’a été importé, et le fichier est effacé.", "importations"),
        avant("Importation", etat="analyse"),
    ),
    (
        *("importation_importer Importation", {}, "!Cet import n’en est pas à cette étape : rechargez la page."),
        "importation Importation",
    ),
    ("purge_verifier", {}, "?Cochez au moins un dossier.", "purge"),
]
PARCOURS = [
    (
        *("contrat_nouveau Personne", {"nature": un("nature_contrat"), "debut": le(61), "fin_prevue": le(90)}),
        *("Le contrat est enregistré.", "contrats Personne"),
    ),
    ("contrat_renouveler Contrat", {}, "Le renouvellement est enregistré.", "contrats Personne"),
    (
        *("contrat_renouveler Contrat", {}, "!Ce contrat ne se renouvelle pas : il est rompu, sans terme, ou déjà renouvelé."),
        *("contrats Personne", avant("Contrat", rompu_le=le(), motif_rupture=motif)),
    ),
    ("contrat_corriger Contrat", {}, "Le contrat est corrigé.", "contrats Personne"),
    ("contrat_rompre Contrat", {"motif": un("motif_rupture")}, "La rupture est enregistrée.", "contrats Personne"),
    ("contrat_suspendre Contrat", {"motif": un("motif_suspension")}, "La suspension est enregistrée.", "contrats Personne"),
    ("contrat_retirer Contrat", POURQUOI, "La saisie est retirée.", "contrats Personne"),
    ("suspension Suspension", {}, "La suspension est à jour.", "contrats Personne"),
    ("suspension_retirer Suspension", {}, "La saisie est retirée.", "contrats Personne"),
    ("pass_nouveau Personne", {"debut": le(700)}, "Le PASS IAE est enregistré.", "contrats Personne"),
    ("pass_corriger PassIAE", {}, "Le PASS IAE est enregistré.", "contrats Personne"),
    ("pass_retirer PassIAE", POURQUOI, "La saisie est retirée.", "contrats Personne"),
    (
        *("sortie Personne", {"motif": un("motif_sortie"), "trajectoire": "stable", "motif_rupture": un("motif_rupture")}),
        *("La sortie est enregistrée, les nouvelles à prendre sont prévues.", "sortie_fiche Sortie"),
    ),
    ("sortie_corriger Sortie", {"trajectoire": "stable"}, "La sortie est corrigée.", "sortie_fiche Sortie"),
    (
        *("sortie_annuler Sortie", {}),
        "La sortie est retirée. Ce qu’elle avait clos ou annulé le reste : reprenez-le s’il le faut.",
        *("personne Personne", sans_nouvelles),
    ),
    (
        *("sortie_annuler Sortie", {}, "!Des nouvelles ont été prises après cette sortie : corrigez-la plutôt."),
        "sortie_fiche Sortie",
    ),
    ("suivi_sortie SuiviSortie", {"jointe": "non"}, "Les nouvelles sont notées.", "sortie_fiche Sortie"),
    ("jobcoach_nouveau Personne", {"employeur": "Val", "au": le(60)}, "Le suivi est enregistré.", "jobcoach Personne"),
    ("jobcoach_corriger Jobcoach", {}, "Le suivi est enregistré.", "jobcoach Personne"),
    ("jobcoach_visite Jobcoach", {}, "La visite est notée.", "jobcoach Personne"),
    ("jobcoach_clore Jobcoach", {"conclusion": "Restée."}, "Le suivi est clos.", "jobcoach Personne"),
    ("echange Personne", {"texte": "Lundi"}, "C’est noté.", "personne Personne"),
    ("echange_corriger Echange", {}, "C’est noté.", "personne Personne"),
    (
        *("engagement_construire Personne", {}, "", "engagement_modifier Engagement"),
        avant("Engagement", etat="clos", clos_le=le(-1)),
    ),
    ("engagement_modifier Engagement", {"demande": "Un toit"}, "L’engagement est enregistré.", "engagement Engagement"),
    *(
        (
            *("engagement_modifier Engagement", {"geste": f"{sens}-0", "demande": "Un toit"}, "L’engagement est enregistré."),
            "engagement_modifier Engagement #objectifs",
        )
        for sens in ("monter", "descendre")
    ),
    (
        *("engagement_modifier Engagement", {"geste": "commencer", "type_engagement": un("type_engagement")}),
        "L’engagement commence. Le bilan est à l’agenda. Il reste à le remettre à la personne.",
        *("engagement Engagement", avant("Engagement", etat="projet")),
    ),
    (
        *(
            "engagement_abandonner Engagement",
            {},
            "!Une mise en situation sert un objectif de ce projet : changez d’abord le sien.",
        ),
        *("personne Personne", avant("Engagement", etat="projet")),
    ),
    (
        *("engagement_remettre Engagement", {}),
        *("La remise est enregistrée, avec le texte tel qu’il est aujourd’hui.", "remise Remise"),
    ),
    ("moyen_fait Moyen", {}, "C’est noté.", "engagement Engagement #moyens"),
    ("mets_nouvelle Personne", {"atelier": "Jardin"}, "La mise en situation est enregistrée.", "mets MiseEnSituation"),
    ("mets_modifier MiseEnSituation", {}, "La mise en situation est à jour.", "mets MiseEnSituation"),
    ("mets_terminer MiseEnSituation", {"au": le()}, "La fin de la mise en situation est notée.", "mets MiseEnSituation"),
    (
        *("evaluer_au_travail MiseEnSituation", {"points_forts": "Ponctuelle"}),
        *("L’évaluation au travail est enregistrée.", "mets MiseEnSituation"),
    ),
    ("lien_client MiseEnSituation", {}, "Le lien est prêt : transmettez-le au client.", "mets MiseEnSituation"),
    ("lien_client_revoquer MiseEnSituation", {}, "Le client n’a plus de lien qui ouvre.", "mets MiseEnSituation"),
    (
        *("heures_importer_confirmer", {"lecture": "faux"}, "!Cet aperçu ne vaut plus : déposez le fichier de nouveau."),
        "heures_importer",
    ),
    (
        *("atelier_nouvelle", {"offre": lambda monde: monde.seance.offre_id, "le": le(1), "heure": "10:00"}),
        *("La séance est ouverte : vous pouvez y inscrire des personnes.", "atelier Seance"),
    ),
    ("atelier_modifier Seance", {}, "La séance est à jour.", "atelier Seance"),
    ("atelier_annuler Seance", {}, "La séance est annulée. À prévenir : 1.", "atelier Seance"),
    ("atelier Seance", {}, "La feuille est enregistrée.", "atelier Seance"),
    (
        *("action_nouvelle Personne", {"offre": lambda monde: monde.seance.offre_id}, "L’action est enregistrée."),
        "actions Personne",
    ),
    ("action ActionAssociee", {}, "L’action est enregistrée.", "actions Personne"),
    ("action_retirer ActionAssociee", {}, "L’action est retirée.", "actions Personne", avant("ActionAssociee", seance=None)),
    (
        *("action_retirer ActionAssociee", {}),
        "!Elle vient d’une séance : notez la personne excusée sur la feuille de cette séance.",
        "actions Personne",
    ),
    (
        *("liaison_nouvelle Personne", {"partenaire": lambda monde: monde.partenaire.pk, "demande": "Un toit"}),
        *("La demande est enregistrée. Sa fiche peut s’imprimer d’ici.", "liaison Liaison"),
    ),
    ("liaison Liaison", {}, "La demande est enregistrée. Sa fiche peut s’imprimer d’ici.", "liaison Liaison"),
    (
        *("besoin_nouveau", {"client": lambda monde: monde.mise_en_situation.client_id, "intitule": "Tondre"}),
        *("Le besoin est enregistré.", "mobilisation"),
    ),
    ("besoin Besoin", {}, "Le besoin est enregistré.", "mobilisation"),
    ("besoin_pourvu Besoin", {}, "« Besoin ici » est noté comme pourvu.", "mobilisation"),
    ("bilan_prevoir Personne", {"heure": "10:00"}, "Le bilan est à l’agenda.", "personne Personne", ANNULE),
    ("bilan_prevoir Personne", {"heure": "10:00", "le": le()}, "Le bilan est à l’agenda.", "personne Personne", ANNULE),
    (
        *("bilan_prevoir Personne", {"heure": "10:00", "le": le(-1)}),
        *("Le bilan est noté : il reste à l’écrire et à le clore.", "bilan Bilan", ANNULE),
    ),
    ("bilan_ecrire Bilan", {"version": 1, "moyens": "Un atelier"}, "Le bilan est enregistré.", "bilan Bilan"),
    *(
        (
            *("bilan_conclure Bilan", {"suite": suite, "suite_le": le(jours), "heure": "10:00"}),
            *("Le bilan est clos, sa suite est fixée.", vers),
            *(avant("Bilan", le=le(-1)), avant("ObjectifEvalue", resultat="atteint")),
        )
        for suite, jours, vers in [
            ("prolonger", 20, "bilan Bilan"),
            ("nouvel_engagement", 1, "engagement_modifier Engagement"),
            ("sortie", 1, "bilan Bilan"),
            ("sortie", 0, "sortie Personne"),
        ]
    ),
    (
        *("bilan_rouvrir Bilan", {"motif": "Erreur"}),
        *("Le bilan est rouvert. Concluez-le de nouveau quand il est corrigé.", "bilan Bilan", CLOS),
    ),
    (
        *("bilan_remettre Bilan", {}),
        *("La remise est enregistrée, avec le texte tel qu’il est aujourd’hui.", "remise Remise", CLOS),
    ),
    ("bilan_reprogrammer Bilan", {}, "Le bilan est à sa nouvelle date, et l’engagement aussi.", "bilan Bilan"),
    (
        *("bilan_absente Bilan", {}, "L’absence est notée. Prévoyez une autre date, ou revenez au dossier."),
        *("bilan_prevoir Personne", avant("Bilan", le=le(-1))),
    ),
    ("bilan_absente Bilan", {}, "!Ce bilan n’a pas encore eu lieu : annulez-le ou changez sa date.", "bilan Bilan"),
    ("bilan_annuler Bilan", {}, "Le bilan est annulé.", "personne Personne"),
    (
        *("espace_code Personne", {}, "Le code est prêt : imprimez-le maintenant, il ne se montre qu’une fois."),
        "espace Personne",
    ),
    ("espace_prolonger Personne", {}, "Le code vaut quinze jours de plus.", "espace Personne"),
    ("espace_fermer Personne", {}, "L’espace est fermé : aucun code ne l’ouvre plus.", "espace Personne"),
    ("reponse_lue Reponse", {}, "C’est noté comme lu.", "reponses"),
    ("reponse_lue Reponse", {"depuis": "personne"}, "C’est noté comme lu.", "espace Personne"),
]


def adresse(cible: str, *lignes) -> str:
    """L'adresse que désigne « route modèle » : celle de la ligne donnée, sinon de la dernière de ce modèle."""
    route, modele, ancre = (*cible.split(" "), "", "")[:3]
    if not modele:
        return reverse(route if ":" in route else f"parcours:{route}")
    ligne = next((une for une in lignes if type(une).__name__ == modele), None) or getattr(models, modele).objects.latest("pk")
    suite = ["sans_contact"] if route == "prendre_en_charge" else []
    return reverse(f"parcours:{route}", args=[ligne.pk, *suite]) + ancre


def saisie(client, cible: str, envoi: dict) -> dict:
    """Ce que la page propose, et ce que l'on y change ; où l'on ne fait que poster, ce que l'on envoie."""
    page = None if hasattr(resolve(cible).func, "page_du_formulaire") else client.get(cible).context
    proposes = {champ.html_name: champ.value() for form in formulaires(page) for champ in form}
    for nom in ("objectifs", "moyens"):
        if hasattr(page and page.get(nom), "management_form"):
            proposes |= {champ.html_name: champ.value() for champ in page[nom].management_form}
    proposes |= {"csrfmiddlewaretoken": "x"} | envoi
    return {nom: valeur for nom, valeur in proposes.items() if valeur not in (None, "") and valeur is not False}


@pytest.mark.parametrize("cas", [*ACCUEIL, *PARCOURS], ids=lambda cas: cas[0])
def test_on_lit_ce_qui_est_fait_et_l_on_est_mene_la_ou_la_suite_se_passe(embauchee, cas):
    route, envoi, dit, vers, *d_abord = cas
    for mettre in d_abord:
        mettre()
    lignes = [getattr(models, modele).objects.latest("pk") for modele in route.split()[1:]]
    client, cible = embauchee.client("direction"), adresse(route, *lignes)
    envoi = {nom: valeur(embauchee) if callable(valeur) else valeur for nom, valeur in envoi.items()}
    envoi = saisie(client, cible, envoi)
    traces = Trace.objects.exclude(geste="consulter")
    deja = traces.count()
    reponse = client.post(cible, envoi)
    lus = dict.fromkeys(f"{SIGNES.get(m.level_tag, m.level_tag)}{m}" for m in get_messages(reponse.wsgi_request))
    assert [lu.replace("\N{NO-BREAK SPACE}", " ") for lu in lus] == ([dit] if dit else [])
    assert reponse.url == adresse(vers, *lignes)
    se_fait = not dit.startswith(("!", "?")) and not route.startswith(SANS_TRACE)
    assert (traces.count() > deja) == se_fait, "ce qui est fait se trace"
