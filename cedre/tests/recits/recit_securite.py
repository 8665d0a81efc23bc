"""Protéger son compte : une application, puis une clé d'accès, dans un vrai navigateur (issue 2, §2)."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from cedre.comptes.operations import inviter
from cedre.conftest import MOT_DE_PASSE

pytestmark = pytest.mark.recit

CLE_VIRTUELLE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def recit_une_personne_invitee_protege_son_compte(page, context, ici, live_server, verifier_page):
    _, lien = inviter(
        ici.organisation,
        courriel="nouvelle@ici.example",
        role="cip",
        lien=lambda jeton: reverse("comptes:invitation", args=[jeton]),
        par=ici.hab["direction"],
    )
    page.goto(lien)
    page.get_by_label("Prénom").fill("Ana")
    page.get_by_label("Nom", exact=True).fill("Neuve")
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_label("Le même, pour confirmer").fill(MOT_DE_PASSE)
    verifier_page()
    page.get_by_role("button", name="Ouvrir mon compte").click()

    page.goto(reverse("comptes:compte"))
    verifier_page()
    page.locator("main").get_by_role("link", name="Activer").click()
    page.get_by_role("link", name="Activer").click()
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Confirmer").click()
    assert page.locator(".code-qr img").evaluate("image => image.naturalWidth > 0")
    verifier_page()
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("#id_code").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.locator("main").get_by_role("button", name="Activer").click()
    assert len(page.locator("#recovery_codes").input_value().split()) == 10

    appareil = context.new_cdp_session(page)
    appareil.send("WebAuthn.enable")
    appareil.send("WebAuthn.addVirtualAuthenticator", {"options": CLE_VIRTUELLE})
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Nom de la clé").fill("Mon téléphone")
    page.get_by_label("S’en servir à la place du mot de passe").check()
    verifier_page()
    page.get_by_role("button", name="Ajouter").click()
    page.wait_for_url(lambda adresse: "/add" not in adresse)

    page.goto(reverse("account_logout"))
    page.locator("main form button[type=submit]").click()
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Avec une clé d’accès").click()
    page.wait_for_url(live_server.url + reverse("portail:accueil"))


def recit_le_bouton_retour_ne_rouvre_rien_apres_la_deconnexion(page, ici, entrer):
    entrer(ici, "cip")
    page.goto(f"/personnes/{ici.personne.pk}/")
    page.get_by_role("group").filter(has_text="Mon compte").locator("summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/compte/login/**")
    page.go_back()
    page.wait_for_url("**/compte/login/?next=**")
    assert "Martinelle" not in page.content()
