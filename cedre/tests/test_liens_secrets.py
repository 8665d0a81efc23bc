"""Un lien secret porte le nom du site, jamais ce qu'un en-tête Host y ajoute."""

import pytest
from django.core import mail
from django.urls import reverse

HOTES = ["cedre.example", "cedre.example:6666", "cedre.example.", "CEDRE.example.:6666"]


@pytest.fixture
def en_production(settings):
    settings.HOTE, settings.ALLOWED_HOSTS = "cedre.example", ["cedre.example"]


def liens(client, monde, hote: str) -> list[str]:
    """Les liens que l'équipe donne, tels que cette requête les fait."""
    direction = {"secure": True, "headers": {"host": hote}}
    client.post(reverse("comptes:inviter"), {"courriel": "neuve@ici.example", "role": "cip"}, **direction)
    client.post(reverse("portail:agenda"), {"geste": "donner"}, **direction)
    client.post(reverse("account_reset_password"), {"email": monde.hab["cip"].compte.email}, **direction)
    return [
        client.get(reverse("comptes:equipe"), **direction).context["lien"],
        client.get(reverse("comptes:compte"), **direction).context["adresse_agenda"],
        client.get(reverse("parcours:espace", args=[monde.personne.pk]), **direction).context["adresse"],
        next(mot for mot in mail.outbox[-1].body.split() if "://" in mot),
    ]


@pytest.mark.parametrize("hote", HOTES)
def test_en_production_un_lien_ne_porte_que_le_nom_du_site(embauchee, en_production, hote):
    for lien in liens(embauchee.client("direction"), embauchee, hote):
        assert lien.startswith("https://cedre.example/"), lien


def test_en_production_un_autre_nom_est_refuse(client, en_production):
    assert client.get("/", secure=True, headers={"host": "ailleurs.example"}).status_code == 400


def test_sans_nom_de_site_un_lien_garde_celui_de_la_requete(embauchee, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    for lien in liens(embauchee.client("direction"), embauchee, "localhost:8123"):
        assert lien.startswith("https://localhost:8123/"), lien
