"""Les faits écrits en Parquet disent, agrégés par DuckDB, les mêmes entiers que les mesures de chaque structure (OBS-3)."""

from decimal import Decimal

import duckdb
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Indicateur, Mesure, tous
from cedre.core.periodes import douze_mois_finis_le
from cedre.observatoire.faits import _atteint, cites, ecrire
from cedre.observatoire.rempli import moment


def entiers(indicateur: Indicateur, mesure: Mesure) -> tuple[int, int]:
    return mesure.total, int(mesure.atteint * (100 if indicateur.grandeur else 1))


def attendues(code: str, periode, chez: dict[int, str]) -> dict[tuple, tuple[int, int]]:
    """De chaque structure, et de chaque valeur de chaque coupe, la mesure que lit une page."""
    indicateur, quand = tous()[code], moment(tous()[code], periode)
    coupes = sorted(indicateur.noms_des_coupes)
    croisement = indicateur.croisement(("", *coupes), quand)
    dites = {(pk, "", ""): mesure for pk, mesure in indicateur.mesurer_par_structure(quand).items()}
    dites |= {(pk, coupe, str(v or "")): m for coupe in coupes for (pk, v), m in croisement.par("", coupe).items()}
    return {(code, chez[pk], *reste): entiers(indicateur, mesure) for (pk, *reste), mesure in dites.items()}


def test_chaque_mesure_agregee_est_celle_de_la_structure(partout, tmp_path):
    periode, chez = douze_mois_finis_le(timezone.localdate()), dict(Organisation.objects.values_list("pk", "slug"))
    lentes = []

    def noter(execute, sql, *reste):
        lentes.extend([sql] if " IN (SELECT " in sql else [])
        return execute(sql, *reste)

    with connection.execute_wrapper(noter):
        ecrits = dict(ecrire(cites(), periode, tmp_path))
    assert lentes == [], "chaque fait se chercherait parmi ceux de tout le réseau (décision 0032)"
    lues = duckdb.sql(f"SELECT * FROM '{tmp_path}/mesures/*.parquet'").fetchall()
    lues = {tuple(cle): (total, atteint) for *cle, total, atteint in lues}
    dites = {cle: dit for code in cites() for cle, dit in attendues(code, periode, chez).items()}
    assert {cle: (lues.get(cle), dit) for cle, dit in dites.items() if lues.get(cle) != dit} == {}
    assert sum(ecrits.values()) > len(ecrits) and len({chez for _, chez, *_ in lues}) > 1


@pytest.mark.parametrize("valeurs", [[1, 2, 3, 4], [5, 1, 4, 2, 3], [7], [], [0.125, 2], [0.135, None, 1, 9, 30]])
def test_duckdb_agrege_comme_cedre(valeurs):
    """Un quantile est une valeur, jamais une moyenne ; l'égalité de deux centièmes va au pair."""
    grandeurs = {i.grandeur.agregat: i for code in cites() if (i := tous()[code]).grandeur}
    lignes = ", ".join(f"({'NULL' if valeur is None else valeur})" for valeur in [*valeurs, None])
    for agregat, indicateur in grandeurs.items():
        lu = duckdb.sql(f"SELECT {_atteint(indicateur)} FROM (SELECT v::DECIMAL(28, 9) AS valeur FROM (VALUES {lignes}) AS t(v))")
        de_cedre = [valeur and Decimal(str(valeur)) * agregat.sur for valeur in valeurs]
        assert lu.fetchall() == [(int(agregat.de(de_cedre) * 100),)], agregat.nom
    assert len(grandeurs) == 5


def test_nul_fichier_ne_porte_l_identifiant_ni_le_nom_d_une_personne(partout, tmp_path):
    [*ecrire(["heures_travaillees"], douze_mois_finis_le(timezone.localdate()), tmp_path)]
    sujets = {sujet for (sujet,) in duckdb.sql(f"SELECT sujet FROM '{tmp_path}/faits/*.parquet'").fetchall()}
    connus = {sujet for (sujet,) in duckdb.sql(f"SELECT sujet FROM '{tmp_path}/sujets.parquet'").fetchall()}
    assert sujets and sujets <= connus and all(len(sujet) == 16 for sujet in connus)


@pytest.mark.parametrize("annee, dit", [("20", "quatre chiffres"), ("2999", "à venir"), ("2025", "n’est pas un dossier vide")])
def test_la_commande_refuse_en_disant_pourquoi(annee, dit, db, tmp_path):
    (tmp_path / "la").touch()
    with pytest.raises(CommandError, match=dit):
        call_command("faits", annee=int(annee), vers=tmp_path)
