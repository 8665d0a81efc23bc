"""Entrer dans Cèdre (RES-1)."""

import pytest
from django.urls import reverse

from cedre.conftest import MOT_DE_PASSE

pytestmark = pytest.mark.recit


def recit_la_page_de_connexion_s_ouvre_au_bureau_et_au_telephone(page, largeur, verifier_page):
    page.goto(reverse("account_login"))
    assert page.locator("input[type=password]").is_visible()
    assert page.viewport_size["width"] == largeur


def recit_on_entre_avec_son_courriel(page, ici):
    page.goto(reverse("account_login"))
    page.locator("input[name=login]").fill(ici.hab["cip"].compte.email)
    page.locator("input[name=password]").fill(MOT_DE_PASSE)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda adresse: "/compte/login" not in adresse)
