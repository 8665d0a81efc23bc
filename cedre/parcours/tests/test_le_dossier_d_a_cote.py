"""Un geste ne touche que ce qu'il dit : ni le dossier d'une autre, ni ce que la personne avait avant (INS-1 à INS-8)."""

from copy import copy
from datetime import time, timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import embaucher, terme
from cedre.core.manques import manques
from cedre.parcours.models import (
    ActionAssociee,
    Bilan,
    Contact,
    Cotation,
    Engagement,
    Evaluation,
    EvaluationAuTravail,
    LienClient,
    MiseEnSituation,
    Moyen,
    Objectif,
    ObjectifEvalue,
    Personne,
    Remise,
    Seance,
    Sortie,
)
from cedre.parcours.operations import actions, au_travail, bilans, engagements, evaluations, remises, seances, sorties, suivi
from cedre.parcours.operations.etapes import reprendre_les_etapes, tenir_le_suivi
from cedre.parcours.operations.evaluations import Contenu, Vue
from cedre.parcours.remises import contenu
from cedre.parcours.tests.test_bilans import regarder
from cedre.parcours.tests.test_engagements import ecrire

UN_JOUR = timedelta(days=1)
A_LA_SEANCE = ("changer la date d’une séance",)  # sa trace est à la séance, et non à chacun


@pytest.fixture
def voisine(embauchee):
    """Une autre personne de la structure, avec un fait de chaque sorte, le même jour que ceux de la première."""
    autre = copy(embauchee)
    autre.personne = Personne.objects.create(
        organisation=embauchee.organisation, nom="Voisine", prenom="Ada", referent=embauchee.personne.referent
    )
    Contact.objects.create(personne=autre.personne, demande="Autre")
    reprendre_les_etapes(autre.personne)
    tenir_le_suivi([autre.personne])
    embaucher(autre, " bis")
    ouverte = Evaluation.objects.create(personne=autre.personne, grille=autre.grille, trajectoire="stable")
    Cotation.objects.create(evaluation=ouverte, domaine=autre.grille.domaines.first(), valeur_personne=1)
    return autre


@pytest.fixture
def passe(embauchee):
    """Ce que la personne avait avant : un engagement clos, son bilan, sa remise, sa séance, son évaluation."""
    qui, le = embauchee.personne, timezone.localdate() - 90 * UN_JOUR
    ancien = Engagement.objects.create(
        personne=qui, type_engagement=terme("type_engagement", "decouverte"), etat="clos", debut=le, clos_le=le + 30 * UN_JOUR
    )
    objectif = Objectif.objects.create(engagement=ancien, libelle="Ancien")
    tenu = {"suite": "prolonger", "suite_le": le + 20 * UN_JOUR, "clos_le": timezone.now(), "etat": "clos"}
    bilan = Bilan.objects.create(personne=qui, engagement=ancien, le=le + 10 * UN_JOUR, **tenu)
    action = embauchee.seance.actions.get()
    seance = Seance.objects.create(organisation=embauchee.organisation, offre=action.offre, le=le, heure=time(9))
    mets = MiseEnSituation.objects.create(
        personne=qui, contrat=embauchee.contrat, atelier="Jardin", du=le + 31 * UN_JOUR, au=le + 40 * UN_JOUR
    )
    return [
        ancien,
        objectif,
        bilan,
        seance,
        mets,
        Moyen.objects.create(engagement=ancien, objectif=objectif, qui="personne", libelle="Fait", fait_le=le),
        ObjectifEvalue.objects.create(bilan=bilan, objectif=objectif, resultat="atteint"),
        Remise.objects.create(personne=qui, engagement=ancien, contenu=contenu(ancien), le=le),
        ActionAssociee.objects.create(personne=qui, offre=action.offre, seance=seance, le=le, etat="faite", heures=2),
        Evaluation.objects.create(
            personne=qui, grille=embauchee.grille, le=le, trajectoire="precaire", validee_le=timezone.now(), synthese="Avant"
        ),
        LienClient.objects.create(mise_en_situation=mets, condensat="condensat-ancien"),
    ]


def relus(personne: Personne, passe: list) -> dict:
    """Toutes les lignes du dossier de cette personne, et celles-ci, telles que la base les garde."""
    lignes = {("Personne", personne.pk): Personne.objects.filter(pk=personne.pk).values().get()}
    for modele in apps.get_app_config("parcours").get_models():
        if (chemin := modele.PARTAGE.personne) not in ("", "id"):
            for ligne in modele._base_manager.filter(**{chemin: personne}).values():
                lignes[modele.__name__, ligne["id"]] = ligne
    return lignes | {(type(o).__name__, o.pk): type(o)._base_manager.filter(pk=o.pk).values().first() for o in passe}


def gestes(monde) -> dict:
    """Chaque geste de l'insertion sur ce que cette personne a en cours, par son nom."""
    par, jour, bilan, engagement = monde.hab["cip"], timezone.localdate(), monde.bilan, monde.engagement
    seance, action = monde.seance, monde.seance.actions.get()
    domaine = monde.grille.domaines.first().pk

    def conclure(suite):
        regarder(monde)
        bilans.conclure(bilan, le=jour, suite=suite, suite_le=jour + 20 * UN_JOUR, par=par)

    def rouvrir_et_remettre():
        conclure("sortie")
        bilans.remettre(bilan, le=jour, mode="courrier", par=par)
        bilans.rouvrir(bilan, motif="Une faute", par=par)

    def reprogrammer():
        bilan.le = jour + 3 * UN_JOUR
        bilans.reprogrammer(bilan, champs=["le"], par=par)

    def prevoir():
        bilans.annuler(bilan, par=par)
        neuf = Bilan(personne=monde.personne, engagement=engagement, le=jour + 4 * UN_JOUR)
        bilans.prevoir(neuf, par=par)

    def absente():
        Bilan.objects.filter(pk=bilan.pk).update(le=jour)
        bilans.noter_absence(bilan, par=par)

    def suivant():
        projet = engagements.construire(monde.personne, par=par)
        ecrire(projet, par, objectifs=("Suivant",))
        engagements.commencer(projet, par=par)

    def retirer_un_objectif():
        saisie = {nom: getattr(engagement, nom) for nom in engagements.CHAMPS}
        dit = engagements.EngagementSaisi(saisie, [Objectif(libelle="Autre")], [], [monde.objectif])
        engagements.enregistrer(engagement, saisie=dit, version=1, par=par)

    def tenir():
        Seance.objects.filter(pk=seance.pk).update(le=jour)
        actions.tenir(seance, presences={action: {"etat": "faite"}}, par=par)

    def changer_de_date():
        seance.le, seance.duree = jour + 9 * UN_JOUR, 30
        actions.modifier_atelier(seance, champs=["le"], par=par)

    def noter_une_action():
        for _ in "12":
            neuve = ActionAssociee(personne=monde.personne, offre=seance.offre, objectif=monde.objectif)
            actions.tenir_action(neuve, champs=["le"], par=par)
        actions.retirer_action(neuve, par=par)

    def evaluer():
        evaluation = monde.evaluation
        dit = Contenu(jour, "instable", "À deux", {domaine: Vue(2, 2, "Dit")})
        evaluations.enregistrer(evaluation, version=evaluation.version, contenu=dit, par=par)
        evaluations.valider(evaluation, par=par)

    def au_lieu_du_client():
        lien, _ = au_travail.remettre_lien(monde.mise_en_situation, adresse=str, par=par)
        dite = EvaluationAuTravail(mise_en_situation=monde.mise_en_situation, points_forts="Oui", signature="Le chef")
        au_travail.evaluer_par_lien(lien, evaluation=dite, niveaux={})
        au_travail.imprimer_fiche(monde.mise_en_situation, par=par)
        au_travail.revoquer_liens(monde.mise_en_situation, par=par)

    def sortir():
        sortie = Sortie(personne=monde.personne, le=jour, motif=terme("motif_sortie", "chomage"))
        sorties.sortir(sortie, motif_rupture=terme("motif_rupture", "accord"), par=par)

    prise = {"manque": manques(Personne)["sans_contact"], "jusqu_au": jour + 5 * UN_JOUR, "note": "Rappel"}
    return {
        "conclure : prolonger": lambda: conclure("prolonger"),
        "conclure : nouvel engagement": lambda: conclure("nouvel_engagement"),
        "remettre et rouvrir un bilan": rouvrir_et_remettre,
        "reprogrammer un bilan": reprogrammer,
        "prévoir un bilan": prevoir,
        "noter l’absence": absente,
        "annuler un bilan": lambda: bilans.annuler(bilan, par=par),
        "clore un engagement": lambda: engagements.clore(engagement, le=jour, par=par),
        "commencer le suivant": suivant,
        "retirer un objectif": retirer_un_objectif,
        "noter un moyen fait": lambda: engagements.noter_fait(engagement.moyens.first(), fait=True, par=par),
        "remettre un engagement": lambda: remises.remettre(engagement, le=jour, mode="courrier", par=par),
        "annuler une séance": lambda: seances.annuler_seance(seance, par=par),
        "tenir une séance": tenir,
        "changer la date d’une séance": changer_de_date,
        "noter puis retirer une action": noter_une_action,
        "évaluer et valider": evaluer,
        "abandonner une évaluation": lambda: evaluations.supprimer(monde.evaluation, par=par),
        "lien du client": au_lieu_du_client,
        "je m’en occupe": lambda: suivi.prendre_en_charge(monde.personne, **prise, par=par),
        "confier": lambda: suivi.confier([monde.personne], a=monde.hab["direction"].compte, par=par),
        "sortir": sortir,
    }


def test_un_geste_se_trace_et_ne_change_ni_le_dossier_d_a_cote_ni_ce_que_la_personne_avait_avant(embauchee, voisine, passe):
    avant = relus(voisine.personne, passe)
    traces = Trace.objects.filter(personne_id=embauchee.personne.pk)
    assert len({modele for modele, _ in avant}) > 25
    for nom in gestes(embauchee):
        with transaction.atomic():
            gestes(relire(embauchee))[nom]()
            apres = relus(voisine.personne, passe)
            assert {cle for cle in avant | apres if avant.get(cle) != apres.get(cle)} == set(), nom
            assert traces.exists() or nom in A_LA_SEANCE, f"{nom} ne laisse pas de trace au dossier"
            transaction.set_rollback(True)


def relire(monde):
    """Le même dossier, relu de la base : un geste d'essai a changé les objets qu'il a tenus."""
    neuf = copy(monde)
    for nom in ("personne", "bilan", "engagement", "objectif", "seance", "mise_en_situation", "evaluation"):
        ligne = getattr(monde, nom)
        setattr(neuf, nom, type(ligne)._base_manager.get(pk=ligne.pk))
    return neuf
