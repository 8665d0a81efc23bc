"""Sauvegarder et restaurer : l'aller et retour sur une vraie base à part, du moteur de l'essai, et les archives douteuses."""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import uuid
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from cedre.core.management.commands import restaurer


@pytest.fixture
def installation(tmp_path):
    """Une installation neuve et vide, dans tmp_path ; la rend comme une fonction qui y joue du Python."""
    env = {**os.environ, "CEDRE_DONNEES": str(tmp_path / "donnees")}
    env.pop("DATABASE_URL", None)
    base = settings.DATABASES["default"]
    nom, acces = f"sauvegarde_{uuid.uuid4().hex[:12]}", None
    if connection.vendor == "postgresql":
        acces = {"host": base["HOST"], "port": base["PORT"] or None, "user": base["USER"], "password": base["PASSWORD"] or None}
        with psycopg.connect(**acces, dbname="postgres", autocommit=True) as c:
            c.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))
        secret = f":{base['PASSWORD']}" if base["PASSWORD"] else ""
        port = f":{base['PORT']}" if base["PORT"] else ""
        env["DATABASE_URL"] = f"postgres://{base['USER']}{secret}@{quote(base['HOST'], safe='')}{port}/{nom}"

    yield lambda code: subprocess.run(
        [sys.executable, "-m", "cedre", "shell", "-v0", "-c", code], env=env, capture_output=True, text=True
    )
    if acces:
        with psycopg.connect(**acces, dbname="postgres", autocommit=True) as c:
            c.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(nom)))


ALLER_ET_RETOUR = """
from django.core.management import call_command
from cedre.comptes.models import Organisation

def creer(nom):
    Organisation.objects.create(nature="region", nom=nom, slug=nom)

def etat():
    lu = (settings.MEDIA_ROOT / "a" / "scan.pdf").read_text()
    return [*Organisation.objects.order_by("slug").values_list("slug", flat=True), lu]

call_command("migrate", verbosity=0)
creer("avant")
(settings.MEDIA_ROOT / "a").mkdir(parents=True)
(settings.MEDIA_ROOT / "a" / "scan.pdf").write_text("contenu")
call_command("sauvegarder", settings.DONNEES / "une.tar.gz")
for fois in (1, 2):
    creer("apres")
    (settings.MEDIA_ROOT / "a" / "scan.pdf").write_text("abime")
    assert etat() == ["apres", "avant", "abime"], etat()
    call_command("restaurer", settings.DONNEES / "une.tar.gz", "--oui")
    assert etat() == ["avant", "contenu"], etat()
    (settings.DONNEES / "une.tar.gz").unlink()
    call_command("sauvegarder", settings.DONNEES / "une.tar.gz")
    next(settings.DONNEES.glob("avant-restauration-*")).rename(settings.DONNEES / f"gardee-{fois}")
"""


def test_une_sauvegarde_se_restaure_et_ce_qu_elle_remplace_est_garde(installation, tmp_path):
    fait = installation("from django.conf import settings\n" + ALLER_ET_RETOUR)
    assert fait.returncode == 0, fait.stdout + fait.stderr
    donnees = tmp_path / "donnees"
    assert (donnees / "une.tar.gz").stat().st_mode & 0o077 == 0
    for fois in (1, 2):
        assert (donnees / f"gardee-{fois}" / "fichiers" / "a" / "scan.pdf").read_text() == "abime"
        assert (donnees / f"gardee-{fois}" / {"sqlite": "base.sqlite3"}.get(connection.vendor, "base.dump")).stat().st_size
    if connection.vendor == "sqlite":
        with sqlite3.connect(donnees / "cedre.sqlite3") as base:
            assert base.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_une_sauvegarde_n_en_remplace_pas_une_autre(tmp_path):
    (tmp_path / "une.tar.gz").touch()
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("sauvegarder", tmp_path / "une.tar.gz")


def ecrire(vers, changer=lambda membres, manifeste: None) -> None:
    """Écrit une archive juste, que changer(membres, manifeste) fausse sur place."""
    membres = {{"sqlite": "base.sqlite3"}.get(connection.vendor, "base.dump"): b"base", "fichiers/a/scan.pdf": b"contenu"}
    manifeste = {
        "format": 1,
        "version": "0.1.0",
        "date": "2026-11-21T12:00:00+00:00",
        "moteur": connection.vendor,
        "membres": {nom: hashlib.sha256(octets).hexdigest() for nom, octets in membres.items()},
    }
    changer(membres, manifeste)
    with tarfile.open(vers, "w:gz") as archive:
        for nom, octets in [*membres.items(), ("manifest.json", json.dumps(manifeste).encode())]:
            info = tarfile.TarInfo(nom)
            info.size = len(octets)
            archive.addfile(info, io.BytesIO(octets))


@pytest.fixture
def intouchable(monkeypatch, settings, tmp_path):
    """Fait échouer l'essai si la restauration va jusqu'à toucher aux données."""
    settings.DONNEES = tmp_path
    monkeypatch.setattr(restaurer, "restaurer", lambda dossier: pytest.fail("les données ont été touchées"))


@pytest.mark.parametrize(
    ("changer", "message"),
    [
        (lambda membres, manifeste: membres.update({"fichiers/a/scan.pdf": b"contenU"}), "abîmée"),
        (lambda membres, manifeste: membres.pop("fichiers/a/scan.pdf"), "abîmée"),
        (lambda membres, manifeste: membres.update({"fichiers/intrus": b""}), "abîmée"),
        (lambda membres, manifeste: membres.update({"../evade": b""}), "abîmée"),
        (lambda membres, manifeste: (membres.clear(), manifeste["membres"].clear()), "abîmée"),
        (lambda membres, manifeste: manifeste.update(version="999.0"), "plus récent"),
        (lambda membres, manifeste: manifeste.update(format=2), "plus récent"),
        (lambda membres, manifeste: manifeste.update(moteur="oracle"), "vient d'une base oracle"),
        (lambda membres, manifeste: manifeste.pop("moteur"), "abîmée"),
    ],
    ids=["alteree", "incomplete", "intrus", "evasion", "vide", "future", "format futur", "autre moteur", "manifeste faux"],
)
def test_une_archive_douteuse_ne_touche_a_rien(intouchable, tmp_path, changer, message):
    ecrire(tmp_path / "archive", changer)
    with pytest.raises(CommandError, match=message):
        call_command("restaurer", tmp_path / "archive", "--oui")
    assert not (tmp_path / "evade").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["archive"]


@pytest.mark.parametrize("octets", [b"", b"pas une archive", 200])
def test_un_fichier_coupe_ou_etranger_est_refuse(intouchable, tmp_path, octets):
    ecrire(tmp_path / "entiere")
    (tmp_path / "archive").write_bytes(octets if isinstance(octets, bytes) else (tmp_path / "entiere").read_bytes()[:octets])
    with pytest.raises(CommandError, match="abîmée"):
        call_command("restaurer", tmp_path / "archive", "--oui")


def test_sans_un_oui_rien_ne_change(intouchable, tmp_path, monkeypatch, capsys):
    ecrire(tmp_path / "archive")
    monkeypatch.setattr("builtins.input", lambda question: "non")
    call_command("restaurer", tmp_path / "archive")
    assert "Rien n'a été changé" in capsys.readouterr().out
