"""Le projet de la structure : texte, axes, mesures (PRO-1, § 2.4 a)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import tous
from cedre.structures.models import Axe, ProjetAssociatif

PAGE = "structures:projet"


def jour(decalage: int):
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


@pytest.fixture
def qualite(ici):
    """Le navigateur de la référente qualité d'ici."""
    return ici.client("qualite")


def test_le_texte_en_vigueur_se_lit_les_autres_restent_avec_leur_date(ici, qualite):
    for decalage, texte in ((-900, "Premier"), (-30, "Deuxième"), (30, "À venir")):
        ProjetAssociatif.objects.create(organisation=ici.organisation, le=jour(decalage), adopte_par="AG", texte=texte)
    contexte = qualite.get(reverse(PAGE)).context
    assert contexte["texte"].texte == "Deuxième"
    assert [t.texte for t in contexte["anciens_textes"]] == ["Premier"]
    assert [t.texte for t in contexte["textes_a_venir"]] == ["À venir"]


def test_reviser_part_du_dernier_texte_et_le_garde(ici, qualite):
    adresse = reverse("structures:projet_reviser")
    qualite.post(adresse, {"texte": "Un", "le": jour(-10), "adopte_par": "AG"})
    assert qualite.get(adresse).context["form"].initial["texte"] == "Un"
    refus = qualite.post(adresse, {"texte": "Deux", "le": jour(-10), "adopte_par": "AG"})
    assert refus.context["form"].errors == {"__all__": ["Un texte a déjà été adopté ce jour-là : corrigez-le."]}
    qualite.post(adresse, {"texte": "Deux", "le": jour(0), "adopte_par": "AG"})
    assert [*ProjetAssociatif.objects.values_list("texte", flat=True)] == ["Deux", "Un"]
    assert "3500" in str(qualite.post(adresse, {"texte": "x" * 3501, "le": jour(0), "adopte_par": "A"}).context["form"].errors)


def test_un_axe_montre_la_mesure_du_jour_de_ses_indicateurs(ici, qualite):
    saisie = {"intitule": "Recevoir vite", "defini_le": jour(0), "codes": ["delai_annonce", "priorites_definies"]}
    assert qualite.post(reverse("structures:axe_nouveau"), saisie).status_code == 302
    ((axe, suivis),) = qualite.get(reverse(PAGE)).context["axes"]
    assert axe.codes == ["delai_annonce", "priorites_definies"]
    assert {i.code: m for i, m in suivis} == {
        code: tous()[code].mesurer(ici.organisation, timezone.localdate()) for code in axe.codes
    }
    assert {i.code: m for i, m in suivis}["priorites_definies"] == (1, 1)


@pytest.mark.parametrize("role, dit", [("cip", "sur\N{NO-BREAK SPACE}1"), ("mad", "non montrée"), ("ca", "moins de cinq")])
def test_une_mesure_se_tait_sans_le_droit_des_chiffres_ou_trop_petite_pour_qui_ne_lit_pas_les_dossiers(ici, role, dit):
    Axe.objects.create(organisation=ici.organisation, intitule="Vite", defini_le=jour(0), codes=["delai_annonce"])
    page = ici.client(role).get(reverse(PAGE)).content.decode()
    assert dit in page and (role == "cip" or "sur\N{NO-BREAK SPACE}1" not in page)


def test_un_axe_vaut_jusqu_a_son_dernier_jour_puis_reste_parmi_les_passes(ici, qualite):
    axe = Axe.objects.create(organisation=ici.organisation, intitule="Vite", defini_le=jour(-10), jusqu_au=jour(0))
    assert qualite.get(reverse(PAGE)).context["axes"][0][0] == axe
    saisie = {"intitule": "Vite", "defini_le": jour(-10), "jusqu_au": jour(-1)}
    qualite.post(reverse("structures:axe", args=[axe.pk]), saisie)
    contexte = qualite.get(reverse(PAGE)).context
    assert (contexte["axes"], [*contexte["autres_axes"]]) == ([], [axe])
    adresse = reverse("structures:axe", args=[axe.pk])
    refus = qualite.post(adresse, saisie | {"jusqu_au": jour(9)}).context["form"].errors
    assert refus == {"jusqu_au": ["Cette échéance est passée : elle ne se déplace plus."]}
    assert qualite.post(adresse, saisie | {"intitule": "Plus vite"}).url == reverse(PAGE)


def test_un_code_que_cedre_ne_connait_plus_ne_casse_pas_la_page(ici, qualite):
    axe = Axe.objects.create(organisation=ici.organisation, intitule="Vite", defini_le=jour(0), codes=["disparu"])
    assert qualite.get(reverse(PAGE)).context["axes"] == [(axe, [])]
    assert qualite.get(reverse("structures:axe", args=[axe.pk])).context["form"]["codes"].value() == []


def test_la_page_du_projet_fait_autant_de_requetes_pour_dix_axes_que_pour_un(
    composees, ici, qualite, django_assert_max_num_queries
):
    for rang in range(10):
        Axe.objects.create(organisation=ici.organisation, intitule=f"Axe {rang}", defini_le=jour(0), codes=[*tous()][:5])
    with django_assert_max_num_queries(9):
        qualite.get(reverse(PAGE))


def test_un_texte_adopte_aujourd_hui_vaut_aujourd_hui_et_se_corrige_sans_reviser(ici, ailleurs, qualite):
    for monde in (ici, ailleurs):
        ProjetAssociatif.objects.create(organisation=monde.organisation, le=jour(0), adopte_par="AG", texte=f"De {monde.nom}")
    ligne = ProjetAssociatif.objects.get(organisation=ici.organisation)
    assert qualite.get(reverse(PAGE)).context["texte"] == ligne
    adresse = reverse("structures:projet_associatif", args=[ligne.pk])
    assert adresse in qualite.get(reverse(PAGE)).content.decode()
    saisie = {"texte": "Revu", "le": jour(-3), "adopte_par": "Le CA"}
    assert qualite.post(adresse, saisie).url == reverse(PAGE)
    ligne.refresh_from_db()
    assert (ligne.texte, ligne.le, ligne.adopte_par) == ("Revu", jour(-3), "Le CA")
    form = qualite.get(reverse("structures:projet_reviser")).context["form"]
    assert (form["le"].value(), form["texte"].value(), form["adopte_par"].value()) == (jour(0), "Revu", "")


def test_les_axes_vont_du_plus_recent_au_plus_ancien_et_disent_quand_on_les_a_redits(ici, ailleurs, qualite):
    dits = {"pourquoi": "Trop d’attente", "defini_par": "le CA", "diffusion": "en réunion"}
    vieux, neuf, moyen = (
        Axe.objects.create(organisation=ici.organisation, intitule=nom, defini_le=jour(le), **champs)
        for nom, le, champs in (("Vieux", -900, {}), ("Neuf", 0, {}), ("Moyen", -90, dits | {"diffuse_le": jour(-80)}))
    )
    passe = Axe.objects.create(organisation=ici.organisation, intitule="Passé", defini_le=jour(-90), jusqu_au=jour(-1))
    a_venir = Axe.objects.create(organisation=ici.organisation, intitule="À venir", defini_le=jour(1))
    Axe.objects.create(organisation=ailleurs.organisation, intitule="Ailleurs", defini_le=jour(0))
    for le in (-30, -3, -60):
        vieux.redefinitions.create(le=jour(le))
    page = qualite.get(reverse(PAGE))
    axes = [axe for axe, _ in page.context["axes"]]
    assert axes == [neuf, moyen, vieux] and [*page.context["autres_axes"]] == [a_venir, passe]
    assert [axe.redefini_le for axe in axes] == [None, None, jour(-3)]
    texte = " ".join(page.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())
    assert "par le CA. Diffusé le" in texte and ": en réunion." in texte and texte.count("Pas encore diffusé.") == 2


def test_un_axe_neuf_est_d_aujourd_hui_et_le_jour_de_sa_fin_se_prolonge_encore(ici, qualite):
    adresse = reverse("structures:axe_nouveau")
    assert qualite.get(adresse).context["form"]["defini_le"].value() == jour(0)
    dit = {"intitule": "Vite", "pourquoi": "Pour eux", "defini_le": jour(-9), "defini_par": "CA", "jusqu_au": jour(0)}
    assert qualite.post(adresse, dit | {"diffuse_le": jour(-5), "diffusion": "Affiche"}).url == reverse(PAGE)
    axe = Axe.objects.get()
    assert (axe.pourquoi, axe.defini_par, axe.diffuse_le, axe.diffusion) == ("Pour eux", "CA", jour(-5), "Affiche")
    assert qualite.post(reverse("structures:axe", args=[axe.pk]), dit | {"jusqu_au": jour(9)}).status_code == 302
    axe.refresh_from_db()
    assert (axe.jusqu_au, axe.redefinitions.exists()) == (jour(9), False)
