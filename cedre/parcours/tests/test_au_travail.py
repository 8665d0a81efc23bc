"""Évaluer au travail, et associer le client par un lien sans compte (INS-4, INS-6)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.comptes.operations import retirer
from cedre.core.pdf import compiler
from cedre.core.refus import GesteImpossible
from cedre.parcours.liaison import fiche_de_liaison
from cedre.parcours.models import EvaluationAuTravail, LienClient, Moyen, Objectif
from cedre.parcours.operations.au_travail import evaluer_par_lien, remettre_lien, revoquer_liens
from cedre.parcours.operations.droits import anonymiser
from cedre.tests.ecran import dits


@pytest.fixture(autouse=True)
def _compteurs_a_zero(db):
    cache.clear()


@pytest.fixture
def mets(embauchee):
    embauchee.mise_en_situation.evaluations.all().delete()
    return embauchee.mise_en_situation


@pytest.fixture
def mad(embauchee):
    return embauchee.client("mad")


@pytest.fixture
def lien(embauchee, mets):
    """Le lien remis au client, et son adresse."""
    return remettre_lien(mets, adresse=lambda j: reverse("parcours:fiche_client", args=[j]), par=embauchee.hab["mad"])


def saisie(mets, *niveaux, **champs):
    competences = mets.fiche_de_poste.competences.all()
    cases = {f"niveau_{c.pk}": n for c, n in zip(competences, niveaux, strict=False)}
    return {"le": timezone.localdate().isoformat()} | cases | champs


def test_l_encadrement_evalue_les_competences_du_poste_et_l_objectif(embauchee, mets, mad):
    page = reverse("parcours:evaluer_au_travail", args=[mets.pk])
    assert mad.post(page, saisie(mets, "2", "", points_forts="Ponctuelle", objectif_avance="un_peu")).status_code == 302
    evaluation = mets.evaluations.get()
    assert evaluation.niveaux == [{"libelle": "Respecter les consignes", "niveau": 2, "dit": "En autonomie"}]
    assert (evaluation.regard, evaluation.par) == ("encadrement", embauchee.hab["mad"].compte)
    mets.fiche_de_poste.competences.update(libelle="Renommée")
    lue = mad.get(reverse("parcours:mets", args=[mets.pk])).content.decode()
    assert "Respecter les consignes" in lue and "Renommée" not in lue and "un peu" in lue
    trace = Trace.objects.get(objet="évaluation au travail")
    assert trace.personne_id == mets.personne_id


def test_une_evaluation_vide_future_ou_d_avant_le_debut_se_refuse(mets, mad):
    page, jour = reverse("parcours:evaluer_au_travail", args=[mets.pk]), timezone.localdate()
    assert "au moins une chose" in mad.post(page, saisie(mets)).context["form"].non_field_errors()[0]
    for le in (jour + timedelta(days=1), mets.du - timedelta(days=1)):
        assert "le" in mad.post(page, saisie(mets, "1", le=le.isoformat())).context["form"].errors
    assert not mets.evaluations.exists()


def test_sans_objectif_on_ne_demande_pas_s_il_avance(mets, mad):
    mets.objectif = None
    mets.save()
    assert "objectif_avance" not in mad.get(reverse("parcours:evaluer_au_travail", args=[mets.pk])).context["form"].fields


def test_le_lien_est_celui_de_la_structure_il_survit_a_l_acces_de_qui_l_a_remis(embauchee, lien):
    retirer(embauchee.hab["mad"], par=embauchee.hab["direction"])
    page = Client().get(lien[1])
    assert page.status_code == 200 and f"Fiche de liaison · {embauchee.organisation.nom}" in page.content.decode()
    embauchee.client("direction").post(reverse("parcours:lien_client_revoquer", args=[lien[0].mise_en_situation_id]))
    assert Client().get(lien[1]).status_code == 404


def test_le_jeton_fait_256_bits_et_la_base_n_en_garde_que_le_condensat(embauchee, lien):
    remis, adresse = lien
    jeton = adresse.rpartition("/")[2]
    assert len(jeton) >= 43
    assert jeton not in str(LienClient.objects.filter(pk=remis.pk).values())
    assert Client().get(reverse("parcours:fiche_client", args=[remis.condensat])).status_code == 404


def test_le_lien_ne_se_montre_qu_une_fois(mets, mad):
    mad.post(reverse("parcours:lien_client", args=[mets.pk]))
    page = reverse("parcours:mets", args=[mets.pk])
    montre = mad.get(page).context["lien"]
    assert montre and Client().get(montre).status_code == 200
    assert mad.get(page).context["lien"] is None


def test_le_client_lit_l_objectif_et_ses_promesses_et_rien_d_autre(embauchee, mets, lien):
    qui = embauchee.personne
    qui.adresse, qui.commune, qui.courriel = "3 rue des Secrets", "Secretville", "secret@exemple.example"
    qui.save()
    autre = Objectif.objects.create(engagement=embauchee.engagement, libelle="Autre objectif secret")
    Moyen.objects.create(engagement=embauchee.engagement, qui="client", libelle="Montrer les machines")
    Moyen.objects.create(engagement=embauchee.engagement, qui="client", objectif=autre, libelle="Promesse secrète")
    Moyen.objects.create(engagement=embauchee.engagement, qui="partenaire", libelle="Rendez-vous secret")
    EvaluationAuTravail.objects.create(mise_en_situation=mets, points_forts="Évaluation secrète")
    page = Client().get(lien[1]).content.decode()
    assert "Objectif ici" in page and "Montrer les machines" in page and "Zélie" in page
    tus = ["ecret", "01 99 00 12 34", "Moyen ici", "28 février 1990", "Demande", "Échange ici"]
    assert [mot for mot in tus if mot in page] == []
    fiche = fiche_de_liaison(mets)
    assert [p["quoi"] for p in fiche["promesses"]] == ["Montrer les machines"]


def test_la_promesse_d_un_autre_client_ne_se_montre_pas(embauchee, mets):
    autre = embauchee.organisation.clients.create(nom="Autre client")
    Moyen.objects.create(engagement=embauchee.engagement, qui="client", client=autre, libelle="Chez l’autre")
    assert fiche_de_liaison(mets)["promesses"] == []


def test_le_client_evalue_sans_compte_et_signe(mets, lien):
    remis, adresse = lien
    navigateur = Client()
    assert "signature" in navigateur.post(adresse, saisie(mets, "1")).context["form"].errors
    envoi = saisie(mets, "1", a_travailler="Le rythme", signature="Le chef d’équipe")
    reponse = navigateur.post(adresse, envoi)
    assert (reponse.url, dits(reponse)) == (adresse, ["Merci : votre évaluation est transmise à la structure."])
    evaluation = mets.evaluations.get()
    assert (evaluation.regard, evaluation.signature, evaluation.par) == ("client", "Le chef d’équipe", None)
    trace = Trace.objects.get(objet="évaluation au travail")
    assert (trace.role, trace.compte_id, trace.personne_id) == ("client", None, mets.personne_id)
    remis.refresh_from_db()
    assert remis.ouvert_le


def test_le_client_lit_qu_il_a_deja_transmis_et_ne_transmet_pas_sans_fin(mets, lien):
    _, adresse = lien
    navigateur = Client()
    for _ in range(3):
        assert navigateur.post(adresse, saisie(mets, "1", a_travailler="Le rythme", signature="Le chef")).status_code == 302
    assert [e.le for e in navigateur.get(adresse).context["deja"]] == [timezone.localdate()] * 3
    refus = navigateur.post(adresse, saisie(mets, "1", a_travailler="Le rythme", signature="Le chef"))
    assert "déjà transmis trois" in str(refus.context["form"].non_field_errors())
    assert mets.evaluations.count() == 3


def test_un_lien_expire_revoque_ou_invente_n_ouvre_ni_n_ecrit_rien(embauchee, mets, lien):
    expire, adresse_expiree = lien
    LienClient.objects.filter(pk=expire.pk).update(expire_le=timezone.now())
    revoque, adresse_revoquee = remettre_lien(
        mets, adresse=lambda j: reverse("parcours:fiche_client", args=[j]), par=embauchee.hab["mad"]
    )
    revoquer_liens(mets, par=embauchee.hab["mad"])
    for adresse in (adresse_expiree, adresse_revoquee, adresse_revoquee + "x"):
        for reponse in (Client().get(adresse), Client().post(adresse, saisie(mets, "1", signature="Qui"))):
            assert reponse.status_code == 404
            assert "Zélie" not in reponse.content.decode()
    with pytest.raises(GesteImpossible, match="ne vaut plus"):
        evaluer_par_lien(revoque, evaluation=EvaluationAuTravail(mise_en_situation=mets), niveaux={})
    assert not mets.evaluations.exists()


def test_le_lien_vaut_trente_jours_et_se_revoque_d_un_geste(embauchee, mets, mad, lien):
    remis, adresse = lien
    assert timedelta(days=29) < remis.expire_le - timezone.now() <= timedelta(days=30)
    mad.post(reverse("parcours:lien_client_revoquer", args=[mets.pk]))
    assert Trace.objects.get(geste="retirer").personne_id == mets.personne_id
    assert Client().get(adresse).status_code == 404


def test_le_lien_n_ouvre_rien_d_autre(mets, lien):
    navigateur = Client()
    navigateur.get(lien[1])
    for route in ("parcours:mets", "parcours:evaluer_au_travail"):
        assert navigateur.get(reverse(route, args=[mets.pk])).url.startswith("/compte/login/")
    assert navigateur.get(reverse("parcours:personnes")).url.startswith("/compte/login/")


def test_la_page_du_client_ne_fuit_ni_par_referent_ni_par_cache_ni_par_moteur(mets, lien):
    reponse = Client().get(lien[1])
    assert reponse["Referrer-Policy"] == "same-origin"
    assert "no-store" in reponse["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in reponse.content.decode()


def test_trop_de_liens_essayes_et_l_on_attend(db):
    reponses = [Client().get(reverse("parcours:fiche_client", args=[f"essai{n}"])).status_code for n in range(61)]
    assert reponses == [404] * 60 + [429]


def test_une_personne_rendue_anonyme_ferme_les_liens(embauchee, mets, lien):
    anonymiser(embauchee.personne, motif="demande", par=embauchee.hab["direction"])
    assert Client().get(lien[1]).status_code == 404


def test_un_atelier_n_a_pas_de_lien(embauchee, mets):
    mets.client, mets.atelier = None, "Jardin"
    with pytest.raises(GesteImpossible, match="atelier"):
        remettre_lien(mets, adresse=str, par=embauchee.hab["mad"])


def test_la_fiche_de_liaison_se_remet_en_pdf_et_se_trace(embauchee, mets, mad):
    Moyen.objects.create(engagement=embauchee.engagement, qui="client", libelle="Montrer", echeance=timezone.localdate())
    reponse = mad.post(reverse("parcours:fiche_de_liaison", args=[mets.pk]))
    assert reponse.content.startswith(b"%PDF")
    assert Trace.objects.get(geste="exporter").personne_id == mets.personne_id


def test_la_fiche_d_une_mise_en_situation_nue_se_compose_aussi(mets):
    mets.objectif = mets.engagement = mets.fiche_de_poste = None
    mets.au, mets.heures_prevues = mets.du, 12
    mets.heures_prevues = type(mets)._meta.get_field("heures_prevues").to_python("12.50")
    assert compiler("parcours/typst/liaison.typ", fiche_de_liaison(mets)).startswith(b"%PDF")
