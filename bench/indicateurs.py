"""Mesure chaque indicateur, toutes structures ensemble, sur la base de CEDRE_DONNEES : python -m bench.indicateurs [PASSES]."""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cedre.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from cedre.core.indicateurs import tous  # noqa: E402


def durees(le, passes: int) -> dict[str, tuple[float, float]]:
    """Ce que dure la mesure de chaque indicateur à cette date, et le processeur qu'elle prend ici, en millisecondes.

    La meilleure de ces passes. Le second ne dépend pas du reste de la machine ; avec SQLite, la base y est comprise.
    """
    lues: dict[str, tuple[float, float]] = {}
    for _ in range(passes):
        for code, indicateur in tous().items():
            depart, calcul = time.perf_counter(), time.process_time()
            indicateur.mesurer_par_structure(le)
            duree = ((time.process_time() - calcul) * 1000, (time.perf_counter() - depart) * 1000)
            lues[code] = min(duree, lues.get(code, duree))
    return lues


def main() -> None:
    """Le tableau, le plus lent d'abord, et le total."""
    lues = durees(timezone.localdate(), int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    totaux = {f"les {len(lues)} indicateurs": tuple(map(sum, zip(*lues.values(), strict=True)))}
    print(f"{'indicateur, toutes structures':<34} {'processeur':>11} {'durée':>11}")
    for code, (calcul, duree) in [*sorted(lues.items(), key=lambda paire: -paire[1][0]), *totaux.items()]:
        print(f"{code:<34} {calcul:>8.1f} ms {duree:>8.1f} ms")


if __name__ == "__main__":
    main()
