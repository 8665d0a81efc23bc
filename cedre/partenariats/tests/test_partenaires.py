"""L'annuaire des partenaires (TRA-3, ACC-3)."""

import pytest
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.partenariats.models import Client, Partenaire

LISTE = "partenariats:partenaires"
SAISIE = {"nom": "Le Relais des  Érables", "nature": "social", "role": "Hébergement d’urgence", "actif": "on"}


def noms(client, **filtre):
    page = client.get(reverse(LISTE), filtre).context["page"]
    assert page.paginator.count == len(page.object_list)
    return [p.nom for p in page]


def test_ajouter_un_partenaire_le_met_dans_l_annuaire_et_laisse_une_trace(ici, cip):
    assert cip.post(reverse("partenariats:partenaire_nouveau"), SAISIE).url == reverse(LISTE)
    partenaire = Partenaire.objects.get(nom="Le Relais des Érables")
    assert partenaire.organisation == ici.organisation
    assert Trace.objects.get(geste="creer").objet_id == partenaire.pk


def test_l_annuaire_se_cherche_sans_accent_par_nom_ou_par_service(ici, ailleurs, cip):
    cip.post(reverse("partenariats:partenaire_nouveau"), SAISIE)
    assert noms(cip, q="erables") == noms(cip, q="heberg URG") == ["Le Relais des Érables"]
    assert noms(cip, nature="professionnel") == []
    assert noms(cip, q="ailleurs") == []


def test_un_partenaire_que_l_on_ne_propose_plus_reste_a_l_annuaire(ici, cip):
    saisie = {"nom": ici.partenaire.nom, "nature": "social"}
    cip.post(reverse("partenariats:partenaire", args=[ici.partenaire.pk]), saisie)
    assert noms(cip) == []
    assert noms(cip, actif="non") == noms(cip, actif="tous") == ["Partenaire ici"]
    assert Trace.objects.get(geste="modifier").objet_id == ici.partenaire.pk
    suite = cip.get(reverse("parcours:suite", args=[ici.personne.pk]))
    assert not suite.context["form"].fields["partenaire"].queryset.exists()


def test_deux_partenaires_ne_portent_pas_le_meme_nom_sauf_dans_deux_structures(ici, ailleurs, cip):
    adresse = reverse("partenariats:partenaire_nouveau")
    reponse = cip.post(adresse, {"nom": "partenaire ICI", "nature": "social", "contact": "Lou"})
    assert reponse.context["form"].errors == {"nom": ["Un partenaire porte déjà ce nom."]}
    assert 'value="Lou"' in reponse.content.decode()
    assert cip.post(adresse, {"nom": "Partenaire ailleurs", "nature": "social"}).status_code == 302


@pytest.mark.parametrize(
    "role, peut", [("accueil", False), ("mad", False), ("cip", True), ("qualite", True), ("direction", True)]
)
def test_toute_l_equipe_lit_l_annuaire_et_quelques_roles_le_tiennent(ici, role, peut):
    client = ici.client(role)
    page = client.get(reverse(LISTE)).content.decode()
    adresse = reverse("partenariats:partenaire", args=[ici.partenaire.pk])
    assert "Partenaire ici" in page and (adresse in page) is peut
    attendu = 200 if peut else 403
    assert client.get(adresse).status_code == client.get(reverse("partenariats:partenaire_nouveau")).status_code == attendu


def test_le_partenaire_d_une_autre_structure_n_existe_pas(ici, ailleurs, cip):
    adresse = reverse("partenariats:partenaire", args=[ailleurs.partenaire.pk])
    assert cip.get(adresse).status_code == cip.post(adresse, SAISIE).status_code == 404
    ailleurs.partenaire.refresh_from_db()
    assert ailleurs.partenaire.nom == "Partenaire ailleurs"


def test_l_annuaire_coute_le_meme_nombre_de_requetes_a_toute_taille(ici, cip, django_assert_max_num_queries):
    Partenaire.objects.bulk_create(Partenaire(organisation=ici.organisation, nom=f"P{n}") for n in range(120))
    with django_assert_max_num_queries(8):
        assert len(cip.get(reverse(LISTE)).context["page"].object_list) == 50


@pytest.mark.parametrize("route, modele", [("partenaires", Partenaire), ("clients", Client)])
def test_un_annuaire_se_cherche_par_tout_ce_qu_il_dit_et_chaque_mot_compte(ici, ailleurs, cip, route, modele):
    dits = {"nom": "Érables", "contact": "Odile", "adresse": "12 rue du Moulin"}
    dits |= {"role": "Gîte"} if modele is Partenaire else {}
    ligne = modele.objects.create(organisation=ici.organisation, **dits)
    modele.objects.create(organisation=ailleurs.organisation, **dits)

    def trouves(**filtre):
        return [*cip.get(reverse(f"partenariats:{route}"), filtre).context["page"]]

    for dit in ("erable", "odile", "moulin", *(["gite"] if "role" in dits else [])):
        assert trouves(q=dit) == trouves(q=f"12 {dit}") == [ligne], dit
    assert trouves(q="erable inconnu") == []


def test_on_appelle_et_on_ecrit_depuis_l_annuaire_et_ce_qui_n_est_plus_propose_se_dit(ici, cip):
    joindre = {"telephone": "01 99 00 12 34", "courriel": "odile@exemple.example", "actif": False}
    for route, modele in (("partenaires", Partenaire), ("clients", Client)):
        modele.objects.create(organisation=ici.organisation, nom="Les Érables", **joindre)
        page = cip.get(reverse(f"partenariats:{route}"), {"actif": "tous"}).content.decode()
        assert 'href="tel:0199001234"' in page and 'href="mailto:odile@exemple.example"' in page
        modele.objects.create(organisation=ici.organisation, nom="Sans rien")
        page = cip.get(reverse(f"partenariats:{route}"), {"actif": "tous"}).content.decode()
        assert [page.count(lien) for lien in ('href="tel:', 'href="mailto:', "Plus proposé<")] == [1, 1, 1]
