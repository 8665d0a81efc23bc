"""Les lettres et les pages qui font entrer : à qui, en quels mots, vers où (issue 2, §2)."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.forms import CodeRecuForm, ConnexionForm, DemandeDeCodeForm, OubliForm


@pytest.fixture(autouse=True)
def _compteurs_a_zero(db):
    cache.clear()


def demander(route: str, email: str) -> Client:
    client = Client()
    client.post(reverse(route), {"email": email})
    return client


@pytest.mark.parametrize("route", ["account_request_login_code", "account_reset_password"])
def test_a_une_adresse_inconnue_la_lettre_le_dit_sans_lien_ni_code(ici, mailoutbox, route):
    demander(route, "autre@ici.example")
    [lettre] = mailoutbox
    assert (lettre.to, lettre.subject) == (["autre@ici.example"], "Cèdre · Aucun compte à cette adresse")
    assert "pour autre@ici.example. Aucun compte Cèdre n’a cette adresse." in lettre.body
    assert "http" not in lettre.body and not re.search(r"^[A-Z0-9-]{6,}$", lettre.body, re.MULTILINE)


@pytest.mark.parametrize("minutes, entre", [(14, True), (16, False)])
def test_un_code_recu_vaut_un_quart_d_heure_comme_la_lettre_le_dit(ici, mailoutbox, minutes, entre):
    maintenant = timezone.now()
    with time_machine.travel(maintenant, tick=False):
        client = demander("account_request_login_code", "cip@ici.example")
    [lettre] = mailoutbox
    assert "Il vaut un quart d’heure et ne sert qu’une fois" in lettre.body and lettre.body.startswith("Bonjour,\n")
    code = re.search(r"^([A-Z0-9-]{6,})$", lettre.body, re.MULTILINE)[1]
    with time_machine.travel(maintenant + timedelta(minutes=minutes), tick=False):
        client.post(reverse("account_confirm_login_code"), {"code": code})
        assert (client.get(reverse("comptes:compte")).status_code == 200) is entre


def test_le_lien_d_un_mot_de_passe_oublie_mene_a_la_page_ou_on_le_choisit(ici, mailoutbox):
    demander("account_reset_password", "CIP@ici.example")
    [lettre] = mailoutbox
    assert lettre.to == ["cip@ici.example"] and "il ne sert qu’une fois" in lettre.body
    lien = re.search(r"http\S+", lettre.body)[0]
    assert lien.startswith("http://testserver/compte/password/reset/key/")
    assert "Choisir un nouveau mot de passe" in Client().get(lien, follow=True).text


def test_un_courriel_d_alerte_dit_le_jour_et_l_heure_de_la_structure(ici, cip, mailoutbox):
    type(ici.organisation).objects.filter(pk=ici.organisation.pk).update(fuseau="Indian/Reunion")
    with time_machine.travel("2026-03-09T21:05Z", tick=False):
        saisie = dict.fromkeys(("password1", "password2"), "un tout autre mot de passe")
        cip.post(reverse("account_change_password"), saisie | {"oldpassword": "un mot de passe assez long"})
    [lettre] = mailoutbox
    corps = lettre.body.replace("\N{NO-BREAK SPACE}", " ")
    assert "Votre compte Cèdre vient de changer, le 10 mars 2026 à 1 h 05" in corps


def test_la_page_pour_entrer_mene_au_code_au_mot_de_passe_oublie_et_dit_qui_invite(db):
    texte = Client().get(reverse("account_login")).text
    for route in ("account_request_login_code", "account_reset_password"):
        assert f'href="{reverse(route)}"' in texte
    assert "On n’entre dans Cèdre que sur invitation" in texte
    assert unquote(Client().get("/compte/?a=1").url) == "/compte/login/?next=/compte/?a=1"


@pytest.mark.parametrize(
    "form, champ, libelle",
    [(ConnexionForm, "login", ""), (OubliForm, "email", ""), (DemandeDeCodeForm, "email", "Adresse électronique")],
)
def test_un_champ_pour_entrer_dit_une_adresse_electronique(form, champ, libelle):
    dit = form().fields[champ]
    assert dit.widget.attrs["placeholder"] == "Adresse électronique" and (not libelle or dit.label == libelle)
    assert CodeRecuForm(code="x").fields["code"].label == "Code reçu"
