"""Un indicateur lit des jours : son SQL ne convertit aucune date-heure, ni ne calcule par ligne ce que dit une borne (OBS-1)."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F, Q, Value

from cedre.comptes.models import Habilitation
from cedre.core.dates import Decaler
from cedre.core.indicateurs import Exemple, Indicateur, condition, tous
from cedre.core.manques import Manque, batir
from cedre.tests.test_maison import CODE, relatif

LE = date(2026, 6, 15)
SUR_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL ajoute une durée lui-même")
INTERDITS = {
    "une fonction de Python, appelée à chaque ligne": re.compile(r"\bdjango_\w+\("),
    "une date-heure convertie à chaque ligne": re.compile(r"AT TIME ZONE|date_trunc|DATE_TRUNC"),
    "un jour décalé à chaque ligne, qu’une borne dirait": re.compile(r"\bdate\(%s, \(?%s|\(%s::date \+ \(?%s"),
}


def fautes(indicateur: Indicateur) -> list[str]:
    """Ce que le SQL de cet indicateur fait de trop à chaque ligne : sa population, son critère, le jour que dit un manque."""
    requetes = indicateur.comptes(1, LE) + ([indicateur.manquants(1, LE)] if indicateur.se_corrige else [])
    textes = [requete.query.sql_with_params()[0] for requete in requetes]
    if isinstance(indicateur, Manque) and indicateur.jour:
        bati = batir(indicateur, LE)
        textes.append(bati.toutes.values_list(bati.jour).query.sql_with_params()[0])
    return [quoi for quoi, motif in INTERDITS.items() if any(motif.search(texte) for texte in textes)]


@pytest.mark.parametrize("code", tous())
def test_le_sql_d_un_indicateur_ne_convertit_ni_ne_calcule_rien_par_ligne(db, code):
    assert fautes(tous()[code]) == []


@pytest.mark.parametrize("code", [code for code, indicateur in tous().items() if indicateur.critere])
def test_un_critere_se_dit_de_la_ligne_et_se_compte_en_la_lisant(db, code):
    indicateur = tous()[code]
    dite = indicateur.critere(indicateur.lignes(LE), indicateur.moment(LE))
    assert isinstance(dite, Q) or condition(indicateur, LE) is not None, "une jointure, ou une annotation : Exists(…)"


@pytest.mark.parametrize(
    "critere",
    [
        lambda lignes, le: lignes.filter(depuis__date__lte=le),
        lambda lignes, le: lignes.filter(depuis_jour__lte=Decaler(Value(le), Value(3))),
        pytest.param(lambda lignes, le: lignes.filter(depuis__lte=F("utilisee_le") + timedelta(1)), marks=SUR_SQLITE),
    ],
)
def test_la_regle_voit_ce_qu_elle_interdit(db, critere):
    vide = dict.fromkeys(("libelle", "definition", "unite", "source"), "")
    fautif = Indicateur(
        code="x", **vide, population=lambda le: Habilitation.objects.all(), critere=critere, exemple=Exemple((), 0, 0)
    )
    assert len(fautes(fautif)) == 1


def test_aucun_code_ne_compare_le_jour_d_une_date_heure():
    """Un jour à côté (comptes.fuseaux.JourDe), ou deux bornes (core.dates.du_jour)."""
    motif = re.compile(r"__date\b|__date__|\bTruncDate\b")
    assert [relatif(p) for p in CODE if motif.search(p.read_text(encoding="utf-8"))] == []
