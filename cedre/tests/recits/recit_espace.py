"""Du papier remis par la CIP à la réponse de la personne, sur son téléphone, avec et sans script (INS-2, INS-7)."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cedre.conftest import embaucher
from cedre.tests.recits.conftest import au_telephone

pytestmark = pytest.mark.recit

DATES_COUPEES = r"""() => {
  const coupees = [], jours = /(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )\d+(?:er)?\s\p{L}+\s\d{4}|\d+\sh\s\d\d/giu;
  const textes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (textes.nextNode()) for (const date of textes.currentNode.data.matchAll(jours)) {
    const lieu = document.createRange();
    lieu.setStart(textes.currentNode, date.index);
    lieu.setEnd(textes.currentNode, date.index + date[0].length);
    if (new Set([...lieu.getClientRects()].map(r => Math.round(r.top))).size > 1) coupees.push(date[0]);
  }
  return coupees;
}"""


@au_telephone
def recit_recevoir_un_code_lire_et_repondre(page, context, entrer, verifier_page, ici, browser, browser_context_args):
    embaucher(ici).personne.reponses.all().delete()
    entrer(ici, "cip")
    page.goto(reverse("parcours:personne", args=[ici.personne.pk]))
    page.get_by_text("Autres gestes").click()
    page.get_by_role("link", name="Son espace", exact=True).click()
    verifier_page()
    page.get_by_role("button", name="Préparer").click()
    expect(page.get_by_role("img", name="Carré à photographier")).to_be_visible()
    verifier_page()
    code = page.locator(".code-grand").inner_text()

    context.clear_cookies()
    page.goto(f"/espace/#{code.replace(' ', '')}")
    expect(page.get_by_label("Votre code")).to_have_value(code.replace(" ", ""))
    assert "#" not in page.url
    verifier_page()
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("heading", name="Bonjour Zélie")).to_be_visible()
    verifier_page()
    assert page.evaluate(DATES_COUPEES) == []
    page.get_by_role("link", name="Lire mon engagement").click()
    verifier_page()
    assert page.evaluate(DATES_COUPEES) == []
    page.get_by_role("button", name="Bien reçu").click()
    expect(page.get_by_text("j’ai dit : Bien reçu")).to_be_visible()
    page.get_by_label("Ce que je veux dire").fill("Le mardi me va mal.")
    page.get_by_role("button", name="Je veux en parler").click()
    verifier_page()
    page.get_by_role("link", name="Mon espace").first.click()
    page.get_by_role("link", name="Voir mes heures").click()
    verifier_page()
    page.get_by_role("link", name="Mon espace").first.click()
    page.get_by_role("link", name="Je propose un objectif").click()
    verifier_page()
    page.get_by_label("Mon objectif").fill("Passer le permis")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_label("Votre code")).to_be_visible()
    verifier_page()

    sans_script = browser.new_context(**browser_context_args, java_script_enabled=False)
    nue = sans_script.new_page()
    nue.goto("/espace/")
    nue.get_by_label("Votre code").fill(code.lower())
    nue.get_by_role("button", name="Entrer").click()
    nue.get_by_role("link", name="Lire mon engagement").click()
    nue.get_by_role("button", name="D’accord").click()
    expect(nue.get_by_text("j’ai dit : D’accord")).to_be_visible()
    sans_script.close()

    entrer(ici, "cip")
    page.goto(reverse("parcours:reponses"))
    expect(page.get_by_text("Le mardi me va mal.")).to_be_visible()
    expect(page.get_by_text("Passer le permis")).to_be_visible()
    verifier_page()
    page.get_by_role("button", name="Lue").first.click()
    expect(page.get_by_text("C’est noté comme lu.")).to_be_visible()
