"""Une structure à côté des autres : assez de structures, rien d'exact, aucune par son nom (OBS-3)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from cedre.observatoire.reperes import a_cote, reperes
from cedre.observatoire.tests.test_consolide import CADRE, COMPTE, LES_RUBRIQUES, publie, structures

PART = LES_RUBRIQUES[COMPTE]


def un_groupe(combien: int, depuis: int = 0) -> dict[int, Decimal]:
    """Autant de structures, de valeurs qui se suivent."""
    return {numero: Decimal(2 * numero) for numero in range(depuis, depuis + combien)}


@pytest.mark.parametrize("combien, dits", [(4, []), (5, [("réseau", 5, "environ 5\N{NO-BREAK SPACE}%", "")])])
def test_une_mediane_se_dit_a_partir_de_cinq_structures(combien, dits):
    trouves = reperes(PART, Decimal(0), {"réseau": un_groupe(combien)})
    assert [(r.groupe, r.structures, r.mediane, r.bande) for r in trouves] == dits


@pytest.mark.parametrize("combien, bande", [(11, ""), (12, "dans le quart le plus bas")])
def test_un_quart_se_dit_a_partir_de_douze(combien, bande):
    [repere] = reperes(PART, Decimal(0), {"réseau": un_groupe(combien)})
    assert repere.bande == bande and bool(repere.moitie) == bool(bande)


@pytest.mark.parametrize(
    "sienne, bande",
    [
        (0, "dans le quart le plus bas"),
        (8, "sous la médiane"),
        (12, "au-dessus de la médiane"),
        (22, "dans le quart le plus haut"),
    ],
)
def test_la_bande_est_celle_ou_l_on_se_trouve(sienne, bande):
    assert reperes(PART, Decimal(sienne), {"réseau": un_groupe(12)})[0].bande == bande


@pytest.mark.parametrize("de_plus, dits", [(0, 2), (1, 1), (4, 1), (5, 2)])
def test_un_repere_qui_n_ajoute_que_quelques_structures_a_un_autre_se_tait(de_plus, dits):
    """Des deux médianes, on remonterait à celles d'une ou de quelques structures."""
    assert len(reperes(PART, None, {"région": un_groupe(6), "type": {}, "réseau": un_groupe(6 + de_plus)})) == dits


def test_rien_d_exact_n_en_sort():
    for exacte in range(101):
        [repere] = reperes(PART, None, {"réseau": dict.fromkeys(range(5), Decimal(exacte))})
        assert int(repere.mediane.removeprefix("environ ").split("\N{NO-BREAK SPACE}")[0]) % 5 == 0


@pytest.fixture
def sien(ici, reseau):
    """Le rapport d'« ici », et ceux de huit autres : quatre de sa région, deux d'un autre type, quatre de l'autre région."""
    for rang, (region, type_siae, combien) in enumerate(((0, "AI", 2), (0, "ACI", 2), (1, "AI", 4))):
        for n, autre in enumerate(structures(reseau[1][region], combien, type_siae)):
            publie(autre, {(COMPTE, "", ""): (40 + n + 7 * rang, 100)})
    return publie(ici.organisation, {(COMPTE, "", ""): (31, 97)}, etat="transmis")


def lu(sien, par):
    return next(dite for _, dites in a_cote(sien, par) for dite in dites if dite.rubrique.code == COMPTE)


def test_chacun_se_lit_a_cote_de_sa_region_de_son_type_et_du_reseau(sien, ici):
    """Le sien n'est pas encore accepté : il n'est dans aucune médiane."""
    dite = lu(sien, ici.hab["direction"])
    assert dite.sienne.replace("\N{NO-BREAK SPACE}", " ").startswith("31 sur 97")
    assert [(r.groupe, r.structures) for r in dite.reperes] == [("type", 6)], "le réseau n’y ajoute que deux structures"
    type(sien).objects.filter(pk=sien.pk).update(etat="accepte")
    assert [(r.groupe, r.structures) for r in lu(sien, ici.hab["direction"]).reperes] == [("région", 5), ("type", 7)]


def test_le_type_est_celui_d_alors(sien, ici):
    ici.organisation.appartenances.create(
        du=sien.du.replace(year=2000), au=sien.au.replace(year=sien.au.year + 1), type_siae="ACI"
    )
    sien.refresh_from_db()
    assert [r.groupe for r in lu(sien, ici.hab["direction"]).reperes] == ["réseau"]


def test_le_conseil_d_administration_n_a_ni_le_nombre_exact_ni_la_bande(sien, ici, reseau):
    for autre in structures(reseau[1][1], 9, "ACI"):
        publie(autre, {(COMPTE, "", ""): (50, 100)})
    for role, exact in (("direction", True), ("ca", False)):
        dite = lu(sien, ici.hab[role])
        assert ("31" in dite.sienne) is exact and any(r.bande for r in dite.reperes) is exact, role


def test_la_page_ne_nomme_aucune_autre_structure(sien, ici, ailleurs, client):
    client.force_login(ici.hab["direction"].compte)
    texte = client.get(reverse("observatoire:a_cote", args=[sien.pk])).content.decode()
    assert "médiane de 6" in texte.replace("\N{NO-BREAK SPACE}", " ")
    autres = type(ici.organisation).objects.structures().exclude(pk=ici.organisation.pk)
    assert [str(autre) for autre in autres if str(autre) in texte] == [] and CADRE.libelle in texte
