"""Premier et dernier jours de ce qui se mesure du travail et des actions associées (§ 2.2 b, § 2.3 b, CER-3)."""

from dataclasses import replace

import pytest

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import tous
from cedre.parcours.indicateurs.travail import ENGAGEE, FINIE, HEURES, POUR_LA_VILLE, SERVAIT, SERVIE, _agir, _au, _chez
from cedre.parcours.tests.exemples import LE, jouer_les_sujets

AVANT, PREMIER = -UN_AN, UN_JOUR - UN_AN  # la veille des douze mois, et leur premier jour
RIEN, MANQUE, BIEN = (0, 0), (1, 0), (1, 1)


def _sert(pris: dict, **dit) -> dict:
    return {"engagements": [pris], "mises_en_situation": [SERVIE | dit]}


CAS = {
    "client_associe": [
        (_chez(heures=[{"le": AVANT, "heures": 7}]), RIEN),
        (_chez(heures=[{"le": PREMIER, "heures": 7}]), MANQUE),
        (_chez(heures=[{"le": 0, "heures": 7}], evaluations=[{"le": 0, "regard": "client"}]), BIEN),
        (_chez(heures=[{"le": 1, "heures": 7}]), RIEN),
        (_chez(liens=[{"cree_le": 0, "condensat": "un"}]), BIEN),
        (_chez(fiche_imprimee_le=0), BIEN),
        (_chez(fiche_imprimee_le=1), MANQUE),
        (_chez(heures=[{"le": -9, "heures": 0}]), RIEN),
    ],
    "heures_avec_objectif": [
        ({"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"heures": [{"le": AVANT, "heures": 7}]}]}, RIEN),
        ({"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"heures": [{"le": PREMIER, "heures": 7}]}]}, BIEN),
        ({"engagements": [ENGAGEE | {"debut": 0}], "mises_en_situation": [SERVIE]}, BIEN),
        ({"mises_en_situation": [{"atelier": "Jardin", "du": -100, "heures": [{"le": 1, "heures": 7}]}]}, RIEN),
        ({"mises_en_situation": [{"atelier": "Jardin", "du": -100, "heures": HEURES}]}, MANQUE),
        ({"engagements": [ENGAGEE | {"etat": "clos", "clos_le": -30}], "mises_en_situation": [SERVIE]}, BIEN),
        ({"engagements": [ENGAGEE | {"etat": "clos", "clos_le": -100}], "mises_en_situation": [SERVIE]}, MANQUE),
        ({"engagements": [ENGAGEE], "mises_en_situation": [SERVIE | {"anciens_objectifs": [{"au": 0}]}]}, BIEN),
    ],
    "client_associe_partout": [
        (_au(POUR_LA_VILLE, heures=[{"le": AVANT, "heures": 7}]), RIEN),
        (_au(POUR_LA_VILLE, heures=[{"le": PREMIER, "heures": 7}], fiche_imprimee_le=0), BIEN),
        (_au(POUR_LA_VILLE, fiche_imprimee_le=1), MANQUE),
        (_au(POUR_LA_VILLE, client_dit_le=0, fiche_imprimee_le=0), BIEN),
        (_au(POUR_LA_VILLE, client_dit_le=1, fiche_imprimee_le=0), MANQUE),
        (_au(POUR_LA_VILLE, liens=[{"cree_le": 0, "condensat": "un"}]), BIEN),
        (_au(POUR_LA_VILLE, evaluations=[{"le": 0, "regard": "encadrement"}]), MANQUE),
        (_chez(fiche_imprimee_le=0), BIEN),
        (_chez(), MANQUE),
    ],
    "travail_selon_l_engagement": [
        (_sert(FINIE | {"clos_le": 1}), BIEN),
        (_sert(FINIE | {"clos_le": 0}), BIEN),
        (_sert(FINIE | {"clos_le": -1}), MANQUE),
        (_sert(FINIE | {"clos_le": -1}, engagement=None, objectif=None), RIEN),
        (_sert(FINIE | {"clos_le": 0}, engagement=None, objectif=None), MANQUE),
        (_sert(FINIE, au=-30), BIEN),
        (_sert(FINIE, au=-29), MANQUE),
        (_sert(FINIE | {"clos_le": -1}, au=0), MANQUE),
        (_sert(FINIE | {"clos_le": -100}), RIEN),
        (_sert(ENGAGEE | {"debut": 0}), BIEN),
        (_sert(ENGAGEE | {"debut": 1}), RIEN),
        (_sert(ENGAGEE | {"debut": -30}, au=-30), BIEN),
        (_sert(ENGAGEE | {"debut": -29}, au=-30), RIEN),
        (_sert(ENGAGEE, au=30), BIEN),
        (_sert(FINIE | {"clos_le": 10}, au=30), BIEN),
        (_sert(ENGAGEE, anciens_objectifs=[{"au": 0}]), BIEN),
        (_sert(ENGAGEE, anciens_objectifs=[{"au": 1}]), MANQUE),
        (_sert(ENGAGEE, anciens_objectifs=[{"au": -20}], au=-30), BIEN),
        (_sert(FINIE, objectif=None, engagement=None, anciens_objectifs=[SERVAIT], au=-30), BIEN),
        (_sert(FINIE, objectif=None, engagement=None, anciens_objectifs=[SERVAIT], au=-29), MANQUE),
        (_sert(ENGAGEE, heures=[{"le": AVANT, "heures": 7}]), RIEN),
        (_sert(ENGAGEE, heures=[{"le": PREMIER, "heures": 7}]), BIEN),
        ({"engagements": [ENGAGEE, FINIE, ENGAGEE], "mises_en_situation": [SERVIE, SERVIE | {"objectif": None}]}, (2, 1)),
    ],
    "actions_selon_l_engagement": [
        (_agir(FINIE, le=-30), BIEN),
        (_agir(FINIE, le=-29), MANQUE),
        (_agir(FINIE, le=-29, engagement=None), RIEN),
        (_agir(FINIE, le=-40, au=-30), BIEN),
        (_agir(FINIE, le=-40, au=-29), MANQUE),
        (_agir(ENGAGEE | {"debut": -20}), BIEN),
        (_agir(ENGAGEE | {"debut": -19}), RIEN),
        (_agir(ENGAGEE | {"debut": -400}, le=AVANT), RIEN),
        (_agir(ENGAGEE | {"debut": -400}, le=AVANT, au=PREMIER), BIEN),
        (_agir(ENGAGEE, le=0), BIEN),
        (_agir(ENGAGEE, le=0, au=1), RIEN),
        *((_agir(ENGAGEE, etat=etat), RIEN) for etat in ("prevue", "absente", "excusee")),
        (_agir(ENGAGEE, FINIE, ENGAGEE), BIEN),
    ],
}


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("code", CAS)
def test_le_premier_jour_le_dernier_et_la_veille_de_chaque_regle(ici, code):
    sujets, attendus = zip(*CAS[code], strict=True)
    indicateur = tous()[code]
    racines = jouer_les_sujets(replace(indicateur, exemple=indicateur.exemple._replace(sujets=sujets)), ici)
    faits = [*indicateur.faits(LE)]
    lus = [tuple(indicateur.agreger(fait for fait in faits if fait.sujet == racine.pk)) for racine in racines]
    assert lus == list(attendus)
