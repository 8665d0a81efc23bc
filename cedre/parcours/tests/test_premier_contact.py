"""Premier contact : ouvrir, rouvrir, retrouver (ACC-1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.parcours.models import Personne

SAISIE = {"nom": "Ferradou", "prenom": "Anaïs", "canal": "visite", "demande": "Un travail", "delai_annonce": "7"}


@pytest.fixture
def saisie():
    return SAISIE | {"le": timezone.localdate().isoformat()}


def test_un_premier_contact_ouvre_un_dossier_avec_sa_demande_et_le_delai_annonce(ici, saisie):
    reponse = ici.client("accueil").post(reverse("parcours:premier_contact"), saisie)
    personne = Personne.objects.avec_reperes().get(nom="Ferradou")
    assert reponse.url == reverse("parcours:personne", args=[personne.pk])
    assert personne.organisation == ici.organisation
    assert personne.echeance_annoncee == timezone.localdate() + timedelta(days=7)
    assert personne.contacts.get().recu_par == ici.hab["accueil"].compte
    assert Trace.objects.filter(personne_id=personne.pk, geste="creer").count() == 2


def test_un_premier_contact_mal_saisi_se_corrige_sans_rien_perdre(ici, saisie):
    reponse = ici.client("accueil").post(reverse("parcours:premier_contact"), saisie | {"nom": "", "delai_annonce": "-3"})
    page = reponse.content.decode()
    assert not Personne.objects.filter(prenom="Anaïs").exists()
    assert 'value="Anaïs"' in page and "Un travail" in page and 'value="-3"' in page
    assert reponse.context["identite"].errors.keys() == {"nom"}
    assert reponse.context["demande"].errors.keys() == {"delai_annonce"}


def test_ce_qui_est_a_corriger_se_lit_en_tete_et_mene_au_champ(ici, saisie):
    reponse = ici.client("accueil").post(reverse("parcours:premier_contact"), saisie | {"nom": ""})
    assert '<a href="#id_nom">Nom</a>' in reponse.content.decode()


def test_une_demande_mal_saisie_se_lit_aussi_en_tete(ici, saisie):
    reponse = ici.client("accueil").post(reverse("parcours:premier_contact"), saisie | {"delai_annonce": "-3"})
    assert '<a href="#id_delai_annonce">' in reponse.content.decode()


@pytest.mark.parametrize(
    "ecrit, garde",
    [
        ("0199004512", "01 99 00 45 12"),
        ("+33 1.99.00.45.12", "01 99 00 45 12"),
        ("0199004512 (sœur)", "0199004512 (sœur)"),
        ("", ""),
    ],
)
def test_un_telephone_s_ecrit_comme_en_france_et_garde_les_mots_autour(ici, saisie, ecrit, garde):
    ici.client("accueil").post(reverse("parcours:premier_contact"), saisie | {"telephone": ecrit})
    assert Personne.objects.get(nom="Ferradou").telephone == garde


def test_un_telephone_qui_n_en_est_pas_un_se_dit_a_cote_du_champ(ici, saisie):
    reponse = ici.client("accueil").post(reverse("parcours:premier_contact"), saisie | {"telephone": "12ab"})
    assert "12ab" in reponse.context["identite"].errors["telephone"][0]


def test_une_demande_ne_peut_pas_etre_du_lendemain(ici, saisie):
    demain = timezone.localdate() + timedelta(days=1)
    reponse = ici.client("accueil").post(reverse("parcours:premier_contact"), saisie | {"le": demain.isoformat()})
    assert "futur" in reponse.context["demande"].errors["le"][0]


@pytest.mark.parametrize("nom, prenom", [("martinelle", "zelie"), ("Zélie", "MARTINELLE")])
def test_un_sosie_se_montre_pendant_la_saisie(ici, ailleurs, nom, prenom):
    page = ici.client("accueil").get(reverse("parcours:sosies"), {"nom": nom, "prenom": prenom}).content.decode()
    assert "Martinelle" in page
    assert reverse("parcours:nouveau_contact", args=[ici.personne.pk]) in page
    assert "Zzyzxa" not in page


def test_une_personne_qui_revient_garde_son_dossier_et_repart_du_pre_accueil(ici, saisie):
    Personne.objects.filter(pk=ici.personne.pk).update(phase="reorientee")
    ici.client("accueil").post(reverse("parcours:nouveau_contact", args=[ici.personne.pk]), saisie)
    ici.personne.refresh_from_db()
    assert ici.personne.phase == "pre_accueil"
    assert ici.personne.contacts.count() == 2
