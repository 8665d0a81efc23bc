"""Vitesse des pages, à côté de leur plancher, sur des bases de 1 000 et de 100 000 personnes.

Le plancher d'une page est une vue nue qui rejoue le même SQL sur la même base. Trois bases : une structure de 2 000
personnes ; la même au milieu d'un réseau de 100 000, où elle est copiée ; avec « --grande », une structure de 100 000 à elle
seule, telle qu'il n'en existe pas. Elles se mesurent tour à tour, trois fois, et chaque page garde sa meilleure passe.
« --peu » et « --beaucoup » changent les tailles, « --dossier » garde les bases.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PASSES = 3
CEDRE = [sys.executable, "-m", "cedre"]


def cedre(donnees: Path, *arguments: str) -> float:
    """Lance une commande sur ces données ; rend sa durée en secondes."""
    depart = time.monotonic()
    subprocess.run(
        [*CEDRE, *arguments], env=environnement(donnees), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.monotonic() - depart


def environnement(donnees: Path) -> dict[str, str]:
    """L'environnement d'un Cèdre sur ces données."""
    return {**os.environ, "CEDRE_DONNEES": str(donnees), "CEDRE_JOURNAL": "ERROR"}


def base(dossier: Path, nom: str, personnes: int, fois: int = 1, *options: str) -> Path:
    """Une base d'une structure de tant de personnes, copiée tant de fois, gardée si elle existe. options : de bench.reseau."""
    donnees = dossier / nom
    if not (donnees / "prete").exists():
        donnees.mkdir(parents=True, exist_ok=True)
        cedre(donnees, "migrate", "-v0")
        duree = cedre(
            donnees,
            *("simuler", "--structures", "1", "--personnes", str(personnes), "--annees", "1"),
            *("--mot-de-passe", "bench-bench-bench"),
        )
        print(f"  {nom} : {personnes} personnes en {duree:.0f} s", flush=True)
        subprocess.run([sys.executable, "-m", "bench.reseau", str(fois), *options], env=environnement(donnees), check=True)
        cedre(donnees, "collectstatic", "--noinput", "-v0")
        (donnees / "prete").touch()
    return donnees


def mesurer(donnees: Path) -> dict:
    """Ce que bench.pages mesure de cette base, dans son propre processus."""
    commande = [sys.executable, "-m", "bench.pages"]
    return json.loads(subprocess.run(commande, env=environnement(donnees), check=True, capture_output=True, text=True).stdout)


def meilleure(connue: dict | None, nouvelle: dict) -> dict:
    """De chaque page, la passe de plus petite médiane : celle que le reste de la machine a le moins dérangée."""
    if connue:
        for page, mesure in connue["pages"].items():
            nouvelle["pages"][page] = min(mesure, nouvelle["pages"][page], key=lambda m: m["mediane"])
    return nouvelle


def main() -> None:
    """Prépare les bases, les mesure tour à tour, affiche le tableau."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("--peu", type=int, default=2_000, help="personnes de la structure (2 000)")
    options.add_argument("--beaucoup", type=int, default=100_000, help="personnes du réseau (100 000)")
    options.add_argument("--grande", action="store_true", help="aussi une structure qui a tout le réseau à elle seule")
    options.add_argument("--dossier", type=Path, help="où garder les bases d'une fois sur l'autre")
    choix = options.parse_args()
    peu, beaucoup = choix.peu, choix.beaucoup
    dossier = choix.dossier or Path(tempfile.mkdtemp(prefix="cedre-bench-"))
    print(f"Bases dans {dossier}", flush=True)
    bases = {
        f"une structure de {peu}": base(dossier, f"seule-{peu}", peu),
        f"la même, réseau de {beaucoup}": base(dossier, f"reseau-{beaucoup}", peu, beaucoup // peu),
    }
    if choix.grande:
        bases[f"une structure de {beaucoup}"] = base(dossier, f"seule-{beaucoup}", peu, beaucoup // peu, "--une-seule")
    mesures: dict[str, dict] = {}
    for _ in range(PASSES):
        for nom, donnees in bases.items():
            mesures[nom] = meilleure(mesures.get(nom), mesurer(donnees))
    for nom, mesure in mesures.items():
        print(f"  {nom} : " + ", ".join(f"{nombre} {quoi}" for quoi, nombre in mesure["taille"].items()))
    print(f"\n{'page':<26} {'base':<32} {'médiane':>9} {'95 %':>9} {'plancher':>9} {'requêtes':>9} {'octets':>8}")
    for page in next(iter(mesures.values()))["pages"]:
        for nom, mesure in mesures.items():
            m = mesure["pages"][page]
            print(
                f"{page:<26} {nom:<32} {m['mediane']:>6.1f} ms {m['p95']:>6.1f} ms {m['plancher']:>6.1f} ms"
                f" {m['requetes']:>9} {m['octets']:>8}"
            )
    premiere = next(iter(mesures.values()))["premiere_visite"]
    print(f"\nPremière visite (connexion, style et scripts compris) : {premiere['total'] / 1000:.0f} kB compressés")
    for nom, octets in premiere["detail"].items():
        print(f"  {octets:>7} {nom}")


if __name__ == "__main__":
    main()
