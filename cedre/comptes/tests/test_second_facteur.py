"""Le second facteur : gardé fermé, et qui doit en avoir un (RES-1)."""

import re
import time
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from cedre.comptes.droits import DROITS, Droit, Role
from cedre.comptes.models import Habilitation
from cedre.comptes.second_facteur import MONTEE, demande, jour_de_la_montee
from cedre.conftest import MOT_DE_PASSE
from cedre.core import coffre


def entrer(role: str = "cip") -> Client:
    """Un navigateur qui vient de donner son mot de passe."""
    client = Client()
    client.post(reverse("account_login"), {"login": f"{role}@ici.example", "password": MOT_DE_PASSE})
    return client


def code(secret: str, de_cote: int = 0) -> str:
    """Le code que l'application montre en ce moment ; de_cote : combien de fois trente secondes plus tard, ou plus tôt."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + de_cote))


def dans_la_base() -> str:
    """Les seconds facteurs, tels que les lit qui tient la base."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT data FROM mfa_authenticator")
        return str(curseur.fetchall())


def enregistrer(client: Client) -> str:
    """Enregistre une application, et rend son secret."""
    client.post(reverse("account_reauthenticate"), {"password": MOT_DE_PASSE})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert Authenticator.objects.filter(type="totp").exists()
    return secret


def test_le_secret_et_les_codes_de_secours_sont_fermes_dans_la_base_et_servent(ici):
    client = entrer()
    secret = enregistrer(client)
    secours = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    graine = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert secret not in dans_la_base() and coffre.ouvrir(graine) not in dans_la_base()
    assert dans_la_base().count(coffre.MARQUE) == 2
    for facteur in (code(secret), secours[0]):
        client = entrer()
        assert client.get(reverse("comptes:compte")).status_code == 302
        client.post(reverse("mfa_authenticate"), {"code": facteur})
        assert client.get(reverse("comptes:compte")).status_code == 200


@pytest.mark.parametrize("de_cote, entre", [(-3, False), (-1, True), (1, True), (3, False)])
def test_un_code_recopie_quand_il_change_entre_encore(ici, de_cote, entre):
    secret = enregistrer(entrer())
    client = entrer()
    client.post(reverse("mfa_authenticate"), {"code": code(secret, de_cote)})
    assert (client.get(reverse("comptes:compte")).status_code == 200) is entre


def test_la_migration_ferme_les_seconds_facteurs_d_avant_et_peut_se_rejouer(ici):
    migration = import_module("cedre.comptes.migrations.0004_seconds_facteurs_fermes")
    compte, ailleurs = ici.hab["cip"].compte, ici.hab["direction"].compte
    Authenticator.objects.create(user=compte, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    Authenticator.objects.create(user=compte, type="recovery_codes", data={"seed": "5eed", "used_mask": 3})
    Authenticator.objects.create(user=compte, type="webauthn", data={"name": "Clé", "credential": {}})
    Authenticator.objects.create(user=ailleurs, type="recovery_codes", data={"migrated_codes": ["11112222", "33334444"]})
    connexion = SimpleNamespace(connection=connection)
    for _ in range(2):
        migration.fermer(apps, connexion)
    assert dans_la_base().count(coffre.MARQUE) == 4
    assert not any(clair in dans_la_base() for clair in ("JBSWY3DPEHPK3PXP", "5eed", "11112222", "33334444"))
    client = entrer()
    client.post(reverse("mfa_authenticate"), {"code": code("JBSWY3DPEHPK3PXP")})
    assert client.get(reverse("comptes:compte")).status_code == 200
    migration.ouvrir(apps, connexion)
    assert dans_la_base().count(coffre.MARQUE) == 0
    assert all(clair in dans_la_base() for clair in ("JBSWY3DPEHPK3PXP", "5eed", "11112222", "33334444"))


@pytest.fixture
def exige(ici, settings):
    """Un second facteur est exigé, comme en production, d'une équipe d'aujourd'hui ; la montée est ancienne."""
    Habilitation.objects.update(depuis=timezone.now())
    settings.SECOND_FACTEUR = True
    jour_de_la_montee.cache_clear()
    yield settings
    jour_de_la_montee.cache_clear()


def dans(jours: int):
    """Ce jour-là."""
    return time_machine.travel(timezone.now() + timedelta(days=jours))


ADRESSES = ("portail:accueil", "parcours:personnes", "comptes:compte", "usersessions_list", "account_change_password")


def test_pendant_le_delai_un_bandeau_dit_avant_quand_a_qui_lit_la_sante_ou_administre(ici, exige):
    concernes = {role for role in Role if any(droit.exige_second_facteur for droit in DROITS[role])}
    assert {Role.CIP, Role.DIRECTION, Role.RESPONSABLE_QUALITE} <= concernes
    assert concernes.isdisjoint({Role.ACCUEIL, Role.CA, Role.SALARIE, Role.AUDITEUR})
    for role in ici.hab:
        page = ici.client(role).get(reverse("comptes:compte")).content.decode()
        assert ("enregistrez un second facteur</a> avant le" in page) == (role in concernes), role


@pytest.mark.parametrize("jours, ouvert", [(29, True), (30, False), (31, False)])
def test_le_delai_passe_rien_ne_s_ouvre_avant_le_second_facteur(ici, exige, jours, ouvert):
    with dans(jours):
        cip = ici.client("cip")
        for adresse in ADRESSES:
            assert (cip.get(reverse(adresse)).status_code == 200) == ouvert, adresse
        assert cip.post(reverse("comptes:compte"), {}).status_code == (200 if ouvert else 302)
        assert ici.client("accueil").get(reverse("portail:accueil")).status_code == 200
        assert cip.get(reverse("core:sante")).status_code == 200
        assert cip.get(reverse("account_reauthenticate")).status_code == 200
        assert cip.post(reverse("account_logout")).url != reverse("mfa_index"), "on peut toujours partir"


def test_on_l_enregistre_et_tout_se_rouvre(ici, exige):
    with dans(40):
        client = entrer()
        page = client.get(reverse("portail:accueil"), follow=True)
        assert page.redirect_chain[-1][0] == reverse("mfa_index")
        assert "enregistrez un second facteur</a> pour continuer" in page.content.decode()
        enregistrer(client)
        page = client.get(reverse("portail:accueil"))
        assert page.status_code == 200 and "enregistrez un second facteur" not in page.content.decode()


def test_des_codes_de_secours_seuls_ne_sont_pas_un_second_facteur_et_un_role_retire_n_exige_plus(ici, exige):
    Authenticator.objects.create(user=ici.hab["cip"].compte, type="recovery_codes", data={})
    with dans(40):
        assert ici.client("cip").get(reverse("portail:accueil")).status_code == 302
        Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(role="accueil")
        assert ici.client("cip").get(reverse("portail:accueil")).status_code == 200


def test_une_cle_d_acces_en_est_un_celui_d_un_autre_compte_non(ici, exige):
    Authenticator.objects.create(user=ici.hab["direction"].compte, type="totp", data={})
    with dans(40):
        assert ici.client("cip").get(reverse("portail:accueil")).status_code == 302
        Authenticator.objects.create(user=ici.hab["cip"].compte, type="webauthn", data={})
        assert ici.client("cip").get(reverse("portail:accueil")).status_code == 200


def test_le_delai_court_du_premier_jour_ou_l_on_tient_un_role_qui_l_exige_et_non_d_un_autre_role(ici, ailleurs, settings):
    settings.SECOND_FACTEUR = True
    jour_de_la_montee.cache_clear()
    compte, premier = ici.hab["accueil"].compte, timezone.localtime().replace(hour=12)
    for organisation, role, jours in ((ici.organisation, "cip", 5), (ailleurs.organisation, "direction", 2)):
        depuis = premier - timedelta(days=jours)
        Habilitation.objects.create(compte=compte, organisation=organisation, role=role, depuis=depuis)
    siennes = Habilitation.objects.actives().filter(compte=compte).avec_second_facteur()
    tenus = {h.role: h for h in siennes}
    assert demande([tenus["accueil"]]) is None, "tenu depuis des années, il n’exige rien"
    assert demande(siennes).avant == timezone.localdate(premier) + timedelta(days=25)
    assert demande([tenus["accueil"], tenus["direction"]]).avant == timezone.localdate(premier) + timedelta(days=28)


def test_une_installation_qui_monte_de_version_ouvre_le_delai_ce_jour_la(ici, exige, monkeypatch):
    assert import_module(f"cedre.comptes.migrations.{MONTEE}")
    with dans(100):
        monkeypatch.setattr("cedre.comptes.second_facteur.jour_de_la_montee", lambda: timezone.localdate() - timedelta(days=10))
        page = ici.client("cip").get(reverse("portail:accueil"))
        avant = timezone.localdate() + timedelta(days=20)
        assert page.context["facteur_attendu"].avant == avant and f"avant le {date_format(avant, 'j F Y')}." in page.text


def test_en_demonstration_il_n_est_pas_demande(ici):
    with dans(40):
        assert "second facteur" not in ici.client("cip").get(reverse("portail:accueil")).content.decode()


def test_ce_qui_l_exige_est_une_propriete_du_droit():
    assert Droit.SANTE_LIRE.exige_second_facteur and not Droit.DOSSIER_LIRE.exige_second_facteur


def code_recu(client: Client, mailoutbox, email: str = "cip@ici.example") -> str:
    """Demande un code, et lit celui du courriel."""
    client.post(reverse("account_request_login_code"), {"email": email})
    assert mailoutbox[-1].to == [email] and mailoutbox[-1].subject == "Cèdre · Votre code pour entrer"
    return re.search(r"^([A-Z0-9-]{6,})$", mailoutbox[-1].body, re.MULTILINE)[1]


def test_qui_est_bloque_par_les_essais_d_un_autre_entre_par_un_code_recu_qui_ne_sert_qu_une_fois(ici, mailoutbox):
    cache.clear()
    for _ in range(5):
        Client().post(reverse("account_login"), {"login": "cip@ici.example", "password": "faux"})
    refus = Client().post(reverse("account_login"), {"login": "cip@ici.example", "password": MOT_DE_PASSE})
    assert "par votre clé d’accès ou un code reçu par courriel" in refus.content.decode()
    assert reverse("account_request_login_code") in Client().get(reverse("account_login")).content.decode()
    client, voleur = Client(), Client()
    recu = code_recu(client, mailoutbox)
    voleur.post(reverse("account_confirm_login_code"), {"code": recu})
    assert voleur.get(reverse("comptes:compte")).status_code == 302
    assert client.post(reverse("account_confirm_login_code"), {"code": recu}).url == reverse("portail:accueil")
    assert client.get(reverse("comptes:compte")).status_code == 200
    client.post(reverse("account_logout"))
    client.post(reverse("account_confirm_login_code"), {"code": recu})
    assert client.get(reverse("comptes:compte")).status_code == 302


def test_un_code_recu_ne_remplace_pas_le_second_facteur(ici, mailoutbox):
    cache.clear()
    Authenticator.objects.create(user=ici.hab["cip"].compte, type="totp", data={"secret": coffre.fermer("JBSWY3DPEHPK3PXP")})
    client = Client()
    recu = code_recu(client, mailoutbox)
    assert client.post(reverse("account_confirm_login_code"), {"code": recu}).url == reverse("mfa_authenticate")
    assert client.get(reverse("comptes:compte")).status_code == 302


def test_les_codes_se_demandent_et_s_essaient_peu(ici, mailoutbox):
    cache.clear()
    client = Client()
    code_recu(client, mailoutbox)
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "FAUX-FAUX"})
    assert client.get(reverse("account_confirm_login_code")).status_code == 302
    for _ in range(5):
        Client().post(reverse("account_request_login_code"), {"email": "cip@ici.example"})
    assert len(mailoutbox) == 4
    Client().post(reverse("account_request_login_code"), {"email": "cip@ici.example"}, REMOTE_ADDR="192.0.2.9")
    assert len(mailoutbox) == 5


def test_demander_un_code_ne_dit_pas_si_le_compte_existe(ici):
    pages = []
    for email in ("cip@ici.example", "zzz@ici.example"):
        cache.clear()
        reponse = Client().post(reverse("account_request_login_code"), {"email": email}, follow=True)
        pages.append(re.sub(r'value="[^"]{64}"', "", reponse.content.decode()).replace(email, ""))
        assert reponse.redirect_chain == [(reverse("account_confirm_login_code"), 302)]
    assert pages[0] == pages[1]
