"""Chaque fait se nomme, et répond de lui-même : son titre, s'il s'écrit, s'il vaut encore, où il en est."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte
from cedre.observatoire.models import Terme
from cedre.parcours import models as faits
from cedre.parcours.models import (
    AccesEspace,
    Bilan,
    Contrat,
    Engagement,
    Entretien,
    Exportation,
    Importation,
    InformationCollective,
    LienClient,
    MiseEnSituation,
    ObjectifEvalue,
    PassIAE,
    Personne,
    Seance,
    Sortie,
    SuiviSortie,
    Suspension,
    VisiteJobcoach,
)
from cedre.partenariats.models import Client, Partenaire
from cedre.structures.models import Domaine, Offre

LE, DEMAIN = date(2026, 3, 5), date(2026, 3, 6)
MIDI = datetime(2026, 3, 5, 11, tzinfo=timezone.get_fixed_timezone(0))
AUJOURDHUI = time_machine.travel(MIDI, tick=False)
QUOI = Terme(libelle="Découverte")
CV = Offre(intitule="Atelier CV")
OBJECTIF = faits.Objectif(pk=7, libelle="Passer le permis")
JOURS = [(-1, LE - timedelta(days=1)), (0, LE), (1, DEMAIN)]


@pytest.mark.parametrize(
    ("fait", "dit"),
    [
        (faits.Contact(le=LE), "Premier contact du 05/03/2026"),
        (faits.InformationCollective(le=LE, heure=time(9, 30)), "Information collective du 05/03/2026 à 09:30"),
        (faits.Information(le=LE), "Information du 05/03/2026"),
        (faits.Entretien(le=LE), "Entretien d’accueil du 05/03/2026"),
        (faits.Suite(nature="reorientation", le=LE), "Réorientation du 05/03/2026"),
        (faits.Seance(offre=CV, le=LE), "Atelier CV du 05/03/2026"),
        (faits.ActionAssociee(offre=CV, le=LE), "Atelier CV du 05/03/2026"),
        (faits.Bilan(le=LE), "Entretien de bilan du 05/03/2026"),
        (faits.AncienRendezVous(le=LE, au=DEMAIN), "Prévu le 05/03/2026, jusqu’au 06/03/2026"),
        (faits.ClotureRouverte(du=LE, au=DEMAIN), "Clos du 05/03/2026 au 06/03/2026"),
        (faits.ObjectifEvalue(objectif=OBJECTIF), "Passer le permis"),
        (faits.Contrat(nature=QUOI, debut=LE), "Découverte du 05/03/2026"),
        (faits.AncienneFin(fin=LE), "Jusqu’au 05/03/2026"),
        (faits.AncienneFin(fin=None), "Sans dernier jour"),
        (faits.Suspension(du=LE), "Suspension du 05/03/2026"),
        (faits.PassIAE(fin=LE), "PASS IAE jusqu’au 05/03/2026"),
        (faits.AncienneFinDePass(fin=LE), "Jusqu’au 05/03/2026"),
        (faits.Engagement(type_engagement=QUOI, debut=LE), "Découverte du 05/03/2026"),
        (faits.Formalisation(du=LE), "Formalisé depuis le 05/03/2026"),
        (faits.RefusDEvaluation(du=LE), "Refus du 05/03/2026"),
        (OBJECTIF, "Passer le permis"),
        (faits.Moyen(libelle="Une heure de conduite"), "Une heure de conduite"),
        (faits.Remise(le=LE), "Remise du 05/03/2026"),
        (faits.Etape(phase="pre_embauche", du=LE), "Pré-embauche depuis le 05/03/2026"),
        (faits.Suivi(compte=Compte(prenom="Ada", nom="Brun"), du=LE), "Suivi par Ada Brun depuis le 05/03/2026"),
        (faits.Suivi(compte=None, du=LE), "Suivi par on ne sait qui depuis le 05/03/2026"),
        (faits.Evaluation(le=LE), "Évaluation conjointe du 05/03/2026"),
        (faits.Cotation(domaine=Domaine(libelle="Logement")), "Logement"),
        (faits.NoteSante(texte="Rien à dire ici"), "Précision de santé"),
        (faits.EvaluationProfessionnelle(le=LE), "Évaluation professionnelle du 05/03/2026"),
        (faits.CompetenceEvaluee(libelle="Tenir le rythme"), "Tenir le rythme"),
        (faits.Exportation(cree_le=MIDI + timedelta(hours=12, minutes=30)), "Export du 06/03/2026"),
        (faits.Importation(nom_fichier="liste.csv"), "liste.csv"),
        (faits.Echange(le=LE), "Échange du 05/03/2026"),
        (faits.Liaison(partenaire=Partenaire(nom="La mission locale")), "Liaison avec La mission locale"),
        (faits.PriseEnCharge(jusqu_au=LE), "Pris en charge jusqu’au 05/03/2026"),
        (faits.AccesEspace(cree_le=MIDI + timedelta(hours=12, minutes=30)), "Code du 06/03/2026"),
        (faits.Reponse(nature="en_parler"), "Je veux en parler"),
        (faits.Personne(prenom="Zélie", nom="Martinelle"), "Zélie Martinelle"),
        (faits.Personne(prenom="", nom="Martinelle"), "Martinelle"),
        (faits.Personne(prenom="Zélie", nom=""), "Zélie"),
        (faits.AncienneSituation(au=LE), "Jusqu’au 05/03/2026"),
        (faits.Sortie(le=LE), "Sortie du 05/03/2026"),
        (faits.SuiviSortie(mois=6), "Nouvelles à 6 mois"),
        (faits.Jobcoach(employeur="Serre du Lac"), "Jobcoach chez Serre du Lac"),
        (faits.VisiteJobcoach(le=LE), "Visite du 05/03/2026"),
        (faits.MiseEnSituation(client=Client(nom="Serre"), du=LE), "Serre, depuis le 05/03/2026"),
        (faits.MiseEnSituation(atelier="Jardin", du=LE), "Jardin, depuis le 05/03/2026"),
        (faits.AncienObjectif(objectif=OBJECTIF, au=LE), "Passer le permis, jusqu’au 05/03/2026"),
        (faits.AncienObjectif(objectif=None, au=LE), "Aucun objectif, jusqu’au 05/03/2026"),
        (faits.Heures(heures=Decimal("12.50"), le=LE), "12.50 h à partir du 05/03/2026"),
        (faits.EvaluationAuTravail(le=LE), "Évaluation au travail du 05/03/2026"),
        (faits.LienClient(cree_le=MIDI + timedelta(hours=12, minutes=30)), "Lien du 06/03/2026"),
        (faits.Besoin(intitule="Deux heures de ménage"), "Deux heures de ménage"),
    ],
    ids=lambda valeur: type(valeur).__name__ if not isinstance(valeur, str) else None,
)
def test_un_fait_se_nomme(fait, dit):
    assert str(fait) == dit


def test_la_feuille_d_emargement_dit_de_quoi_et_la_seance_ce_qu_elle_vaut():
    assert (InformationCollective().quoi, Seance(offre=CV).quoi) == ("Information collective", "Atelier CV")
    assert [Seance(duree=minutes).heures for minutes in (120, 50, 20)] == [Decimal(2), Decimal("0.83"), Decimal("0.33")]
    assert SuiviSortie(prevu_le=date(2026, 3, 31)).au_plus_tot == date(2026, 2, 28)


def test_une_mise_en_situation_dit_ou_elle_se_fait_et_si_elle_sert_un_objectif():
    assert (MiseEnSituation(client=Client(nom="Serre")).ou, MiseEnSituation(atelier="Jardin").ou) == ("Serre", "Jardin")
    servis = [MiseEnSituation(engagement_id=e, objectif_id=o).a_un_objectif for e in (None, 3) for o in (None, 7)]
    assert servis == [False, False, False, True]


@AUJOURDHUI
@pytest.mark.parametrize(("jour", "le"), JOURS)
def test_ce_qui_depend_du_jour_change_le_jour_meme(jour, le):
    assert Contrat(debut=le).a_venir is (jour > 0)
    assert (Seance(le=le).est_passee, InformationCollective(le=le).est_passee) == (jour <= 0, jour <= 0)
    assert SuiviSortie(prevu_le=le + timedelta(days=31)).se_prend is (jour <= 0)


@pytest.mark.parametrize(("jour", "le"), JOURS)
def test_d_un_premier_a_un_dernier_jour_les_deux_compris(jour, le):
    for debut, fin, court in ((LE, LE, jour == 0), (LE, None, jour >= 0), (LE - timedelta(days=9), LE, jour <= 0)):
        assert Contrat(debut=debut, fin=fin).court(le) is court
        assert Suspension(du=debut, au=fin).court(le) is court
        assert MiseEnSituation(du=debut, au=fin).court(le) is court


@AUJOURDHUI
def test_sans_jour_dit_un_contrat_court_aujourd_hui():
    assert [Contrat(debut=le, fin=le).court() for _, le in JOURS] == [False, True, False]


@AUJOURDHUI
@pytest.mark.parametrize("modele", [AccesEspace, LienClient])
def test_un_secret_expire_a_son_heure(modele):
    delai = {AccesEspace: 15, LienClient: 30}[modele]
    assert modele().expire_le - timezone.now() == timedelta(days=delai)
    if modele is AccesEspace:
        instants = [MIDI + timedelta(seconds=ecart) for ecart in (-1, 0, 1)]
        assert [AccesEspace(expire_le=le).est_valable for le in instants] == [False, False, True]
        assert not AccesEspace(expire_le=instants[2], revoque_le=MIDI).est_valable


@AUJOURDHUI
@pytest.mark.parametrize(
    ("du", "au", "refus"),
    [
        (LE, LE, ""),
        (DEMAIN, DEMAIN, "Ces heures ne sont pas encore faites."),
        (date(2026, 2, 23), date(2026, 3, 1), ""),
        (date(2026, 1, 26), date(2026, 1, 31), "La mise en situation commence le 01/02/2026."),
        (date(2026, 1, 26), date(2026, 2, 1), ""),
    ],
)
def test_on_ne_note_d_heures_que_de_ce_qui_se_fait(du, au, refus):
    assert MiseEnSituation(du=date(2026, 2, 1)).refus_d_heures(du, au) == refus
    finie = MiseEnSituation(du=date(2026, 2, 1), au=date(2026, 2, 22))
    hors = "La mise en situation a fini le 22/02/2026." if date(2026, 2, 22) < du <= LE else refus
    assert finie.refus_d_heures(du, au) == hors


def test_les_heures_du_dernier_jour_se_notent_encore():
    finie = MiseEnSituation(du=date(2026, 2, 1), au=date(2026, 2, 22))
    assert finie.refus_d_heures(date(2026, 2, 22), date(2026, 2, 28)) == ""


def test_un_fait_s_ecrit_tant_qu_il_n_est_pas_conclu():
    assert [e for e in Entretien.Etat if Entretien(etat=e).est_ouvert] == ["prevu", "en_cours"]
    assert [e for e in Bilan.Etat if Bilan(etat=e).est_ouvert] == ["prevu", "en_cours"]
    assert [e for e in Engagement.Etat if Engagement(etat=e).est_modifiable] == ["projet", "en_cours"]


def test_un_compte_rendu_rend_ses_textes_section_par_section():
    noms = ("situation", "experience", "attentes", "points_d_appui", "besoins", "synthese")
    sections = {nom: f"Dit de {nom}" for nom in noms}
    assert Entretien(lieu="Bureau 3", **sections).textes == sections
    evalue = ObjectifEvalue(objectif=OBJECTIF, resultat="atteint", commentaire="En deux mois")
    assert evalue.textes == {"resultat-7": "atteint", "commentaire-7": "En deux mois"}


SANS, AVEC = "Un CDI n’a pas de dernier jour prévu", "Ce contrat a un dernier jour"


@pytest.mark.parametrize(
    ("nature", "fin", "refus"),
    [("cdi", LE, SANS), ("cdi_inclusion", LE, SANS), ("cddi", None, AVEC), ("cdi", None, ""), ("cddi", LE, ""), (None, LE, "")],
)
def test_seul_un_contrat_sans_terme_n_a_pas_de_dernier_jour(nature, fin, refus):
    contrat = Contrat(nature=nature and Terme(pk=1, code=nature), fin_prevue=fin)
    if not refus:
        contrat.clean()
        return
    with pytest.raises(ValidationError, match=refus) as dit:
        contrat.clean()
    assert [*dit.value.message_dict] == ["fin_prevue"]


def test_sans_nature_un_contrat_ne_se_juge_pas_encore():
    Contrat(fin_prevue=None).clean()
    Contrat(fin_prevue=LE).clean()


@pytest.mark.parametrize(
    ("fin", "rompu", "suivi", "attendu"),
    [(LE, None, False, True), (None, None, False, False), (LE, LE, False, False), (LE, None, True, False)],
)
def test_se_renouvelle_ce_qui_va_a_son_terme_et_que_rien_ne_continue(fin, rompu, suivi, attendu):
    contrat = Contrat(debut=LE, fin=fin, rompu_le=rompu)
    if suivi:
        contrat.renouvellement = Contrat(renouvelle=contrat)
    assert contrat.se_renouvelle is attendu


def test_un_contrat_renouvele_commence_le_lendemain_et_dure_autant():
    qui = Personne(pk=1)
    contrat = Contrat(personne=qui, nature=QUOI, debut=date(2026, 1, 5), fin=LE, heures_hebdo=Decimal(26))
    lu = contrat.renouvele()
    assert (lu.pk, lu.personne, lu.nature, lu.debut, lu.fin_prevue) == (None, qui, QUOI, DEMAIN, date(2026, 5, 4))
    assert (lu.heures_hebdo, lu.renouvelle) == (Decimal(26), contrat)
    assert PassIAE.fin_ordinaire(DEMAIN) == date(2028, 3, 4)


def test_une_sortie_a_la_categorie_de_son_motif_et_une_inconnue_est_une_autre_sortie():
    ecrites = ("Emploi durable", "Sorties positives", "Retrait des sorties constatées", "", "On ne sait quoi")
    lues = [Sortie(motif=Terme(categorie=categorie)).categorie for categorie in ecrites]
    assert lues == ["Emploi durable", "Sorties positives", "Retrait des sorties constatées", "Autres sorties", "Autres sorties"]
    visite = VisiteJobcoach(jobcoach=faits.Jobcoach(personne_id=9))
    assert (visite.personne_id, Personne(pk=9).personne_id) == (9, 9)


@AUJOURDHUI
def test_un_export_s_ecrit_une_heure_au_plus():
    instants = [MIDI - timedelta(hours=1, seconds=s) for s in (-1, 0, 1)]
    assert [Exportation(cree_le=le).en_route for le in instants] == [True, True, False]
    assert not Exportation(etat="pret").en_route and not Exportation(etat="echec").en_route


def test_un_import_dit_ou_il_en_est():
    assert [e for e in Importation.Etat if Importation(etat=e).en_route] == ["en_analyse", "en_cours"]
    avances = [(0, 0), (3, 0), (0, 8), (1, 3), (2, 3), (8, 8), (9, 8)]
    assert [Importation(traitees=n, total=sur).pourcentage for n, sur in avances] == [0, 0, 0, 33, 66, 100, 100]
    assert [Importation(sorte=sorte).quoi for sorte in ("personnes", "contrats")] == ["dossiers", "contrats"]
    colonnes = [{"champ": "nom"}, {"champ": ""}, {"champ": "prenom"}]
    assert Importation(colonnes=colonnes).correspondance == {0: "nom", 2: "prenom"}
    remarques = [{"gravite": gravite, "ligne": rang} for rang, gravite in enumerate(("erreur", "attention", "erreur"))]
    lu = Importation(remarques=remarques)
    assert ([r["ligne"] for r in lu.erreurs()], [r["ligne"] for r in lu.attentions()]) == ([0, 2], [1])
    for peut, offertes in ((True, ["personnes", "contrats"]), (False, ["personnes"])):
        qui = SimpleNamespace(peut=lambda droit, oui=peut: droit == Droit.CONTRATS_TENIR and oui)
        assert Importation.sortes_offertes(qui) == offertes


def test_une_phase_dit_ce_qui_se_peut():
    ouvertes = ["pre_accueil", "accueil", "pre_embauche", "parcours"]
    lues = {
        nom: [phase for phase in Personne.Phase if getattr(Personne(phase=phase), nom)]
        for nom in ("est_ouverte", "est_en_accueil", "peut_sortir", "a_un_parcours", "est_nominative")
    }
    assert lues == {
        "est_ouverte": ouvertes,
        "est_en_accueil": ouvertes[:3],
        "peut_sortir": ["parcours"],
        "a_un_parcours": ["pre_embauche", "parcours", "sortie"],
        "est_nominative": [*Personne.Phase],
    }
    anonyme = Personne(phase="parcours", anonymisee_le=LE)
    assert (anonyme.est_ouverte, anonyme.est_nominative) == (False, False)


def test_le_chemin_va_jusqu_a_la_sortie_ou_s_arrete_a_la_suite_donnee():
    entier = ["pre_accueil", "accueil", "pre_embauche", "parcours", "sortie"]
    lus = {str(phase): Personne(phase=phase).chemin for phase in Personne.Phase}
    closes = {phase: ["pre_accueil", phase] for phase in ("reorientee", "sans_suite")}
    assert lus == dict.fromkeys(entier, entier) | closes
    assert Personne(phase="sortie", anonymisee_le=LE).chemin == entier
    assert Personne(phase="accueil", anonymisee_le=LE).chemin == ["pre_accueil", "accueil"]


@AUJOURDHUI
def test_l_age_change_le_jour_de_l_anniversaire():
    assert [Personne(date_naissance=date(2000, 3, jour)).age() for jour in (4, 5, 6)] == [26, 26, 25]
    assert Personne(date_naissance=date(2000, 3, 5)).age(date(2020, 3, 4)) == 19
    assert Personne().age() is None


def test_les_delais_d_accueil_se_comptent_de_la_demande():
    lue = Personne()
    lue.contact_le, lue.echeance_annoncee, lue.accueillie_le = LE, date(2026, 3, 15), date(2026, 3, 12)
    assert (lue.delai_annonce, lue.delai_reel) == (10, 7)


@pytest.mark.parametrize(("peut", "referent", "montre"), [(True, 1, True), (True, 2, True), (False, 2, True), (False, 1, False)])
def test_les_traces_d_un_dossier_se_montrent_a_la_direction_et_a_qui_le_suit(peut, referent, montre):
    qui = SimpleNamespace(peut=lambda droit: droit == Droit.TRACES_LIRE and peut, compte_id=2)
    assert Personne(referent_id=referent).montre_ses_traces_a(qui) is montre


@AUJOURDHUI
@pytest.mark.parametrize(
    ("echeance", "prevu", "attendue"),
    [
        (None, LE - timedelta(days=1), LE - timedelta(days=1)),
        (None, LE, None),
        (None, DEMAIN, None),
        (date(2026, 1, 1), LE - timedelta(days=1), date(2026, 1, 1)),
        (None, None, None),
    ],
)
def test_un_jour_passe_reste_l_echeance_d_un_bilan_que_l_on_deplace(echeance, prevu, attendue):
    bilan = Bilan(le=prevu, echeance=echeance)
    bilan.attendre(date(2026, 3, 20))
    assert (bilan.le, bilan.echeance) == (date(2026, 3, 20), attendue)
    deja = Bilan(le=date(2026, 3, 1))
    deja.attendre(date(2026, 3, 1))
    assert (deja.le, deja.echeance) == (date(2026, 3, 1), None), "dire le même jour ne déplace rien"


@AUJOURDHUI
@pytest.mark.parametrize(
    ("fait", "attendu"),
    [
        (faits.ActionAssociee(etat="excusee"), LE),
        (faits.ActionAssociee(etat="excusee", annule_le=date(2026, 1, 1)), date(2026, 1, 1)),
        (faits.ActionAssociee(etat="prevue", annule_le=date(2026, 1, 1)), None),
        (faits.ActionAssociee(etat="absente"), None),
        (faits.Information(presence="excusee"), LE),
        (faits.Entretien(etat="annule"), LE),
        (faits.Entretien(etat="absent"), None),
    ],
)
def test_un_rendez_vous_garde_le_jour_ou_il_quitte_l_agenda_sans_avoir_eu_lieu(fait, attendu):
    fait.dater_l_annulation()
    assert fait.annule_le == attendu


def test_il_manque_a_un_engagement_ce_qui_n_y_est_pas_ecrit():
    def moyen(qui: str, **dit) -> faits.Moyen:
        return faits.Moyen(**{"qui": qui, "echeance": LE, "evaluation": "On en parle"} | dit)

    complet = [moyen("structure"), moyen("personne")]
    engagement = Engagement(bilan_le=LE)
    assert engagement.manques_de_forme([OBJECTIF], complet) == ([], [])
    du_texte = {"un objectif": ([], complet), "ce que fera la structure": ([OBJECTIF], complet[1:])}
    assert {quoi: engagement.manques_de_forme(*saisie) for quoi, saisie in du_texte.items()} == {
        quoi: ([quoi], []) for quoi in du_texte
    }
    cas = {
        "ce que fera la personne": ([OBJECTIF], complet[:1]),
        "une date pour chaque moyen": ([OBJECTIF], [*complet, moyen("client", echeance=None)]),
        "comment on saura, pour chaque moyen": ([OBJECTIF], [*complet, moyen("partenaire", evaluation="")]),
    }
    assert {quoi: engagement.manques_de_forme(*saisie) for quoi, saisie in cas.items()} == {quoi: ([], [quoi]) for quoi in cas}
    assert Engagement().manques_de_forme([OBJECTIF], complet) == ([], ["la date du prochain bilan"])


def test_une_date_est_une_echeance_celle_de_chaque_moyen_ou_celle_du_bilan():
    def manque(*echeances, bilan_le=None) -> bool:
        moyens = [faits.Moyen(qui="structure", echeance=echeance, evaluation="On en parle") for echeance in echeances]
        dit = Engagement(bilan_le=bilan_le).manques_de_forme([OBJECTIF], moyens)
        return "une date pour chaque moyen, ou celle du bilan" in dit.texte

    assert [manque(LE), manque(LE, None), manque(), manque(None, bilan_le=LE)] == [False, True, True, False]
