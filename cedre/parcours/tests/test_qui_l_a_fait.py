"""Chaque fait garde qui l'a noté, et sa trace le dit : jamais qui suit la personne, ni qui l'a fait avant (ACC-1 à INS-9)."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.manques import manques
from cedre.observatoire.models import Terme
from cedre.parcours.models import (
    ActionAssociee,
    Contact,
    EvaluationAuTravail,
    Information,
    InformationCollective,
    Liaison,
    Personne,
    Sortie,
    Suite,
)
from cedre.parcours.operations import actions, au_travail, collectives, contacts, liaisons, sorties, suivi


def _seance(monde):
    return InformationCollective.objects.create(
        organisation=monde.organisation, le=timezone.localdate(), heure=time(9), lieu="Salle"
    )


def _tenue(monde, par):
    ligne = monde.personne.informations.get()
    InformationCollective.objects.filter(pk=monde.collective.pk).update(le=timezone.localdate())
    collectives.tenir(monde.collective, presences={ligne: {"presence": "presente"}}, par=par)
    return ligne


def _atelier(monde, par):
    action = monde.personne.actions.get()
    type(monde.seance).objects.filter(pk=monde.seance.pk).update(le=timezone.localdate())
    actions.tenir(monde.seance, presences={action: {"etat": "faite"}}, par=par)
    return action


def _inscrite(monde, par):
    monde.personne.actions.all().delete()
    actions.tenir(monde.seance, inscriptions={monde.personne: False}, par=par)
    return monde.personne.actions.get()


def _sortie(monde, par):
    sortie = Sortie(personne=monde.personne, motif=terme("motif_sortie", "cdi_non_aide"))
    return sorties.sortir(sortie, motif_rupture=terme("motif_rupture", "embauche"), par=par)


def _suite(monde, par):
    monde.personne.contrats.all().delete()
    monde.personne.phase = Personne.Phase.ACCUEIL
    suite = Suite(nature="sans_suite", motif=Terme.objects.de("motif_sans_suite").first())
    return contacts.donner_suite(monde.personne, suite=suite, par=par)


def _liaison(monde, par):
    ligne = Liaison(personne=monde.personne, partenaire=monde.partenaire, demande="Un logement")
    return liaisons.tenir_liaison(ligne, champs=["demande"], par=par)


def _action(monde, par):
    ligne = ActionAssociee(personne=monde.personne, offre=monde.seance.offre)
    return actions.tenir_action(ligne, champs=["offre"], par=par)


def _evaluation(monde, par):
    ligne = EvaluationAuTravail(mise_en_situation=monde.mise_en_situation, points_forts="Oui")
    return au_travail.evaluer(ligne, niveaux={}, par=par)


def _prise(monde, par):
    manque, quand = manques(Personne)["sans_contact"], timezone.localdate() + timedelta(days=7)
    return suivi.prendre_en_charge(monde.personne, manque=manque, jusqu_au=quand, note="Vue", par=par)


GESTES = {
    "information donnée": lambda m, par: collectives.informer(Information(personne=m.personne, offre_presentee=True), par=par),
    "inscription à une information": lambda m, par: collectives.inscrire(_seance(m), personne=m.personne, par=par),
    "présence à une information": _tenue,
    "inscription à un atelier": _inscrite,
    "présence à un atelier": _atelier,
    "action suivie seule": _action,
    "suite donnée": _suite,
    "demande à un partenaire": _liaison,
    "sortie": _sortie,
    "évaluation au travail": _evaluation,
    "lien du client": lambda m, par: au_travail.remettre_lien(m.mise_en_situation, adresse=str, par=par)[0],
    "prise en charge": _prise,
}


@pytest.mark.parametrize("geste", GESTES)
def test_un_fait_garde_qui_l_a_note_et_le_dossier_en_garde_la_trace(embauchee, geste):
    par, debut = embauchee.hab["direction"], Trace.objects.count()
    fait = GESTES[geste](embauchee, par)
    fait.refresh_from_db()
    assert fait.par == par.compte
    traces = Trace.objects.order_by("pk")[debut:]
    sienne = [t for t in traces if t.objet == fait._meta.verbose_name and t.personne_id == embauchee.personne.pk]
    assert sienne and {(t.compte_id, t.role) for t in traces} == {(par.compte_id, "direction")}


def test_une_demande_se_garde_avec_qui_l_a_recue(embauchee):
    contact = contacts.ajouter_contact(embauchee.personne, contact=Contact(), par=embauchee.hab["accueil"])
    contact.refresh_from_db()
    assert (contact.recu_par, contact.personne) == (embauchee.hab["accueil"].compte, embauchee.personne)


def test_corriger_une_demande_ne_change_pas_qui_l_avait_faite(embauchee):
    ligne = _liaison(embauchee, embauchee.hab["cip"])
    ligne.reponse = "Oui"
    liaisons.tenir_liaison(ligne, champs=["reponse"], par=embauchee.hab["direction"])
    ligne.refresh_from_db()
    assert (ligne.par, ligne.reponse_le) == (embauchee.hab["cip"].compte, timezone.localdate())
