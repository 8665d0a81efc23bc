"""Une séance tenue sur un écran, un compte rendu qui ne se perd pas sans connexion (ACC-2, ACC-3)."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.tests.recits.conftest import au_telephone

pytestmark = pytest.mark.recit


def recit_un_texte_ecrit_sans_connexion_se_retrouve_et_s_enregistre(page, context, entrer, ici):
    entrer(ici, "cip")
    adresse = reverse("parcours:entretien", args=[ici.entretien.pk])
    page.goto(adresse)
    situation, etat = page.get_by_label("Sa situation aujourd’hui"), page.locator("[data-etat]")
    situation.fill("Vit seule.")
    expect(etat).to_have_text(re.compile("^Enregistré à "))

    context.set_offline(True)
    situation.fill("Vit seule. Cherche un mi-temps.")
    expect(etat).to_contain_text("gardé sur cet appareil")
    # Chromium laisse parfois passer l'adieu de la page
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()) }")
    page.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(adresse)
    situation, etat = page.get_by_label("Sa situation aujourd’hui"), page.locator("[data-etat]")
    expect(situation).to_have_value("Vit seule.")
    page.get_by_role("button", name="Le reprendre").click()
    expect(situation).to_have_value("Vit seule. Cherche un mi-temps.")
    expect(etat).to_have_text(re.compile("^Enregistré à "))
    ici.entretien.refresh_from_db()
    assert ici.entretien.situation == "Vit seule. Cherche un mi-temps."
    page.wait_for_load_state()  # la page qui relit a joué son script
    assert page.evaluate("Object.keys(localStorage).filter((cle) => cle.startsWith('cedre-brouillon'))") == []


def recit_deux_textes_differents_se_montrent_et_se_reunissent(page, entrer, ici):
    entrer(ici, "cip")
    page.goto(reverse("parcours:entretien", args=[ici.entretien.pk]))
    saisie = {"version": 1} | ici.entretien.textes | {"situation": "Son texte", "attentes": "Un mi-temps"}
    ici.client("direction").post(reverse("parcours:entretien_ecrire", args=[ici.entretien.pk]), saisie)
    page.get_by_label("Sa situation aujourd’hui").fill("Mon texte")
    expect(page.locator("[data-choix]")).to_contain_text("Son texte")
    expect(page.get_by_label("Ses attentes, son projet")).to_have_value("Un mi-temps")
    page.get_by_role("button", name="Réunir les deux").click()
    expect(page.locator("[data-etat]")).to_have_text(re.compile("^Enregistré à "))
    ici.entretien.refresh_from_db()
    assert ici.entretien.situation == "Mon texte\n\nSon texte"


def recit_une_seance_se_tient_sur_un_seul_ecran(page, entrer, ici):
    ici.collective.le = timezone.localdate()
    ici.collective.save()
    entrer(ici, "accueil")
    page.goto(reverse("parcours:collective", args=[ici.collective.pk]))
    page.get_by_text("Présente", exact=True).click()
    page.get_by_role("button", name="Offre et statut dits à toutes les présentes").click()
    page.get_by_role("button", name="Enregistrer la feuille").click()
    expect(page.get_by_text("La feuille est enregistrée.")).to_be_visible()
    ici.information.refresh_from_db()
    dit = (ici.information.presence, ici.information.offre_presentee, ici.information.statut_explique)
    assert dit == ("presente", True, True)


@au_telephone
def recit_les_pages_de_l_accueil_se_lisent_au_bureau_et_au_telephone(page, entrer, ici, verifier_page):
    entrer(ici, "cip")
    for route, pk in [
        ("collectives", None),
        ("collective_nouvelle", None),
        ("collective", ici.collective.pk),
        ("inscription", ici.personne.pk),
        ("information", ici.personne.pk),
        ("entretien_prevoir", ici.personne.pk),
        ("entretien", ici.entretien.pk),
        ("entretien_conclure", ici.entretien.pk),
        ("agenda", None),
        ("personne", ici.personne.pk),
    ]:
        page.goto(reverse(f"parcours:{route}", args=[pk] if pk else []))
        verifier_page()
