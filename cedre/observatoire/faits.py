"""Les faits de toutes les structures, écrits en Parquet et agrégés par DuckDB : les nombres d'un réseau entier (OBS-1, OBS-3).

Ce qui range une personne (son sexe, son âge…) ne se lit et ne s'écrit qu'une fois, à part de ses faits. DuckDB se charge avec
ce module, que le site n'importe pas.
"""

import csv
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from pathlib import Path

import duckdb

from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Indicateur, tous
from cedre.core.periodes import Periode
from cedre.observatoire.cadres import livres
from cedre.observatoire.rempli import moment

FAITS, MESURES, SUJETS = "faits", "mesures", "sujets.parquet"
D_UN_FAIT = {"organisation": "VARCHAR", "sujet": "VARCHAR", "valeur": "DECIMAL(28, 9)"}
FAISABLE = {"memory_limit": "512MB", "threads": 1}  # chaque indicateur a son processus ; au-delà, DuckDB écrit sur disque


def cites() -> list[str]:
    """Le code de chaque indicateur que citent les cadres."""
    return sorted({rubrique.indicateur for cadre in livres().values() for rubrique in cadre.tenues()})


def ecrire(codes: list[str], periode: Periode, dossier: Path, *, a_la_fois: Callable = map) -> Iterator[tuple[str, int]]:
    """Écrit dans ce dossier ce qui range les personnes, les faits de chaque indicateur, et les mesures de chaque structure.

    Rend à mesure ce qui vient d'être écrit, et combien de lignes. a_la_fois : map, ou celui de plusieurs processus.
    """
    (dossier / FAITS).mkdir()
    (dossier / MESURES).mkdir()
    clef, personne = secrets.token_bytes(32), _personne(codes)
    lues = personne.objects.order_by().values_list("pk", *(coupe("", periode.au) for coupe in personne.COUPES.values()))
    numeros = _Numeros(clef)
    lignes = ((numeros[pk], *dites) for pk, *dites in lues.iterator())
    with _duckdb() as base:
        yield SUJETS, _parquet(base, dossier / SUJETS, _textes("sujet", *personne.COUPES), lignes)
    yield from zip(codes, a_la_fois(partial(_ecrire_un, dossier=dossier, periode=periode, clef=clef), codes), strict=True)


class _Numeros(dict):
    """Un numéro par personne, que seule la clef de ce jeu de faits relierait à elle."""

    def __init__(self, clef: bytes):
        self.clef = clef

    def __missing__(self, pk: int) -> str:
        self[pk] = blake2b(str(pk).encode(), key=self.clef, digest_size=8).hexdigest()
        return self[pk]


def _personne(codes: Iterable[str]):
    """Le modèle des personnes, celui qui a des coupes."""
    (personne,) = {tous()[code].sujets for code in codes if hasattr(tous()[code].sujets, "COUPES")}
    return personne


def _ecrire_un(code: str, *, dossier: Path, periode: Periode, clef: bytes) -> int:
    """Les faits d'un indicateur, et ses mesures ; rend combien il en a."""
    indicateur, numeros = tous()[code], _Numeros(clef)
    chez = dict(Organisation.objects.values_list("pk", "slug"))
    voulues = frozenset().union(*(part.coupes for part in indicateur.parts or (indicateur,)))
    parts = [*indicateur.faits_nus(moment(indicateur, periode), coupes=voulues)]
    (siennes,) = {tuple(noms) for noms, _ in parts}
    communes = [coupe for coupe in getattr(indicateur.sujets, "COUPES", ()) if coupe not in siennes]
    lignes = (
        (chez[organisation], numeros[sujet] if communes else "", valeur, *dites)
        for _, nus in parts
        for organisation, sujet, valeur, *dites in nus
    )
    faits = dossier / FAITS / f"{code}.parquet"
    with _duckdb(temp_directory=str(dossier / FAITS)) as base:
        sur = indicateur.grandeur.agregat.sur if indicateur.grandeur else 1
        combien = _parquet(base, faits, D_UN_FAIT | _textes(*siennes), lignes, sur)
        agregees = _agregation(indicateur, faits, dossier / SUJETS, siennes, communes)
        base.execute(f"COPY ({agregees}) TO {_dit(dossier / MESURES / faits.name)}")
    return combien


def _duckdb(**reglages: str) -> duckdb.DuckDBPyConnection:
    """Une base à lui, qui ne dit pas où elle en est : c'est la commande qui le dit."""
    base = duckdb.connect(config=FAISABLE | reglages)
    base.execute("SET enable_progress_bar = false")
    return base


def _parquet(
    base: duckdb.DuckDBPyConnection, chemin: Path, colonnes: Mapping[str, str], lignes: Iterable[tuple], sur: int = 1
) -> int:
    """Écrit ces lignes, par un CSV que DuckDB relit ; rend combien il y en a. sur : combien de leur valeur font un (1, 10⁹)."""
    brouillon = chemin.with_suffix(".csv")
    with brouillon.open("w", encoding="utf-8", newline="") as fichier:
        csv.writer(fichier, lineterminator="\n").writerows(lignes)
    types = ", ".join(f"{_dit(nom)}: {_dit(sorte)}" for nom, sorte in colonnes.items())
    lu = f"read_csv({_dit(brouillon)}, columns = {{{types}}}, header = false, delim = ',', quote = '\"', auto_detect = false)"
    dite = f"* REPLACE (CAST(valeur * {Decimal(1) / sur:f} AS DECIMAL(28, 9)) AS valeur)" if sur > 1 else "*"
    ((combien,),) = base.execute(f"COPY (SELECT {dite} FROM {lu}) TO {_dit(chemin)}").fetchall()
    brouillon.unlink()
    return combien


def _agregation(indicateur: Indicateur, faits: Path, sujets: Path, siennes: Collection[str], communes: Collection[str]) -> str:
    """De quoi compter ces faits, dans chaque structure et pour chaque valeur de chaque coupe, en une lecture."""
    coupes = [*(f'f."{nom}"' for nom in siennes), *(f's."{nom}"' for nom in communes)]
    rangs = [f"c{rang}" for rang in range(len(coupes))]
    dites = "".join(f", coalesce({coupe}, '') AS {rang}" for rang, coupe in zip(rangs, coupes, strict=True))
    noms = dict(zip(rangs, [*siennes, *communes], strict=True))
    nom = f"CASE {' '.join(f'WHEN grouping({r}) = 0 THEN {_dit(n)}' for r, n in noms.items())} ELSE '' END" if noms else "''"
    modalite = f"coalesce({', '.join([*rangs, _dit('')])})"
    jointure = f"LEFT JOIN {_dit(sujets)} AS s USING (sujet)" if communes else ""
    groupes = ", ".join(["(organisation)", *(f"(organisation, {rang})" for rang in rangs)])
    return f"""
        SELECT {_dit(indicateur.code)} AS figure, organisation, {nom} AS coupe, {modalite} AS modalite,
            count(*) AS total, {_atteint(indicateur)} AS atteint
        FROM (SELECT organisation, valeur{dites} FROM {_dit(faits)} AS f {jointure}) GROUP BY GROUPING SETS ({groupes})"""


def _atteint(indicateur: Indicateur) -> str:
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
