"""L'entrée d'un clic : ouverte en démonstration, impossible ailleurs (issue 2, §5)."""

import gc
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.template import Context, Template
from django.test import Client

import cedre
from cedre.comptes.middleware import CLE_SESSION
from cedre.comptes.models import Compte, Habilitation
from cedre.demonstration.tests import adresses

ADRESSE = "/demo/entrer/"
LISTE = Template("{% load demonstration %}{% comptes_de_demonstration %}")


@pytest.fixture
def compte_demo(ici):
    """La CIP d'ici, avec une adresse de démonstration."""
    Compte.objects.filter(pk=ici.hab["cip"].compte_id).update(email="cip@demo.example")
    return ici.hab["cip"]


@pytest.fixture
def en_demonstration(settings):
    """Le mode de démonstration, adresses comprises."""
    settings.DEMO, settings.HOTE, settings.ROOT_URLCONF = True, "", adresses.__name__


@pytest.fixture
def adresses_seules(settings):
    """Les adresses de la démonstration, sans son mode : la vue doit se défendre seule."""
    settings.ROOT_URLCONF = adresses.__name__


def entrer(habilitation) -> tuple[Client, int]:
    """Le navigateur qui a cliqué, et le code de la réponse."""
    client = Client()
    return client, client.post(ADRESSE, {"habilitation": habilitation.pk}).status_code


def test_un_clic_entre_dans_l_habilitation_choisie(compte_demo, ici, en_demonstration):
    Habilitation.objects.create(compte=compte_demo.compte, organisation=ici.organisation, role="direction")
    client, code = entrer(compte_demo)
    assert code == 302
    assert client.session["_auth_user_id"] == str(compte_demo.compte_id)
    assert client.session[CLE_SESSION] == compte_demo.pk


def test_un_compte_qui_n_est_pas_d_exemple_ne_s_ouvre_pas(ici, en_demonstration):
    client, code = entrer(ici.hab["direction"])
    assert code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("retrait", [{"retiree_le": "2026-01-01T00:00Z"}, "inactif"])
def test_un_compte_parti_ne_s_ouvre_pas(compte_demo, en_demonstration, retrait):
    if retrait == "inactif":
        Compte.objects.filter(pk=compte_demo.compte_id).update(is_active=False)
    else:
        Habilitation.objects.filter(pk=compte_demo.pk).update(**retrait)
    assert entrer(compte_demo)[1] == 404


@pytest.mark.parametrize("valeur", ["", "abc", "-1", "999999"])
def test_une_habilitation_inventee_donne_404(compte_demo, en_demonstration, valeur):
    assert Client().post(ADRESSE, {"habilitation": valeur}).status_code == 404


def test_il_faut_un_formulaire_et_son_jeton(compte_demo, en_demonstration):
    assert Client().get(ADRESSE).url == "/compte/login/"
    assert Client(enforce_csrf_checks=True).post(ADRESSE, {"habilitation": compte_demo.pk}).status_code == 403


def test_hors_demonstration_l_adresse_n_existe_pas(compte_demo):
    assert entrer(compte_demo)[1] == 404


def test_hors_demonstration_la_vue_se_defend_seule(compte_demo, adresses_seules):
    assert entrer(compte_demo)[1] == 404


def test_la_liste_des_comptes_ne_parait_qu_en_demonstration(compte_demo, adresses_seules, settings):
    assert LISTE.render(Context()).strip() == ""
    settings.DEMO, settings.HOTE = True, "cedre.exemple.fr"
    assert LISTE.render(Context()).strip() == ""
    settings.HOTE = ""
    page = LISTE.render(Context())
    assert "cip@demo.example" in page
    assert "cedre-demo" in page
    assert "direction@" not in page


def test_la_demonstration_refuse_de_demarrer_en_production(monkeypatch):
    monkeypatch.setenv("CEDRE_DEMO", "1")
    monkeypatch.setenv("CEDRE_HOTE", "cedre.exemple.fr")
    with pytest.raises(ImproperlyConfigured, match="CEDRE_DEMO et CEDRE_HOTE"):
        runpy.run_path(str(Path(cedre.__file__).parent / "settings.py"))


def test_une_base_de_demonstration_ne_se_sert_pas_en_production_meme_sans_la_variable(compte_demo, settings, monkeypatch):
    wsgi = str(Path(cedre.__file__).parent / "wsgi.py")
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    settings.DEMO, settings.HOTE = False, "cedre.exemple.fr"
    with pytest.raises(SystemExit, match="Cette base est une démonstration"):
        runpy.run_path(wsgi)
    settings.HOTE = ""
    assert runpy.run_path(wsgi)["application"]
    settings.HOTE = "cedre.exemple.fr"
    Compte.objects.filter(email="cip@demo.example").update(email="cip@ici.example")
    assert runpy.run_path(wsgi)["application"]
