"""« cedre simuler » et « cedre demo » : ce qu'elles ajoutent, et ce qu'elles refusent."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.demonstration import base
from cedre.parcours.models import Personne


def simuler(**options) -> str:
    """Ce que la commande dit en avançant."""
    avancement = StringIO()
    call_command("simuler", **{"structures": 3, "personnes": 40, "annees": 1, **options}, stdout=StringIO(), stderr=avancement)
    return avancement.getvalue()


def test_simuler_ajoute_les_structures_et_le_nombre_de_personnes_demande(db):
    avancement = simuler()
    structures = Organisation.objects.filter(slug__startswith="sim-")
    assert [s.slug for s in structures.order_by("slug")] == ["sim-0001", "sim-0002", "sim-0003"]
    dossiers = Personne.objects.filter(organisation__in=structures).count()
    assert 40 <= dossiers <= 44, "quarante personnes, et quelques doublons"
    assert re.search(r"40 personnes sur 40 · sim-0003", avancement)


def test_simuler_deux_fois_continue_la_numerotation(ici):
    simuler()
    simuler(structures=1)
    assert Organisation.objects.filter(slug="sim-0004").exists()
    assert Organisation.objects.filter(siret__startswith="000").count() == 4
    assert Personne.objects.filter(organisation=ici.organisation).count() == 1


def test_sans_mot_de_passe_nul_n_entre_par_un_compte_simule(db):
    simuler(structures=1)
    assert not any(c.has_usable_password() for c in Compte.objects.all())
    simuler(structures=1, mot_de_passe="un mot de passe")
    assert Compte.objects.get(email="cip-sim-0002@simulation.example").check_password("un mot de passe")


@pytest.mark.parametrize(("option", "valeur"), [("structures", 4501), ("personnes", 300_001), ("annees", 0)])
def test_simuler_dit_ses_plafonds(db, option, valeur):
    with pytest.raises(CommandError, match=f"--{option} va de 1 à"):
        simuler(**{option: valeur})


def test_rien_ne_se_simule_en_production(db, settings):
    settings.HOTE = "cedre.exemple.fr"
    with pytest.raises(CommandError, match="production"):
        simuler()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(("demo", "hote"), [(False, ""), (True, "cedre.exemple.fr")])
def test_la_demonstration_ne_se_lance_pas_en_production(db, settings, demo, hote):
    settings.DEMO, settings.HOTE = demo, hote
    with pytest.raises(CommandError, match="production"):
        call_command("demo", sans_servir=True)
    assert not Organisation.objects.exists()


def test_la_demonstration_ne_s_installe_pas_chez_des_gens_qui_travaillent(ici, settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="pas une démonstration"):
        call_command("demo", sans_servir=True)
    with pytest.raises(CommandError, match="pas une démonstration"):
        call_command("demo", sans_servir=True, neuve=True)
    assert Habilitation.objects.filter(organisation=ici.organisation).exists()


def test_la_base_d_un_autre_logiciel_n_est_pas_prise_pour_une_base_vide(db, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["django_migrations", "core_cache"])
    assert base.etat() == base.Etat.VIDE
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["clients", "factures"])
    assert base.etat() == base.Etat.REELLE


@pytest.mark.deux_moteurs
def test_effacer_n_enleve_que_la_demonstration(db, settings, tmp_path, monkeypatch):
    Compte.objects.create(email=base.TEMOIN)  # ce qui la fait reconnaître
    fichiers = [tmp_path / nom for nom in ("cedre.sqlite3", "cedre.sqlite3-wal", "secret")]
    for fichier in [*fichiers, tmp_path / "fichiers" / "a.csv"]:
        fichier.parent.mkdir(exist_ok=True)
        fichier.write_text("x")
    settings.DONNEES, settings.MEDIA_ROOT = tmp_path, tmp_path / "fichiers"
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(fichiers[0]))
    base.effacer()
    assert [f.exists() for f in fichiers] == [False, False, True]
    assert not (tmp_path / "fichiers").exists()


@pytest.mark.deux_moteurs
def test_une_base_de_serveur_ne_s_efface_pas_d_ici(db, monkeypatch):
    monkeypatch.setattr(base, "etat", lambda: base.Etat.DEMONSTRATION)
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with pytest.raises(base.PasUneDemonstration, match="createdb"):
        base.effacer()
