"""Les faits de toutes les structures, écrits en Parquet et agrégés par DuckDB : les nombres d'un réseau entier (OBS-1, OBS-3).

Ce qui range une personne (son sexe, son âge…) ne se lit et ne s'écrit qu'une fois, à part de ses faits. DuckDB se charge avec
ce module, que le site n'importe pas.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import duckdb

from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Indicateur
from cedre.core.periodes import Periode
from cedre.observatoire.cadres import livres
from cedre.observatoire.paquet import Sujets
from cedre.observatoire.rempli import moment

SUJETS, MESURES = "sujets.parquet", "mesures.parquet"
D_UN_FAIT = {"organisation": "VARCHAR", "sujet": "VARCHAR", "valeur": "DECIMAL(28, 9)"}
TABLE = "CREATE TABLE mesures (figure TEXT, organisation TEXT, coupe TEXT, modalite TEXT, total BIGINT, atteint BIGINT)"
A_LA_MAISON = {"memory_limit": "1GB", "threads": 2}  # au-delà, DuckDB écrit sur disque


def cites() -> list[Indicateur]:
    """Les indicateurs que citent les cadres, par code."""
    return sorted({rubrique.mesuree for cadre in livres().values() for rubrique in cadre.tenues()}, key=lambda i: i.code)


def ecrire(indicateurs: list[Indicateur], periode: Periode, dossier: Path, *, dire: Callable[[str, int], None]) -> None:
    """Écrit dans ce dossier les faits de chacun, ce qui range leurs sujets, et les mesures de chaque structure.

    dire : reçoit, à mesure, ce qui vient d'être écrit, et combien de lignes.
    """
    chez, sujets = dict(Organisation.objects.values_list("pk", "slug")), Sujets()
    (personne,) = {i.sujets for i in indicateurs if hasattr(i.sujets, "COUPES")}
    with duckdb.connect(config=A_LA_MAISON | {"temp_directory": str(dossier)}) as base:
        lues = personne.objects.order_by().values_list("pk", *(coupe("", periode.au) for coupe in personne.COUPES.values()))
        lignes = ((sujets[pk], *dites) for pk, *dites in lues.iterator())
        dire("sujets", _parquet(base, dossier / SUJETS, _textes("sujet", *personne.COUPES), lignes))
        base.execute(TABLE)
        for indicateur in indicateurs:
            siennes = sorted({coupe for part in indicateur.parts or (indicateur,) for coupe in part.coupes})
            communes = [c for c in personne.COUPES if c not in siennes] if indicateur.sujets is personne else []
            lignes = (
                (chez[f.organisation], sujets[f.sujet] if communes else "", f.valeur, *map(f.coupes.get, siennes))
                for f in indicateur.faits(moment(indicateur, periode), coupes=frozenset(siennes))
            )
            chemin = dossier / f"{indicateur.code}.parquet"
            combien = _parquet(base, chemin, D_UN_FAIT | _textes(*siennes), lignes)
            base.execute(_agregation(indicateur, chemin, siennes, communes))
            dire(indicateur.code, combien)
        base.execute(f"COPY mesures TO {_dit(dossier / MESURES)}")


def _parquet(base: duckdb.DuckDBPyConnection, chemin: Path, colonnes: Mapping[str, str], lignes: Iterable[tuple]) -> int:
    """Écrit ces lignes, par un CSV que DuckDB relit ; rend combien il y en a."""
    brouillon = chemin.with_suffix(".csv")
    with brouillon.open("w", encoding="utf-8", newline="") as fichier:
        csv.writer(fichier, lineterminator="\n").writerows(lignes)
    types = ", ".join(f"{_dit(nom)}: {_dit(sorte)}" for nom, sorte in colonnes.items())
    lu = f"read_csv({_dit(brouillon)}, columns = {{{types}}}, header = false, delim = ',', quote = '\"', auto_detect = false)"
    ((combien,),) = base.execute(f"COPY (SELECT * FROM {lu}) TO {_dit(chemin)}").fetchall()
    brouillon.unlink()
    return combien


def _agregation(indicateur: Indicateur, chemin: Path, siennes: list[str], communes: list[str]) -> str:
    """De quoi compter ses faits, dans chaque structure et pour chaque valeur de chaque coupe, en une lecture."""
    coupes = [*(f'f."{nom}"' for nom in siennes), *(f's."{nom}"' for nom in communes)]
    dites = "".join(f", coalesce({coupe}, '') AS c{rang}" for rang, coupe in enumerate(coupes))
    jointure = f"LEFT JOIN {_dit(chemin.with_name(SUJETS))} AS s USING (sujet)" if communes else ""
    rangs = [f"c{rang}" for rang in range(len(coupes))]
    cas = "".join(f" WHEN grouping({r}) = 0 THEN {_dit(nom)}" for r, nom in zip(rangs, [*siennes, *communes], strict=True))
    groupes = ", ".join(["(organisation)", *(f"(organisation, {rang})" for rang in rangs)])
    return f"""
        INSERT INTO mesures
        SELECT {_dit(indicateur.code)}, organisation, CASE{cas or " WHEN false THEN ''"} ELSE '' END,
            coalesce({"".join(f"{rang}, " for rang in rangs)}''), count(*), {_vaut(indicateur)}
        FROM (SELECT organisation, valeur{dites} FROM {_dit(chemin)} AS f {jointure})
        GROUP BY GROUPING SETS ({groupes})"""


def _vaut(indicateur: Indicateur) -> str:
    """Un compte, ou ce que vaut la grandeur, en centièmes ; l'égalité va au pair, comme partout."""
    if indicateur.grandeur is None:
        return "CAST(sum(valeur) AS BIGINT)"
    part = indicateur.grandeur.agregat.part
    vaut = "sum(valeur)" if part is None else f"quantile_disc(valeur, {part.numerator} / {part.denominator})"
    return f"CAST(round_even(coalesce({vaut}, 0), 2) * 100 AS BIGINT)"


def _textes(*noms: str) -> dict[str, str]:
    return dict.fromkeys(noms, "VARCHAR")


def _dit(valeur) -> str:
    """Un texte, dans une requête."""
    return "'" + str(valeur).replace("'", "''") + "'"
