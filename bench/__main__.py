"""Vitesse des pages sur les deux moteurs, côte à côte, par le site servi, à 2 000 personnes seules et dans un réseau de 100 000.

Chaque page se demande à un vrai serveur, sur une connexion, et se lit en entier. Son plancher est son SQL nu, rejoué sur la
même base ; toutes les figures d'une année s'y mesurent de même, cadre par cadre. Deux bases : une structure de 2 000 personnes ;
la même au milieu d'un réseau de 100 000, où elle est copiée ; avec « --grande », une structure de 100 000 à elle seule, telle
qu'il n'en existe pas. Elles se mesurent tour à tour, trois fois, et chaque page garde sa meilleure passe. Sans PostgreSQL sur la
machine, SQLite se mesure seul. « --peu » et « --beaucoup » changent les tailles, « --dossier » garde les bases. Puis les faits
d'un réseau, d'autant de personnes en six cents structures, s'écrivent en Parquet, et DuckDB les agrège.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

PASSES = 3
STRUCTURES = 12  # de la base que copie le réseau dont on écrit les faits : cinquante fois, six cents
CEDRE = [sys.executable, "-m", "cedre"]
OUTIL = Path(__file__).parent.parent / "outils" / "postgres"
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class Base:
    """Des données de tant de personnes, copiées tant de fois, sur un moteur. url : celle de PostgreSQL, "" pour SQLite."""

    nom: str
    moteur: str
    donnees: Path
    url: str

    @property
    def environnement(self) -> dict[str, str]:
        """L'environnement d'un Cèdre sur ces données."""
        ailleurs = {nom: valeur for nom, valeur in os.environ.items() if nom != "DATABASE_URL"}
        ici = {"CEDRE_DONNEES": str(self.donnees), "CEDRE_JOURNAL": "ERROR"}
        return ailleurs | ici | ({"DATABASE_URL": self.url} if self.url else {})

    def lancer(self, *commande: str) -> None:
        """Lance une commande sur ces données ; ce qu'elle dit ne se lit que si elle échoue."""
        faite = subprocess.run(commande, env=self.environnement, capture_output=True, text=True)
        if faite.returncode:
            sys.exit(f"{' '.join(commande)}\n{faite.stderr}")

    def preparer(self, personnes: int, fois: int, *options: str, structures: int = 1) -> None:
        """La fabrique si elle n'est pas gardée, la met au point sinon. options : de bench.reseau."""
        if (self.donnees / "prete").exists():
            self.lancer(*CEDRE, "migrate", "-v0")
            return
        depart = time.monotonic()
        self.donnees.mkdir(parents=True, exist_ok=True)
        if self.url:
            creer(self.url)
        self.lancer(*CEDRE, "migrate", "-v0")
        combien = ("--structures", str(structures), "--personnes", str(personnes), "--annees", "1")
        self.lancer(*CEDRE, "simuler", *combien, "--mot-de-passe", "bench-bench-bench")
        self.lancer(sys.executable, "-m", "bench.reseau", str(fois), *options)
        self.lancer(*CEDRE, "collectstatic", "--noinput", "-v0")
        (self.donnees / "prete").touch()
        print(f"  {self.moteur}, {self.nom} : faite en {time.monotonic() - depart:.0f} s", flush=True)

    def mesurer(self) -> dict:
        """Ce que bench.pages mesure de cette base, dans son propre processus."""
        commande = [sys.executable, "-m", "bench.pages"]
        faite = subprocess.run(commande, env=self.environnement, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(faite.stdout)

    def ecrire_les_faits(self) -> None:
        """Ceux de cette année, de toutes ses structures, et ce que cela coûte ; la commande dit elle-même où elle en est."""
        with tempfile.TemporaryDirectory() as vers:
            annee = str(date.today().year)  # noqa: DTZ011
            lancee = subprocess.Popen([*CEDRE, "faits", "--annee", annee, "--vers", vers], env=self.environnement)
            _, code, cout = os.wait4(lancee.pid, 0)
        if code:
            sys.exit("Les faits ne se sont pas écrits.")
        processeur, memoire = cout.ru_utime + cout.ru_stime, cout.ru_maxrss / 1024
        print(f"Processeur : {processeur:.0f} s ; mémoire du plus gros des trois processus : {memoire:.0f} Mio.")


def creer(url: str) -> None:
    """La base vide de cette adresse, refaite si elle existait à moitié."""
    serveur, nom = url.rsplit("/", 1)
    with psycopg.connect(f"{serveur}/postgres", autocommit=True) as connexion:
        connexion.execute(f'DROP DATABASE IF EXISTS "{nom}"')
        connexion.execute(f'CREATE DATABASE "{nom}"')


@contextmanager
def postgres(dossier: Path) -> Iterator[str]:
    """Un PostgreSQL dans ce dossier ; rend son adresse, "" s'il n'y en a pas sur cette machine."""
    fait = subprocess.run([OUTIL, "demarrer", dossier], stdout=subprocess.PIPE, text=True)
    try:
        yield fait.stdout.strip()
    finally:
        subprocess.run([OUTIL, "arreter", dossier])


def tailles(choix: argparse.Namespace) -> dict[str, tuple]:
    """Le nom de chaque base, puis son nom court, ses personnes simulées, et ce que bench.reseau en fait."""
    peu, beaucoup, fois = choix.peu, choix.beaucoup, choix.beaucoup // choix.peu
    seules = {f"{peu} seules": (f"seule-{peu}", peu, 1)}
    reseau = {f"{peu} dans {beaucoup}": (f"reseau-{beaucoup}", peu, fois)}
    grande = {f"{beaucoup} à elle seule": (f"grande-{beaucoup}", peu, fois, "--une-seule")}
    return seules | reseau | (grande if choix.grande else {})


def preparer(dossier: Path, serveur: str, tailles: dict[str, tuple]) -> list[Base]:
    """Chaque base, sur chaque moteur. serveur : l'adresse de PostgreSQL, "" sans lui."""
    bases = []
    for nom, (court, *fabrique) in tailles.items():
        for moteur in (SQLITE, POSTGRESQL) if serveur else (SQLITE,):
            url = f"{serveur.rsplit('/', 1)[0]}/{court}" if moteur == POSTGRESQL else ""
            bases.append(Base(nom, moteur, dossier / f"{moteur.lower()}-{court}", url))
            bases[-1].preparer(*fabrique)
    return bases


def meilleure(connue: dict | None, nouvelle: dict) -> dict:
    """De chaque page, la plus petite médiane et le plus petit plancher : ceux que le reste de la machine a le moins dérangés."""
    if connue:
        for page, mesure in connue["pages"].items():
            for nom in ("mediane", "plancher"):
                nouvelle["pages"][page][nom] = min(mesure[nom], nouvelle["pages"][page][nom])
    return nouvelle


def afficher(mesures: dict[str, dict[str, dict]]) -> None:
    """Le tableau : une ligne par page et par base, les moteurs côte à côte. mesures : par base, puis par moteur."""
    for nom, moteurs in mesures.items():
        for moteur, mesure in moteurs.items():
            print(f"  {moteur}, {nom} : " + ", ".join(f"{n} {quoi}" for quoi, n in mesure["taille"].items()))
    print("\nMédianes en millisecondes, par le serveur ; le plancher est le SQL nu ; le rapport, PostgreSQL sur SQLite.\n")
    plancher = f"{'plancher':>9}"
    print(f"{'page':<32} {'base':<22} {SQLITE:>8} {plancher} {POSTGRESQL:>11} {plancher} {'rapport':>8} {'requêtes':>9}")
    for page in next(iter(mesures.values()))[SQLITE]["pages"]:
        for nom, moteurs in mesures.items():
            lite, pg = (moteurs[m]["pages"][page] if m in moteurs else None for m in (SQLITE, POSTGRESQL))
            serveur = f"{pg['mediane']:>11.0f} {pg['plancher']:>9.1f} {pg['mediane'] / lite['mediane']:>8.2f}" if pg else " " * 30
            print(f"{page:<32} {nom:<22} {lite['mediane']:>8.0f} {lite['plancher']:>9.1f} {serveur} {lite['requetes']:>9}")


def afficher_la_premiere_visite(visite: dict) -> None:
    """Ce que charge qui ouvre Cèdre pour la première fois."""
    print(f"\nPremière visite (connexion, style et scripts compris) : {visite['total'] / 1000:.0f} kB compressés")
    for nom, octets in visite["detail"].items():
        print(f"  {octets:>7} {nom}")


def main() -> None:
    """Prépare les bases, les mesure tour à tour, affiche le tableau."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("--peu", type=int, default=2_000, help="personnes de la structure (2 000)")
    options.add_argument("--beaucoup", type=int, default=100_000, help="personnes du réseau (100 000)")
    options.add_argument("--grande", action="store_true", help="aussi une structure qui a tout le réseau à elle seule")
    options.add_argument("--passes", type=int, default=PASSES, help=f"combien de fois tout mesurer ({PASSES})")
    options.add_argument("--dossier", type=Path, help="où garder les bases d'une fois sur l'autre")
    choix = options.parse_args()
    dossier = choix.dossier or Path(tempfile.mkdtemp(prefix="cedre-bench-"))
    dossier.mkdir(parents=True, exist_ok=True)
    if not choix.dossier:
        dossier.chmod(0o755)  # lancé par root, PostgreSQL y entre sous un autre compte
    print(f"Bases dans {dossier}", flush=True)
    with postgres(dossier.absolute() / "pg") as serveur:
        bases, mesures = preparer(dossier, serveur, tailles(choix)), defaultdict(dict)
        for _ in range(choix.passes):
            for base in bases:
                mesures[base.nom][base.moteur] = meilleure(mesures[base.nom].get(base.moteur), base.mesurer())
        afficher(mesures)
    afficher_la_premiere_visite(next(iter(mesures.values()))[SQLITE]["premiere_visite"])
    fois = choix.beaucoup // choix.peu
    reseau = Base(f"{fois * STRUCTURES} structures", SQLITE, dossier / f"sqlite-faits-{choix.beaucoup}", "")
    reseau.preparer(choix.peu, fois, structures=STRUCTURES)
    print(f"\nLes faits de {reseau.nom}, {choix.beaucoup} personnes :")
    reseau.ecrire_les_faits()


if __name__ == "__main__":
    main()
