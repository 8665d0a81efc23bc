"""Ce que la page du jour et le courriel du matin rappellent des rapports, à la structure et à sa région (OBS-3)."""

import pytest
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_JOUR
from cedre.core.periodes import annee
from cedre.observatoire.models import Campagne, Rapport
from cedre.portail.courriel import courriel
from cedre.portail.jour import contexte

CADRE = "cedre-2026"
DE_LA_STRUCTURE = {"Rapports à transmettre", "Rapports rendus à corriger"}
DE_LA_REGION = {"Rapports à lire", "Campagnes en retard"}


def l_an_dernier() -> dict:
    close = annee(timezone.localdate().replace(month=1, day=1) - UN_JOUR)
    return {"cadre": CADRE, "du": close.du, "au": close.au}


@pytest.fixture
def attendus(ici, reseau):
    """L'an dernier, attendu pour hier et pas transmis ; d'un autre cadre, un rapport transmis, un rendu."""
    hier = timezone.localdate() - UN_JOUR
    Campagne.objects.create(organisation=reseau[0].organisation, attendu_le=hier, **l_an_dernier())
    for cadre, etat in (("asp-bilan", "transmis"), ("fse-plus", "a_corriger")):
        dite = l_an_dernier() | {"cadre": cadre, "publie_le": hier, "transmis_le": hier, "juge_le": hier}
        Rapport.objects.create(organisation=ici.organisation, etat=etat, **dite)
    return reseau[0]


def dits(habilitation) -> dict:
    """Les rappels de sa page du jour qui parlent de rapports."""
    siens = DE_LA_STRUCTURE | DE_LA_REGION
    return {r.libelle: r for r in contexte(habilitation, [habilitation]).get("rappels", []) if r.libelle in siens}


@pytest.mark.parametrize("role", ["direction", "qualite", "cip", "ca", "salarie"])
def test_a_la_structure_on_rappelle_ce_qu_elle_doit_a_qui_tient_le_rapport(attendus, ici, role):
    trouves = dits(ici.hab[role])
    assert trouves.keys() == (DE_LA_STRUCTURE if role in ("direction", "qualite") else set())
    assert {r.nombre for r in trouves.values()} <= {1}


@pytest.mark.parametrize("role", ["referent_regional", "ca_regional", "responsable_qualite", "bureau", "comite"])
def test_a_la_region_on_rappelle_ce_qu_elle_doit_lire_a_qui_le_recoit(attendus, ici, role):
    """À la fédération, le rapport à lire est celui de la région : elle n'en voit que les retards."""
    attendu = {"referent_regional": DE_LA_REGION, "responsable_qualite": {"Campagnes en retard"}}
    assert dits(attendus.hab[role]).keys() == attendu.get(role, set())


def test_chaque_nombre_est_celui_de_sa_liste(attendus, ici, client):
    for habilitation in (ici.hab["direction"], attendus.hab["referent_regional"]):
        client.force_login(habilitation.compte)
        for rappel in dits(habilitation).values():
            lu = client.get(rappel.adresse).context
            liste = lu["attendus"] if rappel.adresse.endswith("#attendus") else lu["page"].paginator.object_list
            assert len(liste) == rappel.nombre == 1, rappel


def test_une_structure_qui_a_transmis_n_est_plus_rappelee(attendus, ici):
    hier = timezone.localdate() - UN_JOUR
    Rapport.objects.create(organisation=ici.organisation, etat="clos", publie_le=hier, transmis_le=hier, **l_an_dernier())
    assert "Rapports à transmettre" not in dits(ici.hab["direction"])
    assert "Campagnes en retard" not in dits(attendus.hab["referent_regional"])
    assert Organisation.objects.structures().count() == 1


def test_un_rapport_rendu_se_rappelle_jusqu_a_ce_que_sa_correction_soit_transmise(attendus, ici):
    rendu, hier = Rapport.objects.get(etat="a_corriger"), timezone.localdate() - UN_JOUR
    champs = {nom: getattr(rendu, nom) for nom in ("organisation", "cadre", "du", "au")}
    suivant = Rapport.objects.create(etat="publie", publie_le=hier, version=2, **champs)
    Rapport.objects.filter(pk=rendu.pk).update(remplace_par=suivant)
    assert "Rapports rendus à corriger" in dits(ici.hab["direction"])
    Rapport.objects.filter(pk=suivant.pk).update(etat="transmis", transmis_le=hier)
    assert "Rapports rendus à corriger" not in dits(ici.hab["direction"])


def test_une_periode_qui_court_ne_se_rappelle_pas(ici, reseau):
    jour = timezone.localdate()
    en_cours = {"cadre": CADRE, "du": annee(jour).du, "au": annee(jour).au}
    Campagne.objects.create(organisation=reseau[0].organisation, attendu_le=annee(jour).au + UN_JOUR, **en_cours)
    assert not dits(ici.hab["direction"])


def test_le_courriel_du_matin_les_redit(attendus, ici):
    lundi = timezone.localdate() - timezone.localdate().weekday() * UN_JOUR
    assert "Rapports à transmettre : 1" in courriel(ici.hab["direction"], lundi + 7 * UN_JOUR).body
