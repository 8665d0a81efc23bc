"""L'annuaire des clients (INS-6)."""

import pytest
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.partenariats.models import Client

SAISIE = {"nom": "Les Vergers  d’Armor", "nature": "entreprise", "contact": "Le chef de culture", "actif": "on"}


@pytest.fixture
def mad(ici):
    return ici.client("mad")


def noms(client, **filtre):
    return [c.nom for c in client.get(reverse("partenariats:clients"), filtre).context["page"]]


def test_ajouter_un_client_le_met_dans_l_annuaire_et_laisse_une_trace(ici, mad):
    assert mad.post(reverse("partenariats:client_nouveau"), SAISIE).url == reverse("partenariats:clients")
    client = Client.objects.get(nom="Les Vergers d’Armor")
    assert client.organisation == ici.organisation
    assert Trace.objects.get(geste="creer").objet_id == client.pk


def test_les_clients_se_cherchent_par_nom_ou_par_qui_joindre_et_par_nature(ici, mad):
    mad.post(reverse("partenariats:client_nouveau"), SAISIE)
    assert noms(mad, q="VERG arm") == noms(mad, q="culture") == noms(mad, nature="entreprise") == ["Les Vergers d’Armor"]
    assert noms(mad, nature="particulier") == []


def test_un_siret_faux_et_un_nom_deja_pris_se_disent_a_cote_du_champ(ici, mad):
    mad.post(reverse("partenariats:client_nouveau"), SAISIE)
    faux = SAISIE | {"nom": "les vergers d’armor", "siret": "12345678901234"}
    reponse = mad.post(reverse("partenariats:client_nouveau"), faux)
    assert reponse.context["form"].errors.keys() == {"nom", "siret"}
    assert reponse.context["form"].errors["nom"] == ["Un client porte déjà ce nom."]
    assert "Le chef de culture" in reponse.content.decode()


def test_un_client_que_l_on_ne_propose_plus_reste_a_l_annuaire(embauchee, mad):
    client = Client.objects.get(nom="Client ici")
    mad.post(reverse("partenariats:client", args=[client.pk]), {"nom": client.nom, "nature": "entreprise"})
    assert noms(mad) == []
    assert noms(mad, actif="non") == ["Client ici"]


def test_toute_l_equipe_lit_les_clients_mais_ne_les_change_pas(embauchee):
    accueil = embauchee.client("accueil")
    assert noms(accueil) == ["Client ici"]
    assert accueil.get(reverse("partenariats:client_nouveau")).status_code == 403
