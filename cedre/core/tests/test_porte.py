"""Ce qui ne passe pas la porte se dit en clair, et ne coûte rien."""

import re

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from cedre.core.champs import TEXTE_MAX
from cedre.core.middleware import Porte


class CorpsIntouchable:
    """Un corps de requête qu'il ne faut pas lire."""

    def read(self, *args):
        raise AssertionError("le corps a été lu")

    readline = read


@pytest.mark.parametrize("taille", [str(settings.ENVOI_MAX + 1), "9" * 19])
def test_un_envoi_trop_lourd_est_refuse_sans_etre_lu(db, taille):
    envoi = {"CONTENT_LENGTH": taille, "wsgi.input": CorpsIntouchable()}
    reponse = Client(enforce_csrf_checks=True).generic("POST", "/importations/", **envoi)
    assert reponse.status_code == 413
    assert "20 Mo au plus" in reponse.content.decode()


@pytest.mark.parametrize("taille", ["", "beaucoup", "-1", str(settings.ENVOI_MAX)])
def test_le_reste_passe(taille):
    requete = RequestFactory().generic("POST", "/", CONTENT_LENGTH=taille)
    assert Porte(lambda r: type("Reponse", (), {"status_code": 204}))(requete).status_code == 204


@pytest.mark.parametrize("hote, vue", [("cedre.example", "cedre.example"), ("", "cedre.example:8443")])
def test_en_production_le_site_n_a_qu_un_nom(settings, hote, vue):
    settings.HOTE, settings.ALLOWED_HOSTS = hote, ["cedre.example"]
    vues, requete = [], RequestFactory().get("/", HTTP_HOST="cedre.example:8443")
    Porte(lambda requete: vues.append(requete.get_host()) or HttpResponse())(requete)
    assert vues == [vue]
    with pytest.raises(DisallowedHost):
        Porte(lambda requete: requete.get_host() and HttpResponse())(RequestFactory().get("/", HTTP_HOST="autre.example"))


def test_une_methode_refusee_montre_une_page(ici):
    reponse = ici.client("cip").delete("/compte/logout/")
    assert reponse.status_code == 405 and "POST" in reponse["Allow"]
    assert "Cette adresse ne s’ouvre pas ainsi" in reponse.content.decode()


@pytest.mark.parametrize("adresse", ["/", "/personnes/", "/compte/", "/compte/securite/", "/introuvable"])
def test_une_page_de_compte_ne_se_garde_nulle_part(ici, adresse):
    assert "no-store" in ici.client("direction").get(adresse)["Cache-Control"]


def test_des_megaoctets_de_texte_sont_refuses_en_clair(ici):
    reponse = ici.client("cip").post("/compte/", {"texte": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert reponse.status_code == 413
    assert "Raccourcissez les textes" in reponse.content.decode()


def test_un_texte_trop_long_se_refuse_a_cote_de_son_champ_et_ne_se_perd_pas(ici, cip):
    adresse = reverse("parcours:premier_contact")
    assert "maxlength" not in re.search(r"<textarea[^>]*>", cip.get(adresse).content.decode())[0]
    long = "é" * (TEXTE_MAX + 1)
    form = cip.post(adresse, {"demande": long}).context["demande"]
    assert "20000" in str(form.errors["demande"]) and form["demande"].value() == long
