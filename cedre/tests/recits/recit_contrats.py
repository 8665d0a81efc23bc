"""Du premier contrat aux nouvelles prises après la sortie, à l'écran seulement (INS-8, INS-9)."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.parcours.models import SuiviSortie

pytestmark = pytest.mark.recit


def recit_embaucher_suspendre_sortir_et_prendre_des_nouvelles(page, entrer, verifier_page, ici):
    entrer(ici, "cip")
    jour = timezone.localdate()
    page.goto(reverse("parcours:personne", args=[ici.personne.pk]))
    page.get_by_text("Autres gestes").click()
    page.get_by_role("link", name="Nouveau contrat").click()
    verifier_page()
    page.get_by_label("Nature").select_option(label="CDD d’usage")
    page.get_by_label("premier jour").fill(jour.isoformat())
    page.get_by_label("dernier jour prévu").fill(jour.replace(year=jour.year + 1, day=1).isoformat())
    page.get_by_role("button", name="Enregistrer le contrat").click()
    expect(page.get_by_text("Aucun PASS IAE n’est noté pour le premier jour")).to_be_visible()
    verifier_page()

    page.get_by_role("link", name="Noter un PASS IAE").click()
    page.get_by_label("premier jour").fill(jour.isoformat())
    verifier_page()
    page.get_by_role("button", name="Enregistrer le PASS IAE").click()
    page.get_by_role("link", name="Suspendre").click()
    page.get_by_label("motif").select_option(label="Arrêt de travail")
    page.get_by_role("button", name="Enregistrer la suspension").click()
    expect(page.locator("main").get_by_text("Suspendu", exact=True)).to_be_visible()
    verifier_page()

    page.goto(reverse("parcours:personne", args=[ici.personne.pk]))
    page.get_by_role("link", name="On s’est parlé").click()
    verifier_page()
    page.keyboard.type("Elle a trouvé une place au lycée.")
    page.get_by_role("button", name="Noter").click()
    verifier_page()

    page.get_by_text("Autres gestes").click()
    page.get_by_role("link", name="Noter la sortie").click()
    verifier_page()
    page.get_by_label("Motif de la sortie").select_option(label="CDI non aidé chez un autre employeur")
    page.locator("fieldset").filter(has_text="la carrière").get_by_label("Stable", exact=True).check()
    page.get_by_label("Motif de la rupture").select_option(label="Embauche chez un autre employeur")
    page.get_by_role("button", name="Enregistrer la sortie").click()
    verifier_page()

    SuiviSortie.objects.filter(sortie__personne=ici.personne, mois=3).update(prevu_le=jour)
    page.reload()
    page.get_by_role("link", name="Noter les nouvelles à 3 mois").click()
    verifier_page()
    page.locator("fieldset").filter(has_text="pu lui parler").get_by_text("Oui").click()
    page.locator("fieldset").filter(has_text="Que fait-elle").get_by_text("En emploi").click()
    page.get_by_role("button", name="Enregistrer les nouvelles").click()
    expect(page.get_by_text("En emploi")).to_be_visible()
    page.goto(reverse("parcours:sorties"))
    verifier_page()
    ici.personne.refresh_from_db()
    assert (ici.personne.phase, ici.personne.sorties.get().suivis.get(mois=3).en_emploi) == ("sortie", True)
