"""Chaque condition d'un manque a un sujet qu'elle seule exclut, chaque borne son jour même, la veille et le lendemain (ACC-6)."""

from dataclasses import replace

import pytest

from cedre.core.indicateurs import tous
from cedre.core.manques import batir
from cedre.parcours.indicateurs.suivi import DEPUIS
from cedre.parcours.indicateurs.suivi_du_parcours import AU_TRAVAIL, OBJECTIF
from cedre.parcours.models import Personne, Phase
from cedre.parcours.models.phase import PHASES_OUVERTES
from cedre.parcours.tests.exemples import LE, jouer_les_sujets

RIEN, MANQUE, BIEN = (0, 0), (1, 0), (1, 1)
RECU = {"etat": "realise", "issue": "autre_rencontre"}
TENU = {"etat": "clos", "suite": "sortie", "suite_le": 0}
PRESENT = AU_TRAVAIL["contrats"][0]
PRESENTE = {"presence": "presente", "offre_presentee": True}
CV = {"offre": {"intitule": "CV"}}
EVALUEE = {"trajectoire": "instable"}
JOINTE = {"telephone": "01 99 00 00 01"}


def lire(monde, code: str, sujets: list[dict]) -> list[tuple]:
    """De chaque sujet, combien de ses lignes sont comptées, et combien satisfont."""
    indicateur = tous()[code]
    racines = jouer_les_sujets(replace(indicateur, exemple=indicateur.exemple._replace(sujets=(*sujets,))), monde)
    faits = [*indicateur.faits(LE)]
    return [tuple(indicateur.agreger(fait for fait in faits if fait.sujet == racine.pk)) for racine in racines]


def _engagee(debut=-100, *, objectifs=OBJECTIF, bilans=(), **dit) -> dict:
    bilans = [{"cree_le": -100} | bilan for bilan in bilans]
    return {"etat": "en_cours", "debut": debut, "objectifs": objectifs, "bilans": bilans} | dit


def _engagements(*engagements: dict, contrats=(PRESENT,)) -> dict:
    return DEPUIS | {"phase": "parcours", "contrats": [*contrats], "engagements": [*engagements]}


def _suivi(du=-60, echeance=30, **dit) -> dict:
    return AU_TRAVAIL | {"suivis_a_minima": [{"objectif": "Passer le permis", "du": du, "echeance": echeance} | dit]}


def _bilans(*bilans: dict) -> dict:
    return _engagements(_engagee(bilans=bilans))


def _contrats(*contrats: dict, **faits) -> dict:
    return DEPUIS | {"phase": "parcours", "contrats": [*contrats]} | faits


def _pass(*passes: dict) -> dict:
    return AU_TRAVAIL | {"pass_iae": [{"debut": -600, "fin": 100} | dit for dit in passes]}


def _heures(*heures: tuple[int, float], **contrat) -> dict:
    faites = [{"le": le, "heures": nombre} for le, nombre in heures]
    return _contrats(PRESENT | contrat, mises_en_situation=[{"du": -500, "atelier": "Jardin", "heures": faites}])


def _attend(*contacts: dict, phase="accueil", **faits) -> dict:
    return DEPUIS | {"phase": phase, "contacts": [{"le": -30, "delai_annonce": 5} | dit for dit in contacts]} | faits


def _sortie(*contrats: dict, le=-100, **suivi) -> dict:
    suivis = [{"mois": 3, "prevu_le": -10} | suivi]
    return DEPUIS | {"phase": "sortie", "sorties": [{"le": le, "suivis": suivis}], "contrats": [*contrats]}


def _suivie(**suivi) -> dict:
    return DEPUIS | {"phase": "accueil", "suivis": [{"compte": "cip", "du": -10} | suivi]}


def _joignable(*anciennes: dict, **dit) -> dict:
    return DEPUIS | {"phase": "accueil", "anciennes_situations": [*anciennes]} | dit


CONTRATS = [
    ([{"debut": 0, "fin_prevue": 0}], True),
    ([{"debut": 1, "fin_prevue": 90}], False),
    ([{"debut": -90, "fin_prevue": -1}], False),
    ([{"debut": -90}], True),
    ([{"debut": -90, "fin_prevue": -10}, {"debut": 10, "fin_prevue": 90, "note_le": -1}], False),
    ([PRESENT | {"suspensions": [{"du": -9}]}], True),
    ([], False),
]
SORTIES = [(-200, True), (-199, False), (0, False), (1, True)]
DE_SALARIEES = {
    "suivi_sans_objectif": {},
    "suivi_sans_echeance": {"engagements": [_engagee()]},
    "suivi_controle_depasse": {"suivis_a_minima": [{"objectif": "Passer le permis", "du": -60, "echeance": 30}]},
    "suivi_fin_pass": {"pass_iae": [{"debut": -600, "fin": 100}]},
    "suivi_fin_contrat": {},
    "suivi_sans_contact": {},
}


@pytest.mark.parametrize("code", DE_SALARIEES)
def test_est_salariee_qui_est_sous_contrat_ce_jour_la_sans_etre_sortie_depuis(ici, code):
    autour, faits = (
        ([{"debut": -90, "fin_prevue": -10}, {"debut": 10, "fin_prevue": 90, "note_le": -1}], False),
        DE_SALARIEES[code],
    )
    sujets = [(_contrats(*contrats, **faits), compte) for contrats, compte in (*CONTRATS, autour)]
    sujets += [(_contrats(PRESENT, sorties=[{"le": le}], **faits), compte) for le, compte in SORTIES]
    lus = lire(ici, code, [sujet for sujet, _ in sujets])
    assert [total for total, _ in lus] == [int(compte) for _, compte in sujets]


RENCONTRES = {
    "échange": lambda le: {"echanges": [{"le": le, "texte": "Appel"}]},
    "contact": lambda le: {"contacts": [{"le": le}]},
    "entretien": lambda le: {"entretiens": [RECU | {"le": le}]},
    "information": lambda le: {"informations": [PRESENTE | {"le": le}]},
    "évaluation": lambda le: {"evaluations": [EVALUEE | {"le": le, "validee_le": min(le, 0)}]},
    "bilan": lambda le: {"engagements": [_engagee(bilans=[TENU | {"le": le, "clos_le": 9}])]},
    "action": lambda le: {"actions": [CV | {"le": le, "etat": "faite"}]},
    "visite": lambda le: {"jobcoachs": [{"employeur": "X", "du": -90, "au": 90, "visites": [{"le": le}]}]},
    "contrat": lambda le: {"contrats": [PRESENT, {"debut": le, "fin_prevue": 90}]},
}
SANS_SE_PARLER = [
    {"entretiens": [{"le": -5, "etat": "absent"}]},
    {"informations": [{"le": -5, "presence": "absente"}]},
    {"evaluations": [EVALUEE | {"le": -5}]},
    {"evaluations": [EVALUEE | {"le": -5, "validee_le": 1}]},
    {"engagements": [_engagee(bilans=[{"le": -5, "etat": "absent"}])]},
    {"engagements": [_engagee(bilans=[{"le": -5, "etat": "en_cours"}])]},
    {"actions": [CV | {"le": -5, "etat": "absente"}]},
    {"jobcoachs": [{"employeur": "X", "du": -5, "au": 90}]},
]


def test_toute_rencontre_de_moins_de_trente_jours_compte_et_aucune_autre(ici):
    jours = {-30: MANQUE, -29: BIEN, 0: BIEN, 1: MANQUE}
    cas = [(AU_TRAVAIL | faits(le), lu) for faits in RENCONTRES.values() for le, lu in jours.items()]
    cas += [(AU_TRAVAIL | faits, MANQUE) for faits in SANS_SE_PARLER]
    assert lire(ici, "suivi_sans_contact", [sujet for sujet, _ in cas]) == [lu for _, lu in cas]


A_CES_PHASES = {
    "suivi_sans_referent": (set(PHASES_OUVERTES), {}),
    "suivi_injoignable": (set(PHASES_OUVERTES), {}),
    "suivi_sans_evaluation": ({Phase.PRE_EMBAUCHE, Phase.PARCOURS}, {}),
    "suivi_statut_inexplique": ({Phase.PRE_EMBAUCHE, Phase.PARCOURS}, {}),
    "suivi_sans_prochaine_date": ({Phase.PRE_ACCUEIL, Phase.ACCUEIL, Phase.PRE_EMBAUCHE}, {}),
    "suivi_delai_depasse": ({Phase.PRE_ACCUEIL, Phase.ACCUEIL}, {"contacts": [{"le": -30, "delai_annonce": 5}]}),
    "suivi_delai_non_annonce": ({Phase.PRE_ACCUEIL, Phase.ACCUEIL}, {"contacts": [{"le": -30}]}),
    "suivi_sortie_non_documentee": ({Phase.PARCOURS}, {"contrats": [{"debut": -300, "fin_prevue": -16}]}),
}


@pytest.mark.parametrize("code", A_CES_PHASES)
def test_la_phase_qui_compte_est_celle_de_ce_jour_la(ici, code):
    phases, faits = A_CES_PHASES[code]
    dedans, dehors = sorted(phases)[0], Phase.SANS_SUITE
    cas = [({"phase": phase, "phase_depuis": 0}, phase in phases) for phase in Phase]
    cas += [
        ({"phase": dedans, "phase_depuis": 1}, False),
        ({"phase": dehors, "phase_depuis": 1, "etapes": [{"phase": dedans, "du": 0, "au": 1}]}, True),
        ({"phase": dehors, "phase_depuis": 0, "etapes": [{"phase": dedans, "du": -9, "au": 0}]}, False),
        ({"phase": dehors, "phase_depuis": 1, "etapes": [{"phase": dehors, "du": 0, "au": 1}]}, False),
    ]
    lus = lire(ici, code, [faits | sujet for sujet, _ in cas])
    assert [total for total, _ in lus] == [int(compte) for _, compte in cas]


CAS = {
    "suivi_sans_objectif": [
        (_engagements(_engagee(0)), BIEN),
        (_engagements(_engagee(1)), MANQUE),
        (_engagements(_engagee(etat="projet")), MANQUE),
        (_engagements(_engagee(etat="clos", clos_le=0)), MANQUE),
        (_engagements(_engagee(etat="clos", clos_le=1)), BIEN),
        (_engagements(_engagee(objectifs=[OBJECTIF[0] | {"ajoute_le": 0}])), BIEN),
        (_engagements(_engagee(objectifs=[OBJECTIF[0] | {"ajoute_le": 1}])), MANQUE),
        (_engagements(_engagee(objectifs=[OBJECTIF[0] | {"retire_le": 0}])), MANQUE),
        (_engagements(_engagee(objectifs=[OBJECTIF[0] | {"retire_le": 1}])), BIEN),
        (_suivi(0), BIEN),
        (_suivi(1), MANQUE),
        (_suivi(echeance=-20), BIEN),
        (_suivi(au=0), MANQUE),
        (_suivi(au=1), BIEN),
    ],
    "suivi_controle_depasse": [
        (AU_TRAVAIL, RIEN),
        (_engagements(_engagee()), RIEN),
        (_suivi(0, 1), BIEN),
        (_suivi(1, 2), RIEN),
        (_suivi(echeance=0), MANQUE),
        (_suivi(echeance=1), BIEN),
        (_suivi(echeance=0, au=0), RIEN),
        (_suivi(echeance=0, au=1), MANQUE),
    ],
    "suivi_sans_echeance": [
        (_engagements(_engagee(0)), MANQUE),
        (_engagements(_engagee(1)), RIEN),
        (_engagements(_engagee(etat="projet")), RIEN),
        (_engagements(_engagee(etat="clos", clos_le=0)), RIEN),
        (_bilans({"le": -5}), BIEN),
        (_bilans({"le": 5, "cree_le": 0}), BIEN),
        (_bilans({"le": 5, "cree_le": 1}), MANQUE),
        (_bilans({"le": 5, "etat": "annule", "annule_le": 0}), MANQUE),
        (_bilans({"le": 5, "etat": "annule", "annule_le": 1}), BIEN),
        (_bilans({"le": 0, "etat": "absent"}), MANQUE),
        (_bilans({"le": 1, "etat": "absent"}), BIEN),
        (_bilans(TENU | {"le": -5, "clos_le": 0}), MANQUE),
        (_bilans(TENU | {"le": -5, "clos_le": 1}), BIEN),
        (_engagements(_engagee()) | {"suivis_a_minima": _suivi(0)["suivis_a_minima"]}, BIEN),
        (_engagements(_engagee()) | {"suivis_a_minima": _suivi(au=0)["suivis_a_minima"]}, MANQUE),
        (_suivi(), RIEN),
    ],
    "suivi_bilan_depasse": [
        (_bilans(), RIEN),
        (_bilans({"le": -1}, {"le": 9}), MANQUE),
        (_bilans({"le": -1, "etat": "absent"}, {"le": 9}), BIEN),
        (_bilans(TENU | {"le": -9, "clos_le": 0}), RIEN),
        (_bilans({"le": 9, "anciens_rendez_vous": [{"le": -1, "au": 1}]}), MANQUE),
        (_bilans({"le": 9, "anciens_rendez_vous": [{"le": -1, "au": 0}]}), BIEN),
        (_engagements(_engagee(bilans=[{"le": -1}]), contrats=()), MANQUE),
    ],
    "suivi_fin_pass": [
        (_pass({}), BIEN),
        (_pass(), RIEN),
        (_pass({"debut": 1, "note_le": 1}), RIEN),
        (_pass({"debut": 1, "note_le": 0}), BIEN),
        (_pass({"debut": 0, "note_le": 1}), BIEN),
        (_pass({"fin": -1}), MANQUE),
        (_pass({"fin": -1}, {"fin": 91}), BIEN),
        (_pass({"fin": 180, "anciennes_fins": [{"fin": 90, "au": 0}]}), BIEN),
    ],
    "suivi_fin_contrat": [
        (_contrats({"debut": -90, "fin_prevue": 31}), BIEN),
        (_contrats({"debut": -90, "fin_prevue": 20}, {"debut": -50}), BIEN),
        (_contrats({"debut": -90, "fin_prevue": 20}, {"debut": -50, "fin_prevue": 20}), MANQUE),
        (_contrats({"debut": -90, "fin_prevue": 20}, {"debut": 21, "note_le": 0}), BIEN),
        (_contrats({"debut": -90, "fin_prevue": 20}, {"debut": 21, "note_le": 1}), MANQUE),
    ],
    "suivi_sans_heures": [
        (_heures(debut=-28), MANQUE),
        (_heures(debut=-27), RIEN),
        (_heures(fin_prevue=0), MANQUE),
        (_heures(fin_prevue=-1), RIEN),
        (_heures(suspensions=[{"du": 0}]), RIEN),
        (_heures(suspensions=[{"du": 1}]), MANQUE),
        (_heures(suspensions=[{"du": -60, "au": 0}]), RIEN),
        (_heures(suspensions=[{"du": -60, "au": -1}]), MANQUE),
        (_heures() | {"sorties": [{"le": -200}]}, MANQUE),
        (_heures() | {"sorties": [{"le": -199}]}, RIEN),
        (_heures() | {"sorties": [{"le": 0}]}, RIEN),
        (_heures() | {"sorties": [{"le": 1}]}, MANQUE),
        (_heures((0, 7)), BIEN),
        (_heures((1, 7)), MANQUE),
        (_heures((-5, 0)), MANQUE),
        (_heures((-5, 0.25)), BIEN),
    ],
    "suivi_sortie_non_documentee": [
        (_contrats({"debut": -300, "fin_prevue": -16}, {"debut": -200, "fin_prevue": -15}), BIEN),
        (_contrats({"debut": -300, "fin_prevue": -100}, {"debut": -200, "fin_prevue": -16}), MANQUE),
        (_contrats({"debut": -300, "fin_prevue": -16}, {"debut": 1, "note_le": 1}), MANQUE),
        (_contrats({"debut": -300, "fin_prevue": -16}, {"debut": 1, "note_le": 0}), BIEN),
        (_contrats({"debut": -300, "fin_prevue": -16}, {"debut": 0, "note_le": 1}), BIEN),
        (_contrats({"debut": -300, "fin_prevue": 100, "anciennes_fins": [{"fin": -16, "au": 1}]}), MANQUE),  # prolongé demain
        (_contrats({"debut": -300, "fin_prevue": 100, "anciennes_fins": [{"fin": -16, "au": 0}]}), RIEN),
        (_contrats({"debut": -300, "fin_prevue": -16, "anciennes_fins": [{"fin": None, "au": 1}]}), RIEN),  # rompu demain
        (
            _contrats(
                {"debut": -300, "fin_prevue": -60}, {"debut": -59, "fin_prevue": 9, "anciennes_fins": [{"fin": -16, "au": 1}]}
            ),
            MANQUE,
        ),
        (
            _contrats(
                {"debut": -300, "fin_prevue": -60}, {"debut": -59, "fin_prevue": -16, "anciennes_fins": [{"fin": 9, "au": 1}]}
            ),
            BIEN,
        ),
    ],
    "suivi_engagement_non_remis": [
        (_engagements(_engagee(-7), contrats=()), MANQUE),
        (_engagements(_engagee(etat="projet")), RIEN),
        (_engagements(_engagee(etat="clos", clos_le=0)), RIEN),
        (_engagements(_engagee(etat="clos", clos_le=1)), MANQUE),
        (_engagements(_engagee(remises=[{"le": 0, "contenu": {}}]), _engagee()), MANQUE),
        (_engagements(_engagee(remises=[{"le": 0, "contenu": {}}]), _engagee(-6)), BIEN),
    ],
    "suivi_bilan_proche": [
        (_bilans(), RIEN),
        (_bilans({"le": 14}, {"le": 15}), MANQUE),
        (_bilans({"le": 5, "cree_le": 1}), RIEN),
        (_bilans({"le": 5, "etat": "annule", "annule_le": 0}, {"le": 90}), BIEN),
        (_bilans({"le": 90, "anciens_rendez_vous": [{"le": 14, "au": 1}]}), MANQUE),
        (_bilans({"le": 14, "anciens_rendez_vous": [{"le": 90, "au": 1}]}), BIEN),
        (_engagements(_engagee(bilans=[{"le": 14}]), contrats=()), MANQUE),
    ],
    "suivi_suivi_sortie": [
        (_sortie(prevu_le=0), MANQUE),
        (_sortie(prevu_le=1), RIEN),
        (_sortie(fait_le=0), BIEN),
        (_sortie(fait_le=1), MANQUE),
        (_sortie({"debut": -100, "fin_prevue": -90}), MANQUE),
        (_sortie({"debut": -99, "fin_prevue": -90}), RIEN),
        (_sortie({"debut": 0, "fin_prevue": 90}), RIEN),
        (_sortie({"debut": 1, "fin_prevue": 90}), MANQUE),
    ],
    "suivi_delai_depasse": [
        (_attend({"le": -5}), BIEN),
        (_attend({"le": -6}), MANQUE),
        (_attend({"delai_annonce": None}), RIEN),
        (_attend({"delai_annonce": 0, "le": 0}), BIEN),
        (_attend({"delai_annonce": 0, "le": 1}), RIEN),
        (_attend({}, {"delai_annonce": None, "le": -30}), RIEN),
        (_attend({}, entretiens=[RECU | {"le": -31}]), MANQUE),
        (_attend({}, entretiens=[RECU | {"le": -30}]), RIEN),
        (_attend({}, entretiens=[RECU | {"le": 0}]), RIEN),
        (_attend({}, entretiens=[RECU | {"le": 1}]), MANQUE),
        (_attend({}, entretiens=[{"le": -9, "etat": "absent"}]), MANQUE),
        (_attend({}, informations=[PRESENTE | {"le": -31}]), MANQUE),
        (_attend({}, informations=[PRESENTE | {"le": -30}]), RIEN),
        (_attend({}, informations=[PRESENTE | {"le": 0}]), RIEN),
        (_attend({}, informations=[PRESENTE | {"le": 1}]), MANQUE),
        (_attend({}, informations=[{"le": -9, "presence": "absente"}]), MANQUE),
    ],
    "suivi_delai_non_annonce": [
        (_attend({"delai_annonce": None}), MANQUE),
        (_attend({"delai_annonce": 0}), BIEN),
        (_attend({"delai_annonce": None}, {"le": -30}), BIEN),
        (_attend({}, {"le": -30, "delai_annonce": None}), MANQUE),
        (_attend({}, {"le": 1, "delai_annonce": None}), BIEN),
        (_attend({"delai_annonce": None}, entretiens=[RECU | {"le": -30}]), RIEN),
    ],
    "suivi_sans_referent": [
        (_suivie(du=0), BIEN),
        (_suivie(du=1), MANQUE),
        (_suivie(au=0), MANQUE),
        (_suivie(au=1), BIEN),
        (_suivie(compte=None), MANQUE),
    ],
    "suivi_sans_evaluation": [
        (DEPUIS | {"phase": "parcours", "evaluations": [EVALUEE | {"le": 1, "validee_le": 0}]}, MANQUE),
        (DEPUIS | {"phase": "parcours", "evaluations": [EVALUEE | {"le": -900, "validee_le": -900}]}, BIEN),
    ],
    "suivi_statut_inexplique": [
        (DEPUIS | {"phase": "parcours", "informations": [{"le": -900, "statut_explique": True}]}, BIEN),
        (DEPUIS | {"phase": "parcours", "informations": [{"le": 0, "statut_explique": True}]}, BIEN),
    ],
    "suivi_injoignable": [
        (_joignable(**JOINTE), BIEN),
        (_joignable({"joignable": True, "au": 1}), BIEN),
        (_joignable({"joignable": True, "au": 0}), MANQUE),
        (_joignable({"joignable": False, "au": 1}, **JOINTE), MANQUE),
        (_joignable({"joignable": False, "au": 0}, **JOINTE), BIEN),
    ],
}


@pytest.mark.parametrize("code", CAS)
def test_chaque_condition_d_un_manque_a_un_sujet_qu_elle_seule_exclut(ici, code):
    sujets, attendus = zip(*CAS[code], strict=True)
    assert lire(ici, code, sujets) == [*attendus]
    manquent = Personne.objects.filter(batir(tous()[code], LE).manque, organisation=ici.organisation)
    assert manquent.count() == attendus.count(MANQUE), "ni qui n’est pas compté, ni qui satisfait"
