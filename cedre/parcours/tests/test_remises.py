"""Remettre l'engagement : texte figé, signature, PDF (INS-2, § 2.2 a)."""

import base64
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.fuseaux import Fuseau
from cedre.comptes.models import Trace
from cedre.core.fichiers import type_du_fichier
from cedre.core.pdf import compiler
from cedre.core.refus import GesteImpossible
from cedre.core.tests.images import JPEG, png
from cedre.parcours.models import Objectif, Remise
from cedre.parcours.operations import engagements, remises
from cedre.parcours.operations.droits import anonymiser, effacer
from cedre.parcours.remises import contenu
from cedre.tests.ecran import dits


def dessin(octets):
    return "data:image/png;base64," + base64.b64encode(octets).decode()


@pytest.fixture
def a_remettre(embauchee, fichiers):
    embauchee.engagement.remises.all().delete()
    return embauchee


def envoyer(monde, **champs):
    adresse = reverse("parcours:engagement_remettre", args=[monde.engagement.pk])
    return monde.client("cip").post(adresse, {"le": timezone.localdate(), "mode": "main_propre", **champs})


def changer(monde, libelle):
    engagement = monde.engagement
    engagement.refresh_from_db()
    saisie = engagements.EngagementSaisi(
        {nom: getattr(engagement, nom) for nom in engagements.CHAMPS}, [Objectif(pk=monde.objectif.pk, libelle=libelle)]
    )
    engagements.enregistrer(engagement, saisie=saisie, version=engagement.version, par=monde.hab["cip"])


def test_remettre_garde_le_texte_le_jour_la_facon_et_une_trace(a_remettre):
    reponse = envoyer(a_remettre)
    remise = a_remettre.engagement.remises.get()
    assert reponse.url == reverse("parcours:remise", args=[remise.pk])
    assert (remise.le, remise.mode, remise.version) == (timezone.localdate(), "main_propre", 1)
    assert remise.contenu["objectifs"][0]["libelle"] == "Objectif ici"
    assert Trace.objects.filter(objet_id=remise.pk, geste="creer").exists()


def test_modifie_apres_la_remise_l_ancien_texte_se_lit_et_le_nouveau_est_a_remettre(a_remettre, cip):
    envoyer(a_remettre)
    remise = a_remettre.engagement.remises.get()
    page = reverse("parcours:engagement", args=[a_remettre.engagement.pk])
    assert "Modifié depuis" not in cip.get(page).content.decode()
    changer(a_remettre, "Objectif changé")
    texte = cip.get(page).content.decode()
    assert "Modifié depuis" in texte and "Remettre de nouveau" in texte and "Objectif changé" in texte
    ancien = cip.get(reverse("parcours:remise", args=[remise.pk])).content.decode()
    assert "Objectif ici" in ancien and "Objectif changé" not in ancien
    envoyer(a_remettre)
    assert "Modifié depuis" not in cip.get(page).content.decode()


def test_un_projet_ne_se_remet_pas(a_remettre, cip):
    projet = engagements.construire(a_remettre.personne, par=a_remettre.hab["cip"])
    assert cip.get(reverse("parcours:engagement_remettre", args=[projet.pk])).status_code == 404
    with pytest.raises(GesteImpossible, match="en cours"):
        remises.remettre(projet, le=timezone.localdate(), mode="courrier", par=a_remettre.hab["cip"])


def test_on_ne_remet_pas_demain(a_remettre):
    reponse = envoyer(a_remettre, le=timezone.localdate() + timezone.timedelta(days=1))
    assert reponse.context["form"].errors["le"] and not a_remettre.engagement.remises.exists()


# ── Signer ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_une_signature_dessinee_se_garde_et_se_relit(a_remettre, cip):
    envoyer(a_remettre, dessin=dessin(png()))
    remise = a_remettre.engagement.remises.get()
    assert remise.signee_le and remise.signature.name.startswith("signatures/")
    reponse = cip.get(reverse("parcours:remise_signature", args=[remise.pk]))
    assert reponse.content == png() and reponse["Content-Type"] == "image/png"


def test_un_papier_scanne_se_joint_apres_coup_une_seule_fois(a_remettre, cip):
    envoyer(a_remettre)
    remise = a_remettre.engagement.remises.get()
    adresse = reverse("parcours:remise_signer", args=[remise.pk])

    def joindre():
        return cip.post(adresse, {"scan": SimpleUploadedFile("papier.exe", b"%PDF-1.4 signe")})

    reponse = joindre()
    assert (reponse.url, dits(reponse)) == (remise.get_absolute_url(), ["La signature est jointe au texte remis."])
    remise.refresh_from_db()
    assert remise.signature.name.endswith(".pdf")
    assert "déjà signé" in joindre().content.decode()


@pytest.mark.parametrize(
    "champs",
    [
        {"dessin": "data:image/png;base64,AAAA"},
        {"dessin": "pas du tout"},
        {"dessin": dessin(b"<svg onload=alert(1)>")},
        {"dessin": dessin(JPEG)},
        {"scan": SimpleUploadedFile("scan.pdf", b"<html><script>alert(1)</script>")},
        {"scan": SimpleUploadedFile("scan.png", b"GIF89a")},
        {"scan": SimpleUploadedFile("gros.pdf", b"%PDF-" + b"0" * (5 * 1024 * 1024))},
    ],
    ids=lambda c: next(iter(c)),
)
def test_ce_qui_n_est_pas_une_signature_est_refuse_a_cote_du_champ(a_remettre, champs):
    if scan := champs.get("scan"):
        scan.seek(0)
    reponse = envoyer(a_remettre, **champs)
    assert reponse.context["form"].errors.keys() == champs.keys()
    assert not a_remettre.engagement.remises.exists()


def test_une_signature_se_telecharge_et_ne_s_execute_jamais(a_remettre, cip):
    envoyer(a_remettre, scan=SimpleUploadedFile("x.pdf", b"%PDF-1.4 <script>alert(1)</script>"))
    adresse = reverse("parcours:remise_signature", args=[a_remettre.engagement.remises.get().pk])
    reponse = cip.get(adresse)
    assert reponse["Content-Disposition"].startswith("attachment") and reponse["X-Content-Type-Options"] == "nosniff"
    assert reponse["Content-Security-Policy"] == "sandbox; default-src 'none'" and "no-store" in reponse["Cache-Control"]
    assert a_remettre.client("accueil").get(adresse).status_code == 403


def test_la_signature_d_une_autre_structure_n_existe_pas(a_remettre, ailleurs):
    envoyer(a_remettre, dessin=dessin(png()))
    adresse = reverse("parcours:remise_signature", args=[a_remettre.engagement.remises.get().pk])
    assert ailleurs.client("direction").get(adresse).status_code == 404


@pytest.mark.parametrize("sort", [anonymiser, effacer])
def test_effacer_ou_rendre_anonyme_efface_aussi_le_fichier_signe(a_remettre, fichiers, sort, django_capture_on_commit_callbacks):
    envoyer(a_remettre, dessin=dessin(png()))
    assert len(list(fichiers.rglob("*.png"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        sort(a_remettre.personne, motif="demande", par=a_remettre.hab["direction"])
    assert list(fichiers.rglob("*.png")) == []


def test_un_fichier_n_est_que_ce_que_disent_ses_octets():
    assert type_du_fichier(b"\xff\xd8\xff\xe0") == "image/jpeg" and type_du_fichier(b"MZ") is None


# ── Imprimer ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_le_pdf_de_l_engagement_se_compose_en_moins_de_trois_cents_millisecondes(a_remettre):
    donnees = contenu(a_remettre.engagement) | {"le": timezone.localdate()}
    compiler("parcours/typst/engagement.typ", donnees)
    debut = time.perf_counter()
    document = compiler("parcours/typst/engagement.typ", donnees)
    assert time.perf_counter() - debut < 0.3
    assert document.startswith(b"%PDF-") and b"pdfuaid" in document


def test_le_pdf_d_une_remise_est_celui_du_texte_remis(a_remettre, cip):
    envoyer(a_remettre, dessin=dessin(png()))
    remise = a_remettre.engagement.remises.get()
    adresse = reverse("parcours:remise_pdf", args=[remise.pk])
    premier = cip.get(adresse)
    assert premier["Content-Type"] == "application/pdf" and premier["Content-Disposition"].startswith("inline")
    changer(a_remettre, "Tout autre chose")
    Remise.objects.filter(pk=remise.pk).update(signee_le=remise.signee_le)
    assert len(cip.get(adresse).content) == len(premier.content)


@pytest.fixture
def compose(monkeypatch) -> list[tuple]:
    """Ce que l'on donne à imprimer : gabarit, données, et de quelle structure."""
    donnes = []
    monkeypatch.setattr("cedre.parcours.views.remises.composer", lambda g, d, *, chez: donnes.append((g, d, chez)) or b"%PDF")
    return donnes


def test_la_remise_imprimee_est_du_jour_ou_elle_fut_remise_avec_la_signature_et_son_jour(a_remettre, cip, compose):
    hier = timezone.localdate() - timedelta(days=1)
    envoyer(a_remettre, le=hier, dessin=dessin(png()))
    remise = a_remettre.engagement.remises.get()
    a_remettre.organisation.fuseau = Fuseau.NOUMEA
    a_remettre.organisation.save()
    cache.clear()
    Remise.objects.filter(pk=remise.pk).update(signee_le=datetime(2026, 3, 1, 20, tzinfo=UTC))
    cip.get(reverse("parcours:remise_pdf", args=[remise.pk]))
    [(gabarit, dit, chez)] = compose
    assert (gabarit, chez) == ("parcours/typst/engagement.typ", a_remettre.organisation.pk)
    assert (dit["le"], dit["signature"], dit["signee_le"].date()) == (hier, list(png()), date(2026, 3, 2))
    assert {nom: dit[nom] for nom in remise.contenu if nom != "le"} == remise.contenu


@pytest.mark.parametrize("scan", [True, False])
def test_un_papier_scanne_ou_rien_ne_met_aucun_dessin_sur_le_document(a_remettre, cip, compose, scan):
    envoyer(a_remettre, **({"scan": SimpleUploadedFile("papier.pdf", b"%PDF-1.4 signe")} if scan else {}))
    remise = a_remettre.engagement.remises.get()
    cip.get(reverse("parcours:remise_pdf", args=[remise.pk]))
    [(_, dit, _)] = compose
    assert dit["signature"] is None and (dit["signee_le"] is None) is not scan
