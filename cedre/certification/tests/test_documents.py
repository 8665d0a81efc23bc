"""Les documents qui prouvent : reconnus à leurs octets, bornés, jamais exécutés, et à leur structure seule (CER-3)."""

import hashlib
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import Document, Revision
from cedre.certification.tests.fictive import PLUSIEURS, prouver
from cedre.comptes.models import Trace

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
    assert re.fullmatch(r"preuves/[0-9a-f]{32}\.pdf", depose.fichier.name), "rien de son nom d'origine ne sert d'adresse"


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


@pytest.mark.parametrize(
    "du, au, admis",
    [
        ("2025-01-01", "", False),
        ("2025-01-01", "2025-12-30", False),
        ("2025-01-02", "2026-12-30", False),
        ("2025-01-01", "2025-12-31", True),
        ("2024-07-01", "2025-12-31", True),
    ],
)
def test_ce_qui_prouve_une_annee_close_en_couvre_une_et_a_un_dernier_jour(ici, referentiel, du, au, admis):
    referentiel("preuves: [{document: Rapport d’activité, regle: existe, mots: rendre compte, annee_close: true}]")
    reponse = deposer(ici.client("qualite"), du=du, au=au)
    assert (reponse.status_code == 302, Revision.objects.exists()) == (admis, admis)
    un = Document.objects.first() or Document.objects.create(organisation=ici.organisation, intitule="Rapport", points=["1a"])
    reponses = [reponse, ici.client("qualite").post(reverse("certification:document", args=[un.pk]), _envoi(du, au))]
    assert admis or all("1a se prouve année par année" in str(r.context["form"].errors["au"]) for r in reponses)
    assert un.revisions.count() == 2 * admis


def _envoi(du: str, au: str) -> dict:
    return {"du": du, "au": au, "fichier": SimpleUploadedFile("r.pdf", PDF + b" revu")}


def test_le_fichier_se_telecharge_et_ne_s_execute_pas(depose, ici):
    reponse = ici.client("direction").get(reverse("certification:revision", args=[depose.pk]))
    assert (reponse.content, reponse["Content-Type"]) == (PDF, "application/pdf")
    assert reponse["Content-Disposition"] == f'attachment; filename="document-{depose.pk}.pdf"'
    assert (reponse["Content-Security-Policy"], reponse["Cache-Control"]) == ("sandbox; default-src 'none'", "private, no-store")


def test_on_dit_a_qui_et_quel_jour_il_est_transmis_et_on_le_corrige(depose, ici):
    adresse, qualite = reverse("certification:transmettre", args=[depose.pk]), ici.client("qualite")
    assert qualite.get(adresse).context["form"].initial["transmise_a"] == str(ici.organisation.region), "rien n’est dit : elle"
    le, demain = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    for envoi in ({"transmise_le": demain, "transmise_a": "À la région"}, {"transmise_le": le}, {"transmise_a": "À la région"}):
        assert qualite.post(adresse, envoi).context["form"].errors, envoi
    for dit in ("à la région", "à l’État"):
        assert qualite.post(adresse, {"transmise_le": le, "transmise_a": dit}).status_code == 302
    depose.refresh_from_db()
    assert (depose.transmise_le, depose.transmise_a) == (le, "à l’État")
    assert Trace.objects.filter(objet="révision de document", geste="modifier").count() == 2
    assert "à l’État" in qualite.get(reverse("certification:document", args=[depose.document_id])).content.decode()
    vide = {"transmise_le": "", "transmise_a": ""}
    assert qualite.post(adresse, vide).status_code == 302 and ici.client("ca").get(adresse).status_code == 403
    depose.refresh_from_db()
    assert (depose.transmise_le, depose.transmise_a) == (None, "")


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


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def document(monde, intitule: str, *revisions: dict) -> Document:
    """Un document de cette structure, et ses révisions."""
    un = Document.objects.create(organisation=monde.organisation, intitule=intitule, points=["1a", "2a"])
    for rang, champs in enumerate(revisions):
        un.revisions.create(nom=f"{rang}.pdf", genre="application/pdf", taille=1, fichier="x", condensat=f"{rang}" * 64, **champs)
    return un


@pytest.mark.parametrize(
    "revisions, couvre",
    [
        ([], False),
        ([{"du": jour()}], True),
        ([{"du": jour(1)}], False),
        ([{"du": jour(-9), "au": jour()}], True),
        ([{"du": jour(-9), "au": jour(-1)}], False),
        ([{"du": jour(-9), "perime_le": jour()}], False),
        ([{"du": jour(-9), "perime_le": jour(1)}], True),
        ([{"du": jour(-9)}, {"du": jour(1)}], True),
    ],
)
def test_la_liste_dit_si_l_une_de_ses_revisions_couvre_aujourd_hui(ici, revisions, couvre):
    document(ici, "Livret", *revisions)
    page = ici.client("ca").get(reverse("certification:documents")).content.decode()
    assert (">Couvre aujourd’hui<" in page, ">Ne couvre pas aujourd’hui<" in page) == (couvre, not couvre)
    nombre = len(revisions)
    assert f"Prouve 1a, 2a · {nombre}\N{NO-BREAK SPACE}révision{'s' if nombre > 1 else ''}<" in page


def test_les_documents_d_ici_se_suivent_par_intitule_et_chacun_mene_a_sa_page(ici, ailleurs):
    projet, livret = document(ici, "Projet"), document(ici, "Livret")
    document(ailleurs, "Charte")
    page = ici.client("direction").get(reverse("certification:documents"))
    assert list(page.context["page"]) == [livret, projet]
    assert all(f'href="{reverse("certification:document", args=[d.pk])}">{d}<' in page.content.decode() for d in (livret, projet))


def test_la_page_d_un_document_dit_ses_revisions_la_derniere_d_abord_et_seule_la_qualite_en_ajoute(ici):
    un = document(ici, "Livret", {"du": jour(-9), "au": jour(-2)}, {"du": jour(-1), "depose_par": ici.hab["mad"].compte})
    premiere, derniere = un.revisions.order_by("pk")
    pages = {role: ici.client(role).get(reverse("certification:document", args=[un.pk])) for role in ("qualite", "ca")}
    assert [bool(page.context["form"]) for page in pages.values()] == [True, False]
    texte = pages["ca"].content.decode()
    rangs = [texte.index(f'href="{reverse("certification:revision", args=[r.pk])}">{r.nom}<') for r in (derniere, premiere)]
    assert rangs == sorted(rangs) and "par Mad Ici" in texte[rangs[0] : rangs[1]] and " par " not in texte[rangs[1] :]
    refus = ici.client("ca").post(reverse("certification:document", args=[un.pk]), {"du": jour()})
    assert refus.status_code in (200, 403) and un.revisions.count() == 2


def test_deposer_propose_le_point_d_ou_l_on_vient_et_d_abord_ceux_ou_un_document_est_attendu(ici, referentiel):
    referentiel(**PLUSIEURS)
    adresse = reverse("certification:document_nouveau", query={"point": "1b-1", "intitule": "Livret " * 40})
    form = ici.client("qualite").get(adresse).context["form"]
    assert (form["points"].value(), form["intitule"].value()) == (["1b-1"], ("Livret " * 40)[:160])
    groupes = [(nom, [code for code, _ in choix]) for nom, choix in form.fields["points"].choices]
    assert groupes == [("Un document y est attendu", ["1b-1"]), ("Les autres exigences", ["1a", "1b", "2a"])]
    assert (
        adresse.partition("&")[0]
        in ici.client("qualite").get(reverse("certification:specification", args=["1b"])).content.decode()
    )


def test_une_revision_garde_son_nom_ses_dates_et_qui_la_depose_et_se_telecharge_sous_son_genre(depose, ici):
    adresse, png = reverse("certification:document", args=[depose.document_id]), b"\x89PNG\r\n\x1a\n" + b"0" * 32
    envoi = {"du": jour(-3), "au": jour(9), "perime_le": jour(5), "fichier": SimpleUploadedFile("affiche.png", png)}
    assert ici.client("direction").post(adresse, envoi).url == adresse
    une = Revision.objects.exclude(pk=depose.pk).get()
    assert (une.document, une.nom, une.genre, une.taille) == (depose.document, "affiche.png", "image/png", len(png))
    assert (une.du, une.au, une.perime_le, une.depose_par) == (jour(-3), jour(9), jour(5), ici.hab["direction"].compte)
    reponse = ici.client("ca").get(reverse("certification:revision", args=[une.pk]))
    assert reponse["Content-Disposition"] == f'attachment; filename="document-{une.pk}.png"'
    traces = Trace.objects.filter(geste="creer", objet__in=["document", "révision de document"]).order_by("pk")
    assert [(t.objet, t.objet_id) for t in traces] == [
        ("document", depose.document_id),
        ("révision de document", depose.pk),
        ("révision de document", une.pk),
    ]


def test_le_meme_fichier_peut_prouver_un_autre_document(depose, ici):
    assert deposer(ici.client("qualite"), intitule="Charte", nom=f"{'c' * 190}.pdf").status_code == 302
    assert [d.revisions.count() for d in Document.objects.all()] == [1, 1]
    assert Revision.objects.exclude(pk=depose.pk).get().nom == "c" * 160


def test_un_autre_envoi_ne_change_pas_le_jour_du_premier(depose, ici):
    adresse, qualite, le = reverse("certification:transmettre", args=[depose.pk]), ici.client("qualite"), timezone.localdate()
    depose.transmise_le, depose.transmise_a = le - timedelta(days=90), "à la région"
    depose.save()
    refus = qualite.post(adresse, {"transmise_le": le, "transmise_a": "au département"}).context["form"]
    assert [*refus.errors] == ["transmise_le"] and refus["transmise_a"].value() == "au département"
    plus_tot = {"transmise_le": le - timedelta(days=91), "transmise_a": "à la région"}
    assert qualite.post(adresse, plus_tot).status_code == 302
