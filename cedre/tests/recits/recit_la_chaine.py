"""La référente régionale, une campagne : elle attend, lit, accepte, rend, et lit ce que les rapports disent ensemble (OBS-3)."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.conftest import embaucher
from cedre.core.dates import UN_JOUR
from cedre.core.periodes import annee
from cedre.observatoire.cadres import livres
from cedre.observatoire.operations import rapports
from cedre.tests.recits.conftest import au_bureau_et_au_telephone

pytestmark = pytest.mark.recit


@au_bureau_et_au_telephone
def recit_la_region_attend_recoit_accepte_et_reunit(page, entrer, ici, reseau, verifier_page, largeur):
    embaucher(ici)
    par, close = ici.hab["direction"], annee(timezone.localdate().replace(month=1, day=1) - UN_JOUR)
    entrer(reseau[0], "referent_regional")
    contenu = page.get_by_role("main")

    # Elle attend le rapport de l'année close : un jour passé se refuse à côté du champ, la saisie reste.
    page.goto(reverse("observatoire:campagnes"))
    contenu.get_by_role("link", name="Attendre un rapport").click()
    verifier_page()
    page.get_by_label("Attendu le").fill(str(timezone.localdate() - UN_JOUR))
    page.get_by_role("button", name="Ouvrir la campagne").click()
    expect(contenu).to_contain_text("Ce jour est passé")
    page.get_by_label("Attendu le").fill(str(timezone.localdate() + 9 * UN_JOUR))
    page.get_by_role("button", name="Ouvrir la campagne").click()
    expect(contenu).to_contain_text("0 sur 1 structure attendue")
    expect(contenu.get_by_role("row", name=str(ici.organisation))).to_contain_text("pas encore")
    verifier_page()

    # La structure publie et transmet : la page du jour de la région le montre.
    cadre = next(iter(livres().values()))
    rapports.transmettre(rapports.publier(rapports.commencer(ici.organisation, cadre, close, par=par), par=par), par=par)
    page.goto("/")
    contenu.get_by_role("link", name="Rapports à lire").click()
    verifier_page()
    contenu.get_by_role("link", name=f"Rapport {close.du.year}").click()
    expect(contenu).to_contain_text("il s’accepte avant de se clore")
    verifier_page()
    contenu.get_by_role("button", name="Accuser réception").click()
    expect(page.get_by_text("le rapport est reçu")).to_be_visible()
    contenu.get_by_role("button", name="Accepter").click()
    expect(page.get_by_text("ses nombres entrent dans ceux de la région")).to_be_visible()
    verifier_page()

    # Ce que les rapports disent ensemble : un nombre de personnes ne s'y reconnaît pas, une médiane ne s'additionne pas.
    page.goto(reverse("observatoire:campagnes"))
    contenu.get_by_role("link", name=f"Rapports {close.du.year}").click()
    contenu.get_by_role("link", name="Les nombres réunis").click()
    expect(contenu).to_contain_text("1 sur 1 structure")
    for pli in contenu.locator("details.feuille > summary").all():
        pli.click()
    expect(contenu.get_by_text("ne se consolide pas").first).to_be_visible()
    verifier_page()

    # Elle en fait son propre rapport, avec ses mots : figé, avec de quoi le vérifier.
    contenu.get_by_role("link", name="Publier ces nombres").click()
    page.get_by_label("mots").fill("Une seule structure nous a transmis le sien.")
    verifier_page()
    page.get_by_role("button", name="Publier").click()
    expect(contenu).to_contain_text("Une seule structure nous a transmis le sien.")
    expect(contenu).to_contain_text("De quoi le vérifier")
    verifier_page()

    # Un rapport accepté se rend encore, en disant pourquoi : la structure le lit, et ses nombres ne sont plus réunis.
    page.goto(reverse("observatoire:rapport", args=[ici.organisation.rapports.get().pk]))
    contenu.get_by_role("link", name="Rendre à corriger").click()
    page.get_by_role("button", name="Rendre le rapport").click()
    page.get_by_label("Ce qu’il faut corriger").fill("Trois sorties manquent.")
    verifier_page()
    page.get_by_role("button", name="Rendre le rapport").click()
    expect(contenu).to_contain_text("Trois sorties manquent.")
    entrer(ici, "direction")
    page.goto("/")
    expect(contenu.get_by_role("link", name="Rapports rendus à corriger")).to_be_visible()
