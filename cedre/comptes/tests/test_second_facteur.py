"""Le second facteur : gardé fermé, et qui doit en avoir un (RES-1)."""

from importlib import import_module
from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from cedre.conftest import MOT_DE_PASSE
from cedre.core import coffre


def entrer(role: str = "cip") -> Client:
    """Un navigateur qui vient de donner son mot de passe."""
    client = Client()
    client.post(reverse("account_login"), {"login": f"{role}@ici.example", "password": MOT_DE_PASSE})
    return client


def code(secret: str) -> str:
    """Le code que l'application montre en ce moment."""
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[-1]))


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
