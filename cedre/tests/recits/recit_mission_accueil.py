"""La mission accueil d'un bout à l'autre, à l'écran : ce que le README promet à qui arrive (ACC-1 à ACC-5)."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.conftest import embaucher
from cedre.parcours.models import Personne
from cedre.tests.recits.conftest import BUREAU, TELEPHONE

pytestmark = pytest.mark.recit


def recit_du_premier_contact_a_l_evaluation_conjointe(page, context, entrer, ici, verifier_page):
    # L'accueil, au clavier seul : nom, prénom, téléphone, demande, Entrée (ACC-1).
    entrer(ici, "accueil")
    page.goto(reverse("portail:accueil"))
    verifier_page()
    page.get_by_role("main").get_by_role("link", name="Premier contact").click()
    expect(page.get_by_label("Nom", exact=True)).to_be_focused()
    page.keyboard.type("Ferradou")
    page.keyboard.press("Tab")
    page.keyboard.type("Anaïs")
    page.get_by_role("textbox", name="Téléphone").focus()
    page.keyboard.type("01 99 00 45 67")
    page.keyboard.press("Tab")
    page.keyboard.type("Un travail près de chez elle")
    page.get_by_label("Délai annoncé").focus()
    verifier_page()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Anaïs Ferradou")).to_be_visible()
    verifier_page()
    personne = Personne.objects.get(nom="Ferradou")

    # Le même nom à l'envers, sans accent : le dossier se montre pendant la saisie.
    page.goto(reverse("parcours:premier_contact"))
    page.get_by_label("Nom", exact=True).fill("anais")
    page.get_by_label("Prénom").fill("ferradou")
    expect(page.locator("#sosies")).to_contain_text("Anaïs Ferradou")
    verifier_page()

    # La CIP ouvre une information collective, inscrit, note la présence et ce qui a été dit (ACC-2).
    context.clear_cookies()
    entrer(ici, "cip")
    page.goto(reverse("parcours:collective_nouvelle"))
    page.get_by_label("Date", exact=True).fill(timezone.localdate().isoformat())
    page.get_by_label("Heure", exact=True).fill("00:01")
    page.get_by_label("Lieu").fill("Salle du rez-de-chaussée")
    page.locator("main button[type=submit]").first.click()
    page.get_by_label("Chercher un nom").fill("ferra")
    page.locator("#candidates").get_by_role("button", name="Inscrire Anaïs Ferradou").click()
    feuille = page.locator("form#feuille li", has_text="Ferradou")
    feuille.get_by_label("Présente", exact=True).check()
    feuille.get_by_label("Offre présentée").check()
    feuille.get_by_label("Statut expliqué").check()
    verifier_page()
    page.get_by_role("button", name="Enregistrer la feuille").click()
    expect(feuille.get_by_label("Présente", exact=True)).to_be_checked()

    # Elle prévoit l'entretien, l'écrit, l'inscrit (ACC-3).
    page.goto(reverse("parcours:entretien_prevoir", args=[personne.pk]))
    page.get_by_label("Date", exact=True).fill(timezone.localdate().isoformat())
    page.get_by_label("Heure", exact=True).fill("23:30")
    page.locator("main button[type=submit]").first.click()
    page.goto(reverse("parcours:entretien", args=[personne.entretiens.get().pk]))
    page.get_by_label("Ses attentes, son projet").fill("Travailler le matin.")
    verifier_page()
    page.get_by_role("button", name="Enregistrer et conclure").click()
    page.get_by_label("Inscription").check()
    verifier_page()
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("main")).to_contain_text("Pré-embauche")

    # Elles évaluent ensemble la situation (ACC-4).
    page.goto(reverse("parcours:personne", args=[personne.pk]))
    page.get_by_text("Autres gestes").click()
    page.locator(".entete").get_by_role("button", name="Évaluer ensemble la situation").click()
    mobilite = page.locator("section", has=page.get_by_role("heading", name="Mobilité"))
    for regard in ("La personne", "L’accompagnateur"):
        mobilite.get_by_role("group", name=regard).get_by_label("Difficulté importante").check()
    mobilite.get_by_text("Commentaire").first.press("Enter")
    mobilite.get_by_role("textbox", name="Commentaire").fill("Vit loin du bourg.")
    page.locator("fieldset").filter(has_text="la carrière").get_by_label("Instable").check()
    verifier_page()
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("main")).to_contain_text("Difficulté importante")
    expect(page.get_by_role("main")).to_contain_text("Vit loin du bourg.")
    verifier_page()
    page.goto(reverse("parcours:evolution", args=[personne.pk]))
    verifier_page()

    # Tout se retrouve dans le dossier, et rien ne manque plus que la prochaine date et le référent.
    page.goto(reverse("parcours:personne", args=[personne.pk]))
    histoire = page.locator(".frise")
    for fait in ("Premier contact", "Information", "Entretien d’accueil", "Suite donnée", "Évaluation conjointe"):
        expect(histoire).to_contain_text(fait)
    verifier_page()
    dossier = Personne.objects.avec_reperes().avec_manques().get(pk=personne.pk)
    assert [trouve.manque.cle for trouve in dossier.manques] == ["sans_referent", "sans_prochaine_date"]


def recit_chaque_page_de_chaque_role_se_lit_sans_faute_grave(page, context, entrer, ici, verifier_page):
    embaucher(ici)
    menus, lues = {"direction": 9, "accueil": 4, "mad": 3, "qualite": 4, "ca": 1, "salarie": 1}, {"/"}
    for role, au_moins in menus.items():
        context.clear_cookies()
        entrer(ici, role)
        page.goto(reverse("portail:accueil"))
        adresses = page.locator("nav.navigation-large a").evaluate_all("liens => liens.map((l) => l.getAttribute('href'))")
        assert len(set(adresses)) >= au_moins
        verifier_page(partout=True)
        for rang, adresse in enumerate(dict.fromkeys(a for a in adresses if a not in lues)):
            page.set_viewport_size({"width": (BUREAU, TELEPHONE)[rang % 2], "height": 800})
            page.goto(adresse)
            verifier_page()
        lues |= set(adresses)  # la direction ouvre le plus de pages ; les autres n'y voient que moins
