"""Les bornes des figures de l'emploi : semaines courtes, actions, contrats, nouvelles, offre (OBS-1, AME-5, INS-5, INS-8)."""

from datetime import date

import pytest
from django.db import connection

from cedre.core.dates import AnneeDe, LundiDe
from cedre.core.indicateurs import tous
from cedre.parcours.indicateurs.actions import _action, _suit
from cedre.parcours.indicateurs.emploi import _besoin, _nouvelles, _signe
from cedre.parcours.indicateurs.heures import _travail
from cedre.parcours.indicateurs.offre import _offre
from cedre.parcours.indicateurs.relais import _prise
from cedre.parcours.indicateurs.relais import _sortie as _releve
from cedre.parcours.models import Contact
from cedre.parcours.tests.exemples import LE
from cedre.parcours.tests.test_bornes_des_periodes import AU, DU, RIEN, jouer, lus, periode
from cedre.parcours.tests.test_coupes import ranger
from cedre.structures.models import Offre

MANQUE, BIEN = (1, 0), (1, 1)
LUNDI, DIMANCHE = -98, -43  # le premier lundi et le dernier dimanche de cette période
FIN_MARS, AVRIL = -77, -75  # le lundi 30 mars, et le premier du mois qui coupe sa semaine
PERMIS = {"offre": {"intitule": "Permis", "nature": "formation"}}


def _sortie(le: int, motif: str = "cdi_non_aide") -> dict:
    return {"le": le, "motif": motif}


def _suivie(*actions: dict, sorties: list[dict]) -> dict:
    return _suit(*actions, sorties=sorties)


def _travaille(*heures: tuple[int, float]) -> dict:
    return _suit(_action(-50)) | _travail(*heures)


def _revenue(debut: int) -> dict:
    return _nouvelles(-50, -50, en_emploi=True) | {"contrats": [{"debut": debut, "fin_prevue": 90}]}


def relire(monde, code: str, coupe: str) -> dict[str, tuple]:
    """Ce que dit une autre coupe de ce que l'on vient de jouer."""
    return {str(v): tuple(mesure) for v, mesure in tous()[code].mesurer_par(coupe, LE, monde.organisation).items()}


CAS = {
    "semaines_courtes": [
        (_travail((LUNDI - 1, 3)), RIEN),
        (_travail((LUNDI, 3)), BIEN),
        (_travail((DIMANCHE, 3)), BIEN),
        (_travail((DIMANCHE + 1, 3)), RIEN),
        (_travail((LUNDI, 15)), MANQUE),
        (_travail((LUNDI, 14.75)), BIEN),
        (_travail((LUNDI, 10), (LUNDI + 6, 5)), MANQUE),
        (_travail((LUNDI, 10), (LUNDI + 7, 5)), (1, 2)),
        (_travail((FIN_MARS, 8), (AVRIL, 8)), MANQUE),
        (_travail((FIN_MARS, 7), (AVRIL, 7)), BIEN),
        (_travail((LUNDI, 0)), RIEN),
    ],
    "une_semaine_courte": [
        (_travail((LUNDI, 10), (LUNDI + 7, 5)), BIEN),
        (_travail((LUNDI, 15), (LUNDI + 7, 15)), MANQUE),
        (_travail((LUNDI - 1, 3)), RIEN),
        (_travail((DIMANCHE + 1, 3)), RIEN),
    ],
    "actions_associees": [
        (_suit(_action(DU - 1)), RIEN),
        (_suit(_action(DU)), MANQUE),
        (_suit(_action(AU, certificat="PSC1")), BIEN),
        (_suit(_action(AU + 1)), RIEN),
        (_suit(_action(DU - 30, au=DU)), MANQUE),
        (_suit(_action(AU, au=AU + 1)), RIEN),
        (_suit(_action(-50, etat="excusee")), RIEN),
    ],
    "heures_d_actions": [
        (_suit(_action(DU - 1, heures=1), _action(DU, heures=2), _action(AU, heures=4), _action(AU + 1, heures=8)), (2, 6)),
        (_suit(_action(-50), _action(-50, heures=0.5)), (2, 0.5)),
        (_suit(_action(DU - 9, au=DU, heures=2), _action(AU, au=AU + 1, heures=4)), (1, 2)),
    ],
    "participants_aux_actions": [
        (_suit(_action(-50), _action(-50)), MANQUE),
        (_suit(_action(-50), _action(-50, offre={"intitule": "Un autre atelier"})), MANQUE),
        (_suit(_action(-50), _action(-50, **PERMIS)), (2, 0)),
        (_suit(_action(DU - 1), _action(DU)), MANQUE),
        (_suit(_action(AU), _action(AU + 1, **PERMIS)), MANQUE),
        (_suit(_action(-50, etat="absente")), RIEN),
        (_travaille((DU - 1, 7)), MANQUE),
        (_travaille((DU, 7)), BIEN),
        (_travaille((AU, 7)), BIEN),
        (_travaille((AU + 1, 7)), MANQUE),
        (_travaille((-50, 0)), MANQUE),
    ],
    "emploi_apres_une_action": [
        (_suivie(_action(-50), sorties=[_sortie(-50)]), BIEN),
        (_suivie(_action(-49), sorties=[_sortie(-50)]), RIEN),
        (_suivie(_action(-200), sorties=[_sortie(DU - 1)]), RIEN),
        (_suivie(_action(-200), sorties=[_sortie(DU, "cdd_court")]), BIEN),
        (_suivie(_action(-200), sorties=[_sortie(AU, "formation")]), MANQUE),
        (_suivie(_action(-200), sorties=[_sortie(AU, "chomage")]), MANQUE),
        (_suivie(_action(-200), sorties=[_sortie(AU + 1)]), RIEN),
        (_suivie(_action(-200), sorties=[_sortie(-50, "deces")]), RIEN),
        (_suivie(_action(-200), _action(-60), _action(-60), sorties=[_sortie(-50)]), BIEN),
        (_suivie(_action(-200), _action(-60, **PERMIS), sorties=[_sortie(-50)]), (2, 2)),
        (_suivie(_action(-200), sorties=[_sortie(-150), _sortie(-50)]), RIEN),
        (_suivie(_action(-60), _action(-45), sorties=[_sortie(-50), _sortie(-41, "chomage")]), (2, 1)),
        (_suivie(_action(-60, au=-49), sorties=[_sortie(-50)]), RIEN),
        (_suivie(_action(-60, etat="excusee"), sorties=[_sortie(-50)]), RIEN),
    ],
    "contrats_commences": [
        (_signe(DU - 1), RIEN),
        (_signe(DU), MANQUE),
        (_signe(AU, "cdi_inclusion"), BIEN),
        (_signe(AU + 1, "cdi"), RIEN),
        (_signe(-50, "cdi"), BIEN),
        (_signe(-50, "cdd"), MANQUE),
        (_signe(-50, "apprentissage"), MANQUE),
    ],
    "remuneration_horaire": [
        (_signe(DU - 1, remuneration_horaire=20), RIEN),
        (_signe(DU, remuneration_horaire=12.5), (1, 12.5)),
        (_signe(AU, remuneration_horaire=13), (1, 13)),
        (_signe(AU + 1, remuneration_horaire=20), RIEN),
        (_signe(-50), RIEN),
    ],
    "travail_additionnel": [
        (_besoin(DU - 1, "oui"), RIEN),
        (_besoin(DU, "oui"), BIEN),
        (_besoin(AU, "non"), MANQUE),
        (_besoin(AU), MANQUE),
        (_besoin(AU + 1, "oui"), RIEN),
    ],
    "relais_convenus": [
        (_releve(DU - 1, _prise(-50)), RIEN),
        (_releve(DU, _prise(0)), BIEN),
        (_releve(AU), MANQUE),
        (_releve(AU + 1), RIEN),
        (_releve(-60, _prise(1)), MANQUE),
        (_releve(-60, _prise(-10), _prise(1, mois=6, activite="chomage")), BIEN),
        (_releve(-60, _prise(-10, activite="chomage"), _prise(-20, mois=6)), MANQUE),
        (_releve(-60, _prise(-10), _prise(-10, mois=6, activite="inactive")), MANQUE),
        (_releve(-60, _prise(-10, activite="formation")), BIEN),
        (_releve(-60, _prise(-10), relais=None), RIEN),
    ],
    "en_emploi_apres_la_sortie": [
        (_nouvelles(DU - 1, -50, en_emploi=True), RIEN),
        (_nouvelles(DU, -50, en_emploi=True), BIEN),
        (_nouvelles(AU, 0, mois=6, en_emploi=True), BIEN),
        (_nouvelles(AU + 1, 0, en_emploi=True), RIEN),
        (_nouvelles(-50, 1, en_emploi=True), MANQUE),
        (_nouvelles(-50, -50, en_emploi=False), MANQUE),
        (_nouvelles(-50, -50, activite="emploi"), BIEN),
        (_nouvelles(-50, -50, activite="formation", en_emploi=True), MANQUE),
        (_revenue(-400), BIEN),
        (_revenue(-399), RIEN),
        (_revenue(0), RIEN),
        (_revenue(1), BIEN),
    ],
    "offre_mobilisee": [
        (_offre((DU - 1, "faite")), MANQUE),
        (_offre((DU, "faite")), BIEN),
        (_offre((AU, "faite")), BIEN),
        (_offre((AU + 1, "faite")), MANQUE),
        (_offre((-50, "absente")), MANQUE),
        (_offre(au=DU), RIEN),
        (_offre(au=DU + 1), MANQUE),
        (_offre(du=AU), MANQUE),
        (_offre(du=AU + 1), RIEN),
        (_offre((-50, "faite"), nature="travail"), RIEN),
    ],
}


@pytest.mark.parametrize("code", CAS)
def test_une_periode_va_de_son_premier_a_son_dernier_jour_compris(ici, code):
    sujets, attendus = zip(*CAS[code], strict=True)
    assert lus(code, jouer(ici, code, sujets), periode(DU, AU, 0)) == [*attendus]


VUES = {  # code : le sujet, ce qu'on en lit, et le premier jour où l'on pouvait le lire
    "actions_associees": (_suit(_action(-60, au=-50, certificat="PSC1")), BIEN, -50),
    "heures_d_actions": (_suit(_action(-50, heures=3)), (1, 3), -50),
    "participants_aux_actions": (_suit(_action(-50)), MANQUE, -50),
    "emploi_apres_une_action": (_suivie(_action(-60), sorties=[_sortie(-50)]), BIEN, -50),
    "contrats_commences": (_signe(-50, "cdi"), BIEN, -50),
    "en_emploi_apres_la_sortie": (_nouvelles(-50, -50, en_emploi=True), BIEN, -50),
    "remuneration_horaire": (_signe(-50, remuneration_horaire=13), (1, 13), -50),
    "relais_convenus": (_releve(-50), MANQUE, -50),
    "travail_additionnel": (_besoin(-50, "oui"), BIEN, -50),
    "semaines_courtes": (_travail((LUNDI, 3)), BIEN, LUNDI + 6),
}


@pytest.mark.parametrize("code", VUES)
def test_ce_que_l_on_a_su_apres_le_jour_ou_l_on_regarde_ne_compte_pas(ici, code):
    sujet, lu, premier = VUES[code]
    racines = jouer(ici, code, (sujet,))
    assert [lus(code, racines, periode(DU, AU, vue)) for vue in (premier - 1, premier, 0)] == [[RIEN], [lu], [lu]]


def test_une_semaine_dont_les_heures_sont_de_deux_mises_en_situation_s_additionne(ici):
    (ensemble,) = _travail((LUNDI, 8))["mises_en_situation"]
    racines = jouer(ici, "semaines_courtes", ({"mises_en_situation": [ensemble, ensemble]}, _travail((LUNDI, 8))))
    assert lus("semaines_courtes", racines, periode(DU, AU, 0)) == [MANQUE, BIEN]


@pytest.mark.deux_moteurs
def test_le_lundi_et_l_annee_d_un_jour_se_lisent_de_meme_dans_la_base(ici):
    jours = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2026, 6, 14), date(2026, 6, 15)]
    lignes = []
    for jour in jours:
        Contact.objects.update(le=jour)
        lignes.append(Contact.objects.values_list(LundiDe("le"), AnneeDe("le")).first())
    lundis = [date(2023, 12, 25), date(2024, 1, 1), date(2024, 2, 26), date(2026, 6, 8), date(2026, 6, 15)]
    assert lignes == [*zip(lundis, (2023, 2024, 2024, 2026, 2026), strict=True)], connection.vendor


def test_les_actions_se_rangent_par_ce_qu_elles_sont_et_par_ce_qu_est_devenu_leur_objectif(ici):
    def servie(objectif: bool, **bilan) -> dict:
        evalue = {"objectif": True, "resultat": "atteint"}
        bilans = [{"le": -30, "etat": "clos", "suite": "sortie", "suite_le": -30, "clos_le": -30, "objectifs_evalues": [evalue]}]
        engagement = {"etat": "en_cours", "debut": -100, "objectifs": [{"libelle": "Le code"}], "bilans": [bilans[0] | bilan]}
        return {"engagements": [engagement], "actions": [_action(-20, objectif=True if objectif else None)]}

    sujets = (
        servie(True),
        servie(False),
        servie(True, clos_le=1),
        _suit(_action(-20, certificat="PSC1", offre={"intitule": "Secours", "nature": "formation", "qualifiante": True})),
    )
    par_objectif = ranger(ici, "actions_associees", "objectif servi", *sujets)
    assert par_objectif == {"Atteint": (1, 0), "Aucun objectif": (2, 1), "Pas encore regardé": (1, 0)}
    Offre.objects.filter(intitule="Secours").update(partenaire=ici.partenaire)
    for coupe, dite in {
        "nature": {"Atelier collectif": (3, 0), "Formation": (1, 1)},
        "qualification": {"Non qualifiante": (3, 0), "Qualifiante": (1, 1)},
        "qui la porte": {"La structure": (3, 0), "Un partenaire": (1, 1)},
        "action": {"Atelier CV": (3, 0), "Secours": (1, 1)},
    }.items():
        assert relire(ici, "actions_associees", coupe) == dite


@pytest.mark.parametrize(
    ("heures", "dit"),
    [
        (None, "Non renseigné"),
        (14.75, "Moins de 15 heures"),
        (15, "De 15 à moins de 20 heures"),
        (20, "De 20 à moins de 26 heures"),
        (26, "De 26 à moins de 35 heures"),
        (34.99, "De 26 à moins de 35 heures"),
        (35, "35 heures et plus"),
    ],
)
def test_un_contrat_se_range_par_ses_heures_de_la_semaine(ici, heures, dit):
    assert ranger(ici, "contrats_commences", "heures par semaine", _signe(-20, heures_hebdo=heures)) == {dit: (1, 0)}


def test_un_contrat_se_range_par_ce_qu_il_paie_et_qui_ne_le_dit_pas_y_est(ici):
    payes = [_signe(-20, remuneration_horaire=euros) for euros in (11.99, 12, 12.99, 13, 14.99, 15, None)]
    lues = ranger(ici, "contrats_commences", "rémunération horaire", *payes)
    assert {dit: total for dit, (total, _) in lues.items()} == {
        "Moins de 12 euros bruts de l’heure": 1,
        "De 12 à moins de 13 euros": 2,
        "De 13 à moins de 15 euros": 2,
        "15 euros et plus": 1,
        "Non renseigné": 1,
    }


def test_un_relais_se_range_par_sa_structure_et_par_ce_qu_il_est_devenu(ici):
    sujets = (_releve(-60, _prise(-20)), _releve(-60, relais="Emmaüs"), _releve(-60, _prise(-20, activite="", jointe=False)))
    assert ranger(ici, "relais_convenus", "devenir", *sujets) == {
        "En emploi": (1, 1),
        "Nouvelles pas prises": (1, 0),
        "N’a pas répondu": (1, 0),
    }
    assert relire(ici, "relais_convenus", "relais") == {"La Ressourcerie": (2, 1), "Emmaüs": (1, 0)}


def test_des_nouvelles_se_rangent_par_ce_que_la_personne_fait_ou_par_ce_que_l_on_n_en_sait_pas(ici):
    sujets = (
        _nouvelles(-20, -20, activite="formation", en_emploi=False),
        _nouvelles(-20, -20, en_emploi=True, mois=6, motif="cdi_non_aide"),
        _nouvelles(-20, -20, en_emploi=False),
        _nouvelles(-20, -20, jointe=False),
        _nouvelles(-20, -20),
        _nouvelles(-20, 1, en_emploi=True),
        _nouvelles(-20),
    )
    par_situation = ranger(ici, "en_emploi_apres_la_sortie", "situation", *sujets)
    connues = {"En formation": (1, 0), "En emploi": (1, 1), "Sans emploi": (1, 0), "N’a pas répondu": (1, 0)}
    assert par_situation == connues | {"Non renseigné": (1, 0), "Nouvelles pas prises": (2, 0)}
    assert relire(ici, "en_emploi_apres_la_sortie", "mois") == {"3 mois": (6, 0), "6 mois": (1, 1)}
    assert relire(ici, "en_emploi_apres_la_sortie", "sortie") == {"Autres sorties": (6, 0), "Emploi durable": (1, 1)}
