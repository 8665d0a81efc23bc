"""Une certification se note à l'écran, vaut trois ans, et son anniversaire change l'édition qui s'applique (CER-1, CER-5)."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.editions import lue
from cedre.certification.models import Certificat
from cedre.certification.tests.fictive import FICTIVE
from cedre.comptes.models import Organisation, Trace

AUJOURDHUI = timezone.localdate
TROIS_ANS = relativedelta(years=3)


@pytest.fixture
def deux_editions(ici, monkeypatch):
    """Une édition de 2010, une autre de 2021 ; ici, entrée dans la démarche en 2012."""

    def edition(code, annee):
        brut = FICTIVE.replace("code: essai", f"code: '{code}'").replace("2020-01-01}", f"{annee}-01-01}}", 1)
        return lue(brut.replace("lignee: fictive", "lignee: cedre").encode())

    monkeypatch.setattr(editions, "livrees", lambda: (edition("a", 2010), edition("b", 2021)))
    Organisation.objects.filter(pk=ici.organisation.pk).update(convention_tripartite_le=date(2012, 5, 1))
    return ici


def noter(client, monde, le):
    """Note à l'écran la certification de cette structure, ce jour-là."""
    return client.post(reverse("certification:certifier"), {"organisation": monde.organisation.pk, "le": le})


def conformite(monde, role="ca", **parametres):
    """La page de conformité de la structure."""
    return monde.client(role).get(reverse("certification:conformite"), parametres)


def test_notee_a_l_ecran_une_certification_change_l_edition_appliquee_a_son_anniversaire(deux_editions, federation):
    assert conformite(deux_editions).context["application"].edition.code == "a"
    il_y_a_trois_ans = AUJOURDHUI() - TROIS_ANS
    assert noter(federation, deux_editions, il_y_a_trois_ans).url == reverse("certification:certificats")
    page = conformite(deux_editions)
    assert page.context["application"].edition.code == "b"
    assert "a pris fin le" in page.content.decode()
    veille = il_y_a_trois_ans + TROIS_ANS - timedelta(days=1)
    avant = conformite(deux_editions, le=veille)
    assert avant.context["application"].edition.code == "a"
    assert "l’édition b s’appliquera" in avant.content.decode()


def test_noter_une_certification_laisse_une_trace_chez_la_federation_et_chez_la_structure(deux_editions, federation, reseau):
    noter(federation, deux_editions, AUJOURDHUI())
    chez = Trace.objects.filter(geste="creer", objet="certificat").values_list("organisation__nature", flat=True)
    assert sorted(chez) == ["federation", "structure"]


def test_la_structure_lit_jusqu_a_quand_elle_est_certifiee(deux_editions, ailleurs, federation):
    assert "ertifiée" not in conformite(deux_editions).content.decode()
    noter(federation, deux_editions, AUJOURDHUI() - timedelta(days=30))
    page = conformite(deux_editions)
    assert page.context["certificat"].anniversaire == AUJOURDHUI() - timedelta(days=30) + TROIS_ANS
    assert "Certifiée jusqu’au" in page.content.decode()
    assert "ertifiée jusqu" not in conformite(deux_editions, le=AUJOURDHUI() - timedelta(days=31)).content.decode()
    assert "ertifiée jusqu" not in conformite(ailleurs).content.decode()


@pytest.mark.parametrize(
    "le, dit",
    [
        (AUJOURDHUI() + timedelta(days=1), "pas encore venu"),
        (date(2012, 4, 30), "entrée dans la démarche le 01/05/2012"),
    ],
)
def test_ni_a_venir_ni_avant_la_demarche(deux_editions, federation, le, dit):
    assert dit in noter(federation, deux_editions, le).context["form"].errors["le"][0]
    assert not Certificat.objects.exists()
    for limite in (AUJOURDHUI(), date(2012, 5, 1)):
        assert noter(federation, deux_editions, limite).status_code == 302


@pytest.mark.deux_moteurs
def test_le_meme_jour_ne_se_note_pas_deux_fois_ni_a_l_ecran_ni_en_base(deux_editions, ailleurs, federation):
    noter(federation, deux_editions, date(2020, 1, 1))
    assert "déjà notée" in str(noter(federation, deux_editions, date(2020, 1, 1)).context["form"].errors)
    assert noter(federation, ailleurs, date(2020, 1, 1)).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificat.objects.create(organisation=deux_editions.organisation, le=date(2020, 1, 1))
    assert Trace.objects.get(objet="certificat", organisation=deux_editions.organisation).geste == "creer"


def test_la_liste_dit_ce_qui_est_a_renouveler_la_plus_proche_de_son_terme_d_abord(deux_editions, ailleurs, federation):
    chez, jour = deux_editions.organisation, AUJOURDHUI()
    ancien = Certificat.objects.create(organisation=chez, le=jour - relativedelta(years=5))
    fini = Certificat.objects.create(organisation=chez, le=jour - TROIS_ANS)
    valable = Certificat.objects.create(organisation=ailleurs.organisation, le=jour - timedelta(days=100))
    page = federation.get(reverse("certification:certificats"))
    assert [*page.context["page"]] == [fini, valable, ancien]
    texte = page.content.decode()
    assert all(dit in texte for dit in ("Renouvelée depuis", "N’est plus valable", "À renouveler dans"))


def test_la_federation_lit_tous_les_certificats_une_structure_les_siens(ici, ailleurs, reseau):
    siens = [Certificat.objects.create(organisation=m.organisation, le=date(2020, 1, 1)) for m in (ici, ailleurs)]
    federation = reseau[0].hab
    assert {*Certificat.objects.pour(federation["responsable_qualite"])} == {*siens}
    assert [*Certificat.objects.pour(ici.hab["ca"])] == siens[:1]
    for sans_droit in (ici.hab["accueil"], federation["referent_regional"], None):
        assert not Certificat.objects.pour(sans_droit).exists()
    for role in ("direction", "qualite", "ca"):
        for route in ("certification:certificats", "certification:certifier"):
            assert ici.client(role).get(reverse(route)).status_code == 403


def test_la_fiche_d_une_structure_mene_a_sa_certification(ici, federation, reseau):
    fiche = federation.get(reverse("comptes:organisation", args=[ici.organisation.pk])).content.decode()
    adresse = f"{reverse('certification:certifier')}?structure={ici.organisation.pk}"
    assert adresse in fiche
    assert federation.get(adresse).context["form"]["organisation"].value() == ici.organisation.pk
    for folie in ("x", "9" * 5000, "\x00"):
        assert federation.get(reverse("certification:certifier"), {"structure": folie}).status_code == 200
    refus = federation.post(reverse("certification:certifier"), {"organisation": reseau[1][0].pk, "le": AUJOURDHUI()})
    assert "organisation" in refus.context["form"].errors, "une région ne se certifie pas"


def test_une_certification_notee_par_erreur_se_retire_avec_son_motif_trace_des_deux_cotes(deux_editions, federation):
    noter(federation, deux_editions, AUJOURDHUI() - TROIS_ANS)
    certificat = Certificat.objects.get()
    adresse = reverse("certification:certificat_retirer", args=[certificat.pk])
    assert adresse in federation.get(reverse("certification:certificats")).content.decode()
    assert "motif" in federation.post(adresse, {"motif": " "}).context["form"].errors and Certificat.objects.exists()
    assert federation.post(adresse, {"motif": "Date mal recopiée"}).url == reverse("certification:certificats")
    assert not Certificat.objects.exists()
    assert conformite(deux_editions).context["application"].edition.code == "a"
    traces = Trace.objects.filter(geste="supprimer", detail=f"{certificat} : Date mal recopiée")
    assert traces.count() == 2 and traces.filter(organisation=deux_editions.organisation).exists()
    assert deux_editions.client("direction").get(adresse).status_code == 403
    assert federation.get(adresse).status_code == 404
