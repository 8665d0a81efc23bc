"""Le jour que dit un manque : de plusieurs faits, lequel ; ceux qui n'ont pas à compter n'y changent rien (ACC-6)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import QuerySet

from cedre.core.manques import batir, manques
from cedre.observatoire.models import Terme
from cedre.parcours.indicateurs.suivi import DEPUIS
from cedre.parcours.indicateurs.suivi_du_parcours import AU_TRAVAIL, OBJECTIF
from cedre.parcours.models import Personne
from cedre.parcours.tests.exemples import LE, jouer_les_sujets

SATISFAIT = "rien ne manque"
RECU = {"etat": "realise", "issue": "autre_rencontre"}
TENU = {"etat": "clos", "suite": "sortie", "suite_le": 0, "clos_le": 0}
ATTEND = DEPUIS | {"phase": "accueil"}
FINI = {"debut": -500, "fin_prevue": -400}
PRESENT = AU_TRAVAIL["contrats"][0]


def _sous_contrats(*contrats: dict, **faits) -> dict:
    return DEPUIS | {"phase": "parcours", "contrats": [*contrats]} | faits


def _engagee(debut=-100, *, objectifs=OBJECTIF, bilans=(), **dit) -> dict:
    bilans = [{"cree_le": -100} | bilan for bilan in bilans]
    return {"etat": "en_cours", "debut": debut, "objectifs": objectifs, "bilans": bilans} | dit


def _engagements(*engagements: dict) -> dict:
    return AU_TRAVAIL | {"engagements": [*engagements]}


def _clos(debut: int, clos_le: int, **dit) -> dict:
    return _engagee(debut, etat="clos", clos_le=clos_le, **dit)


def _suivis(*suivis: tuple[int, int, int | None]) -> dict:
    return AU_TRAVAIL | {
        "suivis_a_minima": [{"objectif": "Permis", "du": du, "echeance": pour, "au": au} for du, pour, au in suivis]
    }


def _heures(*heures: tuple[int, int], contrats=(PRESENT,)) -> dict:
    faites = [{"le": le, "heures": nombre} for le, nombre in heures]
    return _sous_contrats(*contrats, mises_en_situation=[{"du": -500, "atelier": "Jardin", "heures": faites}])


def _pass(*passes: tuple[int, int, int]) -> dict:
    return AU_TRAVAIL | {"pass_iae": [{"debut": debut, "fin": fin, "note_le": note_le} for debut, fin, note_le in passes]}


def _parlee(relation: str, *faits: dict) -> dict:
    return AU_TRAVAIL | {relation: [*faits]}


def _sortie_et(*suivis: tuple[int, int, int | None]) -> dict:
    lus = [{"mois": mois, "prevu_le": prevu_le, "fait_le": fait_le} for mois, prevu_le, fait_le in suivis]
    return DEPUIS | {"phase": "sortie", "sorties": [{"le": -200, "suivis": lus}]}


def _suites(*jours: int) -> dict:
    return DEPUIS | {"phase": "parcours", "suites": [{"le": le, "nature": "inscription"} for le in jours]}


INSCRITES = [
    (_suites(-40, -20), -20),
    (_suites(-20, -40), -20),
    (_suites(-20, 0), 0),
    (_suites(-20, 1), -20),
    (DEPUIS | {"phase": "parcours"}, None),
]
JOURS = {
    "sans_objectif": [
        (_sous_contrats({"debut": -200, "fin_prevue": -50}, {"debut": -49, "fin_prevue": 90}), -200),
        (_sous_contrats(FINI, PRESENT, sorties=[{"le": -390}]), -200),
        (_sous_contrats({"debut": -600, "fin_prevue": 90}, PRESENT, sorties=[{"le": -200}]), -200),
        (_sous_contrats(PRESENT, sorties=[{"le": 1}]), -200),
        (_engagements(_clos(-400, -300)), -200),
        (_engagements(_clos(-100, -60), _clos(-50, -30)), -30),
        (_engagements(_clos(-100, 0)), 0),
        (_engagements(_clos(1, 2)), -200),
        (_engagements(_clos(-100, -60), _clos(-50, -30, objectifs=[])), -60),
        (_engagements(_clos(-100, 1)), SATISFAIT),
        (_suivis((-90, 0, -40), (-40, 20, -10)), -10),
        (_suivis((-90, 0, 0)), 0),
        (_suivis((-90, 0, 1)), SATISFAIT),
    ],
    "controle_depasse": [
        (_suivis((-90, -30, -40), (-40, -5, None)), -5),
        (_suivis((-90, 0, None)), 0),
        (_suivis((-90, 1, None)), SATISFAIT),
    ],
    "sans_echeance": [
        (_engagements(_engagee(-100), _engagee(-50)), -50),
        (_engagements(_engagee(-100), _engagee(-50, objectifs=[])), -100),
        (_engagements(_engagee(-100), _clos(-50, -20)), -100),
        (_engagements(_engagee(-100), _engagee(1)), -100),
        (_engagements(_engagee(bilans=[{"le": -40, "etat": "absent"}, {"le": 0, "etat": "absent"}])), 0),
        (_engagements(_engagee(bilans=[{"le": 1, "etat": "annule", "annule_le": -1}])), -100),
        (_engagements(_engagee(bilans=[{"le": -40, "etat": "absent"}, {"le": -90, "etat": "absent"}])), -40),
    ],
    "bilan_depasse": [
        (_engagements(_engagee(bilans=[{"le": -2}, {"le": -5}])), -5),
        (_engagements(_engagee(bilans=[{"le": -2}, {"le": -9, "etat": "absent"}, {"le": -8} | TENU])), -2),
        (_engagements(_engagee(bilans=[{"le": -1}, {"le": 0}, {"le": 9}])), -1),
        (_engagements(_engagee(bilans=[{"le": 0}, {"le": 9}])), SATISFAIT),
    ],
    "fin_pass": [
        (_pass((-600, 60, -600), (-500, 30, -500)), 60),
        (_pass((-600, -5, -600)), -5),
        (_pass((-600, 30, -600), (1, 700, 1)), 30),
        (_pass((-600, 30, -600), (1, 700, 0)), SATISFAIT),
        (_pass((-600, 90, -600)), 90),
        (_pass((-600, 91, -600)), SATISFAIT),
    ],
    "fin_contrat": [
        (_sous_contrats(FINI, {"debut": -90, "fin_prevue": 5}, {"debut": -80, "fin_prevue": 20}), 20),
        (_sous_contrats({"debut": -90, "fin_prevue": 100, "anciennes_fins": [{"fin": 10, "au": 1}]}), 10),
        (_sous_contrats({"debut": -90, "fin_prevue": 100, "anciennes_fins": [{"fin": 0, "au": 1}]}), 0),
        (_sous_contrats({"debut": -90, "fin_prevue": 100, "anciennes_fins": [{"fin": -1, "au": 1}]}), SATISFAIT),
        (_sous_contrats({"debut": -90, "fin_prevue": 100, "anciennes_fins": [{"fin": 10, "au": 0}]}), SATISFAIT),
    ],
    "sans_contact": [
        (_parlee("echanges", {"le": -35, "texte": "Appel"}, {"le": -50, "texte": "Appel"}, {"le": 1, "texte": "Appel"}), -35),
        (_parlee("contacts", {"le": -35}), -35),
        (_parlee("entretiens", RECU | {"le": -35}, {"le": -5, "etat": "absent"}), -35),
        (_parlee("informations", {"le": -35, "presence": "presente"}, {"le": -5, "presence": "absente"}), -35),
        (
            _parlee(
                "evaluations",
                {"le": -35, "trajectoire": "instable", "validee_le": -35},
                {"le": -5, "trajectoire": "instable"},
                {"le": -4, "trajectoire": "instable", "validee_le": 1},
            ),
            -35,
        ),
        (_engagements(_engagee(bilans=[{"le": -35} | TENU, {"le": -5, "etat": "absent"}])), -35),
        (
            _parlee(
                "actions",
                {"le": -35, "etat": "faite", "offre": {"intitule": "CV"}},
                {"le": -5, "etat": "absente", "offre": {"intitule": "CV"}},
            ),
            -35,
        ),
        (_parlee("jobcoachs", {"employeur": "X", "du": -90, "au": 90, "visites": [{"le": -35}, {"le": 1}]}), -35),
        (_sous_contrats({"debut": -200, "fin_prevue": 90}, {"debut": -40, "fin_prevue": 60}, {"debut": 1, "fin_prevue": 9}), -40),
        (_sous_contrats({"debut": -40, "fin_prevue": 60}, echanges=[{"le": -50, "texte": "Appel"}]), -40),
    ],
    "sans_heures": [
        (_heures((-90, 7), (-28, 7)), -28),
        (_heures((-90, 7), (-28, 0)), -90),
        (_heures((-90, 7), (1, 7)), -90),
        (_heures((-300, 7)), -200),
        (_heures(contrats=(PRESENT, {"debut": -50, "fin_prevue": 60})), -50),
        (_heures(contrats=(PRESENT, {"debut": -50, "fin_prevue": -20})), -200),
        (_heures(contrats=(PRESENT, {"debut": -50, "fin_prevue": 60, "suspensions": [{"du": 0}]})), -200),
    ],
    "sortie_non_documentee": [
        (_sous_contrats({"debut": -99, "fin_prevue": -16}, {"debut": -300, "fin_prevue": -100}), -16),
        (_sous_contrats({"debut": -99, "fin_prevue": -16}, {"debut": 1, "fin_prevue": 9, "note_le": 1}), -16),
        (_sous_contrats({"debut": -99, "fin_prevue": -16}, {"debut": 1, "fin_prevue": 9, "note_le": 0}), SATISFAIT),
    ],
    "engagement_non_remis": [
        (_engagements(_engagee(-20), _engagee(-50)), -50),
        (_engagements(_engagee(-100, remises=[{"le": 0, "contenu": {}}]), _engagee(-20)), -20),
        (_engagements(_engagee(-100, remises=[{"le": 1, "contenu": {}}])), -100),
        (_engagements(_clos(-100, -10), _engagee(-20)), -20),
        (_engagements(_clos(-100, -10), _engagee(-6)), SATISFAIT),
    ],
    "bilan_proche": [
        (_engagements(_engagee(bilans=[{"le": -3}, {"le": 12}, {"le": 9}])), 9),
        (_engagements(_engagee(bilans=[{"le": -3}, {"le": 0}, {"le": 9}])), 0),
        (_engagements(_engagee(bilans=[{"le": 3, "etat": "annule", "annule_le": 0}, {"le": 9}])), 9),
        (_engagements(_engagee(bilans=[{"le": -3}, {"le": 15}])), SATISFAIT),
    ],
    "suivi_sortie": [
        (_sortie_et((3, -110, -100), (6, -20, None)), -20),
        (_sortie_et((6, -20, None), (3, -110, None)), -110),
        (_sortie_et((3, -110, 1), (6, -20, 0)), -110),
        (_sortie_et((3, -110, 0), (6, 1, None)), SATISFAIT),
    ],
    "delai_depasse": [
        (ATTEND | {"contacts": [{"le": -60, "delai_annonce": 10}, {"le": -20, "delai_annonce": 15}]}, -5),
        (ATTEND | {"contacts": [{"le": -20, "delai_annonce": 15}, {"le": 1, "delai_annonce": 15}]}, -5),
        (ATTEND | {"contacts": [{"le": -60, "delai_annonce": 10}, {"le": -20, "delai_annonce": 20}]}, SATISFAIT),
    ],
    "sans_evaluation": INSCRITES,
    "statut_inexplique": INSCRITES,
    "delai_non_annonce": [
        (ATTEND | {"contacts": [{"le": -60}, {"le": -20}]}, -20),
        (ATTEND | {"contacts": [{"le": -20}, {"le": 1}]}, -20),
        (ATTEND | {"contacts": [{"le": -60}, {"le": -20, "delai_annonce": 0}]}, SATISFAIT),
    ],
}


def dire(monde, cle: str, *sujets: dict) -> tuple[list[Personne], QuerySet]:
    """Ces personnes, et celles d'entre elles à qui cela manque, avec le jour que le manque en dit."""
    manque = manques(Personne)[cle]
    racines = jouer_les_sujets(replace(manque, exemple=manque.exemple._replace(sujets=sujets)), monde)
    bati = batir(manque, LE)
    return racines, Personne.objects.filter(bati.manque).annotate(dit=bati.jour)


@pytest.mark.parametrize("cle", [cle for cle, manque in manques(Personne).items() if manque.jour])
def test_de_plusieurs_faits_un_manque_dit_le_jour_du_bon(ici, cle):
    sujets, attendus = zip(*JOURS[cle], strict=True)
    racines, manquent = dire(ici, cle, *sujets)
    dits = dict(manquent.values_list("pk", "dit"))
    jours = [dits.get(racine.pk, SATISFAIT) for racine in racines]
    assert [jour if jour in (SATISFAIT, None) else (jour - LE).days for jour in jours] == [*attendus]


@pytest.mark.parametrize("cle", ["sans_evaluation", "statut_inexplique"])
def test_une_autre_suite_n_est_pas_une_inscription(ici, cle):
    (racine,), manquent = dire(ici, cle, _suites(-20))
    motif = Terme.objects.de("motif_sans_suite").first()
    racine.suites.create(nature="sans_suite", motif=motif, le=LE - timedelta(days=5))
    assert manquent.get().dit == LE - timedelta(days=20)
