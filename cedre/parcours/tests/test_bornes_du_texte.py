"""Ce que demande le texte de 2004, au jour près : évaluation proposée, engagement dit, bilan conduit (§ 2.1 b, 2.2 a et c)."""

from dataclasses import replace

import pytest

from cedre.core.indicateurs import tous
from cedre.parcours.indicateurs.accueil import RECUE
from cedre.parcours.indicateurs.bilans import ABSENTE, _sujet
from cedre.parcours.indicateurs.engagements import DIT, EN_COURS, SOUS_CONTRAT, TEXTE
from cedre.parcours.models import Bilan
from cedre.parcours.operations import bilans as gestes
from cedre.parcours.tests.exemples import LE, jouer_les_sujets
from cedre.parcours.tests.test_bornes_des_indicateurs import AVANT, BIEN, MANQUE, PREMIER, RECU, RIEN
from cedre.parcours.tests.test_l_histoire_du_parcours import dans, mesure


def _dit(debut, *, clos_le=None, du=None, **forme) -> dict:
    """Un engagement de ce jour, clos ou non, formalisé au sens du § 2.2 a depuis son début s'il n'est rien dit d'autre."""
    clos = {"etat": "clos", "clos_le": clos_le} if clos_le is not None else {}
    forme = {"du": debut if du is None else du} | TEXTE | forme
    return EN_COURS | {"debut": debut, "formalisations": [forme]} | clos


CAS = {
    "evaluation_proposee": [
        ({"entretiens": [RECU | {"le": AVANT}]}, RIEN),
        ({"entretiens": [RECU | {"le": PREMIER}]}, MANQUE),
        ({"entretiens": [RECU | {"le": 0}]}, MANQUE),
        ({"entretiens": [RECU | {"le": 1}]}, RIEN),
        ({"entretiens": [{"le": -9, "etat": "en_cours"}]}, RIEN),
        (RECUE | {"evaluations": [{"le": 0, "trajectoire": "instable", "validee_le": 0}]}, BIEN),
        (RECUE | {"evaluations": [{"le": 0, "trajectoire": "instable", "validee_le": 1}]}, MANQUE),
        (RECUE | {"refus_d_evaluation": [{"du": 0}]}, BIEN),
        (RECUE | {"refus_d_evaluation": [{"du": -700, "au": -9}, {"du": -3}]}, BIEN),
    ],
    "bilan_conduit": [
        (_sujet({"le": AVANT, "etat": "prevu"}), RIEN),
        (_sujet({"le": PREMIER, "etat": "prevu"}), MANQUE),
        (_sujet({"le": -16, "etat": "prevu"}), MANQUE),
        (_sujet({"le": -15, "etat": "prevu"}), RIEN),
        (_sujet(ABSENTE | {"absent_le": 0}, {"le": 5, "cree_le": 0}), RIEN),
        (_sujet(ABSENTE, {"le": 5, "cree_le": -59}), MANQUE),
        (_sujet(ABSENTE, {"le": 5, "cree_le": -58, "etat": "annule", "annule_le": 0}), MANQUE),
        (_sujet(ABSENTE, {"le": 5, "cree_le": -58, "etat": "annule", "annule_le": 1}), RIEN),
        (_sujet(ABSENTE | {"absent_le": None}, {"le": 5, "cree_le": -60}), RIEN),
        (_sujet(ABSENTE | {"absent_le": None}, {"le": 5, "cree_le": -61}), MANQUE),
        (_sujet({"le": -60, "etat": "prevu"}, {"le": 5, "cree_le": -58}), MANQUE),
        (
            {
                "engagements": [
                    EN_COURS | {"debut": -200, "bilans": [ABSENTE]},
                    EN_COURS | {"debut": -200, "bilans": [{"le": 5, "cree_le": -58}]},
                ]
            },
            MANQUE,
        ),
    ],
    "salaries_engages_selon_le_texte": [
        ({"contrats": SOUS_CONTRAT, "engagements": [DIT | {"debut": 0}]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [DIT | {"debut": 1}]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [DIT | {"etat": "clos", "clos_le": 1}]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [EN_COURS | {"formalisations": [{"du": 0, "au": 1} | TEXTE]}]}, BIEN),
        *(({"contrats": [{"debut": 0, "nature": nature}]}, RIEN) for nature in ("cdi", "cdd", "apprentissage")),
    ],
    "salaries_engages_dans_l_annee": [
        ({"contrats": [{"debut": -900, "fin_prevue": AVANT}]}, RIEN),
        ({"contrats": [{"debut": -900, "fin_prevue": PREMIER}]}, MANQUE),
        ({"contrats": [{"debut": 0, "fin_prevue": 9}]}, MANQUE),
        ({"contrats": [{"debut": 1, "fin_prevue": 9}]}, RIEN),
        ({"contrats": [{"debut": -200, "nature": "cdd"}], "engagements": [DIT]}, RIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [_dit(0, du=-900)]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [_dit(1, du=-900)]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [_dit(-150, clos_le=-149)]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [_dit(-150, clos_le=-150)]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [_dit(-150, du=1)]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [_dit(-150, du=-150, au=-149)]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [_dit(-150, clos_le=-120, du=-120)]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [_dit(-150, du=-180, au=-150)]}, MANQUE),
        ({"contrats": [{"debut": -900}], "engagements": [_dit(-900, clos_le=PREMIER)]}, MANQUE),
        ({"contrats": [{"debut": -900}], "engagements": [_dit(-900, du=-900, au=PREMIER)]}, MANQUE),
        ({"contrats": [{"debut": -200, "fin_prevue": -150}], "engagements": [_dit(-150)]}, BIEN),
        ({"contrats": [{"debut": -200, "fin_prevue": -151}], "engagements": [_dit(-150)]}, MANQUE),
        ({"contrats": [{"debut": -100}], "engagements": [_dit(-150, clos_le=-100)]}, MANQUE),
        ({"contrats": [{"debut": -100}], "engagements": [_dit(-150, clos_le=-99)]}, BIEN),
        ({"contrats": [{"debut": -100}], "engagements": [_dit(-150, du=-150, au=-100)]}, MANQUE),
        (
            {"contrats": [{"debut": -100, "nature": "cdd"}, {"debut": -300, "fin_prevue": -200}], "engagements": [_dit(-150)]},
            MANQUE,
        ),
    ],
}


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("code", CAS)
def test_le_premier_jour_le_dernier_et_la_veille_de_chaque_regle_du_texte(ici, code):
    sujets, attendus = zip(*CAS[code], strict=True)
    indicateur = tous()[code]
    racines = jouer_les_sujets(replace(indicateur, exemple=indicateur.exemple._replace(sujets=sujets)), ici)
    faits = [*indicateur.faits(LE)]
    lus = [tuple(indicateur.agreger(fait for fait in faits if fait.sujet == racine.pk)) for racine in racines]
    assert lus == list(attendus)


def test_noter_une_absence_puis_poser_un_autre_bilan_ne_change_rien_d_hier(embauchee):
    Bilan.objects.update(le=dans(-20))
    par, lus = embauchee.hab["cip"], lambda: [mesure("bilan_conduit", embauchee, jours) for jours in (-1, 0)]
    gestes.noter_absence(embauchee.bilan, par=par)
    assert lus() == [MANQUE, MANQUE]
    autre = Bilan(personne=embauchee.personne, engagement=embauchee.engagement, le=dans(5))
    gestes.prevoir(autre, par=par)
    assert lus() == [MANQUE, RIEN]
    gestes.annuler(autre, par=par)
    assert lus() == [MANQUE, MANQUE], "posé puis annulé, il n'en remplace aucun"
