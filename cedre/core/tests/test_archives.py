"""Les archives douteuses : aucune ne touche aux données (RES-1)."""

import hashlib
import io
import json
import tarfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection


def ranger(membres, manifeste, nom: str) -> None:
    """Met le fichier de l'archive à cette place, condensat compris."""
    membres[nom] = membres.pop("fichiers/a/scan.pdf")
    manifeste["membres"][nom] = manifeste["membres"].pop("fichiers/a/scan.pdf")


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
        if "fichiers/lien" in manifeste["membres"] or "lien" in manifeste:
            lien = tarfile.TarInfo("fichiers/lien")
            lien.type, lien.linkname = tarfile.SYMTYPE, "."
            archive.addfile(lien)


@pytest.fixture
def intouchable(monkeypatch, settings, tmp_path):
    """Fait échouer l'essai si la restauration va jusqu'à toucher aux données."""
    settings.DONNEES = tmp_path
    monkeypatch.setattr(
        "cedre.parcours.management.commands.restaurer.restaurer",
        lambda *args, **options: pytest.fail("les données ont été touchées"),
    )


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
        (lambda membres, manifeste: manifeste.update(date="hier"), "abîmée"),
        (lambda membres, manifeste: manifeste.update(date=None), "abîmée"),
        (lambda membres, manifeste: manifeste.update(date="2026-11-21T12:00:00"), "abîmée"),
        (lambda membres, manifeste: ranger(membres, manifeste, "fichiers"), "abîmée"),
        (lambda membres, manifeste: ranger(membres, manifeste, "secret"), "abîmée"),
        (lambda membres, manifeste: manifeste["membres"].update({"fichiers/lien": ""}), "abîmée"),
        (lambda membres, manifeste: manifeste.update(lien="vers un dossier : il n’a pas de condensat"), "abîmée"),
    ],
    ids=[
        *("alteree", "incomplete", "intrus", "evasion", "vide", "future", "format futur", "autre moteur", "manifeste faux"),
        *("date fausse", "sans date", "sans fuseau", "fichiers en fichier", "hors de sa place", "lien", "lien caché"),
    ],
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
