"""Les écrans des droits de la personne : le geste demandé, son motif, ce qu'on annonce, où l'on revient (nomenclatures §7)."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.parcours.forms.droits import PurgeForm, SortForm
from cedre.parcours.models import Contact, Exportation, Personne
from cedre.parcours.operations.droits import Motif, Sort, effacer
from cedre.structures.models import Reglages


@pytest.fixture(autouse=True)
def _sans_mesurer(monkeypatch):
    """Figer les mois passés a ses propres essais."""
    monkeypatch.setattr("cedre.parcours.operations.droits._figer", lambda par: None)


@pytest.mark.parametrize("motif", Motif)
@pytest.mark.parametrize(("sort", "geste"), [("anonymiser", "anonymiser"), ("effacer", "effacer")])
def test_le_sort_choisi_est_celui_que_l_on_donne_et_la_trace_dit_le_motif_choisi(ici, sort, geste, motif):
    numero = ici.personne.pk
    saisie = {"sort": sort, "motif": motif, "confirmation": "MARTINELLE"}
    reponse = ici.client("direction").post(reverse("parcours:droits", args=[numero]), saisie, follow=True)
    trace = Trace.objects.get(geste__in=["anonymiser", "effacer"])
    assert (trace.geste, trace.detail, trace.personne_id) == (geste, motif.label, numero)
    assert Personne.objects.filter(pk=numero).exists() == (sort == "anonymiser")
    assert reponse.request["PATH_INFO"] == reverse("parcours:personnes")
    assert f"Dossier n° {numero} : c’est fait, et la trace en est gardée." in reponse.content.decode().replace("\u00a0", " ")


def test_rien_n_est_choisi_d_avance_pour_une_personne_et_l_anonymat_l_est_pour_une_purge(ici):
    form = SortForm(personne=ici.personne)
    assert (form["sort"].initial, form["motif"].initial) == (None, None)
    assert PurgeForm(initial={"dossiers": "1"})["sort"].initial == Sort.ANONYMISER


@pytest.mark.parametrize(
    ("ecrit", "confirme"),
    [("Martinelle", True), ("martinelle", True), (" MARTINELLE ", True), ("Zélie", False), ("Martin", False)],
)
def test_on_confirme_par_le_nom_de_famille_sans_souci_d_ecriture(ici, ecrit, confirme):
    form = SortForm({"sort": "effacer", "motif": "demande", "confirmation": ecrit}, personne=ici.personne)
    assert form.is_valid() == confirme
    assert confirme or "Martinelle" in form.errors["confirmation"][0]


def test_la_page_ne_compte_que_son_dossier_et_mene_a_la_rectification(ici):
    autre = Personne.objects.create(organisation=ici.organisation, nom="Voisine", prenom="Ada")
    Contact.objects.create(personne=autre)
    reponse = ici.client("direction").get(reverse("parcours:droits", args=[ici.personne.pk]))
    assert dict(reponse.context["contenu"])["premiers contacts"] == 1
    page = reponse.content.decode()
    for route in ("personne_modifier", "dossier_pdf", "dossier_json", "personne"):
        assert f'"{reverse(f"parcours:{route}", args=[ici.personne.pk])}"' in page, route


def test_le_dossier_en_json_porte_son_numero_et_se_relit_en_francais(ici):
    reponse = ici.client("direction").post(reverse("parcours:dossier_json", args=[ici.personne.pk]))
    assert reponse["Content-Type"] == "application/json; charset=utf-8"
    assert f"dossier-{ici.personne.pk}.json" in reponse["Content-Disposition"]
    assert "Zélie" in reponse.content.decode() and json.loads(reponse.content)["personne"]["dossier"] == ici.personne.pk
    assert Trace.objects.get(geste="exporter").compte == ici.hab["direction"].compte


@pytest.mark.parametrize("mois", [24, 36])
def test_la_conservation_dit_la_duree_choisie_par_la_structure(ici, ailleurs, mois):
    Reglages.objects.filter(organisation=ici.organisation).update(conservation_mois=mois)
    Reglages.objects.filter(organisation=ailleurs.organisation).update(conservation_mois=60)
    reponse = ici.client("direction").get(reverse("parcours:purge"))
    assert reponse.context["mois"] == mois and f"{mois} mois" in reponse.content.decode().replace("\u00a0", " ")


def test_un_effacement_emporte_les_exports_d_ici_et_aucun_autre(ici, ailleurs):
    effacer(ici.personne, motif="demande", par=ici.hab["direction"])
    assert [e.organisation for e in Exportation.objects.all()] == [ailleurs.organisation]


def test_les_traces_d_un_dossier_sont_les_siennes_la_derniere_d_abord(ici, cip):
    autre = Personne.objects.create(organisation=ici.organisation, nom="Voisine", prenom="Ada")
    for personne, geste in ((ici.personne, "creer"), (autre, "exporter"), (ici.personne, "modifier")):
        tracer(par=ici.hab["mad"], geste=geste, objet=personne)
    reponse = cip.get(reverse("parcours:traces_personne", args=[ici.personne.pk]))
    assert [t.geste for t in reponse.context["page"]][-2:] == ["modifier", "creer"]
    assert {t.personne_id for t in reponse.context["page"]} == {ici.personne.pk}
    assert "Mad Ici" in reponse.content.decode()


def test_une_purge_annonce_combien_sont_faits_et_combien_restent(ici):
    il_y_a_longtemps = timezone.now() - timedelta(days=1500)
    vieux = [
        Personne.objects.create(organisation=ici.organisation, nom=f"Vieux {n}", prenom="A", cree_le=il_y_a_longtemps)
        for n in "abc"
    ]
    saisie = {"dossiers": f"{vieux[0].pk},{vieux[2].pk}", "sort": "effacer", "nombre": 2}
    refusee = ici.client("direction").post(reverse("parcours:purge_faire"), saisie | {"nombre": 3})
    assert refusee.context["form"].errors == {"nombre": ["La liste ci-dessous en compte 2."]}
    assert refusee.context["personnes"] == [vieux[0], vieux[2]]
    reponse = ici.client("direction").post(reverse("parcours:purge_faire"), saisie, follow=True)
    assert "Dossiers purgés : 2. Chacun a sa trace. Il en reste 1 à purger." in reponse.content.decode().replace("\u00a0", " ")
    assert [p.pk for p in reponse.context["page"]] == [vieux[1].pk]
