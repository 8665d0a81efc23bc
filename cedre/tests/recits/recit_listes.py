"""Chercher dans une liste, et revenir sur ses pas."""

import pytest
from playwright.sync_api import expect

from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.parcours.models import Personne

pytestmark = pytest.mark.recit


def recit_une_recherche_se_fait_pendant_qu_on_tape_et_le_retour_la_retrouve(page, ici, entrer):
    Personne.objects.create(organisation=ici.organisation, nom="Quetzal", prenom="Ode")
    entrer(ici, "cip")
    page.goto("/personnes/")
    page.get_by_label("Chercher un nom").press_sequentially("quet")
    expect(page.locator("#liste caption")).to_have_text("1 personne")
    page.wait_for_url("**q=quet**")
    page.get_by_label("Phase").select_option("accueil")
    expect(page.locator("#liste h2")).to_have_text("Personne ne correspond")
    page.go_back()
    expect(page.locator("#liste caption")).to_have_text("1 personne")
    expect(page.locator("h1")).to_have_text("Personnes")
    expect(page.get_by_label("Chercher un nom")).to_have_value("quet")


def recit_les_traces_se_filtrent_de_la_meme_facon(page, ici, entrer):
    tracer(par=ici.hab["cip"], geste=Trace.Geste.CREER, objet=ici.personne)
    tracer(par=ici.hab["cip"], geste=Trace.Geste.CONSULTER, objet=ici.personne)
    entrer(ici, "direction")
    page.goto("/traces/")
    page.get_by_label("Geste").select_option(Trace.Geste.CREER)
    expect(page.locator("#liste")).not_to_contain_text("Consult")
    page.wait_for_url("**geste=creer**")
