"""Le verdict d'un jour passé ne bouge plus d'un bit, quoi que l'on enregistre ensuite (CER-3, issue 4 §2)."""

from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from cedre.certification.models import Appreciation, Certificat, Document, Revision, ValeurDeParametre
from cedre.certification.tests.fictive import prouver
from cedre.conftest import creer_structure, embaucher
from cedre.parcours.models import Bilan, Contact, Contrat, Engagement, Entretien, Evaluation, Heures, Information, Sortie
from cedre.qualite.models import ActionDeFormation, EvaluationDePrincipe, Reclamation, RevisionDeProcedure

LE = date(2026, 1, 31)


@pytest.fixture
def ai(reseau):
    """L'AI du monde d'essai, telle qu'elle vivait fin janvier 2026 : un fait de chaque sorte, peu avant ce jour-là."""
    with time_machine.travel(LE - timedelta(days=2)):
        monde = embaucher(creer_structure("ai", reseau[1][0], "Martinelle"))
        prouver(monde)
        Bilan.objects.create(personne=monde.personne, engagement=monde.engagement, le=LE - timedelta(days=1))
        prevue = {"besoin": "Recevoir", "intitule": "L’écoute", "prevue_du": LE, "prevue_au": LE}
        ActionDeFormation.objects.create(organisation=monde.organisation, **prevue)
    return monde


def dire() -> str:
    """Ce que la commande écrit de ce jour-là."""
    sortie = StringIO()
    call_command("conformite", "--structure", "ai", "--le", LE.isoformat(), "--edition", "2004-10", "--json", stdout=sortie)
    return sortie.getvalue()


def un_nouvel_engagement(monde, jour):
    """La personne s'engage de nouveau, aujourd'hui."""
    engagement = Engagement.objects.create(
        personne=monde.personne,
        type_engagement=monde.engagement.type_engagement,
        etat="en_cours",
        debut=jour,
        formalise_le=jour,
        bilan_le=jour + timedelta(days=30),
        conduit_par=monde.qui,
    )
    engagement.formalisations.create(du=jour)


def un_bilan_clos(monde, jour):
    """Un bilan d'alors se clôt aujourd'hui."""
    Bilan.objects.update(etat="clos", clos_le=timezone.now(), suite="prolonger", suite_le=jour)


def une_reclamation_traitee(monde, jour):
    """Une réclamation d'alors reçoit sa réponse, puis se clôt."""
    Reclamation.objects.update(accusee_le=jour, repondue_le=jour, reponse="Réparé", close_le=jour)


def un_engagement_clos(monde, jour):
    """L'engagement d'alors se clôt."""
    Engagement.objects.update(etat="clos", clos_le=jour)


def une_evaluation_validee(monde, jour):
    """Une évaluation d'alors se valide aujourd'hui."""
    Evaluation.objects.update(validee_le=timezone.now())


def de_nouveaux_venus(monde, jour):
    """Quelqu'un demande, est informé, est reçu, est embauché, travaille, et sort."""
    autre = type(monde.personne).objects.create(organisation=monde.organisation, nom="Neuve", prenom="Ada", phase="parcours")
    Contact.objects.create(personne=autre, le=jour)
    Information.objects.create(personne=autre, le=jour, presence="presente", offre_presentee=True, statut_explique=True)
    Entretien.objects.create(personne=autre, le=jour, conduit_par=monde.qui)
    Contrat.objects.create(personne=autre, nature=monde.contrat.nature, debut=jour, fin_prevue=jour + timedelta(days=90))
    Heures.objects.create(mise_en_situation=monde.mise_en_situation, le=jour, heures=7)
    Sortie.objects.create(personne=monde.personne, le=jour, motif=Sortie.objects.first().motif)


def la_qualite_avance(monde, jour):
    """On forme, on évalue, on relit, on dépose, on apprécie, on fixe, on certifie."""
    ActionDeFormation.objects.filter(abandonnee_le=None).update(abandonnee_le=jour, motif="Poste supprimé")
    principe = EvaluationDePrincipe.objects.first().principe
    EvaluationDePrincipe.objects.create(principe=principe, le=jour, comment="En équipe", constat="Vu")
    RevisionDeProcedure.objects.create(procedure=monde.procedure, le=jour)
    document = Document.objects.create(organisation=monde.organisation, intitule="Neuf", points=["2.5a", "2.1d"])
    Revision.objects.create(
        document=document, nom="n.pdf", genre="application/pdf", taille=1, du=jour, condensat="n", fichier="n"
    )
    for point in ("2.1a-3", "2.3c", "2.5c"):
        Appreciation.objects.create(organisation=monde.organisation, point=point, valeur="insuffisant", le=jour)
    ValeurDeParametre.objects.create(
        organisation=monde.organisation, parametre="etp_accompagnement", du=jour, valeur=9, reference="Avenant"
    )
    Certificat.objects.create(organisation=monde.organisation, le=jour)


PLUS_TARD = (
    un_nouvel_engagement,
    un_bilan_clos,
    une_reclamation_traitee,
    un_engagement_clos,
    une_evaluation_validee,
    de_nouveaux_venus,
    la_qualite_avance,
)


@pytest.mark.parametrize("fait", PLUS_TARD, ids=lambda f: f.__name__)
def test_le_verdict_d_alors_est_le_meme_au_bit_pres(ai, fait):
    avant = dire()
    assert '"denominateur": 1' in avant, "ce jour-là, il y avait de quoi compter"
    assert dire() == avant
    fait(ai, timezone.localdate())
    assert dire() == avant
