"""Ce qui est effacé ne se retrouve pas dans le fichier de la base (docs/decisions/0015)."""

import sqlite3

import pytest
from django.conf import settings

SUR_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.mark.deux_moteurs
@pytest.mark.skipif(not SUR_SQLITE, reason="les réglages éprouvés sont ceux de SQLite")
def test_un_texte_efface_n_est_plus_dans_le_fichier(tmp_path):
    fichier = tmp_path / "base.sqlite3"
    base = sqlite3.connect(fichier, isolation_level=None)
    base.execute("PRAGMA secure_delete=OFF")  # le défaut dépend de qui a compilé SQLite : nos réglages doivent le dire
    base.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
    base.execute("CREATE TABLE essai (texte TEXT)")
    base.execute("INSERT INTO essai VALUES ('Martinelle')")
    base.execute("DELETE FROM essai")
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    assert b"Martinelle" not in fichier.read_bytes()
