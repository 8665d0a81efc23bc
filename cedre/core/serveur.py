"""Le serveur de Cèdre : préparer les données, puis tenir ensemble le site et les tâches de fond jusqu'à l'arrêt.

Le superviseur ne sert rien lui-même : il lance granian (le site) et un ox_worker (les tâches), relance celui qui tombe,
et les arrête tous deux sur Ctrl-C ou SIGTERM. S'il est tué, le noyau les arrête aussi (Linux).
"""

import contextlib
import ctypes
import errno
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection

from cedre.core.sauvegarde import SauvegardeImpossible, illisible, reprendre

DELAI_D_ARRET = 15  # secondes laissées aux requêtes et aux tâches en cours
DELAI_DE_DEMARRAGE = 60  # secondes avant de renoncer à voir le site répondre
VIE_MINIMALE = 5  # secondes : qui tombe plus vite que cela est compté
CHUTES_PERMISES = 5
FILS = 4  # par processus du site : moins que la réserve de connexions (settings), et au-delà Python ne va pas plus vite
ANNONCE = "Cèdre est ouvert : {adresse}"
PR_SET_PDEATHSIG = 1


class ServeurImpossible(Exception):
    """Le serveur ne peut pas démarrer ou continuer ; le message dit pourquoi et que faire."""


def _empreinte_des_statiques() -> str:
    """Change dès qu'un fichier statique change : éviter de tout recompresser rend le second démarrage immédiat."""
    empreinte = hashlib.sha256()
    for chercheur in get_finders():
        for nom, lieu in chercheur.list([]):
            etat = Path(lieu.path(nom)).stat()
            empreinte.update(f"{nom} {etat.st_mtime_ns} {etat.st_size}\n".encode())
    return empreinte.hexdigest()


def preparer() -> None:
    """Met la base au point, la vérifie, et rassemble les fichiers statiques ; sans effet quand tout est déjà prêt.

    Une restauration coupée net est d'abord défaite. Lève ServeurImpossible si une vérification de la base échoue.
    """
    try:
        if reprendre():
            sys.stderr.write("Cèdre : une restauration n'était pas allée au bout, les données d'avant sont remises.\n")
    except SauvegardeImpossible as e:
        raise ServeurImpossible(str(e)) from e
    call_command("migrate", interactive=False, verbosity=0)
    if fautes := [faute for faute in run_checks(tags=[Tags.database], databases=["default"]) if faute.is_serious()]:
        raise ServeurImpossible("\n".join(f"{faute.msg} {faute.hint or ''}" for faute in fautes))
    temoin, empreinte = Path(settings.STATIC_ROOT) / ".empreinte", _empreinte_des_statiques()
    if not temoin.exists() or temoin.read_text() != empreinte:
        call_command("collectstatic", interactive=False, verbosity=0)
        temoin.write_text(empreinte)


def verifier_la_base() -> None:
    """Une base abîmée le dit en une phrase, avant que rien d'autre ne la lise. Lève ServeurImpossible."""
    try:
        connection.introspection.table_names()
    except DatabaseError as e:
        raise ServeurImpossible(illisible(e)) from e


def verifier_port(port: int, adresse: str) -> None:
    """Le dire avant tout travail : granian ne l'apprendrait qu'à la fin. Lève ServeurImpossible."""
    famille = socket.AF_INET6 if ":" in adresse else socket.AF_INET
    with socket.socket(famille) as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind((adresse, port))
        except OSError as e:
            raison = {
                errno.EADDRINUSE: f"Le port {port} est déjà pris, peut-être par un autre Cèdre. Arrêtez-le, ou choisissez"
                " un autre port : « cedre … --port 8123 » ou « make demo PORT=8123 ».",
                errno.EACCES: f"Le port {port} est réservé au système : choisissez-en un au-dessus de 1023.",
            }.get(e.errno, f"L'adresse {adresse} ne peut pas être ouverte sur cette machine.")
            raise ServeurImpossible(raison) from e
        except OverflowError as e:
            raise ServeurImpossible(f"{port} n'est pas un numéro de port : il va de 1 à 65535.") from e


def _mourir_avec_le_superviseur() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Enfant:
    """Un programme à tenir en vie, dans son groupe de processus : Ctrl-C n'atteint que le superviseur, qui arrête tout."""

    nom: str
    commande: list[str]
    processus: subprocess.Popen | None = None
    lance_a: float = 0
    chutes: int = 0

    def lancer(self) -> None:
        """Démarre le programme ; ses journaux vont là où vont ceux du superviseur."""
        self.lance_a = time.monotonic()
        self.processus = subprocess.Popen(
            self.commande, stdin=subprocess.DEVNULL, process_group=0, preexec_fn=_mourir_avec_le_superviseur
        )

    def relancer_si_tombe(self) -> None:
        """Relance le programme s'il s'est arrêté seul. Lève ServeurImpossible s'il tombe sans cesse dès son démarrage."""
        if self.processus.poll() is None:
            return
        self.chutes = self.chutes + 1 if time.monotonic() - self.lance_a < VIE_MINIMALE else 1
        if self.chutes > CHUTES_PERMISES:
            raise ServeurImpossible(f"{self.nom} s'arrête dès son démarrage : le journal ci-dessus dit pourquoi.")
        self.signaler(signal.SIGKILL)
        sys.stderr.write(f"Cèdre : {self.nom} s'est arrêté (code {self.processus.returncode}), il est relancé.\n")
        time.sleep(self.chutes - 1)
        self.lancer()

    def signaler(self, numero: int) -> None:
        """Envoie un signal à tout le groupe du programme, s'il en reste quelque chose."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.processus.pid, numero)

    def arreter(self, avant: float) -> None:
        """Attend la fin demandée par SIGTERM ; passé l'heure monotone « avant », n'attend plus."""
        try:
            self.processus.wait(max(avant - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.signaler(signal.SIGKILL)
            self.processus.wait()


def _repond(port: int, adresse: str) -> bool:
    """Vrai si /sante répond. L'hôte annoncé est celui des réglages : en production, le site n'en écoute pas d'autre."""
    hote = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(adresse, adresse)
    connexion = http.client.HTTPConnection(hote, port, timeout=5)
    try:
        connexion.request("GET", "/sante", headers={"Host": settings.ALLOWED_HOSTS[0]})
        connexion.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connexion.close()
    return True


def commande_du_site(port: int, adresse: str, processus: int) -> list[str]:
    """Ce qui sert le site seul, sans les tâches de fond."""
    site = ["--interface", "wsgi", "--host", adresse, "--port", str(port), "--workers", str(processus)]
    site += ["--blocking-threads", str(FILS), "--blocking-threads-idle-timeout", "600"]
    site += ["--no-access-log"]  # il écrirait les chemins, et un lien est un mot de passe (core/journal.py)
    site += ["--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", str(DELAI_D_ARRET - 5), "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *site, "cedre.wsgi:application"]


def _enfants(port: int, adresse: str, processus: int) -> list[Enfant]:
    taches = ["ox_worker", "--concurrency", "2", "-v0", "--skip-checks"]
    return [
        Enfant("le site", commande_du_site(port, adresse, processus)),
        Enfant("le travailleur des tâches", [sys.executable, "-m", "cedre", *taches]),
    ]


class _Arret(Exception):
    """On a demandé l'arrêt (Ctrl-C ou SIGTERM)."""


def _demander_l_arret(numero, cadre) -> None:
    for autre in (signal.SIGINT, signal.SIGTERM):
        signal.signal(autre, signal.SIG_IGN)
    raise _Arret


def servir(port: int = 8000, adresse: str = "127.0.0.1", annonce: str = ANNONCE, processus: int = 2) -> None:
    """Sert le site et les tâches jusqu'à Ctrl-C ou SIGTERM ; la préparation est déjà faite.

    annonce : la ligne écrite quand le site répond, « {adresse} » y devient l'adresse. Lève ServeurImpossible.
    """
    verifier_port(port, adresse)
    connection.close()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cedre.settings")
    enfants = _enfants(port, adresse, processus)
    for numero in (signal.SIGINT, signal.SIGTERM):
        signal.signal(numero, _demander_l_arret)
    annoncee, limite = False, time.monotonic() + DELAI_DE_DEMARRAGE
    try:
        for enfant in enfants:
            enfant.lancer()
        while True:
            for enfant in enfants:
                enfant.relancer_si_tombe()
            if not annoncee and (annoncee := _repond(port, adresse)):
                visible = "localhost" if adresse in ("127.0.0.1", "0.0.0.0", "::1", "::") else adresse
                sys.stdout.write(annonce.format(adresse=f"http://{visible}:{port}/") + "\n")
                sys.stdout.flush()
            if not annoncee and time.monotonic() > limite:
                raise ServeurImpossible(f"Le site ne répond pas après {DELAI_DE_DEMARRAGE} s : voyez le journal ci-dessus.")
            time.sleep(0.5 if annoncee else 0.1)
    except _Arret:
        pass
    finally:
        lances = [e for e in enfants if e.processus]
        for enfant in lances:
            enfant.signaler(signal.SIGTERM)
        avant = time.monotonic() + DELAI_D_ARRET
        for enfant in lances:
            enfant.arreter(avant)
