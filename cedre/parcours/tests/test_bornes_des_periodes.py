"""Ce qui se mesure sur une période : ses deux jours extrêmes, et ce que l'on en savait le jour où l'on regarde (OBS-1, CER-3)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cedre.conftest import terme
from cedre.core.indicateurs import tous
from cedre.core.periodes import Periode
from cedre.parcours.indicateurs.heures import ENGAGEE, _travail
from cedre.parcours.tests.exemples import LE, jouer_les_sujets

RIEN = (0, 0)
RECU = {"etat": "realise", "issue": "autre_rencontre"}
ABSENTE, PRESENTE = {"presence": "absente"}, {"presence": "presente"}
DU, AU = -100, -40


def periode(du: int, au: int, vue: int) -> Periode:
    """Du premier au dernier jours, regardée un jour ; tous comptés depuis celui de l'exemple."""
    return Periode(*(LE + timedelta(days=jours) for jours in (du, au, vue)))


def jouer(monde, code: str, sujets: tuple[dict, ...], **dit) -> list:
    """Ces personnes, chez cette structure."""
    indicateur = tous()[code]
    exemple = indicateur.exemple._replace(sujets=sujets, **dit)
    return jouer_les_sujets(replace(indicateur.parts[0] if indicateur.parts else indicateur, exemple=exemple), monde)


def lus(code: str, racines: list, quand: Periode) -> list[tuple]:
    """De chaque personne, combien de ses lignes sont comptées, et combien satisfont, ou ce qu'elles valent."""
    indicateur = tous()[code]
    faits = [*indicateur.faits(quand)]
    return [tuple(map(float, indicateur.agreger(f for f in faits if f.sujet == racine.pk))) for racine in racines]


def _action(le: int, etat: str = "faite") -> dict:
    return {"phase": "parcours", "actions": [{"le": le, "etat": etat, "offre": {"intitule": "CV"}}]}


def _vue(contact: int, *, entretiens=(), informations=()) -> dict:
    return {"contacts": [{"le": contact}], "entretiens": [*entretiens], "informations": [*informations]}


def _evaluation(le: int, valide: int | None, **cotees: tuple[int | None, int | None]) -> dict:
    """cotees : par domaine, ce qu'a coté l'accompagnateur, puis la personne."""
    cotations = [
        {"domaine": domaine, "valeur_accompagnateur": sien, "valeur_personne": dit} for domaine, (sien, dit) in cotees.items()
    ]
    return {"le": le, "trajectoire": "instable", "validee_le": valide, "cotations": cotations}


def _cotees(*cotees: tuple[int, int], **de_plus) -> dict:
    """Le jour et la valeur de l'emploi, dans l'ordre où l'on a noté ces évaluations, validées le jour même."""
    return {"evaluations": [_evaluation(le, le, emploi=(valeur, valeur)) for le, valeur in cotees]}


def _fin(debut: int, fin: int, heures: dict[int, int], *, sorties: tuple[int, ...] = (), autres=()) -> dict:
    travail = {"atelier": "Jardin", "du": debut, "heures": [{"le": le, "heures": n} for le, n in heures.items()]}
    dites = [{"le": le, "motif": "cdi_non_aide"} for le in sorties]
    contrats = [{"debut": debut, "fin_prevue": fin}, *autres]
    return {"phase": "parcours", "contrats": contrats, "mises_en_situation": [travail], "sorties": dites}


CAS = {
    "presence_aux_actions": [
        (_action(DU), (1, 1)),
        (_action(DU - 1), RIEN),
        (_action(AU), (1, 1)),
        (_action(AU + 1), RIEN),
        (_action(-50, "excusee"), (1, 0)),
        (_action(-50, "prevue"), RIEN),
    ],
    "delai_d_accueil": [
        (_vue(DU, entretiens=[RECU | {"le": 0}]), (1, 100)),
        (_vue(DU, entretiens=[RECU | {"le": 1}]), RIEN),
        (_vue(DU - 1, entretiens=[RECU | {"le": 0}]), RIEN),
        (_vue(AU, entretiens=[RECU | {"le": AU}]), (1, 0)),
        (_vue(AU + 1, entretiens=[RECU | {"le": 0}]), RIEN),
        (_vue(-50, entretiens=[RECU | {"le": -20}, RECU | {"le": -30}]), (1, 20)),
        (_vue(-50, informations=[PRESENTE | {"le": -20}, PRESENTE | {"le": -30}]), (1, 20)),
        (_vue(-50, entretiens=[RECU | {"le": -20}], informations=[PRESENTE | {"le": -45}]), (1, 5)),
        (_vue(-50, entretiens=[RECU | {"le": -45}], informations=[PRESENTE | {"le": -20}]), (1, 5)),
        (_vue(-50, entretiens=[RECU | {"le": -51}]), RIEN),
        (_vue(-50, entretiens=[{"le": -45, "etat": "absent"}], informations=[ABSENTE | {"le": -44}]), RIEN),
    ],
    "domaines_en_progres": [
        (_cotees((-300, 3), (DU, 2)), (1, 1)),
        (_cotees((-300, 3), (DU - 1, 2)), RIEN),
        (_cotees((-300, 3), (AU, 2), (AU + 1, 3)), (1, 1)),
        (_cotees((-300, 3), (AU + 1, 2)), RIEN),
        (_cotees((-50, 2), (-300, 3)), (1, 1)),
        (_cotees((-60, 2), (-300, 3), (-50, 3), (-900, 0)), (1, 0)),
        (_cotees((-50, 3), (-50, 1), (-50, 2)), (1, 1)),
        ({"evaluations": [_evaluation(-300, -300, emploi=(3, 3)), _evaluation(-50, 0, emploi=(2, 2))]}, (1, 1)),
        ({"evaluations": [_evaluation(-300, -300, emploi=(3, 3)), _evaluation(-50, 1, emploi=(2, 2))]}, RIEN),
        ({"evaluations": [_evaluation(-300, -300, emploi=(3, 3)), _evaluation(-50, None, emploi=(2, 2))]}, RIEN),
        ({"evaluations": [_evaluation(-300, 1, emploi=(3, 3)), _evaluation(-50, -50, emploi=(2, 2))]}, RIEN),
        (
            {
                "evaluations": [
                    _evaluation(-900, 1, emploi=(0, 0)),
                    _evaluation(-300, -300, emploi=(3, 3)),
                    _evaluation(-60, -60, emploi=(2, 2)),
                    _evaluation(-50, 1, emploi=(3, 3)),
                ]
            },
            (1, 1),
        ),
        (
            {
                "evaluations": [
                    _evaluation(-300, -300, emploi=(3, 2), logement=(0, 3)),
                    _evaluation(-50, -50, emploi=(2, 2), logement=(1, 0)),
                ]
            },
            (2, 1),
        ),
        (
            {
                "evaluations": [
                    _evaluation(-300, -300, emploi=(None, 3), logement=(3, 3)),
                    _evaluation(-50, -50, emploi=(2, 2), sante=(2, 2)),
                ]
            },
            RIEN,
        ),
    ],
    "heures_travaillees": [
        (_travail((DU - 1, 1), (DU, 2), (AU, 4), (AU + 1, 8)), (2, 6)),
    ],
    "heures_sans_objectif": [
        (ENGAGEE | _travail((-50, 4), engagement=True, objectif=True), RIEN),
        (ENGAGEE | _travail((-50, 4), (-45, 2), engagement=True, anciens_objectifs=[{"au": -49}]), (2, 6)),
        (ENGAGEE | _travail((-50, 4), (-49, 2), engagement=True, objectif=True, anciens_objectifs=[{"au": -49}]), (1, 4)),
        (
            ENGAGEE | _travail((-50, 4), (-49, 2), anciens_objectifs=[{"au": -49, "engagement": True, "objectif": True}]),
            (1, 2),
        ),
    ],
    "fins_de_parcours": [
        (_fin(-300, DU, {DU: 150}, sorties=(DU,)), (1, 1)),
        (_fin(-300, DU - 1, {DU - 1: 150}, sorties=(DU - 1,)), RIEN),
        (_fin(-300, AU, {AU: 150}, sorties=(AU,)), (1, 1)),
        (_fin(-300, AU + 1, {AU: 150}, sorties=(AU + 1,)), RIEN),
        (_fin(-300, DU, {DU: 150}), (1, 1)),
        (_fin(-300, DU - 1, {DU - 1: 150}), RIEN),
        (_fin(-300, AU, {AU: 150}), (1, 1)),
        (_fin(-300, AU + 1, {AU: 150}), RIEN),
        (_fin(-300, -50, {-300: 149, -49: 1}), (1, 0)),
        (_fin(-300, -50, {-300: 150}, sorties=(-50, -300)), (1, 0)),
        (_fin(-300, -50, {-300: 1, -299: 150}, sorties=(-50, -300)), (1, 1)),
        (_fin(-300, -50, {-300: 150}, sorties=(-300,)), (1, 0)),
        (_fin(-300, -50, {-300: 1, -299: 150}, sorties=(-300,)), (1, 1)),
        (_fin(-300, -50, {-300: 150}, autres=[{"debut": 1, "fin_prevue": 9, "note_le": 0}]), RIEN),
        (_fin(-300, -50, {-300: 150}, autres=[{"debut": 1, "fin_prevue": 9, "note_le": 1}]), (1, 1)),
    ],
}


@pytest.mark.parametrize("code", CAS)
def test_une_periode_va_de_son_premier_a_son_dernier_jour_compris(ici, code):
    sujets, attendus = zip(*CAS[code], strict=True)
    assert lus(code, jouer(ici, code, sujets), periode(DU, AU, 0)) == [*attendus]


VUES = {  # code : le sujet, ce qu'on en lit, et le premier jour où l'on pouvait le lire
    "presence_aux_actions": (_action(-50), (1, 1), -50),
    "delai_d_accueil": (_vue(-60, entretiens=[RECU | {"le": -20}]), (1, 40), -20),
    "domaines_en_progres": (
        {"evaluations": [_evaluation(-300, -300, emploi=(3, 3)), _evaluation(-50, -20, emploi=(2, 2))]},
        (1, 1),
        -20,
    ),
    "heures_travaillees": (_travail((-50, 7)), (1, 7), -50),
    "heures_sans_objectif": (_travail((-50, 7)), (1, 7), -50),
    "fins_de_parcours": (_fin(-300, -50, {-300: 150}, sorties=(-50,)), (1, 1), -50),
    "sorties_dynamiques": (_fin(-300, -50, {-300: 150}, sorties=(-50,)), (1, 1), -50),
}


@pytest.mark.parametrize("code", VUES)
def test_ce_que_l_on_a_su_apres_le_jour_ou_l_on_regarde_ne_compte_pas(ici, code):
    sujet, lu, premier = VUES[code]
    racines = jouer(ici, code, (sujet,))
    assert [lus(code, racines, periode(DU, AU, vue)) for vue in (premier - 1, premier, 0)] == [[RIEN], [lu], [lu]]


def test_une_fin_de_contrat_que_rien_ne_documente_se_compte_passe_le_delai_de_la_structure(ici):
    racines = jouer(ici, "fins_de_parcours", (_fin(-300, -60, {-300: 150}),))
    vues = [lus("fins_de_parcours", racines, periode(DU, AU, vue)) for vue in (-45, -44)]
    assert vues == [[RIEN], [(1, 1)]]
    assert lus("sorties_dynamiques", racines, periode(DU, AU, 0)) == [(1, 0)], "elle reste au dénominateur"


EXAMEN = [(400, 149), (400, 150), (1, 150), (80, 900), (81, 0), (81, 0.5), (81, 1)]  # jours de contrat, heures
EXAMINES = {
    "AI": (False, True, True, True, False, False, False),
    "ETTI": (False, True, True, True, False, False, False),
    "EI": (True, True, False, False, False, False, True),
    "ACI": (True, True, False, False, False, False, True),
    "GEIQ": (False,) * 7,
}


@pytest.mark.parametrize("type_siae", EXAMINES)
@pytest.mark.parametrize("dite", [True, False])
def test_une_sortie_s_examine_selon_les_heures_et_les_jours_que_dit_le_type_de_la_structure(ici, type_siae, dite):
    sujets = tuple(_fin(-49 - jours, -50, {-50: heures}, sorties=(-50,) if dite else ()) for jours, heures in EXAMEN)
    racines = jouer(ici, "fins_de_parcours", sujets, type_siae=type_siae)
    assert lus("fins_de_parcours", racines, periode(DU, AU, 0)) == [(1, int(examine)) for examine in EXAMINES[type_siae]]


@pytest.mark.parametrize(
    "motif, lu",
    [
        ("cdi_non_aide", (1, 1)),
        ("cdd_court", (1, 1)),
        ("formation", (1, 1)),
        ("chomage", (1, 0)),
        ("deces", RIEN),
    ],
)
def test_une_sortie_est_dynamique_selon_la_categorie_de_son_motif(ici, motif, lu):
    racines = jouer(ici, "sorties_dynamiques", (_fin(-300, -50, {-300: 150}, sorties=(-50,)),))
    racines[0].sorties.update(motif=terme("motif_sortie", motif))
    assert lus("sorties_dynamiques", racines, periode(DU, AU, 0)) == [lu]


def test_chaque_regard_a_ses_propres_domaines(ici):
    sujet = {
        "evaluations": [
            _evaluation(-300, -300, emploi=(3, 2), logement=(3, None)),
            _evaluation(-50, -50, emploi=(3, 1), logement=(2, 2)),
        ]
    }
    racines = jouer(ici, "domaines_en_progres", (sujet,))
    codes = ("domaines_en_progres", "domaines_en_progres_selon_la_personne")
    assert [lus(code, racines, periode(DU, AU, 0)) for code in codes] == [[(2, 1)], [(1, 1)]]
