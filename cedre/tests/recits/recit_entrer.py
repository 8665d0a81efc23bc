"""Entrer dans Cèdre (RES-1)."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cedre.conftest import MOT_DE_PASSE
from cedre.tests.recits.conftest import au_bureau_et_au_telephone

pytestmark = pytest.mark.recit


@au_bureau_et_au_telephone
def recit_on_entre_avec_son_courriel_au_bureau_et_au_telephone(page, ici, verifier_page):
    page.goto(reverse("account_login"))
    page.locator("input[name=login]").fill(ici.hab["cip"].compte.email)
    page.locator("input[name=password]").fill(MOT_DE_PASSE)
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(re.compile(re.escape(reverse("portail:accueil")) + "$"))
    verifier_page()


def recit_une_session_ouverte_mene_droit_a_la_page_du_jour(page, ici, entrer):
    entrer(ici, "accueil")
    page.goto(reverse("portail:accueil"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
