"""Les images choisies d'un rapport : nettoyées, légendées, à leur place, puis figées avec lui (OBS-2)."""

import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.core.images import en_svg
from cedre.core.refus import GesteImpossible
from cedre.core.tests.images import JPEG, jpeg, png
from cedre.observatoire.models import ImageDuRapport, Rapport
from cedre.observatoire.operations import images as gestes
from cedre.observatoire.operations import rapports
from cedre.observatoire.publication import verifier
from cedre.observatoire.rapport_imprime import a_imprimer
from cedre.observatoire.tests.test_rapport_a_l_ecran import adresse, publie
from cedre.observatoire.tests.test_rapport_a_l_ecran import rapport as rapport
from cedre.tests.imprime import lire

TOURNEE = jpeg(40, 20, tourne=6)


def envoyer(monde, rapport: Rapport, octets: bytes = TOURNEE, **change):
    """Joint cette image, comme le fait la direction."""
    dite = {
        "fichier": SimpleUploadedFile("IMG_2031.jpg", octets),
        "legende": "L’atelier repeint",
        "chapitre": "sorties",
        "rang": 1,
    }
    return monde.client("direction").post(adresse("image_joindre", rapport), dite | change)


def jointe(monde, rapport: Rapport, **champs) -> ImageDuRapport:
    dite = {"legende": "L’atelier", "fichier": ContentFile(png(), name="a.png")} | champs
    return gestes.joindre(ImageDuRapport(rapport=rapport, **dite), par=monde.hab["direction"])


def test_une_image_jointe_se_montre_a_sa_place_sans_ce_que_l_appareil_en_disait(rapport, embauchee):
    assert envoyer(embauchee, rapport).url == rapport.get_absolute_url()
    image = rapport.images.get()
    montree = embauchee.client("cip").get(reverse("observatoire:image", args=[image.pk]))
    assert b"SECRET" not in montree.content and "IMG" not in image.fichier.name
    assert montree["Content-Type"] == "image/jpeg" and "sandbox" in montree["Content-Security-Policy"]
    page = embauchee.client("direction").get(rapport.get_absolute_url()).content.decode()
    chapitre = page.partition('<div id="sorties">')[2].partition("</details>")[0]
    assert f'<img src="{reverse("observatoire:image", args=[image.pk])}" alt="L’atelier repeint"' in chapitre
    assert page.count("<figure") == 1 and "Retirer l’image" in chapitre
    assert Trace.objects.filter(geste="creer", detail__contains="L’atelier repeint").exists()


@pytest.mark.parametrize(
    "change, champ",
    [
        ({"legende": ""}, "legende"),
        ({"chapitre": "inconnu"}, "chapitre"),
        ({"fichier": SimpleUploadedFile("x.png", b"%PDF-1.7")}, "fichier"),
        ({"fichier": SimpleUploadedFile("x.jpg", JPEG[:-60])}, "fichier"),
        ({"fichier": SimpleUploadedFile("x.png", png(6001, 1))}, "fichier"),
        ({"fichier": SimpleUploadedFile("x.jpg", JPEG + bytes(10_000_000))}, "fichier"),
    ],
    ids=["sans légende", "chapitre inconnu", "un PDF", "tronquée", "géante", "trop lourde"],
)
def test_ce_qui_ne_va_pas_se_dit_a_cote_du_champ(rapport, embauchee, change, champ):
    page = envoyer(embauchee, rapport, **change)
    assert [*page.context["form"].errors] == [champ] and not rapport.images.exists()


def test_la_page_et_le_papier_les_montrent_dans_l_ordre(rapport, embauchee):
    for rang, legende in ((2, "Seconde"), (1, "Première")):
        jointe(embauchee, rapport, legende=legende, rang=rang, fichier=ContentFile(TOURNEE, name="a.jpg"))
    jointe(embauchee, rapport, legende="Au chapitre", chapitre="sorties")
    page = embauchee.client("direction").get(rapport.get_absolute_url()).content.decode()
    imprime = lire("observatoire/typst/rapport.typ", json.loads(json.dumps(a_imprimer(rapport, pour=None), default=str)))
    for lu in (page.casefold(), imprime):
        rangs = [lu.index(mot) for mot in ("première", "seconde", "au chapitre")]
        assert rangs == sorted(rangs)
    assert 'width="40" height="20"' in en_svg(TOURNEE) and "data:image/jpeg;base64," in en_svg(JPEG)


def test_huit_au_plus_et_rien_ne_change_plus_une_fois_publie(rapport, embauchee):
    images, par = [jointe(embauchee, rapport) for _ in range(gestes.AU_PLUS)], embauchee.hab["direction"]
    assert "huit images au plus" in envoyer(embauchee, rapport).content.decode()
    fichier = images[0].fichier.name
    gestes.retirer(images.pop(0), par=par)
    assert rapport.images.count() == gestes.AU_PLUS - 1
    publie(rapport, embauchee)
    for geste in (gestes.modifier, gestes.retirer):
        with pytest.raises(GesteImpossible, match="ne se fait plus"):
            geste(images[0], par=par)
    with pytest.raises(GesteImpossible, match="ne se fait plus"):
        jointe(embauchee, rapport)
    page = embauchee.client("direction").get(rapport.get_absolute_url()).content.decode()
    assert "<figure" in page and "Retirer l’image" not in page and fichier not in page


def test_publiees_elles_sont_au_paquet_avec_leur_condensat_et_une_autre_se_voit(rapport, embauchee):
    image = jointe(embauchee, rapport, chapitre="sorties")
    publie(rapport, embauchee)
    rapport.refresh_from_db()
    paquet = embauchee.client("direction").post(adresse("rapport_paquet", rapport)).content
    with zipfile.ZipFile(io.BytesIO(paquet)) as archive:
        assert archive.read("image-1.png") == png()
        assert json.loads(archive.read("images.json")) == [
            {"fichier": "image-1.png", "chapitre": "sorties", "legende": "L’atelier"}
        ]
    assert {"image-1.png", "images.json"} <= rapport.condensats.keys() and verifier(rapport)[0]
    ImageDuRapport.objects.update(legende="Autre chose")
    assert verifier(rapport) == (False, "Une image que la page montre n’est pas celle qui a été publiée.")
    ImageDuRapport.objects.update(legende=image.legende)
    default_storage.delete(image.fichier.name)
    assert not verifier(rapport)[0]
    assert embauchee.client("direction").get(reverse("portail:rapport_pdf", args=[rapport.pk])).content.startswith(b"%PDF")


def test_une_correction_les_reprend_et_un_brouillon_abandonne_les_efface(rapport, embauchee, django_capture_on_commit_callbacks):
    image, par = jointe(embauchee, rapport), embauchee.hab["direction"]
    nouvelle = rapports.corriger(publie(rapport, embauchee), motif="Une légende.", par=par)
    reprise = nouvelle.images.get()
    assert reprise.octets() == png() and reprise.fichier.name != image.fichier.name
    with django_capture_on_commit_callbacks(execute=True):
        rapports.abandonner(nouvelle, par=par)
    assert not default_storage.exists(reprise.fichier.name) and default_storage.exists(image.fichier.name)


def test_la_region_ne_les_voit_qu_une_fois_le_rapport_transmis(rapport, embauchee, reseau):
    ou = reverse("observatoire:image", args=[jointe(embauchee, rapport).pk])
    region = reseau[0].client("referent_regional")
    assert region.get(ou).status_code == 404
    rapports.transmettre(publie(rapport, embauchee), par=embauchee.hab["direction"])
    assert region.get(ou).status_code == 200
