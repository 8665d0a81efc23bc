"""Ses appareils et ses seconds facteurs : ce que chaque page en dit, et où elle mène (RES-1)."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cedre.conftest import MOT_DE_PASSE


@pytest.fixture(autouse=True)
def _compteurs_a_zero(db):
    cache.clear()


def entrer(appareil: str) -> Client:
    """Un appareil où la CIP d'ici vient d'ouvrir son compte."""
    client = Client(headers={"user-agent": appareil})
    client.post(reverse("account_login"), {"login": "cip@ici.example", "password": MOT_DE_PASSE})
    client.get(reverse("comptes:compte"))
    return client


def test_chaque_appareil_se_lit_celui_d_ici_marque_et_seul_il_n_y_en_a_pas_d_autre_a_fermer(ici):
    bureau = entrer("Bureau")
    page = bureau.get(reverse("usersessions_list")).text
    assert "Fermer les autres sessions" not in page and page.count("Celle-ci") == 1
    entrer("Téléphone <b>")
    page = bureau.get(reverse("usersessions_list")).text
    assert "Fermer les autres sessions" in page and "Téléphone &lt;b&gt;" in page and page.count("Celle-ci") == 1
    assert "Celle-ci" in page.split(">Bureau<")[1].split("</li>")[0] and "Ouverte aujourd’hui à " in page
    assert reverse("usersessions_list") in bureau.get(reverse("comptes:compte")).text


@pytest.mark.parametrize(
    "sortes, mene",
    [
        ((), "mfa_activate_totp mfa_add_webauthn"),
        (("totp",), "mfa_deactivate_totp mfa_add_webauthn mfa_generate_recovery_codes"),
        (("totp", "recovery_codes"), "mfa_deactivate_totp mfa_add_webauthn mfa_view_recovery_codes"),
        (("webauthn", "webauthn"), "mfa_activate_totp mfa_list_webauthn mfa_generate_recovery_codes"),
    ],
)
def test_la_page_du_second_facteur_mene_a_ce_qui_reste_a_faire_de_chacun(ici, cip, sortes, mene):
    for sorte in sortes:
        Authenticator.objects.create(user=ici.hab["cip"].compte, type=sorte, data={"seed": "x", "used_mask": 0})
    Authenticator.objects.create(user=ici.hab["direction"].compte, type="totp", data={})
    page = cip.get(reverse("mfa_index")).text
    routes = [f"mfa_{r}" for r in ("activate_totp", "deactivate_totp", "add_webauthn", "list_webauthn")]
    routes += ["mfa_view_recovery_codes", "mfa_generate_recovery_codes"]
    assert {r for r in routes if f'href="{reverse(r)}"' in page} == set(mene.split())
    assert page.count("Pas encore") == ("totp" not in sortes) + ("webauthn" not in sortes)
    assert ("2\N{NO-BREAK SPACE}clés" in page) is ("webauthn" in sortes)
