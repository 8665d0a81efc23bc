"""Ce que rend chaque lecture de l'accueil : le jour même, la veille, le lendemain, et ce que l'on en savait (ACC-1 à ACC-6)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from cedre.conftest import terme
from cedre.observatoire.models import Terme
from cedre.parcours.models import (
    ActionAssociee,
    Contact,
    Contrat,
    Engagement,
    Entretien,
    Evaluation,
    EvaluationProfessionnelle,
    Formalisation,
    Information,
    InformationCollective,
    Personne,
    Remise,
    Seance,
    Suite,
)
from cedre.parcours.tests.monde import noms, peupler
from cedre.structures.models import Grille, Offre

LE = date(2026, 6, 15)
HIER = date(2026, 6, 14)
VEILLE, PREMIER = date(2025, 6, 15), date(2025, 6, 16)  # la veille des douze mois, et leur premier jour
ANONYME = {"anonymisee_le": date(2026, 7, 1)}


def j(jours: int) -> date:
    """Le jour lu, et quelques jours."""
    return LE + timedelta(days=jours)


def recue(le: date, etat: str = "realise") -> Entretien:
    """Un entretien d'accueil, qui a eu lieu."""
    return Entretien(le=le, etat=etat, issue="autre_rencontre")


def suite(nature: str, le: date, monde) -> Suite:
    """Une suite donnée, avec son motif."""
    motif = None if nature == "inscription" else Terme.objects.de(f"motif_{nature}").first()
    return Suite(nature=nature, le=le, motif=motif, partenaire=monde.partenaire if nature == "reorientation" else None)


def test_les_demandes_d_une_annee_vont_du_lendemain_du_meme_jour_de_l_an_passe_a_ce_jour(ici):
    jours = {"avant": VEILLE, "premier": PREMIER, "dernier": LE, "apres": j(1)}
    peupler(ici, {nom: [Contact(le=le)] for nom, le in jours.items()} | {"anonyme": [Contact(le=LE), ANONYME]})
    assert noms(Contact.objects.de_l_annee(LE)) == ["dernier", "premier"]


def test_un_delai_de_zero_jour_est_un_delai_annonce(ici):
    peupler(ici, {str(delai): [Contact(le=LE, delai_annonce=delai)] for delai in (None, 0, 5)})
    assert noms(Contact.objects.avec_delai_annonce()) == ["0", "5"]


@pytest.mark.parametrize(
    "rencontre", [recue, lambda le, etat="presente": Information(le=le, presence=etat)], ids=["entretien", "information"]
)
def test_attend_la_derniere_demande_que_rien_n_a_suivie(ici, rencontre):
    manquee = "absent" if rencontre is recue else "absente"
    dossiers = {
        "seule": [Contact(le=LE)],
        "demain": [Contact(le=j(1))],
        "deux": [Contact(le=j(-5), demande="un"), Contact(le=j(-3), demande="deux")],
        "à rebours": [Contact(le=j(-3), demande="un"), Contact(le=j(-5), demande="deux")],
        "même jour": [Contact(le=j(-3), demande="un"), Contact(le=j(-3), demande="deux")],
        "et demain": [Contact(le=j(-3), demande="un"), Contact(le=j(1), demande="deux")],
        "et ce jour": [Contact(le=j(-3), demande="un"), Contact(le=LE, demande="deux")],
        "reçue avant": [Contact(le=j(-3)), rencontre(j(-4))],
        "reçue ce jour-là": [Contact(le=j(-3)), rencontre(j(-3))],
        "reçue aujourd'hui": [Contact(le=j(-3)), rencontre(LE)],
        "reçue demain": [Contact(le=j(-3)), rencontre(j(1))],
        "pas venue": [Contact(le=j(-3)), rencontre(j(-2), manquee)],
        "revenue": [Contact(le=j(-9), demande="un"), rencontre(j(-8)), Contact(le=j(-3), demande="deux")],
    }
    peupler(ici, dossiers)
    attendent = Contact.objects.en_attente(LE).filter(personne__nom__in=dossiers).values_list("personne__nom", "demande")
    assert dict(attendent) == {
        "seule": "",
        "deux": "deux",
        "à rebours": "un",
        "même jour": "deux",
        "et demain": "un",
        "et ce jour": "deux",
        "reçue avant": "",
        "reçue demain": "",
        "pas venue": "",
        "revenue": "deux",
    }


def test_une_echeance_est_passee_le_lendemain_et_pour_un_an_sauf_si_l_on_a_repondu_avant_elle(ici):
    def demande(echeance: date = HIER, delai: int = 10) -> Contact:
        return Contact(le=echeance - timedelta(days=delai), delai_annonce=delai)

    echues = {"hier": demande(), "premier": demande(PREMIER), "le jour même": demande(HIER, 0)}
    dossiers = {nom: [contact] for nom, contact in echues.items()}
    dossiers |= {"aujourd'hui": [demande(LE)], "avant": [demande(VEILLE)], "sans délai": [Contact(le=j(-20))]}
    dossiers["anonyme"] = [demande(), ANONYME]
    for nature in ("reorientation", "sans_suite"):
        for jours in (-12, -11, -5, -1, 0):
            dossiers[f"{nature} {jours}"] = [demande(), suite(nature, j(jours), ici)]
    dossiers["inscription"] = [demande(), suite("inscription", j(-5), ici)]
    peupler(ici, dossiers)
    repondues = [f"{nature} {jours}" for nature in ("reorientation", "sans_suite") for jours in (-12, 0)]
    assert noms(Contact.objects.echus(LE)) == sorted([*echues, *repondues, "inscription"])


def test_est_accueillie_a_temps_qui_l_est_du_jour_de_sa_demande_a_celui_de_son_echeance(ici):
    demande = {"le": j(-20), "delai_annonce": 10}
    dossiers = {f"E{jours}": [Contact(**demande), recue(j(jours))] for jours in (-21, -20, -10, -9)}
    dossiers |= {f"I{jours}": [Contact(**demande), Information(le=j(jours))] for jours in (-21, -20, -10, -9)}
    dossiers["absent"] = [Contact(**demande), recue(j(-15), "absent")]
    dossiers["absente"] = [Contact(**demande), Information(le=j(-15), presence="absente")]
    dossiers["jamais"] = [Contact(**demande)]
    peupler(ici, dossiers)
    assert noms(Contact.objects.accueillis_a_temps()) == ["E-10", "E-20", "I-10", "I-20"]


PREVUS = {Entretien: ("prevu", "annule"), Information: ("prevue", "excusee"), ActionAssociee: ("prevue", "excusee")}
TENUS = {Entretien: ("realise", "absent"), Information: ("presente", "absente"), ActionAssociee: ("faite", "absente")}


@pytest.mark.parametrize("modele", PREVUS)
def test_l_agenda_d_un_jour_dit_ce_que_l_on_y_attendait_ce_soir_la(ici, modele):
    (prevu, annule), (tenu, manque) = PREVUS[modele], TENUS[modele]
    siens = {"offre": Offre.objects.create(organisation=ici.organisation, intitule="CV")} if modele is ActionAssociee else {}
    siens |= {"issue": "autre_rencontre"} if modele is Entretien else {}
    cas = {
        "aujourd'hui": (LE, LE, prevu, None),
        "hier": (j(-1), j(-9), prevu, None),
        "posé demain": (j(3), j(1), prevu, None),
        "posé on ne sait quand": (j(3), None, prevu, None),
        "annulé demain": (j(3), j(-9), annule, j(1)),
        "annulé ce jour": (j(3), j(-9), annule, LE),
        "annulé on ne sait quand": (j(3), j(-9), annule, None),
        "annulé demain, posé demain": (j(3), j(1), annule, j(1)),
        "tenu ce jour": (LE, j(-9), tenu, None),
        "tenu demain": (j(1), j(-9), tenu, None),
        "manqué ce jour": (LE, j(-9), manque, None),
        "manqué demain": (j(1), j(-9), manque, None),
    }
    dossiers = {}
    for nom, (le, pose_le, etat, annule_le) in cas.items():
        dossiers[nom] = [modele(le=le, pose_le=pose_le, annule_le=annule_le, **{modele.ETAT: etat}, **siens)]
    peupler(ici, dossiers)
    attendus = ["annulé demain", "aujourd'hui", "manqué demain", "posé on ne sait quand", "tenu demain"]
    assert noms(modele.objects.a_l_agenda(LE)) == sorted(attendus)
    modele.objects.filter(personne__nom="aujourd'hui").annuler(LE)
    annules = modele.objects.filter(annule_le=LE).values_list("personne__nom", modele.ETAT)
    assert sorted(annules) == [("annulé ce jour", annule), ("aujourd'hui", annule)]


def test_un_entretien_est_a_tenir_tant_qu_il_n_est_ni_tenu_ni_manque_ni_annule(ici):
    peupler(ici, {str(etat): [recue(LE, etat)] for etat in Entretien.Etat})
    assert noms(Entretien.objects.prevus()) == ["en_cours", "prevu"]


def test_une_action_s_attend_si_sa_seance_n_est_pas_annulee_et_ses_heures_s_additionnent(ici):
    offre = Offre.objects.create(organisation=ici.organisation, intitule="CV")
    tenue, annulee = (
        Seance.objects.create(organisation=ici.organisation, offre=offre, le=LE, heure=time(9), annulee=annulee)
        for annulee in (False, True)
    )
    dossiers = {}
    for nom, seance in (("seule", None), ("tenue", tenue), ("annulée", annulee)):
        for etat in ("prevue", "faite", "absente"):
            dossiers[f"{nom} {etat}"] = [ActionAssociee(offre=offre, seance=seance, le=LE, etat=etat, heures=2)]
    peupler(ici, dossiers)
    assert noms(ActionAssociee.objects.attendues()) == ["seule prevue", "tenue prevue"]
    assert noms(ActionAssociee.objects.faites()) == ["annulée faite", "seule faite", "tenue faite"]
    assert ActionAssociee.objects.faites().heures() == 6
    rien = ActionAssociee.objects.none().heures()
    assert (rien, ActionAssociee.objects.filter(pk=None).heures()) == (0, 0)
    assert [*tenue.notees("faite")] == [*tenue.actions.filter(etat="faite")] and tenue.inscriptions.count() == 3


@time_machine.travel("2026-06-15 12:00:00+02:00", tick=False)
@pytest.mark.parametrize("modele", [Seance, InformationCollective])
def test_une_seance_s_annonce_jusqu_a_son_jour_la_plus_proche_d_abord_et_compte_ses_places(ici, modele):
    Information.objects.all().delete()
    InformationCollective.objects.all().delete()
    offre = Offre.objects.create(organisation=ici.organisation, intitule="CV")
    siens = {"organisation": ici.organisation} | ({"offre": offre} if modele is Seance else {"lieu": "Salle"})
    jours = {"hier": (-1, 9), "demain": (1, 9), "soir": (0, 18), "matin": (0, 9), "matin bis": (0, 9), "annulée": (2, 9)}
    lignes = {
        nom: modele.objects.create(le=j(jour), heure=time(heure), annulee=nom == "annulée", **siens)
        for nom, (jour, heure) in jours.items()
    }
    annoncees = [lignes[nom] for nom in ("matin", "matin bis", "soir", "demain", "annulée")]
    assert [*modele.objects.annoncees()] == annoncees
    assert [*modele.objects.a_venir()] == annoncees[:-1]
    etats = {"A": "prevue", "B": "excusee", "C": "absente", "D": modele.VENUE, "E": modele.VENUE}
    seance = lignes["matin"]
    champs = {"offre": offre, "seance": seance} if modele is Seance else {"collective": seance}
    inscrite = ActionAssociee if modele is Seance else Information
    peupler(ici, {nom: [inscrite(le=LE, **{modele.ETAT: etat}, **champs)] for nom, etat in etats.items()})
    lue = modele.objects.avec_places().get(pk=seance.pk)
    assert (lue.inscrites, lue.attendues, lue.presentes, lue.places) == (4, 1, 2, lue.capacite - 4)


def test_qui_est_salariee_en_insertion_l_est_par_un_contrat_d_insertion_qui_court(ici):
    codes = ("cddi", "cddu", "mission", "cdi_inclusion", "cdi", "cdd", "apprentissage")
    natures = {t.code: t for t in Terme.objects.de("nature_contrat") if t.code in codes}
    dossiers = {code: [Contrat(nature=nature, debut=j(-9), fin_prevue=None)] for code, nature in natures.items()}
    for nom, (debut, fin) in {"fini": (-9, -1), "dernier": (-9, 0), "premier": (0, 9), "à venir": (1, 9)}.items():
        dossiers[nom] = [Contrat(nature=natures["cddi"], debut=j(debut), fin_prevue=j(fin))]
    dossiers["anonyme"] = [Contrat(nature=natures["cddi"], debut=j(-9)), ANONYME]
    peupler(ici, dossiers)
    d_insertion = sorted({*natures} - {"cdi", "cdd", "apprentissage"} | {"dernier", "premier"})
    assert noms(Personne.objects.salariees_en_insertion(LE), "nom") == d_insertion
    en_cours = sorted({*dossiers} - {"fini", "à venir"})
    assert noms(Personne.objects.salariees(LE), "nom") == en_cours
    assert noms(Personne.objects.nominatives(), "nom") == sorted({*dossiers} - {"anonyme"})
    assert noms(Contrat.objects.apres(LE)) == sorted({*dossiers} - {"fini", "dernier"})


def test_est_engagee_qui_a_un_engagement_formalise_qui_court_et_son_texte_lui_est_remis(ici):
    quoi = terme("type_engagement", "decouverte")

    def engagement(*, etat="en_cours", debut=-9, clos=None, du=-9, au=None, remis=None) -> list:
        clos_le = None if clos is None else j(clos)
        ligne = Engagement(type_engagement=quoi, etat=etat, debut=j(debut), clos_le=clos_le)
        faits = [ligne] if du is None else [ligne, Formalisation(engagement=ligne, du=j(du), au=None if au is None else j(au))]
        return faits if remis is None else [*faits, Remise(engagement=ligne, le=j(remis), contenu={})]

    cas = {
        "court": {},
        "commence": {"debut": 0, "du": 0},
        "demain": {"debut": 1},
        "clos demain": {"etat": "clos", "clos": 1},
        "clos ce jour": {"etat": "clos", "clos": 0},
        "projet": {"etat": "projet"},
        "pas écrit": {"du": None},
        "écrit demain": {"du": 1},
        "défait demain": {"au": 1},
        "défait ce jour": {"au": 0},
        "remis": {"remis": 0},
        "remis demain": {"remis": 1},
        "remis pas écrit": {"remis": 0, "du": None},
        "remis projet": {"remis": 0, "etat": "projet"},
    }
    peupler(ici, {nom: engagement(**dit) for nom, dit in cas.items()})
    engagees = sorted(["court", "commence", "clos demain", "défait demain", "remis", "remis demain"])
    assert noms(Personne.objects.engagees(LE), "nom") == engagees
    assert noms(Personne.objects.engagees_par_un_texte_remis(LE), "nom") == ["remis"]
    remises = [nom for nom in cas if nom.startswith("remis") and nom != "remis demain"]
    assert noms(Engagement.objects.remis(LE)) == sorted(remises)
    assert noms(Engagement.objects.jamais_remis(LE)) == sorted({*cas} - {*remises})


def test_est_recue_dans_l_annee_qu_un_entretien_ou_une_information_a_reunie(ici):
    dossiers = {}
    for quand, le in {"avant": VEILLE, "premier": PREMIER, "dernier": LE, "apres": j(1)}.items():
        dossiers |= {f"E {quand}": [recue(le)], f"I {quand}": [Information(le=le)]}
    dossiers |= {"absent": [recue(LE, "absent")], "absente": [Information(le=LE, presence="absente")], "rien": []}
    dossiers["anonyme"] = [recue(LE), ANONYME]
    peupler(ici, dossiers)
    assert noms(Personne.objects.recues_dans_l_annee(LE), "nom") == ["E dernier", "E premier", "I dernier", "I premier"]


def test_l_offre_presentee_l_est_a_partir_de_ce_jour(ici):
    dossiers = {f"{jour} {dite}": [Information(le=j(jour), offre_presentee=dite)] for jour in (-900, 0, 1) for dite in (0, 1)}
    peupler(ici, dossiers)
    assert noms(Personne.objects.informees_de_l_offre(LE), "nom") == ["-900 1", "0 1"]


def test_une_inscription_compte_un_an_et_le_statut_se_dit_avant_le_contrat_qui_la_suit(ici):
    def inscrite(le: date = date(2026, 3, 7)) -> Suite:
        return suite("inscription", le, ici)

    def contrat(jours: int) -> Contrat:
        return Contrat(nature=terme("nature_contrat", "cddi"), debut=j(jours), fin_prevue=j(900))

    def dit(jours: int, explique: bool = True) -> Information:
        return Information(le=j(jours), statut_explique=explique)

    a_temps = {
        "premier": [inscrite(PREMIER), dit(-3)],
        "dernier": [inscrite(LE), dit(0)],
        "bien avant": [inscrite(), dit(-700)],
        "ce jour": [inscrite(), dit(0)],
        "le jour du contrat": [inscrite(), contrat(-50), dit(-50)],
        "déjà salariée avant": [contrat(-101), inscrite(), dit(-50)],
        "redit": [inscrite(), dit(-60), contrat(-50), dit(-40)],
    }
    trop_tard = {
        "demain": [inscrite(), dit(1)],
        "pas dit": [inscrite(), dit(0, False)],
        "après le contrat": [inscrite(), contrat(-50), dit(-49)],
        "après le contrat du jour": [inscrite(), contrat(-100), dit(-99)],
        "rien": [inscrite()],
    }
    hors = {
        "avant": [inscrite(VEILLE), dit(-3)],
        "inscrite demain": [inscrite(j(1)), dit(-3)],
        "sans suite": [suite("sans_suite", j(-100), ici), dit(-3)],
    }
    peupler(ici, a_temps | trop_tard | hors | {"anonyme": [inscrite(), dit(-3), ANONYME]})
    assert noms(Personne.objects.inscrites_dans_l_annee(LE), "nom") == sorted([*a_temps, *trop_tard])
    assert noms(Personne.objects.nominatives().informees_du_statut(LE), "nom") == sorted(a_temps)


def test_une_evaluation_vaut_validee_et_sur_la_derniere_grille_publiee_a_sa_date(ici, ailleurs):
    Grille.objects.create(organisation=ailleurs.organisation, version=9, publiee_le=date(2020, 1, 1))
    neuve = Grille.objects.create(organisation=ici.organisation, version=2, publiee_le=j(-30))
    Grille.objects.create(organisation=ici.organisation, version=3)

    def evaluation(le: int, grille, validee: int | None = 0) -> Evaluation:
        validee_le = None if validee is None else datetime(2026, 6, 15 + validee, 12, tzinfo=UTC)
        return Evaluation(grille=grille, le=j(le), validee_le=validee_le)

    ancienne = ici.grille
    cas = {
        "veille": (-31, ancienne),
        "veille, pas encore": (-31, neuve),
        "jour": (-30, neuve),
        "jour, l'ancienne": (-30, ancienne),
        "ce jour": (0, neuve),
        "demain": (1, neuve),
        "validée demain": (-3, neuve, 1),
        "pas validée": (-3, neuve, None),
    }
    peupler(ici, {nom: [evaluation(*dit)] for nom, dit in cas.items()})
    assert noms(Personne.objects.evaluees_avec_la_grille(LE), "nom") == ["ce jour", "jour", "veille"]
    validees = sorted({*cas} - {"pas validée"})
    assert noms(Evaluation.objects.validees()) == validees
    assert noms(Evaluation.objects.validees_au(LE)) == sorted({*validees} - {"demain", "validée demain"})


def test_jusqu_a_une_evaluation_viennent_celles_d_avant_et_du_meme_jour_elle_comprise(ici):
    faites = [Evaluation(grille=ici.grille, le=j(jours)) for jours in (0, -1, 0, 1, 0)]
    peupler(ici, {"Lue": faites})
    siennes = Evaluation.objects.filter(personne__nom="Lue")
    assert {*siennes.jusqu_a(faites[2])} == {faites[0], faites[1], faites[2]}


def test_une_capacite_evaluee_sur_un_poste_l_est_a_partir_de_ce_jour(ici):
    poste = {"fiche_de_poste": ici.fiche_de_poste, "conclusion": "prete"}
    peupler(ici, {str(jour): [EvaluationProfessionnelle(le=j(jour), **poste)] for jour in (-900, 0, 1)} | {"rien": []})
    assert noms(Personne.objects.evaluees_sur_un_poste(LE), "nom") == ["-900", "0"]
