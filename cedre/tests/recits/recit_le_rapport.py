"""La direction rend compte de l'année : elle relit, écrit, publie, emporte et transmet, par les seuls écrans (OBS-2)."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.conftest import embaucher
from cedre.core.tests.images import png
from cedre.observatoire.models import Rapport
from cedre.tests.recits.conftest import au_bureau_et_au_telephone

PLIS = "document.querySelectorAll('main details.feuille:not([open])')"
pytestmark = pytest.mark.recit


@au_bureau_et_au_telephone
def recit_la_direction_publie_l_annee(page, entrer, ici, verifier_page, largeur):
    embaucher(ici)
    entrer(ici, "direction")
    contenu, derniere = page.get_by_role("main"), timezone.localdate().year - 1

    # Elle commence : l'année close est proposée ; ce qui ne se peut pas se dit à côté du champ.
    page.goto(reverse("observatoire:rapports"))
    verifier_page()
    contenu.get_by_role("link", name="Commencer un rapport").click()
    page.get_by_label("Qui demande").select_option(label="Bilan annuel de l’agence de services et de paiement")
    page.get_by_label("Mois").select_option(label="Mars")
    page.get_by_role("button", name="Commencer").click()
    expect(contenu).to_contain_text("Ce cadre se remplit par année.")
    verifier_page()
    page.get_by_label("Qui demande").select_option(label="Cadre CEDRE 2026")
    page.get_by_label("Mois").select_option(label="Toute l’année")
    page.get_by_role("button", name="Commencer").click()
    expect(contenu.get_by_role("heading", level=1)).to_have_text(f"Rapport {derniere}")
    verifier_page()

    # Elle voit ce qui manque, et si les nombres se tiennent.
    expect(contenu).to_contain_text("règles de cohérence")
    contenu.get_by_text("Ce qui manque (").click()
    verifier_page()

    # Elle écrit, à côté des nombres.
    contenu.get_by_role("link", name="Écrire").click()
    page.get_by_label("Les mots de la structure").fill("Une année dense.\n\nEt ce qu’elle laisse à faire.")
    contenu.get_by_text("Les nombres", exact=False).nth(1).click()
    page.get_by_label("Les sorties", exact=False).first.fill("Le bassin a embauché.")
    verifier_page()
    page.get_by_role("button", name="Enregistrer").click()
    expect(contenu).to_contain_text("Le bassin a embauché.")

    # Elle y montre une image, dont la légende est aussi le texte de qui ne la voit pas.
    contenu.get_by_text("Autres gestes").click()
    contenu.get_by_role("link", name="Joindre une image").click()
    page.get_by_label("Image").set_input_files({"name": "IMG_1.png", "mimeType": "image/png", "buffer": png(320, 200)})
    verifier_page()
    page.get_by_label("Légende").fill("L’atelier, repeint en mai")
    page.get_by_role("button", name="Enregistrer").click()
    expect(contenu.get_by_role("img", name="L’atelier, repeint en mai")).to_be_visible()
    verifier_page()

    # Elle publie, en sachant que rien n'en bougera plus.
    contenu.get_by_role("link", name="Publier").click()
    expect(contenu).to_contain_text("Ses nombres ne bougeront plus")
    verifier_page()
    page.get_by_role("button", name="Publier, pour toujours").click()
    expect(contenu).to_contain_text("De quoi le vérifier")
    expect(contenu.get_by_role("link", name="Écrire")).to_have_count(0)
    verifier_page()

    # Imprimée, la page n'a rien de plié ; à l'écran, elle le redevient.
    page.evaluate(f"addEventListener('beforeprint', () => (window.plis = {PLIS}.length))")
    page.pdf()
    assert page.evaluate(f"[window.plis, {PLIS}.length > 5]") == [0, True]

    # Elle emporte le paquet, qui n'a aucune ligne sur personne.
    contenu.get_by_text("Autres gestes").click()
    verifier_page()
    with page.expect_download() as recu:
        contenu.get_by_role("button", name="Le paquet (ZIP)").click()
    with open(recu.value.path(), "rb") as fichier, zipfile.ZipFile(io.BytesIO(fichier.read())) as archive:
        assert "faits.csv" not in archive.namelist()

    # Elle le transmet.
    contenu.get_by_role("link", name="Transmettre").click()
    verifier_page()
    contenu.get_by_role("button", name="Transmettre").click()
    expect(contenu).to_contain_text("Le rapport est transmis.")
    assert Rapport.objects.get().etat == "transmis"
    page.goto(reverse("observatoire:rapports"))
    expect(contenu.get_by_role("row", name=f"Rapport {derniere}")).to_contain_text("Transmis")
    verifier_page()
