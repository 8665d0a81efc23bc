"""Sauvegarder et restaurer : une seule archive tient la base et les fichiers, et dit elle-même si elle est entière.

Archive tar.gz : base.sqlite3 ou base.dump (pg_dump -Fc), fichiers/… (MEDIA_ROOT), manifest.json (version, date, moteur, et le
SHA-256 de chaque membre). N'y sont ni le secret ni les clés du coffre, qui appartiennent à l'installation, ni les sessions, le
cache et ses compteurs : une sauvegarde voyage, et chacun d'eux ouvrirait une porte ou dirait qui était là (RES-1).
"""

import contextlib
import fcntl
import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
import zlib
from datetime import datetime
from importlib.metadata import version as version_installee
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone

FORMAT = 1
BASE = {"sqlite": "base.sqlite3", "postgresql": "base.dump"}
NOM_DU_MOTEUR = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
EN_TRAVAIL, EN_COPIE = ".restauration-", ".sauvegarde-de-cedre-"
OUBLIE = 3600  # secondes : plus long que la plus longue copie
DE_PASSAGE = frozenset({Session._meta.db_table, UserSession._meta.db_table, settings.CACHES["default"]["LOCATION"]})
PAS_UNE_ARCHIVE = (
    *(tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile),
    *(FileNotFoundError, IsADirectoryError, NotADirectoryError),
    *(ValueError, KeyError, TypeError, AttributeError, RecursionError),
)
ABIMEE = "L'archive est abîmée ou n'est pas une sauvegarde de Cèdre : rien n'a été changé."

INCOMPLETE = "La base de cette sauvegarde est incomplète ou abîmée ({}) : rien n'a été changé."


class SauvegardeImpossible(Exception):
    """La sauvegarde ou la restauration ne peut pas se faire ; le message dit pourquoi, et l'état laissé."""


def illisible(erreur: DatabaseError) -> str:
    """Ce qu'il faut faire d'une base qui ne s'ouvre pas, en une phrase : de la base d'ici, non de celle d'une archive."""
    if connection.vendor != "sqlite" or isinstance(erreur, OperationalError):
        return f"La base ne répond pas ({str(erreur).strip()}) : rien n'a été changé."
    base = connection.settings_dict["NAME"]
    return (
        f"La base {base} est abîmée ({erreur}) : rien n'a été changé. Mettez-la ailleurs, avec ses fichiers -wal et -shm s'il y"
        " en a, puis restaurez une sauvegarde (« cedre restaurer »)."
    )


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
    _balayer(fichier.parent, EN_COPIE)
    with tempfile.TemporaryDirectory(dir=fichier.parent, prefix=EN_COPIE) as travail:
        base = Path(travail) / BASE[connection.vendor]
        _copier_base(base, sauf=DE_PASSAGE)
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


def _balayer(dans: Path, motif: str) -> None:
    """Efface ce qu'une commande coupée net y a laissé : une copie de la base, sessions comprises, que personne ne range."""
    for reste in dans.glob(f"{motif}*/"):
        if time.time() - reste.stat().st_mtime > OUBLIE:
            shutil.rmtree(reste, ignore_errors=True)


def oublier_les_copies() -> None:
    """Efface ce qu'une restauration coupée net a laissé déplié dans les données, une fois sûr qu'elle n'est plus en cours."""
    _balayer(Path(settings.DONNEES), EN_TRAVAIL)


def _pour_moi_seul(chemin, drapeaux) -> int:
    return os.open(chemin, drapeaux, 0o600)


def _ajouter(archive: tarfile.TarFile, chemin: Path, nom: str, manifeste: dict) -> None:
    with chemin.open("rb") as flux:
        manifeste["membres"][nom] = hashlib.file_digest(flux, "sha256").hexdigest()
        flux.seek(0)
        archive.addfile(archive.gettarinfo(arcname=nom, fileobj=flux), flux)


def _copier_base(vers: Path, *, sauf: frozenset[str] = frozenset()) -> None:
    """Copie cohérente de la base, pendant que le serveur travaille. sauf : les tables dont on ne prend pas les lignes."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(vers)) as copie:
            connection.connection.backup(copie)
            copie.execute("PRAGMA journal_mode=DELETE")
            for table in sauf & set(connection.introspection.table_names()):
                copie.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
            copie.commit()
            if sauf:
                copie.execute("VACUUM")  # sans quoi les lignes ôtées se liraient encore dans le fichier
    else:
        sans = [f"--exclude-table-data={table}" for table in sorted(sauf)]
        _outil("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-comments", *sans, f"--file={vers}")


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
    for reste in dans.glob(f"{EN_TRAVAIL}*/"):  # d'une restauration coupée net
        shutil.rmtree(reste)
    with tempfile.TemporaryDirectory(dir=dans, prefix=EN_TRAVAIL) as nom:
        dossier = Path(nom)
        try:
            with tarfile.open(fichier, "r:gz") as archive:
                archive.extractall(dossier, filter=_sans_lien)
            manifeste = json.loads((dossier / "manifest.json").read_text())
            _verifier_origine(manifeste)
            presents = {p.relative_to(dossier).as_posix(): p for p in dossier.rglob("*") if not p.is_dir()}
            del presents["manifest.json"]
            condensats = {nom: _condensat(chemin) for nom, chemin in presents.items()}
            hors_place = [nom for nom in condensats if nom != BASE[connection.vendor] and not nom.startswith("fichiers/")]
            if condensats != manifeste["membres"] or BASE[connection.vendor] not in condensats or hors_place:
                raise SauvegardeImpossible(ABIMEE)
        except PAS_UNE_ARCHIVE as e:
            raise SauvegardeImpossible(ABIMEE) from e
        yield dossier, manifeste


def _sans_lien(membre: tarfile.TarInfo, vers: str) -> tarfile.TarInfo | None:
    """Une sauvegarde n'a pas de lien : il mettrait le dossier des fichiers ailleurs, dans les données par exemple."""
    if membre.issym():
        raise tarfile.SpecialFileError(membre)
    return tarfile.data_filter(membre, vers)


def _condensat(chemin: Path) -> str:
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _verifier_origine(manifeste: dict) -> None:
    actuelle = version_installee("cedre")
    if datetime.fromisoformat(manifeste["date"]).tzinfo is None:
        raise ValueError("une heure sans fuseau")
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


def installation() -> str | None:
    """Ce qui distingue cette installation d'une autre, gardé dans sa base ; rien si personne n'y a de compte.

    C'est l'instant, à la microseconde, de sa première migration : une base restaurée le garde. Lève SauvegardeImpossible si
    la base est celle d'un autre logiciel.
    """
    tables = set(connection.introspection.table_names())
    if not tables:
        return None
    if not {get_user_model()._meta.db_table, MigrationRecorder.Migration._meta.db_table} <= tables:
        raise SauvegardeImpossible("Cette base n'est pas celle de Cèdre.")
    if not get_user_model()._base_manager.exists():
        return None
    le = MigrationRecorder(connection).migration_qs.aggregate(le=Min("applied"))["le"]
    if le is None:
        raise SauvegardeImpossible("Cette base n'est pas celle de Cèdre.")
    return le.isoformat()


def restaurer(dossier: Path, *, forcer: bool = False) -> None:
    """Remet la base et les fichiers d'une archive ouverte par ouvrir(), et porte la base à la version installée.

    Tout ou rien : ce qui est remplacé est gardé à côté jusqu'au bout, remis si quoi que ce soit échoue (reprendre), puis effacé.
    Lève SauvegardeImpossible si la base de l'archive est vide, ou d'une autre installation sans forcer.
    """
    with _seul():
        _remettre()
        actuelle = installation()
        _exiger_entiere(dossier / BASE[connection.vendor])
        _mettre_de_cote()
        try:
            _remplacer_base(dossier / BASE[connection.vendor])
            _deplacer(Path(settings.MEDIA_ROOT), _a_cote() / "fichiers")
            _deplacer(dossier / "fichiers", Path(settings.MEDIA_ROOT))
            _verifier_la_base(actuelle, forcer=forcer)
            call_command("migrate", interactive=False, verbosity=0)
            _exiger_toutes_les_tables()
            _oublier_le_passage()
        except BaseException as e:
            _remettre()
            if isinstance(e, DatabaseError):
                raise SauvegardeImpossible(INCOMPLETE.format(e)) from e
            raise
        _oublier_le_cote()


def _exiger_entiere(base: Path) -> None:
    """Refuse une base SQLite dont une page est abîmée : une fois en place, elle ne s'ouvrirait plus, fût-ce pour être ôtée."""
    if connection.vendor != "sqlite":
        return  # pg_restore relit tout, en une transaction
    with contextlib.closing(sqlite3.connect(base)) as lue:
        try:
            dit = lue.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as e:
            dit = str(e)
    if dit != "ok":
        raise SauvegardeImpossible(f"La base de l'archive ne se lit pas ({dit}) : rien n'a été changé.")


def _exiger_toutes_les_tables() -> None:
    """Refuse une base portée à cette version à qui il manque pourtant une table."""
    voulues = {m._meta.db_table for m in apps.get_models() if m._meta.managed and not m._meta.proxy} | DE_PASSAGE
    if manquent := voulues - set(connection.introspection.table_names()):
        raise SauvegardeImpossible(INCOMPLETE.format(f"il y manque {', '.join(sorted(manquent))}"))


def reprendre() -> bool:
    """Remet les données d'avant une restauration coupée net ; vrai s'il y en avait une. Efface les copies oubliées.

    Lève SauvegardeImpossible s'il y en a une en cours.
    """
    with _seul():
        oublier_les_copies()
        return _remettre()


@contextlib.contextmanager
def _seul():
    """Une restauration à la fois, et aucun serveur qui démarre pendant ce temps."""
    with (Path(settings.DONNEES) / ".restauration.verrou").open("w") as verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise SauvegardeImpossible("Une restauration est en cours : attendez qu'elle finisse.") from e
        yield


def _remettre() -> bool:
    if not _a_cote().exists():
        return False
    _remplacer_base(_a_cote() / BASE[connection.vendor])
    if (_a_cote() / "sans-fichiers").exists() or (_a_cote() / "fichiers").exists():
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    _deplacer(_a_cote() / "fichiers", Path(settings.MEDIA_ROOT))
    _oublier_le_cote()
    return True


def _a_cote() -> Path:
    return Path(settings.DONNEES) / "restauration-en-cours"


def _oublier_le_cote() -> None:
    fini = Path(settings.DONNEES) / f"{EN_TRAVAIL}finie"
    _a_cote().rename(fini)  # d'un coup : coupé ensuite, l'effacement ne fait rien reprendre
    shutil.rmtree(fini)


def _mettre_de_cote() -> None:
    """Copie la base actuelle ; le dossier n'existe qu'entier, et tant qu'il existe la restauration n'est pas finie."""
    with tempfile.TemporaryDirectory(dir=settings.DONNEES, prefix=EN_TRAVAIL) as travail:
        prete = Path(travail) / "prete"
        prete.mkdir(mode=0o700)
        _copier_base(prete / BASE[connection.vendor])
        if not Path(settings.MEDIA_ROOT).exists():
            (prete / "sans-fichiers").touch()
        prete.rename(_a_cote())


def _deplacer(de: Path, vers: Path) -> None:
    if de.exists():
        shutil.move(de, vers)


def _oublier_le_passage() -> None:
    """Une sauvegarde d'une version plus ancienne avait encore ses sessions et ses compteurs : ils ne rouvrent rien."""
    with connection.cursor() as curseur:
        for table in sorted(DE_PASSAGE):
            curseur.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def _verifier_la_base(actuelle: str | None, *, forcer: bool) -> None:
    """Refuse une base sans personne, ou d'une autre installation ; une installation neuve prend toute base de Cèdre."""
    restauree = installation()
    if restauree is None:
        raise SauvegardeImpossible("La base de cette sauvegarde est vide : rien n'a été changé.")
    if actuelle not in (None, restauree) and not forcer:
        raise SauvegardeImpossible(
            "Cette sauvegarde vient d'une autre installation de Cèdre : rien n'a été changé. Si c'est bien elle qu'il faut"
            " mettre ici, et perdre ce qui y est, ajoutez --forcer."
        )


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
