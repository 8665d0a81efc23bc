"""Ce qui empêche de sauvegarder ou de restaurer : chaque phrase, entière, et ce qui n'a pas été touché (RES-1)."""

import os
import tarfile
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError

from cedre.core import sauvegarde
from cedre.core.sauvegarde import SauvegardeImpossible


def refus(geste, *args, **options) -> str:
    """Ce que dit ce geste en refusant."""
    with pytest.raises(SauvegardeImpossible) as dit:
        geste(*args, **options)
    return str(dit.value)


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("moteur, erreur, abimee", [("sqlite", DatabaseError, True), ("sqlite", OperationalError, False)])
def test_une_base_qui_ne_s_ouvre_pas_est_abimee_ou_ne_repond_pas(monkeypatch, moteur, erreur, abimee):
    monkeypatch.setattr(sauvegarde, "connection", SimpleNamespace(vendor=moteur, settings_dict={"NAME": "/la/base"}))
    dit = sauvegarde.illisible(erreur("malformed "))
    assert dit == (
        "La base /la/base est abîmée (malformed ) : rien n'a été changé. Mettez-la ailleurs, avec ses fichiers -wal et -shm s'il"
        " y en a, puis restaurez une sauvegarde (« cedre restaurer »)."
        if abimee
        else "La base ne répond pas (malformed) : rien n'a été changé."
    )
    monkeypatch.setattr(sauvegarde.connection, "vendor", "postgresql")
    assert sauvegarde.illisible(erreur("partie\n")) == "La base ne répond pas (partie) : rien n'a été changé."


def test_on_ne_sauvegarde_ni_par_dessus_une_autre_ni_dans_un_dossier_qui_n_existe_pas(tmp_path):
    une, nulle_part = tmp_path / "une.tar.gz", tmp_path / "rien" / "une.tar.gz"
    une.write_text("déjà là")
    assert refus(sauvegarde.sauvegarder, une) == (
        f"{une} existe déjà : choisissez un autre nom, une sauvegarde n'en remplace pas une autre."
    )
    assert refus(sauvegarde.sauvegarder, nulle_part) == f"Le dossier {nulle_part.parent} n'existe pas."
    assert [p.name for p in tmp_path.iterdir()] == ["une.tar.gz"] and une.read_text() == "déjà là"


@pytest.mark.deux_moteurs
def test_une_sauvegarde_dit_d_ou_elle_vient_et_chacun_de_ses_membres(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "fichiers"
    (settings.MEDIA_ROOT / "a").mkdir(parents=True)
    (settings.MEDIA_ROOT / "a" / "scan.pdf").write_text("contenu")
    (settings.MEDIA_ROOT / "parti.pdf").write_text("parti")
    copies, ajouter = [], sauvegarde._ajouter

    def copier(vers, *, sauf):
        copies.append(sauf)
        vers.write_bytes(b"base")

    def ajouter_ce_qui_reste(archive, chemin, *dit):
        if chemin.name == "parti.pdf":  # une ligne de la base copiée le cite encore
            chemin.unlink()
        ajouter(archive, chemin, *dit)

    monkeypatch.setattr(sauvegarde, "_copier_base", copier)
    monkeypatch.setattr(sauvegarde, "_ajouter", ajouter_ce_qui_reste)
    manifeste = sauvegarde.sauvegarder(tmp_path / "une.tar.gz")
    base = sauvegarde.BASE[sauvegarde.connection.vendor]
    assert copies == [sauvegarde.DE_PASSAGE] and [*manifeste["membres"]] == [base, "fichiers/a/scan.pdf"]
    assert (manifeste["format"], manifeste["moteur"]) == (1, sauvegarde.connection.vendor)
    with tarfile.open(tmp_path / "une.tar.gz") as archive:
        assert archive.getnames() == [base, "fichiers/a/scan.pdf", "manifest.json"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fichiers", "une.tar.gz"]
    assert os.stat(tmp_path / "une.tar.gz").st_mode & 0o777 == 0o600


def test_un_outil_de_postgresql_qui_manque_ou_qui_echoue_se_dit(monkeypatch):
    assert refus(sauvegarde._outil, "pg_rien") == (
        "L'outil pg_rien manque : installez le client de PostgreSQL (paquet postgresql-client)."
    )
    for nom in ("PGSSLMODE", "PGPORT"):
        monkeypatch.delenv(nom, raising=False)
    lances, base = [], {"HOST": "/ici", "PORT": "", "USER": "cedre", "PASSWORD": "secret", "NAME": "cedre"}
    resultat = SimpleNamespace(returncode=0, stderr=b"")
    monkeypatch.setattr(sauvegarde.shutil, "which", lambda nom: nom)
    monkeypatch.setattr(sauvegarde.subprocess, "run", lambda commande, **dit: lances.append((commande, dit)) or resultat)
    acces = {"PGHOST": "/ici", "PGUSER": "cedre", "PGPASSWORD": "secret", "PGDATABASE": "cedre"}
    for options, de_plus in (({}, {}), ({"sslmode": "require"}, {"PGSSLMODE": "require"})):
        monkeypatch.setattr(sauvegarde, "connection", SimpleNamespace(settings_dict=base | {"OPTIONS": options}))
        sauvegarde._outil("pg_dump", "--file=x")
        commande, dit = lances.pop()
        assert commande == ["pg_dump", "--file=x"] and dit["env"].items() >= (acces | de_plus).items()
        assert ("PGSSLMODE" in dit["env"], "PGPORT" in dit["env"]) == (bool(de_plus), False)
    resultat.returncode, resultat.stderr = 1, b" plus de place\n\xff"
    assert refus(sauvegarde._outil, "pg_dump") == "pg_dump a échoué : plus de place\n\N{REPLACEMENT CHARACTER}"


def test_une_archive_qui_n_existe_pas_se_dit(tmp_path):
    rien = tmp_path / "rien.tar.gz"
    assert refus(sauvegarde.ouvrir(rien, dans=tmp_path).__enter__) == f"{rien} n'existe pas."


PLUS_RECENT = "plus récent que celui-ci (1.2) : mettez d'abord celui-ci à jour."
D_AILLEURS = "Cette base n'est pas celle de Cèdre."


def manifeste(**dit) -> dict:
    """Celui d'une sauvegarde d'ici."""
    return {"format": 1, "version": "1.2", "date": "2026-11-21T12:00:00+00:00", "moteur": "sqlite"} | dit


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("dit", [{}, {"version": "1.1.9"}, {"version": "1"}, {"format": 0}])
def test_une_sauvegarde_d_ici_ou_d_avant_se_prend(monkeypatch, dit):
    monkeypatch.setattr(sauvegarde, "version_installee", lambda nom: "1.2")
    monkeypatch.setattr(sauvegarde, "connection", SimpleNamespace(vendor="sqlite"))
    assert sauvegarde._verifier_origine(manifeste(**dit)) is None


@pytest.mark.deux_moteurs
@pytest.mark.parametrize(
    "dit, phrase",
    [
        ({"version": "1.2.1"}, f"La sauvegarde vient de Cèdre 1.2.1, {PLUS_RECENT}"),
        ({"format": 2}, f"La sauvegarde vient de Cèdre 1.2, {PLUS_RECENT}"),
        ({"moteur": "postgresql"}, "La sauvegarde vient d'une base PostgreSQL ; celle-ci est une base SQLite."),
    ],
)
def test_une_sauvegarde_plus_recente_ou_d_un_autre_moteur_se_refuse(monkeypatch, dit, phrase):
    monkeypatch.setattr(sauvegarde, "version_installee", lambda nom: "1.2")
    monkeypatch.setattr(sauvegarde, "connection", SimpleNamespace(vendor="sqlite"))
    assert refus(sauvegarde._verifier_origine, manifeste(**dit)) == phrase


@pytest.mark.parametrize(
    "actuelle, restauree, forcer, phrase",
    [
        (None, "a", False, ""),
        ("a", "a", False, ""),
        ("b", "a", True, ""),
        ("a", None, True, "La base de cette sauvegarde est vide : rien n'a été changé."),
        (
            *("b", "a", False),
            "Cette sauvegarde vient d'une autre installation de Cèdre : rien n'a été changé. Si c'est bien elle qu'il faut mettre"
            " ici, et perdre ce qui y est, ajoutez --forcer.",
        ),
    ],
)
def test_une_installation_ne_prend_que_sa_sauvegarde_sauf_si_on_la_force(monkeypatch, actuelle, restauree, forcer, phrase):
    monkeypatch.setattr(sauvegarde, "installation", lambda: restauree)
    if phrase:
        assert refus(sauvegarde._verifier_la_base, actuelle, forcer=forcer) == phrase
    else:
        assert sauvegarde._verifier_la_base(actuelle, forcer=forcer) is None


def test_une_base_sans_toutes_ses_tables_dit_lesquelles(db, monkeypatch):
    sauvegarde._exiger_toutes_les_tables()
    tables = set(sauvegarde.connection.introspection.table_names()) - {"parcours_suite", "parcours_bilan", "django_session"}
    monkeypatch.setattr(sauvegarde.connection.introspection, "table_names", lambda: [*tables, "d_un_autre"])
    assert refus(sauvegarde._exiger_toutes_les_tables) == (
        "La base de cette sauvegarde est incomplète ou abîmée (il y manque django_session, parcours_bilan, parcours_suite) : rien"
        " n'a été changé."
    )


@pytest.mark.parametrize(
    "tables, dite", [([], None), (["autre"], D_AILLEURS), (["comptes_compte"], D_AILLEURS), (["django_migrations"], D_AILLEURS)]
)
def test_une_base_vide_n_est_d_aucune_installation_et_celle_d_un_autre_logiciel_se_refuse(monkeypatch, tables, dite):
    monkeypatch.setattr(sauvegarde.connection.introspection, "table_names", lambda: tables)
    if dite is None:
        assert sauvegarde.installation() is None
    else:
        assert refus(sauvegarde.installation) == dite


def test_une_seule_restauration_a_la_fois(settings, tmp_path):
    settings.DONNEES = tmp_path
    with sauvegarde._seul():
        dit = refus(sauvegarde._seul().__enter__)
    assert dit == "Une restauration est en cours : attendez qu'elle finisse."
    with sauvegarde._seul():
        pass


def test_la_commande_dit_ce_qu_elle_a_ecrit(monkeypatch, tmp_path, capsys):
    une = tmp_path / "une.tar.gz"

    def ecrire(fichier):
        assert fichier == une
        fichier.write_bytes(bytes(3 * 2**19))
        return {"membres": {"base": "", "fichiers/a": "", "fichiers/b": ""}}

    monkeypatch.setattr("cedre.core.management.commands.sauvegarder.sauvegarder", ecrire)
    call_command("sauvegarder", une)
    assert capsys.readouterr().out == f"Sauvegarde écrite dans {une} : la base et 2 fichier(s), 1.5 Mo.\n"
