"""Sauvegarder et restaurer, par les commandes elles-mêmes, sur une base à part du même moteur que l'essai."""

import io
import json
import os
import subprocess
import sys
import tarfile
import uuid

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql


@pytest.fixture
def ailleurs_sur_disque(tmp_path, django_db_setup):
    """Une installation neuve et vide, dans tmp_path ; la rend comme une fonction qui lance « cedre … »."""
    env = {**os.environ, "CEDRE_DONNEES": str(tmp_path / "donnees")}
    env.pop("DATABASE_URL", None)
    base = settings.DATABASES["default"]
    nom, acces = f"sauvegarde_{uuid.uuid4().hex[:12]}", None
    if connection.vendor == "postgresql":
        acces = {"host": base["HOST"], "port": base["PORT"], "user": base["USER"], "password": base["PASSWORD"] or None}
        with psycopg.connect(**acces, dbname="postgres", autocommit=True) as c:
            c.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))
        secret = f":{base['PASSWORD']}" if base["PASSWORD"] else ""
        env["DATABASE_URL"] = f"postgres://{base['USER']}{secret}@{base['HOST']}:{base['PORT']}/{nom}"

    def cedre(*arguments, entree=""):
        return subprocess.run(
            [sys.executable, "-m", "cedre", *map(str, arguments)], env=env, input=entree, capture_output=True, text=True
        )

    yield cedre
    if acces:
        with psycopg.connect(**acces, dbname="postgres", autocommit=True) as c:
            c.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(nom)))


CREER = "from cedre.comptes.models import *; Organisation.objects.create(nature='region', nom='{0}', slug='{0}')"
LIRE = "from cedre.comptes.models import *; print(*Organisation.objects.order_by('slug').values_list('slug', flat=True))"


def reussir(fait) -> str:
    assert fait.returncode == 0, fait.stdout + fait.stderr
    return fait.stdout


def shell(cedre, code: str) -> str:
    return reussir(cedre("shell", "-v0", "-c", code)).strip()


def refaire(archive, vers, changer) -> None:
    """Réécrit une archive ; changer : fonction de {nom: octets} qui la modifie sur place."""
    with tarfile.open(archive) as source:
        membres = {m.name: source.extractfile(m).read() for m in source}
    changer(membres)
    with tarfile.open(vers, "w:gz") as cible:
        for nom, octets in membres.items():
            info = tarfile.TarInfo(nom)
            info.size = len(octets)
            cible.addfile(info, io.BytesIO(octets))


def manifeste_change(**valeurs):
    def changer(membres):
        membres["manifest.json"] = json.dumps(json.loads(membres["manifest.json"]) | valeurs).encode()

    return changer


def test_une_sauvegarde_se_restaure_et_une_archive_douteuse_ne_touche_a_rien(ailleurs_sur_disque, tmp_path):
    cedre, archive, donnees = ailleurs_sur_disque, tmp_path / "une.tar.gz", tmp_path / "donnees"
    reussir(cedre("migrate", "-v0"))
    shell(cedre, CREER.format("avant"))
    (donnees / "fichiers" / "a").mkdir(parents=True)
    (donnees / "fichiers" / "a" / "scan.pdf").write_bytes(b"contenu")

    assert "1 fichier(s)" in reussir(cedre("sauvegarder", archive))
    assert archive.stat().st_mode & 0o077 == 0
    assert "existe déjà" in cedre("sauvegarder", archive).stderr

    shell(cedre, CREER.format("apres"))
    (donnees / "fichiers" / "a" / "scan.pdf").write_bytes(b"ecrase")

    def alterer(membres):
        membres["fichiers/a/scan.pdf"] = b"contenU"

    def sortir_du_dossier(membres):
        membres["../evade"] = b"x"

    douteuses = {
        "alteree": (alterer, "abîmée"),
        "incomplete": (lambda membres: membres.pop("fichiers/a/scan.pdf"), "abîmée"),
        "intruse": (lambda membres: membres.update({"fichiers/b": b"x"}), "abîmée"),
        "evadee": (sortir_du_dossier, "abîmée"),
        "future": (manifeste_change(version="999.0"), "plus récent"),
        "autre": (manifeste_change(moteur="oracle"), "vient d'une base oracle"),
    }
    for nom, (changer, message) in douteuses.items():
        refaire(archive, tmp_path / nom, changer)
        refus = cedre("restaurer", tmp_path / nom, "--oui")
        assert refus.returncode and message in refus.stderr, (nom, refus.stderr)
    (tmp_path / "coupee").write_bytes(archive.read_bytes()[:-200])
    assert "abîmée" in cedre("restaurer", tmp_path / "coupee", "--oui").stderr
    assert "n'existe pas" in cedre("restaurer", tmp_path / "absente", "--oui").stderr
    assert "Rien n'a été changé" in reussir(cedre("restaurer", archive, entree="non\n"))
    assert not (tmp_path / "evade").exists() and not (donnees / "evade").exists()
    assert shell(cedre, LIRE) == "apres avant"
    assert not list(donnees.glob("avant-restauration-*"))

    reussir(cedre("restaurer", archive, entree="oui\n"))
    assert shell(cedre, LIRE) == "avant"
    assert (donnees / "fichiers" / "a" / "scan.pdf").read_bytes() == b"contenu"
    (garde,) = donnees.glob("avant-restauration-*")
    assert (garde / "fichiers" / "a" / "scan.pdf").read_bytes() == b"ecrase"
    assert (garde / {"sqlite": "base.sqlite3", "postgresql": "base.dump"}[connection.vendor]).stat().st_size

    reussir(cedre("sauvegarder", tmp_path / "deux.tar.gz"))
    reussir(cedre("restaurer", tmp_path / "deux.tar.gz", "--oui"))
    assert shell(cedre, LIRE) == "avant"
