"""Ce que les traces d'un dossier disent de chaque geste, dans l'ordre, et rien d'autre (ACC-7, RGPD)."""

from datetime import time
from decimal import Decimal

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.parcours.models import (
    ActionAssociee,
    Bilan,
    Contact,
    Contrat,
    Entretien,
    EvaluationAuTravail,
    Information,
    InformationCollective,
    Jobcoach,
    Liaison,
    LienClient,
    MiseEnSituation,
    PassIAE,
    Personne,
    Seance,
    Sortie,
    Suite,
    Suspension,
)
from cedre.parcours.operations import (
    actions,
    au_travail,
    bilans,
    collectives,
    contacts,
    contrats,
    engagements,
    entretiens,
    heures,
    liaisons,
    seances,
    sorties,
    suivi,
    travail,
)
from cedre.parcours.tests.refus import dans


def dites(qui) -> list[str]:
    """Ce que disent les traces de ce dossier, dans l'ordre."""
    traces = Trace.objects.du_dossier(qui.pk).order_by("pk").values_list("geste", "objet", "detail")
    return [" | ".join(trace) for trace in traces]


def test_l_accueil_se_relit_dans_ses_traces(ici):
    par = {"par": ici.hab["cip"]}
    qui = contacts.ouvrir_dossier(Personne(nom="Abel", prenom="Odile", referent=ici.qui), contact=Contact(le=dans(-9)), **par)
    champs = {"champs": ["telephone", "prescripteur_precision"], "prestations": [], "criteres": [], "precision": "Mme Roux"}
    contacts.rectifier(qui, **champs, **par)
    suivi.confier([qui], a=ici.hab["direction"].compte, **par)
    contacts.ajouter_contact(qui, contact=Contact(le=dans(-8)), **par)
    hier = InformationCollective.objects.create(organisation=ici.organisation, le=dans(-1), heure=time(9))
    ligne = collectives.inscrire(hier, personne=qui, **par)
    collectives.tenir(hier, presences={ligne: {"presence": "absente"}}, deplacements={ligne: ici.collective}, **par)
    seances.annuler_seance(ici.collective, **par)
    collectives.informer(Information(personne=qui, le=dans(0)), **par)
    entretien = entretiens.prevoir(Entretien(personne=qui, le=dans(2)), **par)
    entretien.le, entretien.lieu = dans(-1), "Bureau"
    entretiens.reprogrammer(entretien, champs=["le", "lieu"], **par)
    entretiens.noter_absence(entretien, **par)
    entretiens.annuler(entretiens.prevoir(Entretien(personne=qui, le=dans(2)), **par), **par)
    entretien = entretiens.prevoir(Entretien(personne=qui, le=dans(0)), **par)
    section = Entretien.SECTIONS[0]
    entretiens.ecrire(entretien, textes={section: "Un"}, version=1, **par)
    entretiens.ecrire(entretien, textes={section: "Deux"}, version=2, **par)
    entretiens.conclure(entretien, issue="inscription", le=dans(0), **par)
    entretiens.corriger(entretien, textes={section: "Trois"}, version=3, **par)
    engagements.construire(qui, **par)
    reorientee = Suite(nature="sans_suite", le=dans(0), motif=terme("motif_sans_suite", "autre"))
    contacts.donner_suite(Personne.objects.get(pk=qui.pk), suite=reorientee, **par)
    assert dites(qui) == [
        "creer | personne | ",
        "creer | premier contact | ",
        "modifier | premier contact | qui, précisément",
        "modifier | personne | téléphone",
        "modifier | personne | référent·e",
        "creer | premier contact | ",
        "creer | information | inscription",
        "modifier | information | Absente",
        "creer | information | inscription",
        "modifier | information | séance annulée",
        "creer | information | ",
        "creer | entretien d’accueil | ",
        "modifier | entretien d’accueil | date, lieu",
        "modifier | entretien d’accueil | La personne n’est pas venue",
        "creer | entretien d’accueil | ",
        "modifier | entretien d’accueil | Annulé",
        "creer | entretien d’accueil | ",
        "modifier | entretien d’accueil | En cours d’écriture",
        "modifier | entretien d’accueil | Réalisé",
        "creer | suite donnée | Inscription",
        "modifier | entretien d’accueil | correction : Sa situation aujourd’hui",
        "creer | engagement réciproque | ",
        "modifier | engagement réciproque | clos : le dossier l’est",
        "creer | suite donnée | Clôture sans suite",
    ]


def test_le_parcours_se_relit_dans_ses_traces(ici):
    qui, par = ici.personne, {"par": ici.hab["cip"]}
    ici.personne.suites.create(nature="inscription", le=dans(-80))
    cddi = {"personne": qui, "nature": terme("nature_contrat", "cddi")}
    contrat = contrats.signer(Contrat(**cddi, debut=dans(-60), fin_prevue=dans(60)), **par)
    contrat.fin_prevue = dans(50)
    contrats.corriger(contrat, champs=["fin_prevue", "heures_hebdo"], **par)
    contrats.signer(contrat.renouvele(), **par)
    arret = Suspension(contrat=contrat, du=dans(-50), motif=terme("motif_suspension", "arret"))
    contrats.suspendre(arret, champs=["du", "motif"], **par)
    arret.au = dans(-48)
    contrats.suspendre(arret, champs=["au"], **par)
    contrats.retirer(arret, personne=qui, **par)
    contrats.noter_le_pass(PassIAE(personne=qui, debut=dans(-60), fin=dans(600)), champs=["debut", "fin"], **par)
    mets = travail.ouvrir(MiseEnSituation(personne=qui, atelier="Jardin", du=dans(-30)), **par)
    mets.precisions = "Le matin"
    travail.modifier(mets, champs=["precisions"], **par)
    faites = (heures.HeuresSaisies(mets, dans(n), dans(n), Decimal(0), Decimal(7)) for n in (-9, -8))
    heures.noter([*faites], **par)
    au_travail.evaluer(EvaluationAuTravail(mise_en_situation=mets, points_forts="Oui"), niveaux={}, **par)
    au_travail.imprimer_fiche(mets, **par)
    LienClient.objects.create(mise_en_situation=mets, condensat="x")
    au_travail.revoquer_liens(mets, **par)
    au_travail.revoquer_liens(mets, **par)
    travail.terminer(mets, au=dans(-1), **par)
    qui.refresh_from_db()
    seance = Seance.objects.create(organisation=ici.organisation, offre=_offre(ici), le=dans(0), heure=time(9))
    actions.tenir(seance, inscriptions={qui: False}, **par)
    actions.tenir(seance, presences={seance.actions.get(): {"etat": "faite"}}, **par)
    seule = actions.tenir_action(ActionAssociee(personne=qui, offre=seance.offre), champs=["le", "etat"], **par)
    actions.retirer_action(seule, **par)
    liaisons.tenir_liaison(Liaison(personne=qui, partenaire=ici.partenaire), champs=["demande"], **par)
    contrats.rompre(contrat, le=dans(40), motif=terme("motif_rupture", "accord"), **par)
    contrats.retirer(contrat.renouvellement, personne=qui, **par)
    assert dites(qui) == [
        "creer | contrat de travail | ",
        "modifier | contrat de travail | correction : dernier jour prévu, heures par semaine",
        "creer | contrat de travail | renouvellement",
        "creer | suspension | du, motif",
        "modifier | suspension | au",
        "supprimer | suspension | saisie par erreur",
        "creer | PASS IAE | premier jour, dernier jour",
        "creer | mise en situation de travail | ",
        "modifier | mise en situation de travail | horaires, lieu, consignes",
        f"modifier | mise en situation de travail | heures à partir du {dans(-9):%d/%m/%Y}, {dans(-8):%d/%m/%Y}",
        "creer | évaluation au travail | L’encadrement",
        "exporter | mise en situation de travail | fiche de liaison, PDF",
        "retirer | lien remis à un client | ",
        "modifier | mise en situation de travail | au",
        "creer | action associée | inscription",
        "modifier | action associée | Faite",
        "creer | action associée | date, état",
        "supprimer | action associée | saisie par erreur",
        "creer | fiche de liaison | ce que l’on demande",
        "modifier | contrat de travail | rupture",
        "supprimer | contrat de travail | saisie par erreur",
    ]


def _offre(monde):
    return monde.organisation.offres.create(intitule="Atelier CV")


def test_les_bilans_et_la_sortie_se_relisent_dans_leurs_traces(embauchee):
    qui, par, bilan = embauchee.personne, {"par": embauchee.hab["cip"]}, embauchee.bilan
    qui.sorties.all().delete()
    bilan.le = dans(0)
    bilans.reprogrammer(bilan, champs=["le", "lieu"], **par)
    bilans.noter_absence(bilan, **par)
    nouveau = {"personne": qui, "engagement": embauchee.engagement}
    bilans.annuler(bilans.prevoir(Bilan(**nouveau, le=dans(9)), **par), **par)
    bilan = bilans.prevoir(Bilan(**nouveau, le=dans(0)), **par)
    bilans.ecrire(bilan, textes={f"resultat-{embauchee.objectif.pk}": "atteint"}, version=1, **par)
    bilans.ecrire(bilan, textes={"parole": "Oui"}, version=2, **par)
    bilans.conclure(bilan, le=dans(0), suite="prolonger", suite_le=dans(30), **par)
    bilans.rouvrir(bilan, motif="Une faute", **par)
    bilans.conclure(bilan, le=dans(0), suite="prolonger", suite_le=dans(20), **par)
    bilans.rouvrir(bilan, motif="Une faute", **par)
    bilans.conclure(bilan, le=dans(0), suite="nouvel_engagement", suite_le=dans(20), **par)
    bilans.remettre(bilan, le=dans(0), mode="espace", **par)
    engagements.clore(embauchee.engagement, le=dans(0), **par)
    sortie = Sortie(personne=qui, le=dans(-1), motif=terme("motif_sortie", "chomage"))
    sorties.sortir(sortie, motif_rupture=terme("motif_rupture", "accord"), **par)
    sortie.le = dans(0)
    sorties.corriger_sortie(sortie, champs=["le", "motif"], motif_rupture=None, **par)
    sorties.annuler_sortie(sortie, **par)
    jobcoach = Jobcoach.objects.get()
    jobcoach.clos_le = dans(0)
    sorties.clore_jobcoach(jobcoach, **par)
    assert dites(qui) == [
        "modifier | engagement réciproque | prochain bilan",
        "modifier | entretien de bilan | date, lieu",
        "modifier | entretien de bilan | La personne n’est pas venue",
        "modifier | engagement réciproque | prochain bilan",
        "creer | entretien de bilan | ",
        "modifier | entretien de bilan | Annulé",
        "modifier | engagement réciproque | prochain bilan",
        "creer | entretien de bilan | ",
        "modifier | entretien de bilan | En cours d’écriture",
        "modifier | entretien de bilan | clos : Prolonger l’engagement",
        "modifier | engagement réciproque | prochain bilan",
        "creer | entretien de bilan | ",
        "modifier | entretien de bilan | rouvert",
        "modifier | entretien de bilan | clos : Prolonger l’engagement",
        "modifier | engagement réciproque | prochain bilan",
        "modifier | entretien de bilan | ",
        "modifier | entretien de bilan | rouvert",
        "modifier | entretien de bilan | clos : Un nouvel engagement",
        "creer | engagement réciproque | ",
        "creer | remise | Dans son espace",
        "modifier | engagement réciproque | clos",
        "modifier | entretien de bilan | annulé : son engagement est clos",
        "modifier | contrat de travail | rupture",
        "modifier | engagement réciproque | clos par la sortie",
        "creer | sortie | ",
        "modifier | contrat de travail | fin déplacée avec la sortie",
        "modifier | sortie | date, motif",
        "supprimer | sortie | notée par erreur",
        "modifier | suivi de jobcoach | clos",
    ]
