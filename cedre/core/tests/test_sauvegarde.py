"""Sauvegarder et restaurer : l'aller et retour sur une vraie base à part, du moteur de l'essai ; ce qui échoue ne change rien."""

import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from cedre.core.sauvegarde import reprendre, sauvegarder
from cedre.tests.neuve import INSTALLER


@dataclass
class Installation:
    """Une installation à part, dans un dossier, sur une base du moteur de l'essai."""

    dossier: Path
    base: str

    @property
    def donnees(self) -> Path:
        """Son dossier de données."""
        return self.dossier / "donnees"

    def __call__(self, code: str) -> subprocess.CompletedProcess:
        """Y joue du Python."""
        env = {**os.environ, "CEDRE_DONNEES": str(self.donnees)}
        env.pop("DATABASE_URL", None)
        if connection.vendor == "postgresql":
            acces = settings.DATABASES["default"]
            secret = f":{acces['PASSWORD']}" if acces["PASSWORD"] else ""
            port = f":{acces['PORT']}" if acces["PORT"] else ""
            env["DATABASE_URL"] = f"postgres://{acces['USER']}{secret}@{quote(acces['HOST'], safe='')}{port}/{self.base}"
        return subprocess.run(
            [sys.executable, "-m", "cedre", "shell", "-v0", "-c", code], env=env, capture_output=True, text=True
        )


@contextmanager
def base_a_part(modele: str = "template1"):
    """Une base PostgreSQL copiée de ce modèle, effacée à la fin ; sous SQLite, rien."""
    nom = f"sauvegarde_{uuid.uuid4().hex[:12]}"
    if connection.vendor != "postgresql":
        yield nom
        return
    acces = settings.DATABASES["default"]
    connexion = {
        "host": acces["HOST"],
        "port": acces["PORT"] or None,
        "user": acces["USER"],
        "password": acces["PASSWORD"] or None,
    }
    with psycopg.connect(**connexion, dbname="postgres", autocommit=True) as c:
        c.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(nom), sql.Identifier(modele)))
        yield nom
        c.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(nom)))


@pytest.fixture(scope="module")
def migree(tmp_path_factory):
    """L'installation que les essais copient : migrer est ce qu'il y a de plus long."""
    with base_a_part() as base:
        neuve = Installation(tmp_path_factory.mktemp("migree"), base)
        jouer(neuve, INSTALLER + GARNIR)
        yield neuve


@pytest.fixture
def installation(migree, tmp_path):
    """Une installation d'un compte, d'une région « avant » et d'un fichier « contenu »."""
    with base_a_part(migree.base) as base:
        shutil.copytree(migree.dossier, tmp_path / "ici")
        yield Installation(tmp_path / "ici", base)


DEBUT = """
import os, tarfile
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from cedre.comptes.models import Compte, Organisation
from cedre.core import sauvegarde

SCAN, UNE = settings.MEDIA_ROOT / "a" / "scan.pdf", settings.DONNEES / "une.tar.gz"

def creer(nom):
    Organisation.objects.create(nature="region", nom=nom, slug=nom)

def etat():
    return [*Organisation.objects.order_by("slug").values_list("slug", flat=True), SCAN.read_text()]

def refuse(mots, *options):
    try:
        call_command("restaurer", UNE, "--oui", *options)
    except CommandError as e:
        assert mots in str(e), e
    else:
        raise AssertionError(mots)
"""

GARNIR = """
Compte.objects.create(email="a@ici.example")
SCAN.parent.mkdir(parents=True)
creer("avant")
SCAN.write_text("contenu")
"""

ALLER_ET_RETOUR = """
call_command("sauvegarder", UNE)
for fois in (1, 2):
    creer("apres")
    SCAN.write_text("abime")
    assert etat() == ["apres", "avant", "abime"], etat()
    call_command("restaurer", UNE, "--oui")
    assert etat() == ["avant", "contenu"], etat()
    UNE.unlink()
    call_command("sauvegarder", UNE)
"""


def jouer(installation: Installation, code: str) -> None:
    """Joue ce code dans l'installation, et dit ce qu'il en sort s'il échoue."""
    fait = installation(DEBUT + code)
    assert fait.returncode == 0, fait.stdout + fait.stderr


def restes(donnees) -> list[str]:
    """Ce qu'une restauration aurait laissé derrière elle."""
    return [p.name for p in donnees.iterdir() if "restauration" in p.name and p.name != ".restauration.verrou"]


@pytest.mark.deux_moteurs
def test_une_sauvegarde_se_restaure_et_rien_n_en_reste_a_cote(installation):
    jouer(installation, ALLER_ET_RETOUR)
    donnees = installation.donnees
    assert (donnees / "une.tar.gz").stat().st_mode & 0o077 == 0
    assert restes(donnees) == []
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(donnees / "cedre.sqlite3")) as base:
            assert base.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


SANS_PASSAGE = """
import sqlite3
from cedre.core import coffre
client = __import__("django.test").test.Client()
client.force_login(Compte.objects.get())
settings.ALLOWED_HOSTS = ["testserver"]
client.get("/compte/")
cache.set("compteur:192.0.2.7", ["compteur-secret"] * 2000, 3600)
Organisation.objects.update(adresse=coffre.fermer("dit en secret"))
session = client.session.session_key
call_command("sauvegarder", UNE)
with tarfile.open(UNE) as archive:
    noms = archive.getnames()
    base = archive.extractfile(noms[0]).read()
if noms[0].endswith("dump"):
    (settings.DONNEES / "base.dump").write_bytes(base)
    with open(settings.DONNEES / "base.sql", "wb") as flux:
        sauvegarde._outil("pg_restore", "--file=-", str(settings.DONNEES / "base.dump"), sortie=flux)
    base = (settings.DONNEES / "base.sql").read_bytes()
else:
    (settings.DONNEES / "copie.sqlite3").write_bytes(base)
    copie = sqlite3.connect(settings.DONNEES / "copie.sqlite3")
    assert copie.execute("PRAGMA freelist_count").fetchone() == (0,), "ce qui est ôté ne se lit plus dans le fichier"
    copie.close()
for secret in (session, "192.0.2.7", *coffre.lire(), "dit en secret"):
    assert secret.encode() not in base, secret
assert b"a@ici.example" in base and coffre.MARQUE.encode() in base
assert noms == [noms[0], "fichiers/a/scan.pdf", "manifest.json"], noms
UNE.unlink()
de_passage, sauvegarde.DE_PASSAGE = sauvegarde.DE_PASSAGE, frozenset()  # comme une version plus ancienne
call_command("sauvegarder", UNE)
sauvegarde.DE_PASSAGE = de_passage
call_command("restaurer", UNE, "--oui")
assert client.get("/compte/").status_code == 302 and cache.get("compteur:192.0.2.7") is None
"""


def test_une_sauvegarde_n_a_ni_session_ni_compteur_ni_cle(installation):
    jouer(installation, SANS_PASSAGE)


TOUT_OU_RIEN = """
call_command("sauvegarder", UNE)
creer("apres")
SCAN.write_text("depuis")
veritable = sauvegarde.call_command
def tomber(*args, **options):
    raise OSError("plus de place")
sauvegarde.call_command = tomber
refuse("plus de place")
assert etat() == ["apres", "avant", "depuis"], etat()
with sauvegarde._seul():
    refuse("est en cours")
sauvegarde.call_command = lambda *args, **options: os._exit(9)
call_command("restaurer", UNE, "--oui")
"""

COUPEE = """
assert sauvegarde._a_cote().exists()
assert Organisation.objects.count() == 1 and SCAN.read_text() == "contenu"
assert sauvegarde.reprendre() and not sauvegarde.reprendre()
assert etat() == ["apres", "avant", "depuis"], etat()
call_command("restaurer", UNE, "--oui")
assert etat() == ["avant", "contenu"], etat()
assert UNE.exists()
"""


def test_une_restauration_qui_echoue_ou_que_l_on_coupe_laisse_tout_comme_avant(installation):
    coupee = installation(DEBUT + TOUT_OU_RIEN)
    assert coupee.returncode == 9, coupee.stdout + coupee.stderr
    jouer(installation, COUPEE)
    assert restes(installation.donnees) == []


VIDE_OU_D_AILLEURS = """
Compte.objects.all().delete()
call_command("sauvegarder", UNE)
refuse("est vide")
Compte.objects.create(email="a@ici.example")
UNE.unlink()
call_command("sauvegarder", UNE)
with connection.cursor() as curseur:
    curseur.execute("UPDATE django_migrations SET applied = '2020-01-01 00:00:00+00'")
SCAN.write_text("d'ici")
refuse("autre installation")
assert etat() == ["avant", "d'ici"]
call_command("restaurer", UNE, "--oui", "--forcer")
assert etat() == ["avant", "contenu"]
Compte.objects.all().delete()
with connection.cursor() as curseur:
    curseur.execute("UPDATE django_migrations SET applied = '2020-01-01 00:00:00+00'")
call_command("restaurer", UNE, "--oui")
assert Compte.objects.count() == 1
with connection.cursor() as curseur:
    curseur.execute("ALTER TABLE django_migrations RENAME TO d_un_autre_logiciel")
refuse("pas celle de Cèdre", "--forcer")
"""


def test_une_base_vide_ou_d_ailleurs_est_refusee_et_une_installation_neuve_prend_la_sienne(installation):
    jouer(installation, VIDE_OU_D_AILLEURS)


REFAIRE = """
import contextlib, hashlib, json, sqlite3
PLI = settings.DONNEES / "pli"
BASE = PLI / sauvegarde.BASE[connection.vendor]

def refaire(changer):
    "La même archive, dont changer(base) a faussé la base sans que les condensats le disent."
    UNE.unlink(missing_ok=True)
    call_command("sauvegarder", UNE)
    with tarfile.open(UNE) as archive:
        archive.extractall(PLI, filter="data")
    changer()
    manifeste = json.loads((PLI / "manifest.json").read_text())
    manifeste["membres"][BASE.name] = hashlib.sha256(BASE.read_bytes()).hexdigest()
    (PLI / "manifest.json").write_text(json.dumps(manifeste))
    with tarfile.open(UNE, "w:gz") as archive:
        for nom in sorted(os.listdir(PLI)):
            archive.add(PLI / nom, nom)

"""

ILLISIBLE = """
def couper():
    BASE.write_bytes(BASE.read_bytes()[:30_000])

def trouer():
    with BASE.open("r+b") as flux:
        for page in range(5, 60):
            flux.seek(page * 4096)
            flux.write(os.urandom(4096))

def amputer():
    with contextlib.closing(sqlite3.connect(BASE)) as base:
        base.execute("DROP TABLE parcours_personne")

refaire(couper)
SCAN.write_text("d'ici")
refuse("")
assert etat() == ["avant", "d'ici"], etat()
if connection.vendor == "sqlite":
    for changer, mots in ((trouer, "ne se lit pas"), (amputer, "il y manque parcours_personne")):
        refaire(changer)
        SCAN.write_text(mots)
        refuse(mots)
        assert etat() == ["avant", mots], etat()
"""


def test_une_base_illisible_dans_une_archive_juste_est_refusee_en_une_phrase(installation):
    jouer(installation, REFAIRE + ILLISIBLE)
    assert restes(installation.donnees) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="seule la base SQLite est un fichier que l’on puisse abîmer")
def test_une_base_abimee_le_dit_et_se_restaure_une_fois_mise_ailleurs(installation):
    jouer(installation, 'call_command("sauvegarder", UNE)')
    base = installation.donnees / "cedre.sqlite3"
    base.write_bytes(base.read_bytes()[:8192] + os.urandom(200_000))
    env = {**os.environ, "CEDRE_DONNEES": str(installation.donnees)}
    env.pop("DATABASE_URL", None)
    archive = str(installation.donnees / "une.tar.gz")
    for commande in (["restaurer", archive, "--oui"], ["serveur", "--port", "0"], ["sauvegarder", archive + ".neuve"]):
        dit = subprocess.run([sys.executable, "-m", "cedre", *commande], env=env, capture_output=True, text=True)
        assert dit.returncode and "Traceback" not in dit.stderr and "malformed" in dit.stderr, dit.stderr
    base.rename(installation.dossier / "abimee")
    jouer(installation, 'call_command("restaurer", UNE, "--oui"); assert etat() == ["avant", "contenu"]')


def tomber(*args, **options):
    """Le disque est plein."""
    raise OSError("plus de place")


def test_ce_qu_une_commande_coupee_net_a_laisse_est_efface(monkeypatch, settings, tmp_path):
    settings.DONNEES = tmp_path / "donnees"
    monkeypatch.setattr("cedre.core.sauvegarde._copier_base", tomber)
    laisses = [settings.DONNEES / ".restauration-abc", tmp_path / ".sauvegarde-de-cedre-abc"]
    encore = [settings.DONNEES / ".restauration-encore", tmp_path / ".sauvegarde-de-cedre-encore"]
    for reste in (*laisses, *encore):
        reste.mkdir(parents=True)
        (reste / "base.sqlite3").touch()
    for vieux in laisses:
        os.utime(vieux, (1, 1))
    assert not reprendre()
    with pytest.raises(OSError, match="plus de place"):
        sauvegarder(tmp_path / "une.tar.gz")
    assert not any(reste.exists() for reste in laisses)
    assert all(reste.exists() for reste in encore)


def test_une_sauvegarde_n_en_remplace_pas_une_autre(tmp_path):
    (tmp_path / "une.tar.gz").touch()
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("sauvegarder", tmp_path / "une.tar.gz")
