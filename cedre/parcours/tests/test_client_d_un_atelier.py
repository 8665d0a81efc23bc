"""Un atelier, un chantier a son client aussi : on le dit, on l'associe, et hier n'en change pas (§ 2.2 b, INS-4, INS-6)."""

from datetime import UTC, datetime, time

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cedre.core.indicateurs import tous
from cedre.parcours.attestation import _qui
from cedre.parcours.liaison import fiche_de_liaison
from cedre.parcours.models import EvaluationAuTravail, LienClient, MiseEnSituation, Moyen
from cedre.parcours.operations import au_travail, travail
from cedre.parcours.tests.refus import dans, refus
from cedre.partenariats.models import Client


@pytest.fixture
def ville(embauchee):
    """Une collectivité, cliente de la structure."""
    return Client.objects.create(organisation=embauchee.organisation, nom="Ville d’Aubraine", nature="collectivite")


@pytest.fixture
def jardin(embauchee):
    """La mise en situation se fait au jardin depuis un mois ; sa fiche a été imprimée pour l'atelier, sans client."""
    LienClient.objects.all().delete()
    ouverte = datetime.combine(dans(-30), time(12), UTC)
    MiseEnSituation.objects.update(client=None, atelier="Jardin", cree_le=ouverte, fiche_imprimee_le=dans(-20))
    return MiseEnSituation.objects.get()


def mesure(code: str, monde, jours: int) -> tuple:
    """Ce que l'indicateur comptait ce jour-là."""
    return tuple(tous()[code].mesurer(monde.organisation, dans(jours)))


def dire(monde, mets: MiseEnSituation, client: Client | None) -> MiseEnSituation:
    """Dit aujourd'hui pour qui l'atelier travaille."""
    mets = MiseEnSituation.objects.get(pk=mets.pk)
    mets.client_de_l_atelier = client
    return travail.modifier(mets, champs=["client_de_l_atelier"], par=monde.hab["mad"])


def test_dire_le_client_d_un_atelier_ne_change_ni_hier_ni_les_mises_a_disposition(embauchee, jardin, ville):
    dire(embauchee, jardin, ville)
    assert [mesure("client_associe", embauchee, jours) for jours in (-1, 0)] == [(0, 0), (0, 0)]
    assert [mesure("client_associe_partout", embauchee, jours) for jours in (-1, 0)] == [(1, 0), (1, 0)]
    mets = MiseEnSituation.objects.get()
    assert (mets.client_dit_le, mets.fiche_imprimee_le) == (dans(0), None), "cette fiche-là n’était pas pour elle"
    au_travail.imprimer_fiche(mets, par=embauchee.hab["mad"])
    assert [mesure("client_associe_partout", embauchee, jours) for jours in (-1, 0)] == [(1, 0), (1, 1)]
    assert mesure("client_associe", embauchee, 0) == (0, 0)


def test_le_client_dit_en_ouvrant_l_atelier_l_est_depuis_le_debut(embauchee, ville):
    nouvelle = MiseEnSituation(personne=embauchee.personne, atelier="Jardin", client_de_l_atelier=ville, du=dans(0))
    assert travail.ouvrir(nouvelle, par=embauchee.hab["mad"]).client_dit_le is None
    assert dire(embauchee, nouvelle, None).client_dit_le is None
    assert dire(embauchee, nouvelle, ville).client_dit_le is None, "le jour même, c’est l’ouvrir"


def test_changer_de_client_corrige_et_celui_que_l_on_a_associe_ne_s_ote_pas(embauchee, jardin, ville):
    autre = Client.objects.create(organisation=embauchee.organisation, nom="Collège")
    dire(embauchee, jardin, ville)
    assert dire(embauchee, jardin, None).client_dit_le is None
    mets = dire(embauchee, jardin, ville)
    MiseEnSituation.objects.update(client_dit_le=dans(-5), fiche_imprimee_le=dans(-3))
    assert dire(embauchee, mets, autre).client_dit_le == dans(-5)
    assert [mesure("client_associe_partout", embauchee, jours) for jours in (-6, -4, -1)] == [(1, 0), (1, 0), (1, 1)]
    assert refus(dire, embauchee, mets, None)[1] == "client_de_l_atelier"


def test_sans_client_la_fiche_imprimee_n_associe_personne(embauchee, jardin):
    MiseEnSituation.objects.update(fiche_imprimee_le=None)
    au_travail.imprimer_fiche(jardin, par=embauchee.hab["mad"])
    assert MiseEnSituation.objects.get().fiche_imprimee_le is None


@pytest.mark.deux_moteurs
def test_un_client_d_atelier_sans_atelier_ne_s_enregistre_pas(embauchee, ville):
    with transaction.atomic(), pytest.raises(IntegrityError):
        MiseEnSituation.objects.update(client_de_l_atelier=ville)
    saisie = {"client": embauchee.mise_en_situation.client_id, "client_de_l_atelier": ville.pk, "du": dans(-30).isoformat()}
    page = embauchee.client("mad").post(reverse("parcours:mets_modifier", args=[embauchee.mise_en_situation.pk]), saisie)
    assert "Dites quel atelier" in page.text


def test_la_page_mene_a_dire_pour_qui_l_atelier_travaille_puis_au_lien_du_client(embauchee, jardin, ville):
    mad, page = embauchee.client("mad"), reverse("parcours:mets", args=[jardin.pk])
    assert "Dire pour qui cet atelier travaille" in mad.get(page).text
    [ligne] = tous()["client_associe_partout"].manquants(embauchee.organisation, dans(0))
    assert ligne.get_absolute_url() == page
    saisie = {
        "atelier": "Jardin",
        "client_de_l_atelier": ville.pk,
        "objectif": embauchee.objectif.pk,
        "du": dans(-30).isoformat(),
    }
    assert mad.post(reverse("parcours:mets_modifier", args=[jardin.pk]), saisie).status_code == 302
    lue = mad.get(page).text
    assert "Jardin, pour Ville d’Aubraine" in lue and "Dire pour qui" not in lue
    assert mad.post(reverse("parcours:lien_client", args=[jardin.pk])).status_code == 302
    assert mesure("client_associe_partout", embauchee, 0) == (1, 1)


def test_le_client_d_un_autre_ne_se_choisit_pas(embauchee, jardin, ailleurs):
    etranger = Client.objects.create(organisation=ailleurs.organisation, nom="Ville d’ailleurs")
    saisie = {"atelier": "Jardin", "client_de_l_atelier": etranger.pk, "du": dans(-30).isoformat()}
    page = embauchee.client("mad").post(reverse("parcours:mets_modifier", args=[jardin.pk]), saisie)
    assert "client_de_l_atelier" in page.context["form"].errors


def test_la_fiche_dit_au_client_de_l_atelier_ce_qu_il_a_promis(embauchee, jardin, ville):
    mets = dire(embauchee, jardin, ville)
    for client, quoi in (
        (ville, "Prêter la serre"),
        (Client.objects.create(organisation_id=ville.organisation_id, nom="X"), "Non"),
    ):
        Moyen.objects.create(engagement=embauchee.engagement, qui="client", client=client, libelle=quoi)
    fiche = fiche_de_liaison(mets)
    assert (fiche["ou"], fiche["en_atelier"]) == ("Jardin, pour Ville d’Aubraine", True)
    assert [promesse["quoi"] for promesse in fiche["promesses"]] == ["Prêter la serre"]


@pytest.mark.parametrize("nature, dit", [("collectivite", "Ode Pruvost, Ville d’Aubraine"), ("particulier", "un particulier")])
def test_l_attestation_nomme_le_client_de_l_atelier_qui_a_evalue(embauchee, jardin, ville, nature, dit):
    ville.nature = nature
    jardin.client_de_l_atelier = ville
    assert _qui(EvaluationAuTravail(mise_en_situation=jardin, regard="client", signature="Ode Pruvost")) == dit


def test_le_releve_d_heures_se_filtre_par_le_client_d_un_atelier(embauchee, jardin, ville):
    mad = embauchee.client("mad")
    lus = []
    for client in (None, ville):
        MiseEnSituation.objects.update(client_de_l_atelier=client)
        lus.append(len(mad.get(reverse("parcours:heures"), {"client": ville.pk}).context["releve"].lignes))
    assert lus == [0, 1]
