"""Les bases que l'on mesure : simulées une fois par moteur, copiées, multipliées."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

CEDRE = [sys.executable, "-m", "cedre"]
OUTIL = Path(__file__).parent.parent / "outils" / "postgres"
PAS, KIO = 0.2, 1024  # secondes entre deux lectures de la mémoire
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class Base:
    """Des données de tant de personnes, copiées tant de fois, sur un moteur. url : celle de PostgreSQL, "" pour SQLite."""

    nom: str
    moteur: str
    donnees: Path
    url: str

    @classmethod
    def ici(cls, nom: str, court: str, moteur: str, dossier: Path, serveur: str) -> "Base":
        """Celle de ce nom court, dans ce dossier. serveur : l'adresse de PostgreSQL."""
        url = f"{serveur.rsplit('/', 1)[0]}/{court}" if moteur == POSTGRESQL else ""
        return cls(nom, moteur, dossier / f"{moteur.lower()}-{court}", url)

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

    def simuler(self, personnes: int, structures: int = 1) -> "Base":
        """La fabrique si elle n'est pas gardée : ce que vivent ces personnes en un an, et le rapport de chaque structure."""
        with self._fabrique() as a_faire:
            if a_faire:
                self.donnees.mkdir(parents=True, exist_ok=True)
                if self.url:
                    creer(self.url)
                self.lancer(*CEDRE, "migrate", "-v0")
                combien = ("--structures", str(structures), "--personnes", str(personnes), "--annees", "1")
                self.lancer(*CEDRE, "simuler", *combien, "--mot-de-passe", "bench-bench-bench")
                self.lancer(sys.executable, "-m", "bench.reseau", "1")
                self.lancer(*CEDRE, "collectstatic", "--noinput", "-v0")
        return self

    def copier(self, simulee: "Base", fois: int, *options: str) -> "Base":
        """La fabrique si elle n'est pas gardée : celle-là, copiée puis multipliée. options : de bench.reseau."""
        with self._fabrique() as a_faire:
            if a_faire:
                shutil.copytree(simulee.donnees, self.donnees, ignore=shutil.ignore_patterns("prete"), dirs_exist_ok=True)
                if _clefs(simulee).exists():
                    shutil.copy(_clefs(simulee), _clefs(self))
                if self.url:
                    creer(self.url, modele=simulee.url)
                self.lancer(sys.executable, "-m", "bench.reseau", str(fois), "--suivre", *options)
        return self

    @contextmanager
    def _fabrique(self) -> Iterator[bool]:
        """Vrai s'il faut la faire ; sinon, la met au point. Dit combien de temps elle a pris."""
        if (self.donnees / "prete").exists():
            self.lancer(*CEDRE, "migrate", "-v0")
            yield False
            return
        depart = time.monotonic()
        yield True
        (self.donnees / "prete").touch()
        print(f"  {self.moteur}, {self.nom} : faite en {time.monotonic() - depart:.0f} s", flush=True)

    def mesurer(self, *voulues: str) -> dict:
        """Ce que bench.pages mesure de cette base, dans son propre processus, qui dit chaque page à mesure."""
        print(f"  {self.moteur}, {self.nom}", flush=True)
        commande = [sys.executable, "-m", "bench.pages", *voulues]
        faite = subprocess.run(commande, env=self.environnement, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(faite.stdout)

    def ecrire_les_faits(self) -> None:
        """Ceux de cette année, de toutes ses structures, et ce que cela coûte ; la commande dit elle-même où elle en est."""
        with tempfile.TemporaryDirectory() as vers:
            annee = str(date.today().year)  # noqa: DTZ011
            avant, depart, memoire = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0
            lancee = subprocess.Popen([*CEDRE, "faits", "--annee", annee, "--vers", vers], env=self.environnement)
            while lancee.poll() is None:
                memoire = max(memoire, sum(map(_resident, [lancee.pid, *_enfants(lancee.pid)])))
                time.sleep(PAS)
            duree, apres = time.monotonic() - depart, resource.getrusage(resource.RUSAGE_CHILDREN)
        if lancee.returncode:
            sys.exit("Les faits ne se sont pas écrits.")
        processeur = apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime
        plus_gros, charge = apres.ru_maxrss / KIO, os.getloadavg()[0]
        print(f"Au mur : {duree:.0f} s ; processeur : {processeur:.0f} s ; charge de la machine : {charge:.1f}.")
        print(f"Mémoire, au plus : {memoire / KIO:.0f} Mio à tous ; le plus gros processus de ce banc, {plus_gros:.0f} Mio.")


def _enfants(pid: int) -> list[int]:
    """Les processus que celui-ci a lancés, encore là."""
    try:
        return [int(p) for fil in Path(f"/proc/{pid}/task").iterdir() for p in (fil / "children").read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> int:
    """La mémoire qu'il occupe, en Kio ; rien s'il vient de finir."""
    try:
        lignes = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(ligne.split()[1]) for ligne in lignes if ligne.startswith("VmRSS:")), 0)


def _clefs(base: Base) -> Path:
    """Celles de son coffre, à côté de ses données."""
    return base.donnees.with_name(f"{base.donnees.name}.cles")


def creer(url: str, modele: str = "") -> None:
    """La base de cette adresse, vide ou copiée d'une autre, refaite si elle existait à moitié."""
    serveur, nom = url.rsplit("/", 1)
    copie = f' TEMPLATE "{modele.rsplit("/", 1)[1]}"' if modele else ""
    with psycopg.connect(f"{serveur}/postgres", autocommit=True) as connexion:
        connexion.execute(f'DROP DATABASE IF EXISTS "{nom}"')
        connexion.execute(f'CREATE DATABASE "{nom}"{copie}')


@contextmanager
def postgres(dossier: Path) -> Iterator[str]:
    """Un PostgreSQL dans ce dossier ; rend son adresse, "" s'il n'y en a pas sur cette machine."""
    fait = subprocess.run([OUTIL, "demarrer", dossier], stdout=subprocess.PIPE, text=True)
    try:
        yield fait.stdout.strip()
    finally:
        subprocess.run([OUTIL, "arreter", dossier])
