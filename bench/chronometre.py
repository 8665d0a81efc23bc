"""Ce que dure un geste, et le processeur qu'il prend : le second se compare sur une machine que d'autres partagent."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

TOURS, LE_PLUS = 20, 3.0  # fois, secondes : un geste lent se mesure moins de fois
CHAUFFE = 4  # fois avant de compter : autant que le site a de fils, chacun ayant sa connexion à la base
NANOSECONDE = 1e-9


def processeur() -> float:
    """Les secondes de processeur qu'ont prises ce programme et, sur PostgreSQL, celui qui lui répond sur cette machine."""
    return time.process_time() + (_du_serveur() if connection.vendor == "postgresql" else 0)


def _du_serveur() -> float:
    connection.ensure_connection()
    comptees = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(comptees.read_text().split()[0]) * NANOSECONDE if comptees.exists() else 0


def chronometrer(geste: Callable[[], object], *, chauffe: int = CHAUFFE) -> tuple[float, float]:
    """La médiane de ce qu'il dure, une fois chaud, et de ce qu'il prend de processeur, en millisecondes."""
    durees, prises, jusqu_a = [], [], time.perf_counter() + LE_PLUS
    for tour in range(chauffe + TOURS):
        depart, avant = time.perf_counter(), processeur()
        geste()
        prises.append((processeur() - avant) * 1000)
        durees.append((time.perf_counter() - depart) * 1000)
        if tour >= min(chauffe, 1) and time.perf_counter() > jusqu_a:
            break
    debut = min(chauffe, len(durees) - 1)
    return statistics.median(durees[debut:]), statistics.median(prises[debut:])
