"""Un bilan tenu de bout en bout : écrit à deux, clos avec sa suite, remis (INS-7)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.conftest import embaucher
from cedre.tests.recits.conftest import au_telephone

pytestmark = pytest.mark.recit


@au_telephone
def recit_un_bilan_se_tient_et_sa_suite_est_fixee(page, entrer, ici, verifier_page):
    embaucher(ici)
    ecrire = reverse("parcours:bilan_ecrire", args=[ici.bilan.pk])
    entrer(ici, "cip")
    page.goto(reverse("parcours:bilan", args=[ici.bilan.pk]))
    expect(page.get_by_text("12 h : Client ici")).to_be_visible()
    verifier_page()
    ici.client("direction").post(ecrire, {"version": 1, "synthese": "Son texte", f"resultat-{ici.objectif.pk}": "abandonne"})
    page.get_by_label("Où en est-on ?").select_option("en_partie")
    choix = page.locator("[data-choix]")
    expect(choix).to_contain_text("Abandonné, d’un commun accord")
    expect(choix.get_by_role("button", name="Réunir les deux")).to_be_hidden()
    choix.get_by_role("button", name="Garder le mien").click()
    expect(page.get_by_label("Ce que l’on retient ensemble")).to_have_value("Son texte")
    expect(page.locator("[data-etat]")).to_have_text(re.compile("^Enregistré à "))

    page.get_by_label("Où en est-on ?").select_option("")
    retenus = []
    page.route("**/brouillon*.js", lambda demande: retenus.append(demande))
    page.get_by_role("button", name="Enregistrer et conclure").click()
    expect(page.locator(".erreur")).to_contain_text("Dites où en est cet objectif.")
    expect(page.get_by_role("alert").first).to_be_focused()  # ce qui est à corriger se montre, si bas que soit le formulaire
    page.get_by_label("Où en est-on ?").select_option("atteint")  # avant que le script soit là, comme sur une ligne lente
    retenus.pop().continue_()
    page.wait_for_load_state()
    page.unroute("**/brouillon*.js")
    expect(page.locator("[data-reprise]")).to_be_hidden()
    page.get_by_role("button", name="Enregistrer et conclure").click()
    expect(page.get_by_label("A eu lieu le")).to_be_visible()
    page.wait_for_load_state()  # la page qui relit a joué son script
    assert page.evaluate("Object.keys(localStorage).filter((cle) => cle.startsWith('cedre-brouillon'))") == []
    expect(page.get_by_label("A eu lieu le")).to_have_value(timezone.localdate().isoformat())
    page.get_by_text("Prolonger l’engagement").click()
    page.get_by_label("Pour le").fill((timezone.localdate() + timedelta(days=40)).isoformat())
    verifier_page()
    page.get_by_role("button", name="Clore le bilan").click()
    expect(page.get_by_text("Le bilan est clos, sa suite est fixée.")).to_be_visible()
    verifier_page()
    page.get_by_role("link", name="Remettre à la personne").click()
    page.get_by_role("button", name="C’est remis").click()
    expect(page.get_by_text("La remise est enregistrée")).to_be_visible()
    assert ici.bilan.remises.count() == 1
