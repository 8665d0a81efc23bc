"""Le superviseur : il lance, garde, relance et arrête ensemble le site et les tâches de fond."""

import os
import signal
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from cedre.core import serveur


def test_un_programme_qui_tombe_est_relance_et_celui_qui_tombe_sans_cesse_arrete_tout(monkeypatch, capfd):
    monkeypatch.setattr(serveur.time, "sleep", lambda secondes: None)
    enfant = serveur.Enfant("l'essai", [sys.executable, "-c", "raise SystemExit(3)"])
    enfant.lancer()
    for chute in range(serveur.CHUTES_PERMISES):
        enfant.processus.wait(10)
        enfant.relancer_si_tombe()
        assert enfant.chutes == chute + 1
    enfant.processus.wait(10)
    with pytest.raises(serveur.ServeurImpossible) as refus:
        enfant.relancer_si_tombe()
    assert str(refus.value) == "l'essai s'arrête dès son démarrage : le journal ci-dessus dit pourquoi."
    assert "l'essai s'est arrêté (code 3)" in capfd.readouterr().err


@pytest.mark.parametrize("vecu, chutes, attente", [(60, 1, 0), (serveur.VIE_MINIMALE, 1, 0), (1, 3, 2)])
def test_qui_a_tenu_longtemps_est_relance_aussitot_qui_retombe_attend_de_plus_en_plus(monkeypatch, capfd, vecu, chutes, attente):
    faits = []
    monkeypatch.setattr(serveur, "time", SimpleNamespace(sleep=faits.append, monotonic=lambda: 1000.0))
    monkeypatch.setattr(serveur.Enfant, "lancer", lambda enfant: faits.append(enfant.nom))
    monkeypatch.setattr(serveur.Enfant, "signaler", lambda enfant, numero: faits.append(numero))
    tombe = SimpleNamespace(poll=lambda: 3, returncode=3)
    enfant = serveur.Enfant("l'essai", [], processus=tombe, lance_a=1000.0 - vecu, chutes=2)
    enfant.relancer_si_tombe()
    assert (enfant.chutes, faits) == (chutes, [signal.SIGKILL, attente, "l'essai"]), "ce qu’il en reste est tué d’abord"
    assert capfd.readouterr().err == "Cèdre : l'essai s'est arrêté (code 3), il est relancé.\n"


def test_un_programme_qui_tourne_n_est_pas_relance(monkeypatch):
    monkeypatch.setattr(serveur.Enfant, "lancer", lambda enfant: pytest.fail("il tournait"))
    enfant = serveur.Enfant("l'essai", [], processus=SimpleNamespace(poll=lambda: None), chutes=2)
    enfant.relancer_si_tombe()
    assert enfant.chutes == 2


def test_un_programme_se_lance_dans_son_groupe_et_un_signal_va_a_tout_le_groupe(monkeypatch):
    lances, signaux = [], []
    monkeypatch.setattr(
        serveur.subprocess, "Popen", lambda commande, **dit: lances.append((commande, dit)) or SimpleNamespace(pid=7)
    )
    monkeypatch.setattr(serveur.os, "killpg", lambda *dit: signaux.append(dit))
    monkeypatch.setattr(serveur, "time", SimpleNamespace(monotonic=lambda: 1000.0))
    enfant = serveur.Enfant("l'essai", ["rien"])
    enfant.lancer()
    a_part = {"stdin": subprocess.DEVNULL, "process_group": 0, "preexec_fn": serveur._mourir_avec_le_superviseur}
    assert (lances, enfant.lance_a) == ([(["rien"], a_part)], 1000.0)
    enfant.signaler(signal.SIGTERM)
    assert signaux == [(7, signal.SIGTERM)]

    def parti(*dit):
        raise ProcessLookupError

    monkeypatch.setattr(serveur.os, "killpg", parti)
    enfant.signaler(signal.SIGTERM)


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
    dits, heure, vu = [], [1000.0], SimpleNamespace(repond=[False, True], tours=3, signaux=[], recus=[])

    def dormir(secondes: float) -> None:
        heure[0] += secondes
        vu.tours -= 1
        if not vu.tours:
            raise serveur._Arret

    vu.dits, vu.enfants = dits, [Factice("site", dits), Factice("tâches", dits)]
    monkeypatch.setattr(serveur, "verifier_port", lambda port, adresse: None)
    monkeypatch.setattr(serveur, "connection", SimpleNamespace(close=lambda: dits.append("base fermée")))
    monkeypatch.setattr(serveur, "_enfants", lambda *recu: vu.recus.append(recu) or vu.enfants)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.setattr(serveur, "_repond", lambda *recu: vu.repond.pop(0) if vu.repond else False)
    monkeypatch.setattr(serveur, "time", SimpleNamespace(sleep=dormir, monotonic=lambda: heure[0]))
    monkeypatch.setattr(serveur.signal, "signal", lambda numero, geste: vu.signaux.append((numero, geste)))
    vu.heure = heure
    return vu


ARRET = [("site", signal.SIGTERM), ("tâches", signal.SIGTERM)]
LANCES = ["base fermée", ("site", "lancé"), ("tâches", "lancé")]


@pytest.mark.parametrize(
    "adresse, dite",
    [("127.0.0.1", "localhost"), ("0.0.0.0", "localhost"), ("::1", "localhost"), ("::", "localhost"), ("192.0.2.7", "192.0.2.7")],
)
def test_le_superviseur_annonce_le_site_une_fois_quand_il_repond_puis_arrete_tout(veille, capsys, adresse, dite):
    serveur.servir(8123, adresse)
    assert capsys.readouterr().out == f"Cèdre est ouvert : http://{dite}:8123/\n"
    limite = veille.heure[0] + serveur.DELAI_D_ARRET
    assert veille.dits == [*LANCES, *ARRET, ("site", limite), ("tâches", limite)]
    assert veille.recus == [(8123, adresse, 2)] and os.environ["DJANGO_SETTINGS_MODULE"] == "cedre.settings"
    assert veille.heure[0] == pytest.approx(1000 + 0.1 + 0.5 + 0.5), "on guette le site de près, puis de loin"
    assert veille.signaux == [(numero, serveur._demander_l_arret) for numero in (signal.SIGINT, signal.SIGTERM)]


def test_un_site_qui_ne_repond_jamais_se_dit_apres_une_minute_et_arrete_tout(veille, capsys):
    veille.repond, veille.tours = [], 10_000
    with pytest.raises(serveur.ServeurImpossible, match="ne répond pas après 60 s"):
        serveur.servir(8123)
    assert 1060 < veille.heure[0] < 1060.2 and capsys.readouterr().out == ""
    assert veille.dits[:5] == [*LANCES, *ARRET]


def test_un_programme_qui_tombe_sans_cesse_arrete_aussi_l_autre(veille, capsys):
    veille.enfants[1].tombe = serveur.ServeurImpossible("les tâches s'arrêtent")
    with pytest.raises(serveur.ServeurImpossible, match="les tâches s'arrêtent"):
        serveur.servir(8123)
    assert veille.dits[:5] == [*LANCES, *ARRET] and len(veille.dits) == 7 and capsys.readouterr().out == ""


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
