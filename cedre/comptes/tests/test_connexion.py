"""Entrer, se tromper, oublier, se protéger : avec la bibliothèque du métier, dans nos mots (issue 2, §2)."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.adaptateur import Adaptateur
from cedre.comptes.models import Compte

MOT_DE_PASSE = "un mot de passe assez long"  # celui des comptes de conftest


@pytest.fixture(autouse=True)
def _compteurs_a_zero(db):
    cache.clear()


def entrer(courriel: str, mot_de_passe: str, client: Client | None = None):
    return (client or Client()).post(reverse("account_login"), {"login": courriel, "password": mot_de_passe})


def test_on_entre_avec_son_courriel_quelle_qu_en_soit_la_casse(ici):
    assert entrer("CIP@ici.example", MOT_DE_PASSE).url == reverse("portail:accueil")


def test_apres_cinq_essais_manques_meme_le_bon_mot_de_passe_attend(ici):
    for _ in range(5):
        assert "ne vont pas ensemble" in entrer("cip@ici.example", "faux").content.decode()
    reponse = entrer("cip@ici.example", MOT_DE_PASSE)
    assert reponse.status_code == 200
    assert "Trop d’essais manqués : attendez un quart d’heure" in reponse.text.replace("\N{NO-BREAK SPACE}", " ")
    assert entrer("direction@ici.example", MOT_DE_PASSE).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=12)):
        assert entrer("cip@ici.example", MOT_DE_PASSE).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert entrer("cip@ici.example", MOT_DE_PASSE).status_code == 302


def test_un_compte_inconnu_repond_comme_un_mauvais_mot_de_passe(ici):
    connu = entrer("cip@ici.example", "faux").context["form"].non_field_errors()
    assert entrer("personne@ici.example", "faux").context["form"].non_field_errors() == connu


def test_demander_un_mot_de_passe_ne_dit_pas_si_le_compte_existe(ici):
    def demander(courriel):
        return Client().post(reverse("account_reset_password"), {"email": courriel}, follow=True)

    connu, inconnu = demander("cip@ici.example"), demander("personne@ici.example")
    assert connu.redirect_chain == inconnu.redirect_chain
    assert connu.content == inconnu.content


def test_le_lien_recu_change_le_mot_de_passe_une_seule_fois(ici, mailoutbox):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "cip@ici.example"})
    assert mailoutbox[0].subject == "Cèdre · Choisir un nouveau mot de passe"
    lien = re.search(r"http\S+", mailoutbox[0].body)[0]
    page = client.get(lien, follow=True)
    neuf = "un tout autre mot de passe"
    client.post(page.redirect_chain[-1][0], {"password1": neuf, "password2": neuf})
    assert Compte.objects.get(email="cip@ici.example").check_password(neuf)
    assert "Ce lien ne vaut plus" in Client().get(lien, follow=True).content.decode()


@pytest.mark.parametrize("faible", ["court", "123456789012345", "motdepasse123"[:11]])
def test_un_mot_de_passe_faible_est_refuse_a_cote_du_champ(ici, faible):
    client = Client()
    entrer("cip@ici.example", MOT_DE_PASSE, client)
    reponse = client.post(
        reverse("account_change_password"), {"oldpassword": MOT_DE_PASSE, "password1": faible, "password2": faible}
    )
    assert {*reponse.context["form"].errors} & {"password1", "password2"}


def test_on_ne_se_deconnecte_que_par_un_geste(ici, cip):
    assert "Se déconnecter" in cip.get(reverse("account_logout")).content.decode() or cip.get("/compte/").status_code == 200
    cip.post(reverse("account_logout"))
    assert cip.get(reverse("comptes:compte")).status_code == 302


@pytest.mark.parametrize("adresse", ["/compte/email/", "/compte/confirm-email/", "/compte/confirm-email/abc/"])
def test_le_courriel_ne_se_change_pas_soi_meme(ici, cip, adresse):
    assert cip.get(adresse).status_code == 404
    assert cip.post(adresse, {"email": "autre@ici.example"}).status_code == 404


def test_personne_ne_s_inscrit_sans_invitation(db):
    saisie = {"email": "intrus@example.org", "password1": MOT_DE_PASSE, "password2": MOT_DE_PASSE}
    assert "On entre sur invitation" in Client().post(reverse("account_signup"), saisie).content.decode()
    assert not Compte.objects.filter(email="intrus@example.org").exists()


def test_avec_un_second_facteur_le_mot_de_passe_ne_suffit_plus(ici):
    Authenticator.objects.create(user=ici.hab["cip"].compte, type="totp", data={"secret": "chiffre"})
    client = Client()
    assert entrer("cip@ici.example", MOT_DE_PASSE, client).url == reverse("mfa_authenticate")
    assert client.get(reverse("comptes:compte")).status_code == 302
    assert "Encore une étape" in client.get(reverse("mfa_authenticate")).content.decode()


def test_changer_de_second_facteur_redemande_qui_l_on_est(ici):
    client = Client()
    entrer("cip@ici.example", MOT_DE_PASSE, client)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize(
    "page",
    [
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_list_webauthn",
        "usersessions_list",
    ],
)
def test_chaque_page_de_securite_est_dans_notre_maison(ici, cip, page):
    texte = cip.get(reverse(page)).content.decode()
    assert 'class="charpente"' in texte
    assert "<h1>" in texte


def test_on_voit_ses_sessions_et_on_ferme_les_autres(ici):
    ici_meme, ailleurs_aussi = Client(), Client()
    for client in (ici_meme, ailleurs_aussi):
        entrer("cip@ici.example", MOT_DE_PASSE, client)
        client.get(reverse("comptes:compte"))
    page = ici_meme.get(reverse("usersessions_list"))
    assert len(page.context["sessions"]) == 2
    ici_meme.post(reverse("usersessions_list"))
    assert ailleurs_aussi.get(reverse("comptes:compte")).status_code == 302
    assert ici_meme.get(reverse("comptes:compte")).status_code == 200


def changer_de_mot_de_passe(client):
    nouveau = "un tout autre mot de passe"
    saisie = {"oldpassword": MOT_DE_PASSE, "password1": nouveau, "password2": nouveau}
    return client.post(reverse("account_change_password"), saisie)


def test_un_changement_du_compte_s_annonce_par_courriel_en_francais(ici, cip, mailoutbox):
    changer_de_mot_de_passe(cip)
    (courriel,) = mailoutbox
    assert (courriel.to, courriel.subject) == (["cip@ici.example"], "Cèdre · Mot de passe modifié")
    assert "Votre mot de passe a été modifié." in courriel.body
    assert "prévenez votre direction" in courriel.body


def test_un_courriel_qui_ne_part_pas_n_empeche_pas_de_changer_de_mot_de_passe(ici, cip, monkeypatch, caplog):
    def panne(*args):
        raise ConnectionRefusedError

    monkeypatch.setattr(Adaptateur, "send_mail", panne)
    assert changer_de_mot_de_passe(cip).url == reverse("comptes:compte"), "il ramène à son compte"
    assert "courriel non parti : account/email/password_changed" in caplog.messages
    assert entrer("cip@ici.example", "un tout autre mot de passe").status_code == 302


@pytest.mark.parametrize("route", ["account_login", "account_reset_password", "account_change_password"])
def test_les_pages_de_la_bibliotheque_parlent_comme_les_notres(ici, route):
    for client in (Client(), ici.client("cip")):
        reponse = client.post(reverse(route), {"oldpassword": "", "login": "", "email": ""})
        if reponse.status_code == 200:
            assert "e-mail" not in reponse.content.decode()
            assert not re.search(r">[^<]*\w(?:'|&#x27;)\w", reponse.content.decode())
