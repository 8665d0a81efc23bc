"""Chaque rubrique de chaque cadre se calcule, égale la liste derrière elle, et ce qui partitionne s'additionne (OBS-1)."""

from dataclasses import replace

import pytest
from django.utils import timezone

from cedre.core.grandeurs import CENTIEME
from cedre.core.indicateurs import tous
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.observatoire.cadre import PartLue, RubriqueDuCadre, valeurs_closes
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import Terme
from cedre.observatoire.rempli import Derriere, RubriqueRemplie, remplir
from cedre.observatoire.tests.test_cadres_remplis import cadre_de

CADRES = [*livres()]


def douze_mois() -> Periode:
    """Les derniers : la structure d'essai vient d'agir."""
    return douze_mois_finis_le(timezone.localdate())


def remplies(code: str, organisation) -> list[RubriqueRemplie]:
    """Chaque rubrique de ce cadre, remplie."""
    return [r for _, siennes in remplir(livres()[code], organisation, douze_mois()) for r in siennes]


@pytest.mark.parametrize("code", CADRES)
def test_chaque_case_est_le_nombre_de_la_liste_derriere_elle(code, ici):
    for remplie in remplies(code, ici.organisation):
        rubrique = remplie.rubrique
        if remplie.mesure is None:
            assert rubrique.non_tenue, rubrique.code
            continue
        derriere = Derriere(rubrique, ici.hab["direction"], douze_mois())
        attendues = remplie.mesure.atteint if rubrique.lit == PartLue.ATTEINT else remplie.mesure.total
        lues = derriere[0 : attendues + 1]
        assert len(lues) == attendues, rubrique.code
        if remplie.compte_une_part:
            assert [dit for _, dit in lues].count("oui") == remplie.mesure.atteint, rubrique.code
        assert not lues or len(derriere.montrer(lues)) == derriere.count() == len(lues)


@pytest.mark.parametrize("code", CADRES)
def test_les_valeurs_d_une_coupe_et_les_rubriques_d_un_total_s_y_additionnent(code, ici):
    par_code = {r.rubrique.code: r for r in remplies(code, ici.organisation)}
    for remplie in par_code.values():
        for valeurs in remplie.par.values() if remplie.mesure and remplie.indicateur.s_additionne else ():
            assert sum(m.total for m in valeurs.values()) == remplie.mesure.total, remplie.rubrique.code
            ecart = abs(sum(m.atteint for m in valeurs.values()) - remplie.mesure.atteint)
            arrondi = CENTIEME * len(valeurs) if remplie.indicateur.grandeur else 0
            assert ecart <= arrondi, remplie.rubrique.code
        if parts := [par_code[c] for c in remplie.rubrique.total_de]:
            assert sum(p.rubrique.nombre(p.mesure) for p in parts) == remplie.rubrique.nombre(remplie.mesure)


@pytest.mark.parametrize("code", CADRES)
def test_chaque_terme_que_cite_un_cadre_est_du_cadre_commun(code, db):
    cites = {terme for rubrique in livres()[code].tenues() for terme in rubrique.termes()}
    connus = {f"{liste}:{terme}" for liste, terme in Terme.objects.values_list("liste", "code")}
    assert cites <= connus


def test_deux_coupes_croisees_se_comptent_ensemble(ici):
    sexe = {"F": "Femme", "H": "Homme"}.get(ici.personne.sexe, "Non renseigné")
    toutes = tous()["delai_annonce"].mesurer(ici.organisation, douze_mois())
    assert toutes.total
    ages = tuple(valeurs_closes(tous()["delai_annonce"], "âge"))
    for voulu, attendue in ((sexe, toutes), ("Femme" if sexe == "Homme" else "Homme", (0, 0))):
        croisee = RubriqueDuCadre("x", "X", indicateur="delai_annonce", coupes={"sexe": (voulu,), "âge": ages})
        (lue,) = remplir(cadre_de(croisee), ici.organisation, douze_mois())[0][1]
        assert lue.mesure == attendue and Derriere(croisee, ici.hab["direction"], douze_mois()).count() == lue.mesure.total


def test_une_liste_de_deux_tables_se_pagine_bout_a_bout(ici):
    derriere = Derriere(RubriqueDuCadre("x", "X", indicateur="delai_annonce"), ici.hab["direction"], douze_mois())
    derriere.parts *= 2
    assert derriere.count() == 2
    pages = [[ligne for ligne, _ in derriere[debut:fin]] for debut, fin in ((0, 1), (1, 2), (0, 5), (2, 4))]
    assert pages == [[ici.contact], [ici.contact], [ici.contact, ici.contact], []]
    assert [manquant.ligne for manquant, _ in derriere.montrer(derriere[0:5])] == [ici.contact, ici.contact]


def test_une_liste_de_ce_qui_satisfait_ne_dit_pas_les_autres_et_rien_a_qui_ne_lit_pas_les_dossiers(ici):
    atteint = RubriqueDuCadre("x", "X", indicateur="delai_annonce", lit=PartLue.ATTEINT)
    toutes = replace(atteint, lit=PartLue.TOTAL)
    type(ici.contact).objects.filter(pk=ici.contact.pk).update(delai_annonce=None)
    comptes = [Derriere(rubrique, ici.hab["direction"], douze_mois()).count() for rubrique in (toutes, atteint)]
    assert comptes == [1, 0] and Derriere(toutes, ici.hab["ca"], douze_mois()).count() == 0
