"""Le logo de la structure : vérifié octet par octet, en tête de chaque document, retiré quand on veut (§ 4 de la mission)."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.core.tests.images import JPEG, jpeg, png
from cedre.structures.documents import composer
from cedre.structures.forms.outils import LOGO_MAX
from cedre.structures.models import Reglages
from cedre.structures.tests.test_reglages import SAISIE

PAGE = "/reglages/"


@pytest.fixture(autouse=True)
def _fichiers_a_part(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def direction(ici):
    """Le navigateur de la direction d'ici."""
    return ici.client("direction")


def envoyer(client, octets: bytes, nom: str = "logo.png", **autres):
    """Envoie ces octets comme logo."""
    return client.post(PAGE, SAISIE | {"logo": SimpleUploadedFile(nom, octets)} | autres)


def logo(monde) -> str:
    """Le nom du fichier gardé."""
    return Reglages.objects.get(organisation=monde.organisation).logo.name


def document(monde) -> bytes:
    """Un document de cette structure."""
    donnees = {"structure": monde.organisation.coordonnees, "le": "2026-03-01", "personne": "Ada", "postes": [], "travail": []}
    formation = {"intitule": "Caces", "certificat": "", "le": "2026-03-01", "au": "", "heures": ""}
    return composer("parcours/typst/attestation.typ", donnees | {"formations": [formation]}, chez=monde.organisation.pk)


@pytest.mark.parametrize("octets, genre", [(png(), "png"), (JPEG, "jpg")], ids=["png", "jpeg"])
def test_le_logo_est_en_tete_de_chaque_document_avec_son_texte(ici, ailleurs, direction, octets, genre):
    sans = document(ici)
    assert envoyer(direction, octets, "../../le nom de quelqu’un.svg").status_code == 302
    assert logo(ici).startswith("logos/") and logo(ici).endswith(genre) and "nom" not in logo(ici)
    avec = document(ici)
    assert b"/Subtype/Image" in avec and b"/Subtype/Image" not in sans and b"/Subtype/Image" not in document(ailleurs)
    assert b"/Alt(Logo de Structure Ici)" in avec and b"<pdfuaid:part>1" in avec and b"<pdfaid:part>2" in avec
    assert "logo" in Trace.objects.get(geste="modifier").detail


@pytest.mark.parametrize("taille", [(2000, 2), (2, 2000), (1, 1)])
def test_un_logo_de_toute_forme_tient_dans_l_en_tete(ici, direction, taille):
    envoyer(direction, png(*taille))
    assert document(ici).startswith(b"%PDF")


FAUX = {
    "un dessin vectoriel": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "un PDF": b"%PDF-1.7",
    "un PNG tronqué": png()[:50],
    "un PNG géant": png(2001, 1),
    "un JPEG tronqué": JPEG[:60],
    "un JPEG géant": jpeg(2001, 8),
    "un JPEG sans image": b"\xff\xd8\xff\xe0\x00\x10" + b"\0" * 40,
    "trop lourd": JPEG + b"\0" * LOGO_MAX,
}


@pytest.mark.parametrize("faux", FAUX)
def test_ce_qui_n_est_pas_une_image_se_refuse_a_cote_du_champ(ici, direction, faux):
    reponse = envoyer(direction, FAUX[faux])
    illisible = "Cette image ne se lit pas : il faut un PNG ou un JPEG, de 2\u202f000 pixels de côté au plus."
    dit = "Cette image dépasse 200 Ko : réduisez-la." if faux == "trop lourd" else illisible
    assert reponse.context["form"].errors == {"logo": [dit]} and logo(ici) == ""


def test_remplace_ou_retire_l_ancien_fichier_disparait(ici, direction, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        envoyer(direction, png())
        premier = logo(ici)
        envoyer(direction, JPEG)
    second = logo(ici)
    assert not default_storage.exists(premier) and default_storage.exists(second)
    with django_capture_on_commit_callbacks(execute=True):
        direction.post(PAGE, SAISIE)
    assert default_storage.exists(second)
    with django_capture_on_commit_callbacks(execute=True):
        assert "Retirer le logo" in direction.get(PAGE).content.decode()
        direction.post(PAGE, SAISIE | {"logo-clear": "on"})
    assert logo(ici) == "" and not default_storage.exists(second)
    assert b"/Subtype/Image" not in document(ici)


def test_un_fichier_disparu_n_empeche_aucun_document(ici, direction):
    envoyer(direction, png())
    default_storage.delete(logo(ici))
    assert document(ici).startswith(b"%PDF")


def test_le_logo_ne_se_lit_que_de_chez_soi_avec_le_droit(ici, ailleurs, direction):
    envoyer(direction, png())
    reponse = direction.get(reverse("structures:logo"))
    assert (reponse.content, reponse["Content-Type"]) == (png(), "image/png")
    assert "sandbox" in reponse["Content-Security-Policy"] and reponse["X-Content-Type-Options"] == "nosniff"
    assert ici.client("cip").get(reverse("structures:logo")).status_code == 403
    assert ailleurs.client("direction").get(reverse("structures:logo")).status_code == 404
