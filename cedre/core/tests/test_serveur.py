"""cedre serveur : le vrai, avec ses réglages de production, sur des données provisoires."""

import errno
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
from django.core.checks import Error, Tags, Warning
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from cedre.core import serveur
from cedre.core.sauvegarde import SauvegardeImpossible
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


PRIS = (
    "Le port 8123 est déjà pris, peut-être par un autre Cèdre. Arrêtez-le, ou choisissez un autre port : "
    "« cedre … --port 8123 » ou « make demo PORT=8123 »."
)


@pytest.mark.parametrize(
    "adresse, famille, erreur, dit",
    [
        ("127.0.0.1", socket.AF_INET, None, ""),
        ("::1", socket.AF_INET6, None, ""),
        ("127.0.0.1", socket.AF_INET, OSError(errno.EADDRINUSE, "pris"), PRIS),
        (
            *("127.0.0.1", socket.AF_INET, OSError(errno.EACCES, "réservé")),
            "Le port 8123 est réservé au système : choisissez-en un au-dessus de 1023.",
        ),
        (
            *("2001:db8::7", socket.AF_INET6, OSError(errno.EADDRNOTAVAIL, "d'ailleurs")),
            "L'adresse 2001:db8::7 ne peut pas être ouverte sur cette machine.",
        ),
        ("127.0.0.1", socket.AF_INET, OverflowError(), "8123 n'est pas un numéro de port : il va de 1 à 65535."),
    ],
)
def test_un_port_s_essaie_dans_sa_famille_et_ce_qui_l_empeche_se_dit(monkeypatch, adresse, famille, erreur, dit):
    essais = []

    class Prise:
        def __init__(self, famille):
            essais.append(famille)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return essais.append("fermée")

        def setsockopt(self, *option):
            return essais.append(option)

        def bind(self, ou):
            essais.append(ou)
            if erreur:
                raise erreur

    monkeypatch.setattr(serveur.socket, "socket", Prise)
    if erreur:
        with pytest.raises(serveur.ServeurImpossible) as refus:
            serveur.verifier_port(8123, adresse)
        assert str(refus.value) == dit
    else:
        serveur.verifier_port(8123, adresse)
    assert essais == [famille, (socket.SOL_SOCKET, socket.SO_REUSEADDR, 1), (adresse, 8123), "fermée"]


@pytest.mark.deux_moteurs
def test_une_base_qui_ne_s_ouvre_pas_le_dit_en_une_phrase(monkeypatch):
    def abimee():
        raise DatabaseError("malformed")

    monkeypatch.setattr(serveur.connection.introspection, "table_names", abimee)
    with pytest.raises(serveur.ServeurImpossible, match="malformed"):
        serveur.verifier_la_base()


@pytest.mark.parametrize("systeme, demande", [("linux", [(None, 1, signal.SIGTERM)]), ("darwin", [])])
def test_tue_le_superviseur_emporte_ses_programmes(monkeypatch, systeme, demande):
    demandes = []
    noyau = lambda nom: SimpleNamespace(prctl=lambda quoi, signal: demandes.append((nom, quoi, signal)))  # noqa: E731
    monkeypatch.setattr(serveur, "ctypes", SimpleNamespace(CDLL=noyau))
    monkeypatch.setattr(serveur.sys, "platform", systeme)
    serveur._mourir_avec_le_superviseur()
    assert demandes == demande


def test_un_port_ou_une_adresse_impossibles_se_disent():
    with pytest.raises(serveur.ServeurImpossible, match="de 1 à 65535"):
        serveur.verifier_port(70_000, "127.0.0.1")
    with pytest.raises(serveur.ServeurImpossible, match="ne peut pas être ouverte"):
        serveur.verifier_port(8000, "203.0.113.7")


def test_une_verification_de_la_base_qui_echoue_arrete_le_demarrage(monkeypatch):
    monkeypatch.setattr(serveur, "call_command", lambda *a, **k: None)
    recus, fautes = [], [Error("L’édition a changé.", hint="Remettez-la."), Warning("Sans gravité."), Error("Autre.")]
    monkeypatch.setattr(serveur, "run_checks", lambda **k: recus.append(k) or fautes)
    with pytest.raises(serveur.ServeurImpossible) as refus:
        serveur.preparer()
    assert str(refus.value) == "L’édition a changé. Remettez-la.\nAutre. "
    assert recus == [{"tags": [Tags.database], "databases": ["default"]}]


def test_le_site_ecoute_ou_on_le_dit_avec_autant_de_processus_et_sans_ecrire_les_chemins():
    options = (
        "granian --interface wsgi --host 203.0.113.7 --port 8123 --workers 3 --blocking-threads 4"
        " --blocking-threads-idle-timeout 600 --no-access-log --no-ws --respawn-failed-workers --workers-kill-timeout 10"
        " --log-level warning cedre.wsgi:application"
    )
    site, taches = serveur._enfants(8123, "203.0.113.7", 3)
    assert (site.nom, site.commande) == ("le site", [sys.executable, "-m", *options.split()])
    assert serveur.commande_du_site(8123, "203.0.113.7", 3) == site.commande
    travail = "cedre ox_worker --concurrency 2 -v0 --skip-checks"
    assert (taches.nom, taches.commande) == ("le travailleur des tâches", [sys.executable, "-m", *travail.split()])


def test_le_site_repond_quand_sa_sante_se_lit_au_nom_des_reglages(port, monkeypatch, settings):
    settings.ALLOWED_HOSTS = ["cedre.example"]
    assert serveur._repond(port, "127.0.0.1") is False
    demandes = []

    class Connexion:
        def __init__(self, hote, port, timeout):
            demandes.append((hote, port, timeout))

        def request(self, *demande, headers):
            demandes.append((*demande, headers))

        def getresponse(self):
            return SimpleNamespace(read=lambda: demandes.append("lue"))

        def close(self):
            demandes.append("fermée")

    monkeypatch.setattr(serveur.http.client, "HTTPConnection", Connexion)
    for adresse, hote in (("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.7", "192.0.2.7")):
        assert serveur._repond(8123, adresse) is True
        assert demandes == [(hote, 8123, 5), ("GET", "/sante", {"Host": "cedre.example"}), "lue", "fermée"]
        demandes.clear()


def test_les_fichiers_statiques_ne_se_rassemblent_que_s_ils_ont_change(monkeypatch, settings, tmp_path):
    settings.STATIC_ROOT, faits, empreintes = str(tmp_path), [], ["un", "un", "deux"]
    monkeypatch.setattr(serveur, "reprendre", lambda: False)
    monkeypatch.setattr(serveur, "run_checks", lambda **k: [Warning("Sans gravité.")])
    monkeypatch.setattr(serveur, "_empreinte_des_statiques", lambda: empreintes.pop(0))
    monkeypatch.setattr(serveur, "call_command", lambda nom, **options: faits.append((nom, options)))
    muet = {"interactive": False, "verbosity": 0}
    for rassembles in (True, False, True):
        serveur.preparer()
        assert faits == [("migrate", muet)] + [("collectstatic", muet)] * rassembles
        faits.clear()


@pytest.mark.parametrize("reprise", [True, False])
def test_une_restauration_defaite_se_dit_avant_tout(monkeypatch, settings, tmp_path, capsys, reprise):
    settings.STATIC_ROOT = str(tmp_path)
    monkeypatch.setattr(serveur, "reprendre", lambda: reprise)
    monkeypatch.setattr(serveur, "run_checks", lambda **k: [])
    monkeypatch.setattr(serveur, "call_command", lambda *a, **k: None)
    serveur.preparer()
    dit = "Cèdre : une restauration n'était pas allée au bout, les données d'avant sont remises.\n"
    assert capsys.readouterr().err == (dit if reprise else "")


def en_cours():
    """Une autre commande restaure."""
    raise SauvegardeImpossible("Une restauration est en cours.")


def test_pendant_une_restauration_le_serveur_ne_demarre_pas(monkeypatch):
    monkeypatch.setattr(serveur, "reprendre", en_cours)
    monkeypatch.setattr(serveur, "call_command", lambda *a, **k: pytest.fail("il a touché à la base"))
    with pytest.raises(serveur.ServeurImpossible, match="est en cours"):
        serveur.preparer()


def test_l_empreinte_des_statiques_change_avec_leur_nom_leur_taille_et_leur_heure(monkeypatch, tmp_path):
    fichier = tmp_path / "a.css"
    fichier.write_text("a")
    chercheur = SimpleNamespace(list=lambda sauf: [(fichier.name, SimpleNamespace(path=lambda nom: str(fichier)))])
    monkeypatch.setattr(serveur, "get_finders", lambda: [chercheur])
    os.utime(fichier, (1, 1))
    lues = [serveur._empreinte_des_statiques(), serveur._empreinte_des_statiques()]
    os.utime(fichier, (2, 2))
    lues.append(serveur._empreinte_des_statiques())
    fichier.write_text("ab")
    os.utime(fichier, (2, 2))
    lues.append(serveur._empreinte_des_statiques())
    fichier = fichier.rename(tmp_path / "b.css")
    lues.append(serveur._empreinte_des_statiques())
    assert lues[0] == lues[1] and len(set(lues)) == 4


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


@pytest.mark.parametrize(
    "options, servi",
    [
        ([], (8000, "127.0.0.1", 2)),
        (["--port", "8123", "--adresse", "0.0.0.0", "--processus", "16"], (8123, "0.0.0.0", 16)),
    ],
)
def test_la_commande_verifie_prepare_puis_sert(monkeypatch, options, servi):
    faits, commande = [], "cedre.core.management.commands.serveur"
    monkeypatch.setattr(f"{commande}.verifier_port", lambda port, adresse: faits.append(("port", port, adresse)))
    monkeypatch.setattr(f"{commande}.verifier_la_base", lambda: faits.append("base"))
    monkeypatch.setattr(f"{commande}.Command.check", lambda self: faits.append("vérifiée"))
    monkeypatch.setattr(f"{commande}.preparer", lambda: faits.append("prête"))
    monkeypatch.setattr(f"{commande}.servir", lambda port, adresse, processus: faits.append((port, adresse, processus)))
    call_command("serveur", *options)
    assert faits == [("port", *servi[:2]), "base", "vérifiée", "prête", servi]
    with pytest.raises(CommandError, match="--processus"):
        call_command("serveur", "--processus", "17")


def test_la_commande_dit_en_une_phrase_pourquoi_elle_ne_sert_pas(monkeypatch):
    def impossible(*recu):
        raise serveur.ServeurImpossible("Le port 8000 est déjà pris.")

    monkeypatch.setattr("cedre.core.management.commands.serveur.verifier_port", impossible)
    with pytest.raises(CommandError) as refus:
        call_command("serveur")
    assert str(refus.value) == "Le port 8000 est déjà pris."
