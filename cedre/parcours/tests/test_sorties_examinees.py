"""Quelles sorties s'examinent : par année, par annexe, la dernière de chacun ; ce qui s'additionne (nomenclatures §1)."""

import pytest

from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Mesure, tous
from cedre.parcours.indicateurs.sorties import ClasseDeSortie
from cedre.parcours.tests.test_bornes_des_periodes import AU, DU, RIEN, _fin, jouer, lus, periode

TypeSiae = Organisation.TypeSiae
MANQUE, BIEN = (1, 0), (1, 1)
SYLVESTRE, PREMIER_DE_L_AN = -166, -165  # depuis le 15 juin 2026


def _annexe(numero: str, type_siae: str = "AI") -> dict:
    return {"numero": numero, "type_siae": type_siae, "du": -500, "au": 90, "heures_etp": 1820, "etp": 10}


def _contrat(heures: float, annexe: dict | None = None, debut: int = -100, fin: int = -50, **dit) -> dict:
    travail = {"atelier": "Jardin", "du": debut, "heures": [{"le": debut, "heures": heures}]}
    return {"debut": debut, "fin_prevue": fin, "annexe": annexe, "mises_en_situation": [travail]} | dit


def _sous(*contrats: dict, motif: str = "cdi_non_aide", dite: bool = True) -> dict:
    sorties = [{"le": -50, "motif": motif}] if dite else []
    return {"phase": "parcours", "contrats": [*contrats], "sorties": sorties}


def examiner(monde, *sujets: dict, vue: int = 0, **dit) -> list[tuple]:
    """De chacune de ces personnes, ses fins de la période et celles qui s'examinent."""
    return lus("fins_de_parcours", jouer(monde, "fins_de_parcours", sujets, **dit), periode(DU, AU, vue))


@pytest.mark.parametrize("dite", [True, False])
@pytest.mark.parametrize(
    ("type_siae", "heures", "lu"),
    [
        ("AI", {SYLVESTRE: 149, PREMIER_DE_L_AN: 149}, MANQUE),
        ("AI", {SYLVESTRE: 150, PREMIER_DE_L_AN: 1}, BIEN),
        ("AI", {PREMIER_DE_L_AN: 149, -60: 1}, BIEN),
        ("ETTI", {SYLVESTRE: 149, PREMIER_DE_L_AN: 149}, MANQUE),
        ("ETTI", {SYLVESTRE: 1, PREMIER_DE_L_AN: 150}, BIEN),
        ("ACI", {SYLVESTRE: 0.5, PREMIER_DE_L_AN: 0.5}, BIEN),
        ("EI", {SYLVESTRE: 0.5, PREMIER_DE_L_AN: 0.25}, MANQUE),
    ],
)
def test_en_ai_et_en_etti_les_heures_de_deux_annees_ne_s_additionnent_pas(ici, type_siae, heures, lu, dite):
    assert examiner(ici, _fin(-200, -50, heures, sorties=(-50,) if dite else ()), type_siae=type_siae) == [lu]


SUITE = {"renouvelle": True}  # du contrat qui le précède dans la liste


@pytest.mark.parametrize("dite", [True, False])
def test_les_heures_de_deux_annexes_ou_de_deux_contrats_ne_s_additionnent_pas_celles_d_un_renouvellement_si(ici, dite):
    un, deux = _annexe("A1"), _annexe("A2")
    cas = [
        ((_contrat(100, un), _contrat(50, deux)), MANQUE),
        ((_contrat(100, un), _contrat(50, deux, **SUITE)), MANQUE),
        ((_contrat(100, un), _contrat(150, deux)), BIEN),
        ((_contrat(100, un), _contrat(50, un)), MANQUE),
        ((_contrat(100, un), _contrat(50, un, **SUITE)), BIEN),
        ((_contrat(100, un), _contrat(49, un, **SUITE)), MANQUE),
        ((_contrat(50, un), _contrat(50, un, **SUITE), _contrat(50, un, **SUITE)), BIEN),
        ((_contrat(50, un), _contrat(50, un, **SUITE), _contrat(50, un)), MANQUE),
        ((_contrat(100, un), _contrat(50, un), _contrat(100, un, **SUITE)), BIEN),
        ((_contrat(100), _contrat(50)), MANQUE),
        ((_contrat(100), _contrat(50, **SUITE)), BIEN),
        ((_contrat(100, un), _contrat(50, **SUITE)), MANQUE),
    ]
    assert examiner(ici, *(_sous(*contrats, dite=dite) for contrats, _ in cas)) == [lu for _, lu in cas]


def test_les_heures_d_un_renouvellement_ne_passent_pas_l_annee_ni_celles_dont_on_ne_dit_pas_le_contrat(ici):
    suivie = _sous(_contrat(100, debut=SYLVESTRE), _contrat(50, debut=PREMIER_DE_L_AN, **SUITE))
    sans_contrat = {"atelier": "Cour", "du": -100, "heures": [{"le": -100, "heures": 100}, {"le": -90, "heures": 49}]}
    assert examiner(
        ici,
        suivie,
        _sous(_contrat(50)) | {"mises_en_situation": [sans_contrat]},
        _sous(_contrat(50)) | {"mises_en_situation": [sans_contrat, sans_contrat | {"heures": [{"le": -80, "heures": 1}]}]},
    ) == [MANQUE, MANQUE, BIEN]


def test_le_type_est_celui_de_l_annexe_du_dernier_contrat(ici):
    chantier, association = _annexe("C1", "ACI"), _annexe("A1")
    assert examiner(
        ici,
        _sous(_contrat(900, chantier)),
        _sous(_contrat(1, chantier, debut=-130)),
        _sous(_contrat(1, chantier, debut=-130), _contrat(1, association)),
        _sous(_contrat(900, association, debut=-130, fin=-101), _contrat(1, chantier)),
        _sous(_contrat(1, chantier, debut=-130), _contrat(1)),
    ) == [MANQUE, BIEN, MANQUE, BIEN, BIEN]


@pytest.mark.parametrize(
    ("sorties", "lu"),
    [
        ((-90, -50), BIEN),
        ((-50, -90), BIEN),
        ((-50, -50), BIEN),
        ((-90, AU + 1), BIEN),
        ((DU - 1, -50), BIEN),
    ],
)
def test_d_une_meme_personne_seule_la_derniere_fin_examinee_de_la_periode_compte(ici, sorties, lu):
    heures = dict.fromkeys(sorties, 150) | {-300: 150}
    assert examiner(ici, _fin(-300, -50, heures, sorties=sorties)) == [lu]


def test_une_fin_trop_courte_n_efface_pas_celle_qui_compte_et_une_fin_tue_la_remplace(ici):
    reprise = {"debut": -80, "fin_prevue": -60}
    courte, longue = {-300: 150, -80: 10}, {-300: 150, -80: 150}
    assert examiner(
        ici,
        _fin(-300, -90, courte, sorties=(-90, -60), autres=[reprise]),
        _fin(-300, -90, longue, sorties=(-90, -60), autres=[reprise]),
        _fin(-300, -90, courte, sorties=(-90,), autres=[reprise]),
        _fin(-300, -90, longue, sorties=(-90,), autres=[reprise]),
    ) == [(2, 1), BIEN, (2, 1), BIEN]


def test_la_derniere_est_celle_que_l_on_connait_le_jour_ou_l_on_regarde(ici):
    dites = [{"le": -90, "motif": "chomage"}, {"le": -50, "motif": "cdi_non_aide"}]
    racines = jouer(ici, "sorties_dynamiques", (_fin(-300, -50, {-300: 150, -60: 150}) | {"sorties": dites},))
    vues = [lus("sorties_dynamiques", racines, periode(DU, AU, vue)) for vue in (-91, -90, -51, -50)]
    assert vues == [[RIEN], [MANQUE], [MANQUE], [BIEN]]


@pytest.mark.parametrize(
    ("fin", "alors", "jusque", "sorties", "hier", "ce_jour"),
    [
        (30, -50, 0, (), BIEN, RIEN),  # prolongé depuis : la sortie d’hier ne se perd pas
        (-50, 30, 0, (), RIEN, BIEN),  # rompu depuis : elle ne s’invente pas
        (-50, None, 0, (), RIEN, BIEN),
        (-50, -40, 0, (), BIEN, BIEN),
        (-50, -40, 1, (), BIEN, BIEN),  # la correction de demain
        (-50, 30, 1, (), RIEN, RIEN),
        (-95, -50, 0, (-90,), BIEN, BIEN),  # une sortie notée, puis une fin qui la suivait
        (-50, -95, 0, (-90,), BIEN, BIEN),
    ],
)
def test_une_fin_corrigee_depuis_n_invente_ni_ne_perd_une_sortie_non_documentee(ici, fin, alors, jusque, sorties, hier, ce_jour):
    """alors : la fin que l’on savait avant ce jour-là. Le passé se lit avec elle, aujourd’hui avec celle d’aujourd’hui."""
    sujet = _fin(-300, fin, {-300: 150, -80: 150}, sorties=sorties)
    sujet["contrats"][0]["anciennes_fins"] = [{"fin": alors, "au": jusque}]
    racines = jouer(ici, "fins_de_parcours", (sujet,))
    assert [*(lus("fins_de_parcours", racines, periode(DU, AU, vue)) for vue in (-1, 0))] == [[hier], [ce_jour]]


def test_les_types_de_structure_partitionnent_les_sorties(ici):
    """Chaque fin est d'un type et d'un seul, dit par son annexe ou par la structure ; leurs mesures s'additionnent."""
    longue = {"debut": -300, "fin": -50}
    sujets = [_sous(_contrat(150, _annexe(f"{un} 1", un), **longue)) for un in TypeSiae.values]
    sujets += [_sous(_contrat(150, _annexe(f"{un} 1", un), **longue), dite=False) for un in TypeSiae.values]
    sujets += [_sous(_contrat(20)), _sous(_contrat(150, **longue), motif="deces")]
    quand, figure = periode(DU, AU, 0), tous()["fins_de_parcours"]
    for type_siae in TypeSiae.values:
        jouer(ici, "fins_de_parcours", tuple(sujets), type_siae=type_siae)
        par_type = figure.mesurer_par("type de structure", quand, ici.organisation)
        assert {*par_type} == {*TypeSiae.values}
        en_tout = figure.mesurer(ici.organisation, quand)
        assert Mesure(*(sum(rang) for rang in zip(*par_type.values(), strict=True))) == en_tout == (10, 9)
        assert all(mesure.atteint >= 2 for un, mesure in par_type.items() if un in TypeSiae.values), "aucun n’est oublié"


def test_les_categories_s_additionnent_aux_sorties_examinees_et_les_retraits_seuls_quittent_le_taux(ici):
    motifs = ("cdi_non_aide", "cdd_court", "formation", "chomage", "deces", "faute_grave")
    sujets = [_sous(_contrat(150), motif=motif) for motif in motifs]
    sujets += [_sous(_contrat(150), dite=False), _sous(_contrat(149)), _sous(_contrat(149), dite=False)]
    jouer(ici, "fins_de_parcours", tuple(sujets))
    quand, (fins, dynamiques) = periode(DU, AU, 0), (tous()[code] for code in ("fins_de_parcours", "sorties_dynamiques"))
    par_classe = fins.mesurer_par("classe", quand, ici.organisation)
    assert {*par_classe} == {*ClasseDeSortie.values}
    examinees = sum(mesure.total for classe, mesure in par_classe.items() if classe != ClasseDeSortie.NON_EXAMINEE)
    assert fins.mesurer(ici.organisation, quand) == (9, 7) == (sum(m.total for m in par_classe.values()), examinees)
    dites = [ClasseDeSortie.DURABLE, ClasseDeSortie.TRANSITION, ClasseDeSortie.POSITIVE]
    retraits = par_classe[ClasseDeSortie.RETRAIT].total
    assert (
        dynamiques.mesurer(ici.organisation, quand) == (examinees - retraits, sum(par_classe[c].total for c in dites)) == (5, 3)
    )
    assert dynamiques.mesurer_par("classe", quand, ici.organisation)[ClasseDeSortie.NON_DOCUMENTEE] == MANQUE
