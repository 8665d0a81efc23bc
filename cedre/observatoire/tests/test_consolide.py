"""Les nombres d'une région et du réseau : la somme des rapports acceptés, dite sans petit nombre (OBS-3)."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_JOUR
from cedre.core.periodes import annee
from cedre.observatoire.cadres import livres
from cedre.observatoire.chaine import periode_d_avant
from cedre.observatoire.consolide import PAS_CONSOLIDEE, PERSONNE, TROP_PEU_DE_STRUCTURES, Somme, consolider, s_additionne
from cedre.observatoire.models import Campagne, NombrePublie, Rapport

CADRE = livres()["cedre-2026"]
LES_RUBRIQUES = {rubrique.code: rubrique for rubrique in CADRE.tenues()}
COMPTE, SOMME, MEDIANE, TOTAL = "delai_tenu", "heures_travaillees", "delai_d_accueil", "salaries_en_insertion"


def l_annee():
    return annee(timezone.localdate().replace(month=1, day=1) - UN_JOUR)


def structures(region: Organisation, combien: int, type_siae: str = "AI") -> list[Organisation]:
    """Des structures de cette région."""
    deja = Organisation.objects.count()
    return Organisation.objects.bulk_create(
        Organisation(nature="structure", type_siae=type_siae, nom=f"Structure {n}", slug=f"s-{n}", region=region)
        for n in range(deja, deja + combien)
    )


def publie(structure: Organisation, nombres: dict, etat: str = "accepte", periode=None, contributeurs=None) -> Rapport:
    """Un rapport de l'an dernier, avec ces nombres : (rubrique, coupe, valeur) vers numérateur et dénominateur."""
    periode = periode or l_annee()
    dite = {"cadre": CADRE.code, "du": periode.du, "au": periode.au, "publie_le": periode.au + UN_JOUR}
    rapport = Rapport.objects.create(organisation=structure, etat=etat, transmis_le=periode.au + UN_JOUR, **dite)
    dits = {"rapport": rapport, "contributeurs": contributeurs}
    NombrePublie.objects.bulk_create(
        NombrePublie(rubrique=code, coupe=coupe, modalite=valeur, numerateur=n, denominateur=d, **dits)
        for (code, coupe, valeur), (n, d) in nombres.items()
    )
    return rapport


def consolides(par, region=None) -> dict:
    """Par code, chaque rubrique consolidée."""
    chapitres = consolider(CADRE, l_annee(), periode_d_avant(l_annee()), pour=par, region=region)
    return {r.rubrique.code: r for _, rubriques in chapitres for r in rubriques}


def dits(par, code: str, quoi: int = 1) -> str:
    return consolides(par)[code].lue(pour=par)[quoi]


@pytest.fixture
def regions(reseau):
    """Les deux régions, et trois structures de chacune dont le rapport est accepté : de tout compte, toute somme."""
    for rang, region in enumerate(reseau[1]):
        for n, structure in enumerate(structures(region, 3), start=1):
            publie(structure, {(code, "", ""): (10 * n + rang, 100 * n + rang) for code in LES_RUBRIQUES})
    return reseau[1]


def test_le_reseau_est_la_somme_de_ses_regions_et_une_region_de_ses_structures(regions, reseau):
    federation, region = reseau[0].hab["responsable_qualite"], reseau[0].hab["ca_regional"]
    entier, la_sienne = consolides(federation), consolides(region)
    vue_d_en_haut, l_autre = (consolides(federation, une.pk) for une in regions)
    sommables = [code for code, rubrique in LES_RUBRIQUES.items() if s_additionne(rubrique)]
    assert len(sommables) > 60 and {*LES_RUBRIQUES} - {*sommables}
    for code in sommables:
        assert la_sienne[code].somme == vue_d_en_haut[code].somme == Somme(3, 60, 600)
        assert l_autre[code].somme == Somme(3, 63, 603) and entier[code].somme == Somme(6, 123, 1203)


def test_seuls_les_rapports_acceptes_et_clos_comptent(reseau):
    par = reseau[0].hab["referent_regional"]
    for etat in Rapport.Etat:
        if etat != "brouillon":
            publie(structures(reseau[1][0], 1)[0], {(COMPTE, "", ""): (1, 1)}, etat=etat)
    assert consolides(par)[COMPTE].somme == Somme(2, 2, 2)


def test_ce_qu_une_structure_ne_dit_pas_ne_compte_pas_pour_zero(reseau):
    par, (une, autre) = reseau[0].hab["referent_regional"], structures(reseau[1][0], 2)
    publie(une, {(COMPTE, "", ""): (20, 40)})
    publie(autre, {(COMPTE, "", ""): (None, None)})
    assert consolides(par)[COMPTE].somme == Somme(1, 20, 40) and dits(par, SOMME) == PERSONNE


def test_une_mediane_ne_se_consolide_pas(regions, reseau):
    par = reseau[0].hab["responsable_qualite"]
    assert not s_additionne(LES_RUBRIQUES[MEDIANE]) and consolides(par)[MEDIANE].somme is None
    assert dits(par, MEDIANE) == PAS_CONSOLIDEE


@pytest.mark.parametrize("combien, dite", [(4, TROP_PEU_DE_STRUCTURES), (5, "environ 50,7 heures")])
def test_une_somme_se_dit_a_partir_de_cinq_structures(reseau, combien, dite):
    for structure in structures(reseau[1][0], combien):
        publie(structure, {(SOMME, "", ""): (1014, 3)})
    assert dits(reseau[0].hab["referent_regional"], SOMME) == dite


@pytest.mark.parametrize(
    "combien, dite",
    [((4, 9), TROP_PEU_DE_STRUCTURES), ((None, 9), TROP_PEU_DE_STRUCTURES), ((5, 9), "environ 20,3 heures")],
)
def test_de_moins_de_cinq_structures_une_somme_se_dit_si_chacune_dirait_la_sienne(reseau, combien, dite):
    for structure, siens in zip(structures(reseau[1][0], 2), combien, strict=True):
        publie(structure, {(SOMME, "", ""): (1014, 3), ("heures_de_formation", "", ""): (1014, 3)}, contributeurs=siens)
    par = reseau[0].hab["referent_regional"]
    assert (dits(par, SOMME), dits(par, "heures_de_formation")) == (dite, TROP_PEU_DE_STRUCTURES), "d'une partie, jamais"


@pytest.mark.parametrize(
    "nombres, dite", [((3, 40), "moins de cinq sur"), ((21, 42), "environ 20 sur"), ((39, 41), "sauf moins de cinq")]
)
def test_un_petit_nombre_et_son_complement_ne_se_lisent_pas(reseau, nombres, dite):
    publie(structures(reseau[1][0], 1)[0], {(COMPTE, "", ""): nombres})
    lu = dits(reseau[0].hab["referent_regional"], COMPTE).replace("\N{NO-BREAK SPACE}", " ")
    assert dite in lu and not {str(n) for n in nombres if n % 5} & {*lu.split()}


@pytest.mark.parametrize("combien, details", [(4, []), (5, [("Femme", "environ 200")])])
def test_le_detail_se_dit_a_partir_de_cinq_structures_et_d_un_total_c_est_le_total(reseau, combien, details):
    """Le cube garde, de chaque valeur, ce qui satisfait sur le total : ici, ceux qu'un contrat tient encore."""
    for structure in structures(reseau[1][0], combien):
        publie(structure, {(TOTAL, "", ""): (70, None), (TOTAL, "sexe", "Femme"): (9, 40)})
    assert dict(dits(reseau[0].hab["referent_regional"], TOTAL, 3)).get("sexe", []) == details


@pytest.mark.parametrize("combien, dite", [(4, TROP_PEU_DE_STRUCTURES), (5, "environ 100")])
def test_la_partie_d_un_tout_se_dit_a_partir_de_cinq_structures(reseau, combien, dite):
    partie = "objectifs_atteints"
    assert LES_RUBRIQUES[partie].coupes
    for structure in structures(reseau[1][0], combien):
        publie(structure, {(partie, "", ""): (20, None)})
    assert dits(reseau[0].hab["referent_regional"], partie) == dite


def test_la_periode_d_avant_se_lit_a_cote(reseau):
    une = structures(reseau[1][0], 1)[0]
    publie(une, {(COMPTE, "", ""): (40, 80)})
    publie(une, {(COMPTE, "", ""): (20, 80)}, periode=periode_d_avant(l_annee()))
    par = reseau[0].hab["referent_regional"]
    assert ["environ 40" in dits(par, COMPTE), "environ 20" in dits(par, COMPTE, 2)] == [True, True]


def test_la_page_dit_combien_de_structures_sur_combien(ici, regions, reseau, client):
    dite = {"cadre": CADRE.code, "du": l_annee().du, "au": l_annee().au, "attendu_le": timezone.localdate()}
    campagne = Campagne.objects.create(organisation=reseau[0].organisation, **dite)
    publie(ici.organisation, {(COMPTE, "", ""): (40, 80)})
    client.force_login(reseau[0].hab["referent_regional"].compte)
    texte = client.get(reverse("observatoire:consolide", args=[campagne.pk])).content.decode()
    assert "1 sur 1 structure" in unescape(texte).replace("\N{NO-BREAK SPACE}", " ") and PAS_CONSOLIDEE in texte
