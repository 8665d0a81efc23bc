"""Publier prend du temps : le site n'attend pas, la page dit où cela en est, et pourquoi cela s'est arrêté (OBS-2)."""

import gzip
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.dates import UN_JOUR
from cedre.core.periodes import annee
from cedre.core.refus import GesteImpossible
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import NombrePublie, Rapport
from cedre.observatoire.operations import rapports as gestes


@pytest.fixture
def rapport(ici, settings, tmp_path) -> Rapport:
    """Le brouillon de l'année close, dans un cadre court."""
    settings.MEDIA_ROOT = tmp_path
    derniere = annee(annee(timezone.localdate()).du - UN_JOUR)
    return gestes.commencer(ici.organisation, livres()["fse-plus"], derniere, par=ici.hab["direction"])


@pytest.fixture
def file_d_attente(monkeypatch) -> list:
    """Les tâches demandées, qui attendent leur tour."""
    demandees = []
    monkeypatch.setattr(gestes, "tache_de_publication", SimpleNamespace(enqueue=lambda *a: demandees.append(a)))
    return demandees


def adresse(quoi: str, rapport: Rapport) -> str:
    return reverse(f"observatoire:rapport_{quoi}", args=[rapport.pk])


FAIRE = gestes.tache_de_publication.func


def test_on_la_demande_elle_avance_et_la_page_se_recharge_quand_c_est_publie(rapport, ici, file_d_attente, monkeypatch):
    client, avances = ici.client("direction"), []
    assert client.post(adresse("publier", rapport)).url == rapport.get_absolute_url()
    page = client.get(rapport.get_absolute_url()).content.decode()
    assert "La publication est en cours" in page and adresse("publication", rapport) in page
    assert f'href="{adresse("publier", rapport)}"' not in page
    assert "La publication est en cours" in client.get(adresse("publier", rapport)).content.decode()
    assert "déjà en train" in client.post(adresse("publier", rapport), follow=True).content.decode() and len(file_d_attente) == 1

    def vue(rapport_id):
        avances.append(client.get(adresse("publication", rapport)).content.decode())

    composer = gestes.composer
    monkeypatch.setattr(
        gestes, "composer", lambda *a, avance, **k: composer(*a, avance=lambda n, t: (avance(n, t), n == 2 and vue(n)), **k)
    )
    FAIRE(*file_d_attente[0])
    assert "2\u00a0sur" in avances[0] and 'value="2"' in avances[0]
    publie = Rapport.objects.get(pk=rapport.pk)
    assert publie.etat == "publie" and publie.faites == publie.total > 2 and publie.publie_par == ici.hab["direction"].compte
    assert client.get(adresse("publication", rapport)).headers["HX-Refresh"] == "true"
    assert "La publication est en cours" not in client.get(rapport.get_absolute_url()).content.decode()
    with publie.faits.open() as garde:
        assert publie.faits.name.endswith(".gz") and gzip.decompress(garde.read()).startswith(b"figure,sujet,valeur")
    assert client.post(adresse("faits", publie)).getvalue().startswith(b"figure,sujet,valeur")


def test_un_echec_se_dit_sur_la_page_ne_publie_rien_et_se_relance(rapport, ici, file_d_attente, monkeypatch):
    gestes.demander_la_publication(rapport, par=ici.hab["direction"])

    def tombe(*args, **kwargs):
        raise RuntimeError("Nom-Secret")

    with monkeypatch.context() as panne:
        panne.setattr(gestes, "composer", tombe)
        with pytest.raises(GesteImpossible) as dit:
            FAIRE(*file_d_attente[0])
    assert "Nom-Secret" not in str(dit.value)
    page = ici.client("direction").get(rapport.get_absolute_url()).content.decode()
    assert "La publication s’est interrompue" in page and adresse("publier", rapport) in page
    assert not NombrePublie.objects.filter(rapport=rapport).exists()
    gestes.demander_la_publication(rapport, par=ici.hab["direction"])
    FAIRE(*file_d_attente[1])
    publie = Rapport.objects.get(pk=rapport.pk)
    assert publie.est_publie and publie.interrompu == ""


def test_un_dossier_efface_pendant_qu_elle_compte_l_arrete(rapport, ici, file_d_attente, monkeypatch):
    gestes.demander_la_publication(rapport, par=ici.hab["direction"])
    composer = gestes.composer

    def pendant(*args, **kwargs):
        gestes.effacer_les_faits(Rapport.objects.filter(organisation=ici.organisation), Rapport.FaitsEffaces.DOSSIER)
        return composer(*args, **kwargs)

    monkeypatch.setattr(gestes, "composer", pendant)
    FAIRE(*file_d_attente[0])
    arrete = Rapport.objects.get(pk=rapport.pk)
    assert not arrete.est_publie and arrete.interrompu == gestes.DOSSIER_EFFACE and not arrete.faits


def test_au_bout_d_une_heure_le_serveur_s_est_arrete_et_cela_se_redemande(rapport, ici, file_d_attente):
    gestes.demander_la_publication(rapport, par=ici.hab["direction"])
    Rapport.objects.filter(pk=rapport.pk).update(demande_le=timezone.now() - timedelta(minutes=61))
    gestes.demander_la_publication(Rapport.objects.get(pk=rapport.pk), par=ici.hab["direction"])
    assert len(file_d_attente) == 2


def test_ce_qui_ne_se_publie_pas_ne_se_demande_pas(rapport, ici, file_d_attente):
    for role in ("cip", "ca"):
        with pytest.raises(GesteImpossible):
            gestes.demander_la_publication(rapport, par=ici.hab[role])
    Rapport.objects.filter(pk=rapport.pk).update(au=timezone.localdate())
    with pytest.raises(GesteImpossible, match="se publie ensuite"):
        gestes.demander_la_publication(rapport, par=ici.hab["direction"])
    assert not file_d_attente
