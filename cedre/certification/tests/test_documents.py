"""Les documents qui prouvent : reconnus à leurs octets, bornés, jamais exécutés, et à leur structure seule (CER-3)."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import Document, Revision
from cedre.certification.tests.fictive import prouver

PDF = b"%PDF-1.7 un projet"


def deposer(client, octets=PDF, nom="projet.pdf", **champs):
    envoi = {"intitule": "Projet associatif", "points": ["1a"], "du": timezone.localdate()} | champs
    return client.post(reverse("certification:document_nouveau"), envoi | {"fichier": SimpleUploadedFile(nom, octets)})


@pytest.fixture
def depose(ici, referentiel) -> Revision:
    referentiel()
    assert deposer(ici.client("qualite")).status_code == 302
    return Revision.objects.get()


def test_un_document_se_depose_avec_son_condensat(depose, ici):
    assert (depose.condensat, depose.taille) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert (depose.document.points, depose.depose_par) == (["1a"], ici.hab["qualite"].compte)


@pytest.mark.parametrize("octets, dit", [(b"<script>", "ni un PDF"), (b"%PDF-" + b"x" * (10 * 1024 * 1024), "10 Mo")])
def test_un_fichier_d_un_autre_genre_ou_trop_lourd_se_refuse_sans_rien_perdre(ici, referentiel, octets, dit):
    referentiel()
    reponse = deposer(ici.client("qualite"), octets)
    assert dit in str(reponse.context["form"].errors["fichier"])
    assert reponse.context["form"]["intitule"].value() == "Projet associatif"
    assert not Document.objects.exists()


def test_la_periode_va_dans_l_ordre(ici, referentiel):
    referentiel()
    reponse = deposer(ici.client("qualite"), au="2001-01-01")
    assert "après le premier" in str(reponse.context["form"].errors) and not Document.objects.exists()


def test_le_fichier_se_telecharge_et_ne_s_execute_pas(depose, ici):
    reponse = ici.client("direction").get(reverse("certification:revision", args=[depose.pk]))
    assert (reponse.content, reponse["Content-Type"]) == (PDF, "application/pdf")
    assert reponse["Content-Disposition"].startswith("attachment") and "sandbox" in reponse["Content-Security-Policy"]


def test_le_meme_fichier_ne_fait_pas_deux_revisions(depose, ici):
    adresse = reverse("certification:document", args=[depose.document_id])
    envoi = {"du": timezone.localdate(), "fichier": SimpleUploadedFile("copie.pdf", PDF)}
    assert "octet pour octet" in str(ici.client("qualite").post(adresse, envoi).context["form"].errors)
    envoi["fichier"] = SimpleUploadedFile("autre.pdf", PDF + b"!")
    assert ici.client("qualite").post(adresse, envoi).status_code == 302
    assert depose.document.revisions.count() == 2


def test_le_fichier_d_ailleurs_n_existe_pas(ici, ailleurs):
    prouver(ailleurs)
    revision = Revision.objects.get()
    for route, pk in (("revision", revision.pk), ("document", revision.document_id)):
        assert ici.client("direction").get(reverse(f"certification:{route}", args=[pk])).status_code == 404
