"""Sauvegarder et restaurer : une seule archive tient la base et les fichiers, et dit elle-même si elle est entière.

Archive tar.gz : base.sqlite3 ou base.dump (pg_dump -Fc), fichiers/… (MEDIA_ROOT), manifest.json (version, date, moteur, et le
SHA-256 de chaque membre). Le secret n'y est pas : il appartient à l'installation, et le perdre ne fait que fermer les sessions.
"""

import contextlib
import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from importlib.metadata import version as version_installee
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

FORMAT = 1
BASE = {"sqlite": "base.sqlite3", "postgresql": "base.dump"}
NOM_DU_MOTEUR = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ABIMEE = "L'archive est abîmée ou n'est pas une sauvegarde de Cèdre : rien n'a été changé."


class SauvegardeImpossible(Exception):
    """La sauvegarde ou la restauration ne peut pas se faire ; le message dit pourquoi, et l'état laissé."""


def sauvegarder(fichier: Path) -> dict:
    """Écrit l'archive, serveur en marche ou non, et rend son manifeste. Lève SauvegardeImpossible.

    La base est copiée d'abord : les fichiers qu'elle cite existent alors déjà. L'archive n'apparaît sous son nom qu'entière.
    """
    if fichier.exists():
        raise SauvegardeImpossible(
            f"{fichier} existe déjà : choisissez un autre nom, une sauvegarde n'en remplace pas une autre."
        )
    if not fichier.parent.is_dir():
        raise SauvegardeImpossible(f"Le dossier {fichier.parent} n'existe pas.")
    manifeste = {
        "format": FORMAT,
        "version": version_installee("cedre"),
        "date": timezone.now().isoformat(timespec="seconds"),
        "moteur": connection.vendor,
        "membres": {},
    }
    provisoire = fichier.with_name(fichier.name + ".partiel")
    with tempfile.TemporaryDirectory(dir=fichier.parent, prefix=".sauvegarde-") as travail:
        base = Path(travail) / BASE[connection.vendor]
        _copier_base(base)
        with open(provisoire, "wb", opener=_pour_moi_seul) as flux, tarfile.open(fileobj=flux, mode="w:gz") as archive:
            _ajouter(archive, base, base.name, manifeste)
            for chemin in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
                if chemin.is_file():
                    nom = f"fichiers/{chemin.relative_to(settings.MEDIA_ROOT).as_posix()}"
                    with contextlib.suppress(FileNotFoundError):  # supprimé depuis : la base copiée peut encore le citer
                        _ajouter(archive, chemin, nom, manifeste)
            texte = Path(travail) / "manifest.json"
            texte.write_text(json.dumps(manifeste, ensure_ascii=False, indent=1))
            archive.add(texte, "manifest.json")
        with open(provisoire, "rb") as flux:
            os.fsync(flux.fileno())
    os.replace(provisoire, fichier)
    return manifeste


def _pour_moi_seul(chemin, drapeaux) -> int:
    return os.open(chemin, drapeaux, 0o600)


def _ajouter(archive: tarfile.TarFile, chemin: Path, nom: str, manifeste: dict) -> None:
    with chemin.open("rb") as flux:
        manifeste["membres"][nom] = hashlib.file_digest(flux, "sha256").hexdigest()
        flux.seek(0)
        archive.addfile(archive.gettarinfo(arcname=nom, fileobj=flux), flux)


def _copier_base(vers: Path) -> None:
    """Copie cohérente de la base, pendant que le serveur travaille."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(vers)) as copie:
            connection.connection.backup(copie)
            copie.execute("PRAGMA journal_mode=DELETE")
    else:
        _outil("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--file={vers}")


def _outil(nom: str, *options: str, entree=None, sortie=subprocess.DEVNULL) -> None:
    """Lance un outil de PostgreSQL sur la base des réglages ; le mot de passe passe par l'environnement, pas par la commande."""
    if not shutil.which(nom):
        raise SauvegardeImpossible(f"L'outil {nom} manque : installez le client de PostgreSQL (paquet postgresql-client).")
    base = connection.settings_dict
    champs = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    acces = {cle: str(base[champ]) for cle, champ in champs.items() if base.get(champ)}
    if sslmode := base["OPTIONS"].get("sslmode"):
        acces["PGSSLMODE"] = sslmode
    fait = subprocess.run(
        [nom, *options], env={**os.environ, **acces}, stdin=entree or subprocess.DEVNULL, stdout=sortie, stderr=subprocess.PIPE
    )
    if fait.returncode:
        raise SauvegardeImpossible(f"{nom} a échoué : {fait.stderr.decode(errors='replace').strip()}")


@contextlib.contextmanager
def ouvrir(fichier: Path, *, dans: Path):
    """Déplie et vérifie une archive dans un dossier provisoire de « dans » ; rend (dossier, manifeste).

    Rien d'autre n'est touché. Lève SauvegardeImpossible si l'archive est abîmée, d'une version plus récente ou d'un autre moteur.
    """
    if not fichier.is_file():
        raise SauvegardeImpossible(f"{fichier} n'existe pas.")
    with tempfile.TemporaryDirectory(dir=dans, prefix=".restauration-") as nom:
        dossier = Path(nom)
        try:
            with tarfile.open(fichier, "r:gz") as archive:
                archive.extractall(dossier, filter="data")
            manifeste = json.loads((dossier / "manifest.json").read_text())
            _verifier_origine(manifeste)
            presents = {p.relative_to(dossier).as_posix(): p for p in dossier.rglob("*") if not p.is_dir() or p.is_symlink()}
            del presents["manifest.json"]
            condensats = {nom: _condensat(chemin) for nom, chemin in presents.items()}
            if condensats != manifeste["membres"] or BASE[connection.vendor] not in condensats:
                raise SauvegardeImpossible(ABIMEE)
        except (
            tarfile.TarError,
            zlib.error,
            EOFError,
            gzip.BadGzipFile,
            FileNotFoundError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as e:
            raise SauvegardeImpossible(ABIMEE) from e
        yield dossier, manifeste


def _condensat(chemin: Path) -> str:
    if chemin.is_symlink():
        return ""  # une sauvegarde n'a pas de lien : son condensat ne sera égal à rien
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _verifier_origine(manifeste: dict) -> None:
    actuelle = version_installee("cedre")
    if manifeste["format"] > FORMAT or _numeros(manifeste["version"]) > _numeros(actuelle):
        raise SauvegardeImpossible(
            f"La sauvegarde vient de Cèdre {manifeste['version']}, plus récent que celui-ci ({actuelle}) :"
            " mettez d'abord celui-ci à jour."
        )
    if manifeste["moteur"] != connection.vendor:
        moteurs = [NOM_DU_MOTEUR.get(m, m) for m in (manifeste["moteur"], connection.vendor)]
        raise SauvegardeImpossible("La sauvegarde vient d'une base {} ; celle-ci est une base {}.".format(*moteurs))


def _numeros(version: str) -> list[int]:
    return [int(n) for n in version.split(".")]


def restaurer(dossier: Path) -> Path:
    """Remet la base et les fichiers d'une archive ouverte par ouvrir() ; rend le dossier où les données d'avant sont gardées.

    La base est remplacée en une transaction : coupée au milieu, la restauration laisse la base d'avant.
    Elle est ensuite portée à la version installée.
    """
    avant = Path(settings.DONNEES) / f"avant-restauration-{timezone.localtime():%Y-%m-%d-%H%M%S}"
    avant.mkdir(mode=0o700)
    _copier_base(avant / BASE[connection.vendor])
    _remplacer_base(dossier / BASE[connection.vendor])
    fichiers, nouveaux = Path(settings.MEDIA_ROOT), dossier / "fichiers"
    if fichiers.exists():
        shutil.move(fichiers, avant / "fichiers")
    if nouveaux.exists():
        shutil.move(nouveaux, fichiers)
    call_command("migrate", interactive=False, verbosity=0)
    return avant


def _remplacer_base(source: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(source)) as copie:
            copie.backup(connection.connection)
        connection.close()
        return
    connection.close()
    ordres = source.with_suffix(".sql")
    with ordres.open("wb") as flux:
        flux.write(b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public AUTHORIZATION pg_database_owner;\n")
        flux.flush()
        _outil("pg_restore", "--file=-", "--no-owner", "--no-privileges", str(source), sortie=flux)
    with ordres.open("rb") as flux:
        _outil("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-", entree=flux)
