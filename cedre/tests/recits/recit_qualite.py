"""La référente qualité, un matin : où en est-on, pourquoi, quoi corriger ; et le système qualité autour (CER-3, AME, MAN)."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.conftest import embaucher
from cedre.structures.models import Offre

pytestmark = pytest.mark.recit


def recit_la_referente_corrige_ce_qui_manque_et_le_verdict_suit(page, entrer, ici, verifier_page):
    embaucher(ici)
    entrer(ici, "qualite")
    contenu = page.get_by_role("main")
    page.goto(reverse("certification:conformite"))
    expect(contenu).to_contain_text("une spécification ne compense pas l’autre")
    verifier_page()

    # L'offre n'est pas décrite : la liste mène à l'offre, on la décrit, le verdict suit à la page suivante.
    contenu.get_by_role("link", name="2.4b Définir son offre d’insertion").click()
    point = contenu.locator("section", has_text="Offre d’insertion définie")
    expect(point.first).to_contain_text("Insuffisant")
    verifier_page()
    point.first.get_by_role("link").first.click()
    verifier_page()
    offre = Offre.objects.get(organisation=ici.organisation)
    page.goto(reverse("structures:offre", args=[offre.pk]))
    page.get_by_label("Description").fill("Deux heures par semaine, en petit groupe.")
    page.get_by_role("button", name="Enregistrer").click()
    page.goto(reverse("certification:specification", args=["2-4b"]))
    expect(contenu.locator("section", has_text="Offre d’insertion définie").first).to_contain_text("Satisfait")

    # Un document fait le constat d'une spécification que rien ne calcule.
    page.goto(reverse("certification:specification", args=["2-5a"]))
    page.get_by_role("link", name="Le déposer").click()
    verifier_page()
    page.get_by_label("Fichier").set_input_files({"name": "r.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 rapport"})
    annee = timezone.localdate().year - 1
    page.get_by_label("Couvre du").fill(f"{annee}-01-01")
    page.get_by_label(re.compile(r"^Au \(")).fill(f"{annee}-12-31")
    page.get_by_role("button", name="Déposer").click()
    expect(contenu).to_contain_text("r.pdf")
    verifier_page()
    page.goto(reverse("certification:specification", args=["2-5a"]))
    expect(contenu.get_by_text("Satisfait").first).to_be_visible()

    # L'équipe se prononce ; ce qui diverge ressort.
    page.goto(reverse("certification:autoevaluation"))
    cadre = page.get_by_role("group", name="2.1a-3")
    cadre.get_by_label("Ce que l’équipe en pense").select_option("satisfait")
    cadre.get_by_label("Ce qui le fait dire").fill("Un bureau fermé.")
    page.get_by_role("group", name="2.3a Instaurer").get_by_label("Ce que l’équipe en pense").select_option("satisfait")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(contenu).to_contain_text("C’est enregistré : 2 changements.")
    expect(contenu.get_by_text("L’équipe dit autrement").first).to_be_visible()
    verifier_page()

    # Du plan d'action, une action se décide, avec la règle à satisfaire ; le plan la montre (AME-3).
    page.get_by_role("link", name="Décider une action pour 2.3a").first.click()
    expect(page.get_by_label("quel effet en attend-on")).to_have_value(re.compile("^2.3a"))
    verifier_page()


def recit_la_referente_tient_la_revue_annuelle_y_decide_et_l_imprime(page, entrer, ici, verifier_page):
    embaucher(ici)
    entrer(ici, "qualite")
    contenu = page.get_by_role("main")
    page.goto(reverse("certification:reunions"))
    verifier_page()
    page.get_by_role("link", name="Prévoir la revue annuelle").click()
    verifier_page()
    page.get_by_role("button", name="Enregistrer").click()

    # Rien à préparer : les dix-huit spécifications sont là, face à il y a un an.
    expect(contenu).to_contain_text("sur 18")
    expect(contenu).to_contain_text("Encore ouvertes")
    verifier_page()

    page.get_by_role("link", name="Elle s’est tenue").click()
    page.get_by_label("Qualite Ici").check()
    page.get_by_label("Ce qui s’est dit").fill("On a relu les réclamations, puis les bilans.")
    page.get_by_label("Ce que l’on en retient").fill("Remettre les bilans le jour même.")
    verifier_page()
    page.get_by_role("button", name="Enregistrer").click()
    expect(contenu).to_contain_text("tel que figé")

    page.get_by_role("link", name="Décider une action").click()
    page.get_by_label("que change-t-on", exact=False).fill("Une imprimante au bureau du fond")
    page.get_by_label("quel effet en attend-on", exact=False).fill("Les bilans remis le jour même")
    page.get_by_label("qui s’en charge", exact=False).select_option(label="Direction Ici")
    page.get_by_label("pour le", exact=False).fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Enregistrer").click()
    expect(contenu).to_contain_text("Une imprimante au bureau du fond")
    verifier_page()
    with page.expect_download() as imprime:
        page.get_by_role("button", name="Compte rendu (PDF)").click()
    assert imprime.value.suggested_filename.endswith(".pdf")


def recit_les_pages_de_la_qualite_hors_du_menu_se_lisent(page, entrer, ici, verifier_page):
    embaucher(ici)
    entrer(ici, "qualite")
    hors_du_menu = ("/documents/", "/reunions/", "/postes/organigrammes", "/entretiens-annuels/", "/conformite/plan-d-action")
    for adresse in (*hors_du_menu, "/editions/2004-10/", "/lectures/"):
        assert page.goto(adresse).ok, adresse
        verifier_page()


def recit_la_federation_tranche_et_le_verdict_de_la_structure_suit(page, entrer, ici, reseau, verifier_page):
    embaucher(ici)
    specification = reverse("certification:specification", args=["2-1a"])
    contenu = page.get_by_role("main")
    delai = contenu.locator("section", has_text="2.1a-1 Dire à la personne le délai")
    entrer(ici, "qualite")
    page.goto(specification)
    expect(delai).to_contain_text("Question ouverte")
    expect(delai).to_contain_text("Engagé")

    entrer(reseau[0], "responsable_qualite")
    page.goto(reverse("certification:lectures"))
    verifier_page()
    page.get_by_role("link", name="Adopter ce que Cèdre propose").click()
    verifier_page()
    page.get_by_label("Retenue par").fill("le bureau du 12 mars")
    page.get_by_role("button", name="Adopter").click()
    expect(contenu).to_contain_text("C’est retenu")
    contenu.locator("section", has_text="À partir de quelle part des personnes qui prennent contact").get_by_role(
        "link", name="Trancher"
    ).click()
    page.get_by_label("Au moins").fill("beaucoup")
    page.get_by_label("Pourquoi").fill("La moitié suffit, la première année.")
    page.get_by_label("Retenue par").fill("le bureau du 14 mars")
    page.get_by_role("button", name="Retenir").click()
    expect(contenu).to_contain_text("Écrivez une part")
    verifier_page()
    page.get_by_label("Au moins").fill("50 %")
    page.get_by_role("button", name="Retenir").click()
    expect(contenu).to_contain_text("au moins 1/2 de ce qui est compté")

    entrer(ici, "qualite")
    page.goto(specification)
    expect(delai).to_contain_text("le bureau du 14 mars")
    expect(delai).to_contain_text("Satisfait")
    verifier_page()
