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


class Factice:
    """Un programme qui ne se lance pas : il dit ce qu'on lui demande."""

    def __init__(self, nom: str, dits: list, tombe: Exception | None = None):
        self.nom, self.dits, self.tombe, self.processus = nom, dits, tombe, None

    def lancer(self) -> None:
        """Le voilà lancé."""
        self.processus = True
        self.dits.append((self.nom, "lancé"))

    def relancer_si_tombe(self) -> None:
        """Un tour de garde ; le dernier lève ce qui arrête tout."""
        if self.tombe:
            raise self.tombe

    def signaler(self, numero: int) -> None:
        """Un signal lui est envoyé."""
        self.dits.append((self.nom, numero))

    def arreter(self, avant: float) -> None:
        """On l'attend jusqu'à cette heure."""
        self.dits.append((self.nom, avant))


@pytest.fixture
def veille(monkeypatch):
    """Le superviseur, sans programme ni attente : ce que ses enfants ont entendu, l'heure, et ce que le site répond."""
    dits, heure, vu = [], [1000.0], SimpleNamespace(repond=[False, True], tours=3, signaux=[])

    def dormir(secondes: float) -> None:
        heure[0] += secondes
        vu.tours -= 1
        if not vu.tours:
            raise serveur._Arret

    vu.dits, vu.enfants = dits, [Factice("site", dits), Factice("tâches", dits)]
    monkeypatch.setattr(serveur, "verifier_port", lambda port, adresse: None)
    monkeypatch.setattr(serveur, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(serveur, "_enfants", lambda *recu: vu.enfants)
    monkeypatch.setattr(serveur, "_repond", lambda *recu: vu.repond.pop(0) if vu.repond else False)
    monkeypatch.setattr(serveur, "time", SimpleNamespace(sleep=dormir, monotonic=lambda: heure[0]))
    monkeypatch.setattr(serveur.signal, "signal", lambda numero, geste: vu.signaux.append((numero, geste)))
    vu.heure = heure
    return vu


ARRET = [("site", signal.SIGTERM), ("tâches", signal.SIGTERM)]
LANCES = [("site", "lancé"), ("tâches", "lancé")]


@pytest.mark.parametrize(
    "adresse, dite",
    [("127.0.0.1", "localhost"), ("0.0.0.0", "localhost"), ("::1", "localhost"), ("::", "localhost"), ("192.0.2.7", "192.0.2.7")],
)
def test_le_superviseur_annonce_le_site_une_fois_quand_il_repond_puis_arrete_tout(veille, capsys, adresse, dite):
    serveur.servir(8123, adresse)
    assert capsys.readouterr().out == f"Cèdre est ouvert : http://{dite}:8123/\n"
    limite = veille.heure[0] + serveur.DELAI_D_ARRET
    assert veille.dits == [*LANCES, *ARRET, ("site", limite), ("tâches", limite)]
    assert veille.heure[0] == pytest.approx(1000 + 0.1 + 0.5 + 0.5), "on guette le site de près, puis de loin"
    assert veille.signaux == [(numero, serveur._demander_l_arret) for numero in (signal.SIGINT, signal.SIGTERM)]


def test_un_site_qui_ne_repond_jamais_se_dit_apres_une_minute_et_arrete_tout(veille, capsys):
    veille.repond, veille.tours = [], 10_000
    with pytest.raises(serveur.ServeurImpossible, match="ne répond pas après 60 s"):
        serveur.servir(8123)
    assert 1060 < veille.heure[0] < 1060.2 and capsys.readouterr().out == ""
    assert veille.dits[:4] == [*LANCES, *ARRET]


def test_un_programme_qui_ne_se_lance_pas_n_arrete_que_ceux_qui_le_sont(veille, monkeypatch):
    monkeypatch.setattr(veille.enfants[1], "lancer", lambda: (_ for _ in ()).throw(OSError("plus de mémoire")))
    with pytest.raises(OSError, match="plus de mémoire"):
        serveur.servir(8123)
    assert [dit for dit in veille.dits if dit[0] == "tâches"] == [] and ARRET[0] in veille.dits


def test_servir_verifie_le_port_avant_de_rien_lancer(monkeypatch):
    monkeypatch.setattr(serveur, "_enfants", lambda *recu: pytest.fail("il a lancé quelque chose"))
    with socket.create_server(("127.0.0.1", 0)) as prise, pytest.raises(serveur.ServeurImpossible, match="est déjà pris"):
        serveur.servir(prise.getsockname()[1])


def test_demander_l_arret_n_ecoute_plus_aucun_signal(monkeypatch):
    ignores = []
    monkeypatch.setattr(serveur.signal, "signal", lambda numero, geste: ignores.append((numero, geste)))
    with pytest.raises(serveur._Arret):
        serveur._demander_l_arret(signal.SIGINT, None)
    assert ignores == [(signal.SIGINT, signal.SIG_IGN), (signal.SIGTERM, signal.SIG_IGN)]


def test_un_programme_qui_ne_s_arrete_pas_a_temps_est_tue():
    enfant = serveur.Enfant("sourd", [])
    recus = []

    def attendre(secondes: float | None = None) -> None:
        recus.append(secondes)
        if secondes:
            raise subprocess.TimeoutExpired("sourd", secondes)

    enfant.processus = SimpleNamespace(wait=attendre)
    enfant.signaler = recus.append
    enfant.arreter(0)
    assert recus == [0.1, signal.SIGKILL, None]


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
