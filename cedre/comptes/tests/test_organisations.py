"""Le réseau vu de la région et de la fédération ; sa propre fiche (RES-1)."""

import re

import pytest
from django.urls import reverse

from cedre.comptes.forms import FiltreOrganisationsForm
from cedre.comptes.models import Organisation, Trace
from cedre.comptes.operations import enregistrer_organisation

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


def creer(federation, **champs):
    """Envoie une organisation neuve, sous ce nom ou un autre."""
    saisie = {"nature": "structure", "type_siae": "AI", "nom": "Relais de l’Été"} | champs
    return federation.post(reverse("comptes:organisation_nouvelle"), saisie, follow=True)


def test_autant_d_organisations_du_meme_nom_qu_il_en_faut_ont_chacune_leur_adresse(reseau):
    par = reseau[0].hab["responsable_qualite"]

    def adresse(nom: str) -> str:
        neuve = Organisation(nature="region", nom=nom)
        enregistrer_organisation(neuve, champs=["nom"], par=par)
        return neuve.slug

    noms = ["Relais de l’Été"] * 4
    assert [adresse(nom) for nom in noms] == ["relais-de-lete", "relais-de-lete-2", "relais-de-lete-3", "relais-de-lete-4"]
    Organisation.objects.filter(slug="relais-de-lete-2").delete()
    assert adresse("Relais de l’Été") == "relais-de-lete-2", "une adresse rendue se reprend"
    assert [adresse(nom) for nom in ("Relais", "!!!", "L" * 120, "L" * 120)] == [
        "relais",
        "organisation",
        "l" * 50,
        f"{'l' * 50}-2",
    ]


def test_changer_de_nom_ne_change_pas_d_adresse_et_le_message_dit_ce_qui_a_ete_fait(reseau, federation):
    page = creer(federation)
    assert [str(m) for m in page.context["messages"]] == ["« Relais de l’Été » : la fiche est créée."]
    neuve = page.context["organisation"]
    modifier = reverse("comptes:organisation_modifier", args=[neuve.pk])
    page = federation.post(
        modifier, {"nature": "structure", "type_siae": "AI", "nom": "Autre", "fuseau": "Europe/Paris"}, follow=True
    )
    assert [str(m) for m in page.context["messages"]] == ["« Autre » : la fiche est à jour."]
    neuve.refresh_from_db()
    assert (neuve.nom, neuve.slug) == ("Autre", "relais-de-lete")
    traces = Trace.objects.filter(objet_id=neuve.pk, objet="organisation", organisation=neuve).order_by("pk")
    assert [t.geste for t in traces] == ["creer", "modifier"]
    assert (traces[1].detail, traces[1].role) == ("nom", "responsable_qualite")


@pytest.mark.parametrize(
    "le, admise",
    [("1998-02-28", False), ("1998-03-01", True), ("2004-06-30", True), ("2004-07-01", False)],
)
def test_l_experimentation_a_eu_lieu_de_mars_1998_a_juin_2004(reseau, ici, federation, le, admise):
    adresse = reverse("comptes:organisation_modifier", args=[ici.organisation.pk])
    page = federation.post(adresse, {"type_siae": "AI", "nom": "Ici", "fuseau": "Europe/Paris", "experimentation_le": le})
    assert (page.status_code == 302) == admise
    assert admise or "de mars 1998 à juin 2004" in str(page.context["form"].errors["experimentation_le"])
    ici.organisation.refresh_from_db()
    assert (ici.organisation.experimentation_le is not None) == admise
    fiche = federation.get(reverse("comptes:organisation", args=[ici.organisation.pk])).text.replace("\N{NO-BREAK SPACE}", " ")
    dite = "1er mars 1998" if le == "1998-03-01" else "30 juin 2004"
    assert admise is (f"<dt>Participation à l’expérimentation, depuis le</dt><dd>{dite}</dd>" in fiche)


@pytest.mark.parametrize("champ", ["adhesion_le", "charte_le", "convention_tripartite_le", "fin_formation_action_le"])
def test_chaque_date_du_reseau_se_lit_sous_son_titre_dans_la_liste_et_sur_la_fiche(ici, federation, champ):
    titres = {
        "adhesion_le": ("Adhésion", "Adhésion"),
        "charte_le": ("Charte", "Signature de la charte"),
        "convention_tripartite_le": ("Convention tripartite", "Convention tripartite"),
        "fin_formation_action_le": ("Fin de la formation-action", "Fin de la formation-action"),
    }
    Organisation.objects.filter(pk=ici.organisation.pk).update(**{champ: "2019-03-05"})
    liste = federation.get(reverse("comptes:organisations"), {"q": "Ici"}).text.replace("\N{NO-BREAK SPACE}", " ")
    assert re.findall(r'data-titre="([^"]*)" class="chiffre">5 mars 2019<', liste) == [titres[champ][0]]
    page = federation.get(reverse("comptes:organisation", args=[ici.organisation.pk])).text.replace("\N{NO-BREAK SPACE}", " ")
    assert re.findall(r"<dt>([^<]*)</dt><dd>5 mars 2019</dd>", page) == [titres[champ][1]]
    assert page.count("pas de date") == 3


def test_on_cherche_une_organisation_par_un_bout_de_nom_ou_de_commune(reseau, ici, ailleurs):
    Organisation.objects.filter(pk=ailleurs.organisation.pk).update(commune="Grenoble", type_siae="EI")
    responsable = reseau[0].hab["responsable_qualite"]

    def trouvees(**choix) -> set[str]:
        filtre = FiltreOrganisationsForm(choix, habilitation=responsable)
        return {o.nom for o in filtre.appliquer(Organisation.objects.pour(responsable))}

    assert trouvees(q="ici") == {"Structure Ici"}
    assert trouvees(q="noble") == trouvees(type_siae="EI") == trouvees(region=reseau[1][1].pk) == {"Structure Ailleurs"}
    assert trouvees(q="zzz") == set()
    assert trouvees(nature="region") == {"Région 1", "Région 2"}
    assert trouvees(nature="folie", region="x") == trouvees() and len(trouvees()) == 5


def test_une_region_ne_choisit_que_parmi_les_regions_qu_elle_voit(reseau, ici, ailleurs):
    choix = reseau[0].client("referent_regional").get(reverse("comptes:organisations")).context["filtre"].fields["region"]
    assert [o.nom for o in choix.queryset] == ["Région 1"]


def test_une_structure_se_rattache_a_une_region_et_a_un_ensemblier_et_a_rien_d_autre(reseau, ici, federation):
    Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    champs = federation.get(reverse("comptes:organisation_nouvelle")).context["form"].fields
    assert [o.nom for o in champs["region"].queryset] == ["Région 1", "Région 2"]
    assert [o.nom for o in champs["ensemblier"].queryset] == ["Ensemble"]


@pytest.mark.parametrize(
    "nature, refuses",
    [
        ("structure", set()),
        ("ensemblier", {"type_siae", "ensemblier"}),
        ("region", {"type_siae", "region", "ensemblier"}),
        ("federation", {"type_siae", "region", "ensemblier"}),
    ],
)
def test_chaque_nature_dit_ce_qu_elle_n_a_pas(reseau, federation, nature, refuses):
    ensemblier = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    saisie = {"nature": nature, "nom": "Neuve", "type_siae": "EI", "region": reseau[1][0].pk, "ensemblier": ensemblier.pk}
    reponse = federation.post(reverse("comptes:organisation_nouvelle"), saisie)
    assert {*(reponse.context["form"].errors if reponse.status_code == 200 else ())} == refuses
    assert Organisation.objects.filter(nom="Neuve").exists() is not bool(refuses)


def test_la_page_d_une_region_montre_ses_structures_et_pas_celles_d_une_autre(reseau, ici, ailleurs, federation):
    for rang, monde in enumerate((ici, ailleurs)):
        page = federation.get(reverse("comptes:organisation", args=[reseau[1][rang].pk]))
        assert list(page.context["rattachees"]) == [monde.organisation] and "Les structures de la région" in page.text
        assert reverse("comptes:organisation", args=[monde.organisation.pk]) in page.text
    assert list(federation.get(reverse("comptes:organisation", args=[ici.organisation.pk])).context["rattachees"]) == []


def test_la_direction_garde_son_siret_et_revient_a_sa_fiche(ici):
    direction, adresse = ici.client("direction"), reverse("comptes:fiche")
    Organisation.objects.filter(pk=ici.organisation.pk).update(siret=SIRET.replace(" ", ""))
    reponse = direction.post(adresse, {"nom": "Structure Ici", "siret": SIRET, "fuseau": "Europe/Paris", "commune": "Ville"})
    assert reponse.status_code == 302 and reponse.url == adresse
    trace = Trace.objects.get(objet="organisation")
    assert (trace.geste, trace.detail, trace.objet_id) == ("modifier", "SIRET, commune", ici.organisation.pk)


def test_la_page_d_une_organisation_dit_chaque_coordonnee_a_sa_place_et_ce_qui_manque(reseau, ici, federation):
    dites = {"siret": SIRET.replace(" ", ""), "adresse": "1 rue B", "code_postal": "97410", "commune": "Saint-Pierre"}
    dites |= {"telephone": "02 62 00 00 00", "courriel": "ici@ici.example", "fuseau": "Indian/Reunion"}
    adresse = reverse("comptes:organisation", args=[ici.organisation.pk])

    def faits() -> dict[str, str]:
        lus = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", federation.get(adresse).text)
        return {titre: " ".join(re.sub(r"<[^>]+>", "", dit).split()) for titre, dit in lus[:-4]}

    assert faits() == {"SIRET": "non renseigné", "Adresse": "", "Heure": "Métropole", "Région": "Région 1"}
    ensemblier = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    Organisation.objects.filter(pk=ici.organisation.pk).update(ensemblier=ensemblier, **dites)
    assert faits() == {
        "SIRET": SIRET.replace(" ", ""),
        "Adresse": "1 rue B 97410 Saint-Pierre",
        "Heure": "La Réunion",
        "Téléphone": "02 62 00 00 00",
        "Courriel": "ici@ici.example",
        "Région": "Région 1",
        "Ensemblier": "Ensemble",
    }


@pytest.mark.parametrize(
    "slug, role, gestes",
    [
        ("ici", "responsable_qualite", "modifier certifier"),
        ("region-2", "responsable_qualite", "modifier inviter"),
        ("federation", "responsable_qualite", "modifier inviter"),
        ("ici", "referent_regional", ""),
        ("region-1", "referent_regional", ""),
    ],
)
def test_la_page_d_une_organisation_ne_propose_que_ce_que_l_on_peut_en_faire(reseau, ici, slug, role, gestes):
    organisation = Organisation.objects.get(slug=slug)
    texte = reseau[0].client(role).get(reverse("comptes:organisation", args=[organisation.pk])).text
    liens = {
        "modifier": reverse("comptes:organisation_modifier", args=[organisation.pk]),
        "inviter": reverse("comptes:organisation_inviter", args=[organisation.pk]),
        "certifier": f"{reverse('certification:certifier')}?structure={organisation.pk}",
    }
    assert {nom for nom, lien in liens.items() if f'href="{lien}"' in texte} == set(gestes.split())


def test_une_ligne_de_la_liste_dit_le_type_la_region_l_ensemblier_et_mene_a_sa_page(reseau, ici, federation):
    ensemblier = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    Organisation.objects.filter(pk=ici.organisation.pk).update(ensemblier=ensemblier, commune="Grenoble")
    page = federation.get(reverse("comptes:organisations"), {"q": "e"}).text

    def rang(organisation) -> list[str]:
        lien = reverse("comptes:organisation", args=[organisation.pk])
        lu = page.split(f'<a href="{lien}">')[1].split("</tr>")[0]
        return [
            " ".join(re.sub(r"<[^>]+>", " ", case).split())
            for case in f"{organisation}{lu[len(str(organisation)) :]}".split("<td")[:3]
        ]

    assert [case.rpartition(">")[2].strip() for case in rang(ici.organisation)] == [
        *("Structure Ici Grenoble", "AI Ensemble", "Région 1"),
    ]
    assert [case.rpartition(">")[2].strip() for case in rang(ensemblier)] == ["Ensemble", "Ensemblier", ""]


def test_un_formulaire_d_organisation_dit_laquelle_et_ramene_d_ou_l_on_vient(ici, federation):
    modifier = federation.get(reverse("comptes:organisation_modifier", args=[ici.organisation.pk])).text
    assert (
        "<h1>Modifier Structure Ici</h1>" in modifier
        and f'class="chemin"><a href="{reverse("comptes:organisations")}"' in modifier
    )
    assert "<h1>Nouvelle organisation</h1>" in federation.get(reverse("comptes:organisation_nouvelle")).text
    fiche = ici.client("direction").get(reverse("comptes:fiche")).text
    assert (
        "<h1>La fiche de l’organisation</h1>" in fiche and f'class="chemin"><a href="{reverse("structures:reglages")}"' in fiche
    )
