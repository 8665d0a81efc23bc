"""Les chiffres de l'accueil : un nombre, et la liste qui est derrière (OBS-1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import tous
from cedre.parcours.models import Contact, Personne
from cedre.partenariats.models import Convention


@pytest.fixture
def demandes(ici):
    """Huit demandes, sans délai annoncé pour six d'entre elles, dont deux d'une même personne."""
    jour = timezone.localdate()
    for rang in range(6):
        personne = Personne.objects.create(organisation=ici.organisation, nom=f"Demande{rang}", prenom="Ada")
        Contact.objects.create(personne=personne, le=jour - timedelta(days=3), delai_annonce=5 if rang == 0 else None)
    Contact.objects.create(personne=personne, le=jour)


@pytest.mark.parametrize("role", ["cip", "qualite", "direction"])
def test_le_nombre_de_ceux_qui_manquent_est_celui_de_la_liste(ici, ailleurs, demandes, role, django_assert_max_num_queries):
    client = ici.client(role)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("portail:chiffres"))
    for chiffre in page.context["chiffres"]:
        liste = client.get(reverse("portail:manquants", args=[chiffre.indicateur.code]))
        assert liste.context["page"].paginator.count == len(liste.context["sujets"]) == chiffre.manquent
        assert "Zzyzxa" not in liste.content.decode()
    assert [c.mesure for c in page.context["chiffres"] if c.indicateur.code == "delai_annonce"] == [(8, 2)]
    assert page.context["chiffres"][0].indicateur is tous()["delai_annonce"]


def test_le_ca_lit_les_nombres_sans_liste_et_jamais_un_petit_nombre(ici, demandes):
    client = ici.client("ca")
    page = client.get(reverse("portail:chiffres")).content.decode()
    assert "<strong>2</strong> sur 8 premiers contacts" in page and "qui manquent" not in page
    Personne.objects.filter(nom__startswith="Demande").delete()
    page = client.get(reverse("portail:chiffres")).content.decode()
    assert "moins de 5" in page and "sur 1 " not in page
    assert client.get(reverse("portail:manquants", args=["delai_annonce"])).status_code == 403


@pytest.mark.parametrize("role, lie", [("direction", True), ("accueil", False)])
def test_un_chiffre_peut_compter_autre_chose_que_des_personnes(ici, ailleurs, role, lie):
    jour = timezone.localdate()
    for monde in (ici, ailleurs):
        Convention.objects.create(
            partenaire=monde.partenaire, objet="Orienter", du=jour - timedelta(days=9), au=jour - timedelta(days=1)
        )
    page = ici.client(role).get(reverse("portail:manquants", args=["conventions_en_vigueur"]))
    assert page.context["sujets"] == [ici.partenaire] and "Partenaire ici" in page.content.decode()
    assert (reverse("partenariats:partenaire", args=[ici.partenaire.pk]) in page.content.decode()) is lie


def test_un_chiffre_inconnu_n_existe_pas(ici):
    assert ici.client("direction").get(reverse("portail:manquants", args=["rien"])).status_code == 404
