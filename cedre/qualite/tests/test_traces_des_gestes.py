"""Chaque geste du système qualité, du projet et du partenariat laisse une trace : qui, chez qui, sur quoi, ce qui a changé."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import resolve, reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.partenariats.models import Client, Convention, Rencontre
from cedre.qualite.models import ActionAmelioration, ActionDeFormation, EvaluationDePrincipe, Principe, Reclamation
from cedre.structures.models import Axe, Occupation, Poste, ProjetAssociatif


def dans(jours: int):
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=jours)


ACTION = {"quoi": "Former", "effet_attendu": "Mieux", "origine": "ecart"}
FORMATION = {"besoin": "Compter", "intitule": "La paie"}
PRINCIPE = {"enonce": "Chacun", "au_quotidien": "Chaque jour"}
EVALUATION = {"comment": "À deux", "constat": "Revu"}
RENCONTRE = {"nature": "groupe", "sujet": "Clause", "avec": "La commune"}
CLIENT = {"nom": "Le Verger", "nature": "entreprise", "actif": "on"}

# La route, ce qu'elle écrit, d'où elle part, qui le fait, ce qu'il envoie (un nombre : un jour, compté depuis aujourd'hui),
# ce que dit la trace.
GESTES = [
    ("qualite:oublier_qui", Reclamation, Reclamation, "direction", {}, "nom et contact effacés"),
    ("qualite:action_nouvelle", ActionAmelioration, None, "qualite", ACTION | {"echeance": 5}, "que change-t-on"),
    ("qualite:action_modifier", ActionAmelioration, ActionAmelioration, "qualite", ACTION | {"echeance": 5}, "pour le"),
    ("qualite:action_faire", ActionAmelioration, ActionAmelioration, "cip", {"fait": "Fait", "le": 0}, "faite"),
    ("qualite:formation_nouvelle", ActionDeFormation, None, "direction", FORMATION | {"prevue_du": 1, "prevue_au": 2}, "besoin"),
    ("qualite:formation", ActionDeFormation, ActionDeFormation, "qualite", FORMATION, "besoin"),
    ("qualite:principe_nouveau", Principe, None, "qualite", PRINCIPE | {"enonce_le": 0}, "énoncé"),
    ("qualite:principe_modifier", Principe, Principe, "direction", PRINCIPE, "énoncé"),
    ("qualite:principe_evaluer", EvaluationDePrincipe, Principe, "qualite", EVALUATION | {"le": 0}, "comment"),
    ("qualite:principe_evaluation", EvaluationDePrincipe, EvaluationDePrincipe, "qualite", EVALUATION, "comment"),
    (
        "structures:poste_nouveau",
        Poste,
        None,
        "qualite",
        {"intitule": "Accueil", "fonctions": ["accueil"], "ouvert_le": 0},
        "intitulé",
    ),
    ("structures:poste_modifier", Poste, Poste, "direction", {"intitule": "Tête", "fonctions": ["direction"]}, "intitulé"),
    ("structures:poste_nommer", Occupation, Poste, "qualite", {"nom": "Ada", "du": 0}, "prénom et nom"),
    ("structures:occupation", Occupation, Occupation, "qualite", {"nom": "Ada"}, "prénom et nom"),
    ("structures:projet_reviser", ProjetAssociatif, None, "qualite", {"texte": "Neuf", "le": 0, "adopte_par": "AG"}, "par qui"),
    ("structures:projet_associatif", ProjetAssociatif, ProjetAssociatif, "qualite", {"texte": "Corrigé"}, "le projet associatif"),
    ("structures:axe_nouveau", Axe, None, "direction", {"intitule": "Vite", "defini_le": 0}, "intitulé"),
    ("structures:axe", Axe, Axe, "qualite", {"intitule": "Vite"}, "intitulé"),
    ("partenariats:convention_fin", Convention, Convention, "cip", {}, "ne sera pas renouvelée, au"),
    ("partenariats:rencontre_nouvelle", Rencontre, None, "cip", RENCONTRE | {"le": 0}, "sujet"),
    ("partenariats:rencontre", Rencontre, Rencontre, "qualite", RENCONTRE, "sujet"),
    ("partenariats:client_nouveau", Client, None, "cip", CLIENT, "nom"),
    ("partenariats:client", Client, Client, "mad", CLIENT, "nom"),
]

# Où l'on arrive, une fois que c'est fait : la page de ce que l'on a changé, ou la liste où il se lit.
ARRIVEES = {
    Reclamation: "qualite:reclamation",
    ActionAmelioration: "qualite:action",
    ActionDeFormation: "qualite:formations",
    Principe: "qualite:principe",
    EvaluationDePrincipe: "qualite:principe",
    Poste: "structures:poste",
    Occupation: "structures:poste",
    ProjetAssociatif: "structures:projet",
    Axe: "structures:projet",
    Convention: "partenariats:partenaire",
    Rencontre: "partenariats:rencontres",
    Client: "partenariats:clients",
}


@pytest.fixture
def traces(embauchee):
    """Envoie un geste, et rend où il mène et les traces qu'il a laissées."""
    Reclamation.objects.update(close_le=dans(0), motif_cloture="Retirée")

    def faire(route, depuis, role, envoi):
        ligne = depuis and depuis.objects.pour(embauchee.hab["direction"]).order_by("pk").first()
        adresse, client = reverse(route, args=[ligne.pk] if ligne else []), embauchee.client(role)
        saisie = {"qui": embauchee.qui.pk} | {nom: dans(v) if type(v) is int else v for nom, v in envoi.items()}
        if ligne and (form := (client.get(adresse).context or {}).get("form")):
            tenue = {champ.name: champ.value() for champ in form if champ.value() not in (None, "", False)}
            saisie = {"motif_du_passe": "su_depuis"} | tenue | saisie
        avant = {*Trace.objects.values_list("pk", flat=True)}
        arrivee = resolve(urlsplit(client.post(adresse, saisie).url).path).view_name
        return arrivee, [*Trace.objects.exclude(pk__in=avant).exclude(geste="consulter")]

    return faire


@pytest.mark.parametrize("route, ecrit, depuis, role, envoi, detail", GESTES, ids=[g[0] for g in GESTES])
def test_chaque_geste_laisse_une_trace_et_mene_a_ce_qu_il_change(embauchee, traces, route, ecrit, depuis, role, envoi, detail):
    arrivee, (trace,) = traces(route, depuis, role, envoi)
    assert arrivee == ARRIVEES[ecrit]
    geste = "modifier" if depuis is ecrit else "creer"
    assert (trace.geste, trace.objet, trace.compte_id) == (geste, ecrit._meta.verbose_name, embauchee.hab[role].compte_id)
    assert (trace.organisation, trace.role) == (embauchee.organisation, role) and ecrit.objects.filter(pk=trace.objet_id)
    assert detail in trace.detail
