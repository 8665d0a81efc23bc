"""Le réseau vu de la région et de la fédération ; sa propre fiche (RES-1)."""

import pytest
from django.urls import reverse

from cedre.comptes.models import Organisation, Trace

SIRET = "732 829 320 00074"


@pytest.fixture
def federation(reseau):
    return reseau[0].client("responsable_qualite")


def noms(client, **filtre):
    return {o.nom for o in client.get(reverse("comptes:organisations"), filtre).context["page"]}


def test_une_region_voit_ses_structures_la_federation_tout(reseau, ici, ailleurs, federation):
    region = reseau[0].client("referent_regional")
    assert noms(region) == {"Région 1", "Structure Ici"}
    assert region.get(reverse("comptes:organisation", args=[ailleurs.organisation.pk])).status_code == 404
    assert noms(federation) == {"Fédération", "Région 1", "Région 2", "Structure Ici", "Structure Ailleurs"}
    assert noms(federation, nature="structure", q="ailleurs") == {"Structure Ailleurs"}
    assert noms(federation, region=reseau[1][0].pk, type_siae="AI") == {"Structure Ici"}


@pytest.mark.parametrize(
    "role", ["referent_regional", "ca_regional", "responsable_qualite", "bureau", "groupe_qualite", "comite"]
)
def test_ni_region_ni_federation_ne_voient_une_personne(reseau, ici, role):
    client = reseau[0].client(role)
    for page in ("parcours:personnes", "comptes:organisations", "comptes:traces", "portail:accueil"):
        assert "Martinelle" not in client.get(reverse(page)).content.decode()
    assert client.get(reverse("parcours:personne", args=[ici.personne.pk])).status_code == 403
    assert client.get(reverse("parcours:traces_personne", args=[ici.personne.pk])).status_code == 403


@pytest.mark.parametrize("role", ["referent_regional", "ca_regional", "bureau", "groupe_qualite"])
def test_seule_la_federation_tient_les_organisations(reseau, ici, role):
    client = reseau[0].client(role)
    assert client.get(reverse("comptes:organisations")).status_code == 200
    assert client.get(reverse("comptes:organisation_nouvelle")).status_code == 403
    assert client.get(reverse("comptes:organisation_modifier", args=[ici.organisation.pk])).status_code == 403


def test_la_federation_cree_une_structure_avec_toutes_ses_dates(reseau, federation):
    saisie = {
        "nature": "structure",
        "type_siae": "ETTI",
        "nom": "Structure ici",
        "siret": SIRET,
        "region": reseau[1][0].pk,
        "adhesion_le": "2020-01-02",
        "charte_le": "2020-02-03",
        "convention_tripartite_le": "2020-03-04",
        "fin_formation_action_le": "2021-04-05",
    }
    reponse = federation.post(reverse("comptes:organisation_nouvelle"), saisie)
    creee = Organisation.objects.get(nom="Structure ici")
    assert reponse.url == reverse("comptes:organisation", args=[creee.pk])
    assert (creee.siret, creee.slug) == (SIRET.replace(" ", ""), "structure-ici")
    assert f"{creee.fin_formation_action_le}" == "2021-04-05"
    assert Trace.objects.filter(geste="creer", objet_id=creee.pk).count() == 2
    federation.post(reverse("comptes:organisation_nouvelle"), saisie | {"siret": ""})
    assert Organisation.objects.filter(slug="structure-ici-2").exists()


@pytest.mark.parametrize(
    "faute, champ",
    [
        ({"siret": "732 829 320 00075"}, "siret"),
        ({"type_siae": ""}, "type_siae"),
        ({"nature": "region"}, "type_siae"),
        ({"nom": ""}, "nom"),
        ({"adhesion_le": "n'importe quoi"}, "adhesion_le"),
    ],
)
def test_une_faute_se_dit_a_cote_de_son_champ(federation, faute, champ):
    saisie = {"nature": "structure", "type_siae": "AI", "nom": "Neuve"} | faute
    assert champ in federation.post(reverse("comptes:organisation_nouvelle"), saisie).context["form"].errors


def test_deux_organisations_n_ont_pas_le_meme_siret(ici, ailleurs, federation):
    Organisation.objects.filter(pk=ailleurs.organisation.pk).update(siret=SIRET.replace(" ", ""))
    reponse = ici.client("direction").post(reverse("comptes:fiche"), {"nom": "Structure Ici", "siret": SIRET})
    assert reponse.context["form"].errors["siret"] == ["Une organisation porte déjà ce SIRET."]


def test_la_direction_tient_sa_fiche_mais_pas_son_rattachement(reseau, ici):
    direction = ici.client("direction")
    saisie = {
        "nom": "Structure Ici",
        "commune": "Ville",
        "siret": SIRET,
        "nature": "region",
        "region": reseau[1][1].pk,
        "slug": "x",
    }
    direction.post(reverse("comptes:fiche"), saisie)
    ici.organisation.refresh_from_db()
    assert (ici.organisation.commune, ici.organisation.siret) == ("Ville", SIRET.replace(" ", ""))
    assert (ici.organisation.nature, ici.organisation.region, ici.organisation.slug) == ("structure", reseau[1][0], "ici")


def test_la_nature_ne_change_plus(ici, federation):
    adresse = reverse("comptes:organisation_modifier", args=[ici.organisation.pk])
    federation.post(adresse, {"nature": "region", "type_siae": "EI", "nom": "Structure Ici"})
    ici.organisation.refresh_from_db()
    assert (ici.organisation.nature, ici.organisation.type_siae) == ("structure", "EI")


def test_un_ensemblier_montre_ses_structures(reseau, ici, federation):
    ensemblier = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    Organisation.objects.filter(pk=ici.organisation.pk).update(ensemblier=ensemblier)
    page = federation.get(reverse("comptes:organisation", args=[ensemblier.pk]))
    assert list(page.context["rattachees"]) == [ici.organisation]


def test_la_liste_tient_en_peu_de_requetes_quel_que_soit_le_reseau(reseau, federation, django_assert_max_num_queries):
    for n in range(60):
        Organisation.objects.create(nature="structure", type_siae="EI", nom=f"S{n}", slug=f"s{n}", region=reseau[1][n % 2])
    with django_assert_max_num_queries(8):
        federation.get(reverse("comptes:organisations"))
