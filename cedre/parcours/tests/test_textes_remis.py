"""Le texte que l'on remet, mot pour mot, et la remise qui le garde (INS-2, § 2.2 a)."""

import base64
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation, Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.parcours.forms.remises import SCAN_MAX, SignerForm
from cedre.parcours.models import Engagement, Moyen, Objectif, Remise
from cedre.parcours.operations import engagements, remises
from cedre.parcours.remises import contenu
from cedre.parcours.tests.test_remises import png

LE = date(2026, 3, 18)


@pytest.fixture
def a_remettre(embauchee, settings, tmp_path):
    """L'engagement du 2 mars 2026, écrit ce jour-là, lu le 18."""
    settings.MEDIA_ROOT = tmp_path
    embauchee.engagement.remises.all().delete()
    Engagement.objects.filter(pk=embauchee.engagement.pk).update(
        debut=date(2026, 3, 2), bilan_le=date(2026, 6, 1), cree_le=datetime(2026, 3, 2, 9, tzinfo=UTC)
    )
    embauchee.engagement.refresh_from_db()
    with time_machine.travel(f"{LE} 10:00:00+01:00", tick=False):
        yield embauchee


def test_le_texte_remis_dit_qui_fait_quoi_avec_qui_pour_quand_et_comment_on_saura(a_remettre):
    engagement = a_remettre.engagement
    engagement.demande, engagement.forme, engagement.version = "Un travail", "oral", 3
    engagement.moyens.all().delete()
    Objectif.objects.filter(pk=a_remettre.objectif.pk).update(domaine=terme("domaine", "mobilite"), rang=2)
    Objectif.objects.create(engagement=engagement, libelle="Premier", rang=1)
    Objectif.objects.create(engagement=engagement, libelle="Retiré", retire_le=LE)
    siens = {"engagement": engagement, "objectif": a_remettre.objectif}
    client = a_remettre.mise_en_situation.client
    Moyen.objects.create(
        **siens, qui="client", libelle="Accueillir", client=client, fiche_de_poste=a_remettre.fiche_de_poste, rang=2
    )
    Moyen.objects.create(
        **siens,
        qui="partenaire",
        libelle="Prêter",
        partenaire=a_remettre.partenaire,
        echeance=date(2026, 4, 1),
        evaluation="Un essai",
        rang=1,
    )
    Moyen.objects.create(**siens, qui="personne", libelle="Retiré", retire_le=LE)
    Moyen.objects.create(engagement=engagement, qui="structure", libelle="Appeler")
    chez = a_remettre.organisation
    coordonnees = {
        "adresse": "1 rue A",
        "code_postal": "01000",
        "commune": "Bourg",
        "telephone": "0199",
        "courriel": "a@b.example",
    }
    Organisation.objects.filter(pk=chez.pk).update(**coordonnees)
    engagement.personne.organisation.refresh_from_db()
    moyen = {"avec": "", "pour_le": "", "on_saura": ""}
    type_ = engagement.type_engagement
    assert contenu(engagement) == {
        "genre": "engagement",
        "version": 3,
        "projet": False,
        "structure": {"nom": "Structure Ici", **coordonnees},
        "personne": "Zélie Martinelle",
        "conduit_par": "Cip Ici",
        "type": str(type_),
        "but": type_.correspondances["but"],
        "forme": "Oral, mis par écrit ici",
        "debut": "2026-03-02",
        "bilan_le": "2026-06-01",
        "demande": "Un travail",
        "objectifs": [
            {"libelle": "Premier", "domaine": "", "moyens": []},
            {
                "libelle": "Objectif ici",
                "domaine": str(terme("domaine", "mobilite")),
                "moyens": [
                    {
                        "qui": "Un partenaire",
                        "quoi": "Prêter",
                        "avec": "Partenaire ici",
                        "pour_le": "2026-04-01",
                        "on_saura": "Un essai",
                    },
                    moyen | {"qui": "Le client", "quoi": "Accueillir", "avec": "Poste ici, Client ici"},
                ],
            },
        ],
        "autres_moyens": [moyen | {"qui": "La structure", "quoi": "Appeler"}],
    }


def test_un_projet_se_dit_projet_et_ce_qui_manque_reste_vide(a_remettre):
    engagement = a_remettre.engagement
    engagement.etat, engagement.bilan_le, engagement.conduit_par = "projet", None, None
    dit = contenu(engagement)
    assert (dit["projet"], dit["bilan_le"], dit["conduit_par"]) == (True, "", "")


@pytest.mark.parametrize(
    ("le", "ecrit", "permis"),
    [
        (date(2026, 3, 2), date(2026, 3, 10), True),  # le jour où il commence, écrit après
        (date(2026, 3, 1), date(2026, 3, 10), False),
        (date(2026, 3, 1), date(2026, 3, 1), True),  # écrit la veille de son début, et remis aussitôt
        (date(2026, 2, 28), date(2026, 3, 1), False),
    ],
)
def test_on_ne_remet_pas_un_engagement_avant_qu_il_soit_ecrit(a_remettre, le, ecrit, permis):
    Engagement.objects.update(cree_le=datetime(ecrit.year, ecrit.month, ecrit.day, 9, tzinfo=UTC))
    try:
        remise = remises.remettre(a_remettre.engagement, le=le, mode="courrier", par=a_remettre.hab["cip"])
    except GesteImpossible as refus:
        assert not permis and refus.champ == "le"
    else:
        assert permis and remise.le == le


def test_une_remise_garde_qui_l_a_faite_et_sa_signature_son_instant(a_remettre):
    par = a_remettre.hab["cip"]
    remise = remises.remettre(a_remettre.engagement, le=LE, mode="courriel", par=par)
    assert (remise.personne, remise.par, remise.mode, remise.signee_le) == (a_remettre.personne, par.compte, "courriel", None)
    with time_machine.travel("2026-03-20T09:00:00Z", tick=False):
        signee = remises.signer(remise, signature=ContentFile(png(), name="s.png"), par=par)
    assert (signee.signee_le, signee.le) == (datetime(2026, 3, 20, 9, tzinfo=UTC), LE)
    assert "Martinelle" not in signee.signature.name and signee.signature.name.endswith(".png")
    traces = Trace.objects.filter(objet_id=remise.pk, objet="remise").order_by("pk")
    assert list(traces.values_list("geste", "detail", "personne_id")) == [
        ("creer", "Par courriel", a_remettre.personne.pk),
        ("modifier", "signée", a_remettre.personne.pk),
    ]


def test_la_page_propose_aujourd_hui_en_main_propre_et_montre_ce_qui_sera_remis(a_remettre, cip):
    page = cip.get(reverse("parcours:engagement_remettre", args=[a_remettre.engagement.pk]))
    assert page.context["form"].initial == {"le": LE, "mode": "main_propre"}
    assert page.context["texte"]["objectifs"][0]["libelle"] == "Objectif ici"


@pytest.mark.parametrize(("version", "depassee"), [(1, False), (2, True)])
def test_un_texte_remis_dit_s_il_a_change_depuis_et_mene_a_son_engagement(a_remettre, cip, version, depassee):
    remise = remises.remettre(a_remettre.engagement, le=LE, mode="courriel", par=a_remettre.hab["direction"])
    Engagement.objects.filter(pk=a_remettre.engagement.pk).update(version=version)
    page = cip.get(reverse("parcours:remise", args=[remise.pk])).content.decode()
    assert f'href="{reverse("parcours:engagement", args=[a_remettre.engagement.pk])}"' in page
    assert ("a été modifié depuis" in page) == depassee
    assert "Par courriel par Direction Ici" in page


def test_le_pdf_d_une_remise_dit_son_jour_celui_de_la_signature_et_le_texte_garde(a_remettre, cip, monkeypatch):
    donnes = []
    monkeypatch.setattr("cedre.parcours.views.remises.composer", lambda *dit, **chez: donnes.append((*dit, chez)) or b"%PDF-")
    par = a_remettre.hab["cip"]
    remise = remises.remettre(a_remettre.engagement, le=date(2026, 3, 17), mode="courriel", par=par)
    adresse = reverse("parcours:remise_pdf", args=[remise.pk])
    cip.get(adresse)
    remises.signer(remise, signature=ContentFile(png(), name="s.png"), par=par)
    Remise.objects.filter(pk=remise.pk).update(signee_le=datetime(2026, 3, 18, 23, 30, tzinfo=UTC))
    reponse = cip.get(adresse)
    assert f"remise-{remise.pk}.pdf" in reponse["Content-Disposition"]
    (gabarit, avant, chez), (_, apres, _) = donnes
    assert (gabarit, chez) == ("parcours/typst/engagement.typ", {"chez": a_remettre.organisation.pk})
    assert (avant["le"], avant["signee_le"], avant["signature"]) == (date(2026, 3, 17), None, None)
    assert (f"{apres['signee_le']:%d/%m/%Y}", bytes(apres["signature"])) == ("19/03/2026", png())
    assert remise.contenu.items() <= avant.items()


@pytest.mark.parametrize(("taille", "accepte"), [(SCAN_MAX, True), (SCAN_MAX + 1, False)])
def test_un_scan_s_accepte_jusqu_a_sa_taille_comprise(taille, accepte):
    scan = SimpleUploadedFile("x.pdf", b"%PDF-1.4" + b"0" * (taille - 8))
    assert SignerForm({}, {"scan": scan}).is_valid() == accepte


def test_du_dessin_et_du_scan_le_dessin_l_emporte_et_l_un_des_deux_est_demande():
    dessin = "data:image/png;base64," + base64.b64encode(png()).decode()
    form = SignerForm({"dessin": dessin}, {"scan": SimpleUploadedFile("x.pdf", b"%PDF-1.4")})
    assert form.is_valid() and form.fichier.name == "signature.png" and form.fichier.read() == png()
    assert "joignez le papier" in SignerForm({}, {}).errors["__all__"][0]


def test_un_projet_commence_se_remet_le_jour_meme(a_remettre):
    engagement = engagements.construire(a_remettre.personne, par=a_remettre.hab["cip"])
    Engagement.objects.filter(pk=engagement.pk).update(etat="en_cours", debut=timezone.localdate() + timedelta(days=5))
    assert remises.remettre(engagement, le=LE, mode="courriel", par=a_remettre.hab["cip"]).version == engagement.version
