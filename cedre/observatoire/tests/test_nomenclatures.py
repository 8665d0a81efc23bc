"""Le cadre commun : la fédération le tient, un terme se ferme et ne se supprime jamais (OBS-1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.observatoire.models import Terme


@pytest.fixture
def federation(reseau):
    return reseau[0].client("responsable_qualite")


def test_un_terme_ferme_ne_se_propose_plus_mais_reste(federation, ici):
    terme = Terme.objects.de("prescripteur").first()
    hier = timezone.localdate() - timedelta(days=1)
    federation.post(
        reverse("observatoire:terme", args=[terme.pk]), {"libelle": terme.libelle, "rang": 0, "valable_au": hier.isoformat()}
    )
    assert terme not in Terme.objects.de("prescripteur")
    assert Terme.objects.de("prescripteur", le=hier).filter(pk=terme.pk).exists()
    assert "Fermé" in federation.get(reverse("observatoire:nomenclatures")).content.decode()
    trace = Trace.objects.get(geste="modifier")
    assert (trace.objet_id, trace.detail) == (terme.pk, "au")


def test_le_code_d_un_terme_ne_change_plus(federation):
    terme = Terme.objects.de("prescripteur").first()
    federation.post(
        reverse("observatoire:terme", args=[terme.pk]), {"libelle": "Autre", "rang": 0, "code": "neuf", "liste": "domaine"}
    )
    apres = Terme.objects.get(pk=terme.pk)
    assert (apres.libelle, apres.code, apres.liste) == ("Autre", terme.code, terme.liste)


def test_on_ajoute_un_terme_avec_un_code_neuf(federation):
    adresse = reverse("observatoire:terme_nouveau", args=["prestation"])
    suite = federation.post(adresse, {"code": "prime_neuve", "libelle": "Prime neuve", "rang": 50}, follow=True)
    neuf = Terme.objects.get(liste="prestation", code="prime_neuve")
    assert (neuf.libelle, neuf.rang, neuf.valable_du, neuf.valable_au) == ("Prime neuve", 50, None, None)
    assert suite.redirect_chain == [(reverse("observatoire:nomenclatures"), 302)]
    assert [str(message) for message in suite.context["messages"]] == ["« Prime neuve » est enregistré."]
    reponse = federation.post(adresse, {"code": "prime_neuve", "libelle": "Encore", "rang": 50})
    assert reponse.context["form"].errors["code"] == ["Ce code existe déjà dans la liste."]
    refus = federation.post(adresse, {"code": "avec accent é", "libelle": "X", "rang": 1}).context["form"].errors
    assert refus == {"code": ["Des lettres sans accent, des chiffres, des traits : rien d’autre."]}
    assert "code" in federation.post(adresse, {"code": "x" * 41, "libelle": "X", "rang": 1}).context["form"].errors
    assert Terme.objects.filter(libelle__in=("Encore", "X")).count() == 0
    assert federation.get(reverse("observatoire:terme_nouveau", args=["liste_inventee"])).status_code == 404


@pytest.mark.deux_moteurs
def test_la_fin_ne_vient_pas_avant_le_debut(federation):
    terme = Terme.objects.de("prescripteur").first()
    saisie = {"libelle": "X", "rang": 0, "valable_du": "2026-02-01", "valable_au": "2026-01-01"}
    reponse = federation.post(reverse("observatoire:terme", args=[terme.pk]), saisie)
    assert reponse.context["form"].errors["valable_au"] == ["La fin vient avant le début."]
    with pytest.raises(IntegrityError):
        Terme.objects.filter(pk=terme.pk).update(valable_du="2026-02-01", valable_au="2026-01-01")


@pytest.mark.parametrize("role", ["referent_regional", "ca_regional", "comite", "bureau", "groupe_qualite", "auditeur"])
def test_personne_d_autre_ne_tient_le_cadre_commun(reseau, role):
    client = reseau[0].client(role)
    terme = Terme.objects.de("prescripteur").first()
    for adresse in (reverse("observatoire:nomenclatures"), reverse("observatoire:terme", args=[terme.pk])):
        assert client.get(adresse).status_code == 403


@pytest.mark.parametrize("du, au, vaut", [(0, 0, True), (1, None, False), (None, -1, False), (None, 0, True), (-1, 1, True)])
def test_un_terme_vaut_de_son_premier_jour_a_son_dernier_compris(du, au, vaut, ici):
    le = timezone.localdate()
    terme = Terme.objects.de("prescripteur").first()
    bornes = {
        nom: None if jours is None else le + timedelta(days=jours) for nom, jours in (("valable_du", du), ("valable_au", au))
    }
    Terme.objects.filter(pk=terme.pk).update(**bornes)
    assert Terme.objects.de("prescripteur").filter(pk=terme.pk).exists() is vaut
    assert Terme.objects.avec_validite().get(pk=terme.pk).vaut is vaut
    assert Terme.objects.avec_validite(le + timedelta(days=1)).get(pk=terme.pk).vaut is (au in (None, 1))


def test_une_liste_va_par_rang_puis_par_libelle_et_ne_dit_que_les_siens(federation):
    Terme.objects.filter(liste="prestation").update(rang=5)
    for code, libelle, rang in (("b", "Béta", 1), ("a", "Alpha", 1), ("z", "Zéro", 0)):
        federation.post(
            reverse("observatoire:terme_nouveau", args=["prestation"]), {"code": code, "libelle": libelle, "rang": rang}
        )
    assert [terme.code for terme in Terme.objects.de("prestation")][:3] == ["z", "a", "b"]
    assert set(Terme.objects.de("prestation").values_list("liste", flat=True)) == {"prestation"}
    trace = Trace.objects.filter(geste="creer").latest("pk")
    assert (trace.objet_id, trace.compte.email) == (
        Terme.objects.get(liste="prestation", code="z").pk,
        "responsable_qualite@federation.example",
    )
    page = federation.get(reverse("observatoire:nomenclatures"))
    assert page.context["termes"].filter(liste="prestation").count() == Terme.objects.filter(liste="prestation").count()


@pytest.mark.parametrize(
    "categorie, type_siae, dit",
    [
        ("", "AI", True),
        ("AI", "AI", True),
        ("AI", "ACI", False),
        ("EI ACI", "ACI", True),
        ("EI ACI", "EI", True),
        ("ACI", "AI", False),
    ],
)
def test_un_terme_se_propose_aux_sortes_de_structure_que_dit_sa_categorie(ici, categorie, type_siae, dit):
    terme = Terme.objects.de("nature_contrat").first()
    Terme.objects.filter(pk=terme.pk).update(categorie=categorie)
    assert Terme.objects.pour_type(type_siae).filter(pk=terme.pk).exists() is dit


def test_la_categorie_d_un_terme_ne_change_plus_des_chiffres_d_hier_la_lisent(federation):
    terme = Terme.objects.get(liste="motif_sortie", code="cdi_non_aide")
    federation.post(reverse("observatoire:terme", args=[terme.pk]), {"libelle": "Repris", "categorie": "", "rang": 0})
    corrige = Terme.objects.get(pk=terme.pk)
    assert (corrige.libelle, corrige.categorie) == ("Repris", "Emploi durable")
    assert "Emploi durable" in federation.get(reverse("observatoire:terme", args=[terme.pk])).content.decode()


def test_ajouter_et_modifier_disent_leur_titre_et_ce_que_veut_chaque_champ(federation):
    aides = {
        "libelle": "",
        "rang": "Sa place dans la liste : le plus petit d’abord.",
        "valable_du": "Vide : depuis toujours.",
        "valable_au": "Dernier jour où on le propose. Vide : sans fin.",
    }
    code = {
        "code": "Court, sans espace ni accent. Il ne changera plus.",
        "libelle": "",
        "categorie": "Elle range des chiffres : elle ne changera plus.",
    }
    terme = Terme.objects.de("prestation").first()
    neuf = federation.get(reverse("observatoire:terme_nouveau", args=["prestation"])).context
    modifie = federation.get(reverse("observatoire:terme", args=[terme.pk])).context
    for page, titre, attendues in ((neuf, "Nouveau terme", code | aides), (modifie, "Modifier un terme", aides)):
        assert page["titre"] == titre
        assert {nom: champ.help_text for nom, champ in page["form"].fields.items()} == attendues
        assert [*page["form"].fields] == [*attendues]
        types = {nom: page["form"].fields[nom].widget.input_type for nom in ("valable_du", "valable_au")}
        assert types == {"valable_du": "date", "valable_au": "date"}
    assert (neuf["terme"].liste, modifie["terme"]) == ("prestation", terme)
    assert federation.get(reverse("observatoire:terme", args=[0])).status_code == 404


@pytest.mark.parametrize("ecart, refusee", [(-1, True), (0, False)])
def test_un_terme_peut_ne_valoir_qu_un_jour(federation, ecart, refusee):
    terme, le = Terme.objects.de("prestation").first(), timezone.localdate()
    saisie = {"libelle": "X", "rang": 0, "valable_du": le, "valable_au": le + timedelta(days=ecart)}
    reponse = federation.post(reverse("observatoire:terme", args=[terme.pk]), saisie)
    assert (reponse.status_code == 200) is refusee
    assert Terme.objects.filter(pk=terme.pk, libelle="X", valable_du=le, valable_au=le).exists() is not refusee
