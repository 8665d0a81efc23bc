"""cedre serveur : le vrai, avec ses réglages de production, sur des données provisoires."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.checks import Error
from django.core.management import CommandError, call_command
from django.db import connection

from cedre.core import serveur
from cedre.tests.neuve import INSTALLER


@pytest.fixture
def port():
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


def test_un_port_deja_pris_se_dit_avant_tout_travail(monkeypatch):
    monkeypatch.setattr("cedre.core.management.commands.serveur.preparer", lambda: pytest.fail("il a commencé à travailler"))
    with socket.create_server(("127.0.0.1", 0)) as prise:
        occupe = prise.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {occupe} est déjà pris"):
            call_command("serveur", port=occupe)


def test_un_port_ou_une_adresse_impossibles_se_disent():
    with pytest.raises(serveur.ServeurImpossible, match="de 1 à 65535"):
        serveur.verifier_port(70_000, "127.0.0.1")
    with pytest.raises(serveur.ServeurImpossible, match="ne peut pas être ouverte"):
        serveur.verifier_port(8000, "203.0.113.7")


def test_une_verification_de_la_base_qui_echoue_arrete_le_demarrage(monkeypatch):
    monkeypatch.setattr(serveur, "call_command", lambda *a, **k: None)
    monkeypatch.setattr(serveur, "run_checks", lambda **k: [Error("L’édition a changé.")])
    with pytest.raises(serveur.ServeurImpossible, match="a changé"):
        serveur.preparer()


def test_un_programme_qui_tombe_est_relance_et_celui_qui_tombe_sans_cesse_arrete_tout(monkeypatch, capfd):
    monkeypatch.setattr(serveur.time, "sleep", lambda secondes: None)
    enfant = serveur.Enfant("l'essai", [sys.executable, "-c", "raise SystemExit(3)"])
    enfant.lancer()
    for chute in range(serveur.CHUTES_PERMISES):
        enfant.processus.wait(10)
        enfant.relancer_si_tombe()
        assert enfant.chutes == chute + 1
    enfant.processus.wait(10)
    with pytest.raises(serveur.ServeurImpossible, match="dès son démarrage"):
        enfant.relancer_si_tombe()
    assert "l'essai s'est arrêté (code 3)" in capfd.readouterr().err


@pytest.mark.parametrize("vecu, chutes, attente", [(60, 1, 0), (1, 3, 2)])
def test_qui_a_tenu_longtemps_est_relance_aussitot_qui_retombe_attend_de_plus_en_plus(monkeypatch, capfd, vecu, chutes, attente):
    attentes, relances = [], []
    monkeypatch.setattr(serveur, "time", SimpleNamespace(sleep=attentes.append, monotonic=lambda: 1000.0))
    monkeypatch.setattr(serveur.Enfant, "lancer", lambda enfant: relances.append(enfant.nom))
    monkeypatch.setattr(serveur.Enfant, "signaler", lambda enfant, numero: None)
    tombe = SimpleNamespace(poll=lambda: 3, returncode=3)
    enfant = serveur.Enfant("l'essai", [], processus=tombe, lance_a=1000.0 - vecu, chutes=2)
    enfant.relancer_si_tombe()
    assert (enfant.chutes, attentes, relances) == (chutes, [attente], ["l'essai"])


def test_le_site_ecoute_ou_on_le_dit_avec_autant_de_processus_et_sans_ecrire_les_chemins():
    commande = " ".join(serveur.commande_du_site(8123, "203.0.113.7", 3))
    for option in ("--port 8123", "--host 203.0.113.7", "--workers 3", "--no-access-log", f"--blocking-threads {serveur.FILS}"):
        assert f" {option} " in commande
    site, taches = serveur._enfants(8123, "203.0.113.7", 3)
    assert " ".join(site.commande) == commande and "ox_worker" in taches.commande and "--port" not in taches.commande


def enfants_de(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def lire(port: int, chemin: str) -> tuple[int, http.client.HTTPMessage, str]:
    connexion = http.client.HTTPConnection("127.0.0.1", port)
    connexion.request("GET", chemin)
    reponse = connexion.getresponse()
    corps = reponse.read().decode()
    connexion.close()
    return reponse.status, reponse.headers, corps


@pytest.mark.skipif(sys.platform != "linux", reason="regarde les processus par /proc")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="il sert sa propre base SQLite")
def test_le_vrai_serveur_sert_ses_pages_et_ses_styles_puis_s_arrete_entier(port, tmp_path):
    env = {c: v for c, v in os.environ.items() if not c.startswith(("CEDRE_", "DATABASE_URL", "PYTEST"))}
    env |= {"GRANIAN_LOG_ACCESS_ENABLED": "1", "CEDRE_DONNEES": str(tmp_path / "donnees")}
    subprocess.run([sys.executable, "-m", "cedre", "shell", "-v0", "-c", INSTALLER], env=env, check=True)
    ecrits = tmp_path / "journal"
    with ecrits.open("w") as erreurs:
        processus = subprocess.Popen(
            [sys.executable, "-m", "cedre", "serveur", "--port", str(port), "--processus", "1"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=erreurs,
            text=True,
        )
    try:
        assert processus.stdout.readline() == f"Cèdre est ouvert : http://localhost:{port}/\n"
        enfants = enfants_de(processus.pid)
        assert len(enfants) == 2
        assert lire(port, "/compte/login/")[0] == 200
        code, _, page = lire(port, "/nulle-part")
        assert lire(port, "/calendrier/un-lien-secret.ics")[0] == 404
        statiques = set(re.findall(r'(?:href|src)="(/statique/[^"#]+)', page))
        assert code == 404 and any(adresse.endswith(".css") for adresse in statiques)
        for adresse in statiques:
            code, entetes, _ = lire(port, adresse)
            assert code == 200 and "immutable" in entetes["Cache-Control"], adresse
        processus.send_signal(signal.SIGINT)
        assert processus.wait(30) == 0
        assert "un-lien-secret" not in ecrits.read_text() + processus.stdout.read()
        assert "calendrier/<str:jeton>.ics 404" in ecrits.read_text()
        assert not [pid for pid in enfants if Path(f"/proc/{pid}").exists()]
    finally:
        processus.kill()
        processus.communicate()
