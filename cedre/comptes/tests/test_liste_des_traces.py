"""La liste des traces : ce que chaque ligne dit, ce que chaque filtre garde, le jour même compris (nomenclatures §7)."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.forms import FiltreTracesForm
from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.comptes.operations import enregistrer, tracer, tracer_chez, tracer_ensemble

LE = date(2026, 3, 10)
PARIS = "Europe/Paris"


@pytest.fixture
def trois_jours(ici) -> dict[str, Trace]:
    """Une trace à la dernière minute de la veille, une à la première et une à la dernière du jour, une au lendemain."""
    instants = {"veille": (9, 22, 59), "matin": (9, 23, 0), "soir": (10, 22, 59), "lendemain": (10, 23, 0)}
    par = {"organisation": ici.organisation, "compte": ici.hab["cip"].compte, "role": "cip", "geste": "creer", "objet": "x"}
    return {
        nom: Trace.objects.create(le=datetime(2026, 3, jour, h, m, tzinfo=UTC), **par) for nom, (jour, h, m) in instants.items()
    }


def gardees(ici, trois_jours, **choix) -> list[str]:
    noms = {trace.pk: nom for nom, trace in trois_jours.items()}
    filtre = FiltreTracesForm(choix, habilitation=ici.hab["direction"])
    return [noms[trace.pk] for trace in filtre.appliquer(Trace.objects.pour(ici.hab["direction"]))]


def test_du_et_au_gardent_le_jour_meme_tout_entier_et_les_plus_recentes_viennent_d_abord(ici, trois_jours):
    with timezone.override(PARIS):
        assert gardees(ici, trois_jours, du=LE, au=LE) == ["soir", "matin"]
        assert gardees(ici, trois_jours, du=LE) == ["lendemain", "soir", "matin"]
        assert gardees(ici, trois_jours, au=LE) == ["soir", "matin", "veille"]
        assert gardees(ici, trois_jours, au=LE - timedelta(days=1)) == ["veille"]
        assert gardees(ici, trois_jours, du=LE + timedelta(days=1), au=LE) == []
        assert gardees(ici, trois_jours) == ["lendemain", "soir", "matin", "veille"]


def test_le_jour_d_un_filtre_est_celui_de_la_structure(ici, trois_jours):
    Organisation.objects.filter(pk=ici.organisation.pk).update(fuseau="Indian/Reunion")  # trois heures de plus qu’à Paris
    lignes = ici.client("direction").get(reverse("comptes:traces"), {"du": LE, "au": LE}).context["page"]
    assert {t.pk for t in lignes} == {trois_jours[nom].pk for nom in ("veille", "matin")}


def test_on_choisit_parmi_ceux_qui_ont_eu_un_acces_ici_partis_compris(ici, ailleurs):
    Habilitation.objects.filter(pk=ici.hab["mad"].pk).update(retiree_le=timezone.now())
    Habilitation.objects.create(compte=ici.hab["cip"].compte, organisation=ici.organisation, role="direction")
    comptes = list(FiltreTracesForm(habilitation=ici.hab["direction"]).fields["compte"].queryset)
    assert sorted(c.email for c in comptes) == sorted(h.compte.email for h in ici.hab.values())
    etranger = ailleurs.hab["cip"].compte_id
    assert "compte" in FiltreTracesForm({"compte": etranger}, habilitation=ici.hab["direction"]).errors


def test_chaque_filtre_se_combine_aux_autres(ici):
    for role, geste, objet in (
        ("cip", "creer", ici.personne),
        ("cip", "exporter", ici.organisation),
        ("mad", "creer", ici.personne),
    ):
        tracer(par=ici.hab[role], geste=geste, objet=objet)

    def lues(**choix) -> set[tuple]:
        lignes = FiltreTracesForm(choix, habilitation=ici.hab["direction"]).appliquer(Trace.objects.all())
        return {(t.role, t.geste) for t in lignes}

    cip, numero = ici.hab["cip"].compte_id, ici.personne.pk
    assert lues(compte=cip) == {("cip", "creer"), ("cip", "exporter")}
    assert lues(compte=cip, geste="creer") == {("cip", "creer")}
    assert lues(dossier=numero) == {("cip", "creer"), ("mad", "creer")} and lues(dossier=numero, geste="exporter") == set()
    Trace.objects.create(organisation=ici.organisation, geste="modifier", objet="client", objet_id=numero)
    assert set(Trace.objects.du_dossier(numero)) == set(Trace.objects.filter(geste="creer"))


def test_une_ligne_dit_quand_qui_a_quel_titre_quoi_de_quel_dossier_et_en_quels_mots(ici):
    with time_machine.travel(datetime(2026, 3, 10, 8, 5, tzinfo=UTC), tick=False):
        trace = tracer(par=ici.hab["cip"], geste="modifier", objet=ici.entretien, detail="Heure, lieu")
    Trace.objects.create(organisation=ici.organisation, geste="effacer", objet="sauvegarde", le=timezone.now())
    page = ici.client("direction").get(reverse("comptes:traces")).text
    trouvees = re.findall(r"<t[hd] [^>]*>.*?</t[hd]>", page, re.DOTALL)
    cases = [" ".join(unescape(re.sub(r"<[^>]+>", " ", case)).split()) for case in trouvees]
    dits = [cases[5:][n : n + 5] for n in (0, 5)]
    assert dits[0][1:] == ["Cèdre", "a effacé : sauvegarde", "", ""]
    assert dits[1] == [
        "10 mars 2026, 9 h 05",
        "Cip Ici Accompagnateur·rice socioprofessionnel·le (CIP)",
        f"a modifié : {trace.objet} n° {ici.entretien.pk}",
        str(ici.personne.pk),
        "Heure, lieu",
    ]


def test_une_trace_dit_l_objet_et_son_dossier_ou_le_modele_seul(ici):
    cip = ici.hab["cip"]
    lues = [
        tracer(par=cip, geste="consulter", objet=ici.personne),
        tracer(par=cip, geste="creer", objet=ici.contact, detail="x" * 500),
        tracer(par=cip, geste="exporter", objet=type(ici.personne)),
        tracer(par=cip, geste="modifier", objet=ici.organisation),
    ]
    assert [(t.objet, t.objet_id, t.personne_id) for t in lues] == [
        ("personne", ici.personne.pk, ici.personne.pk),
        (ici.contact._meta.verbose_name, ici.contact.pk, ici.personne.pk),
        ("personne", None, None),
        ("organisation", ici.organisation.pk, None),
    ]
    assert len(Trace.objects.get(pk=lues[1].pk).detail) == 400
    assert {(t.compte_id, t.role, t.organisation_id) for t in lues} == {(cip.compte_id, "cip", ici.organisation.pk)}


def test_un_geste_de_plusieurs_objets_laisse_une_trace_de_chacun(ici, django_assert_num_queries):
    with django_assert_num_queries(1):
        tracer_ensemble({ici.contact: "un", ici.entretien: "deux"}, par=ici.hab["cip"], geste="supprimer")
    assert list(Trace.objects.order_by("pk").values_list("geste", "objet_id", "personne_id", "detail")) == [
        ("supprimer", ici.contact.pk, ici.personne.pk, "un"),
        ("supprimer", ici.entretien.pk, ici.personne.pk, "deux"),
    ]


def test_agir_ailleurs_se_lit_chez_soi_et_la_bas_agir_chez_soi_une_seule_fois(reseau, ici):
    responsable, chez = reseau[0].hab["responsable_qualite"], reseau[0].organisation
    tracer_chez(ici.organisation, par=responsable, geste="modifier", objet=ici.organisation, detail="nom")
    tracer_chez(ici.organisation, par=ici.hab["direction"], geste="creer", objet=ici.organisation)
    lues = list(Trace.objects.order_by("pk").values_list("organisation", "role", "geste", "detail"))
    dite = ("responsable_qualite", "modifier", "nom")
    assert lues == [(chez.pk, *dite), (ici.organisation.pk, *dite), (ici.organisation.pk, "direction", "creer", "")]


def test_enregistrer_un_objet_se_trace_cree_puis_modifie_avec_les_champs_changes_tels_qu_on_les_lit(ici):
    client = ici.client("direction")
    partenaire = apps.get_model("partenariats", "Partenaire")
    neuf = partenaire(organisation=ici.organisation, nom="Mission locale")
    enregistrer(neuf, champs=["nom", "telephone"], par=ici.hab["direction"])
    enregistrer(neuf, champs=["telephone"], par=ici.hab["cip"])
    lues = list(Trace.objects.order_by("pk").values_list("geste", "objet", "objet_id", "detail", "role"))
    telephone = partenaire._meta.get_field("telephone").verbose_name
    assert lues == [
        ("creer", "partenaire", neuf.pk, f"nom, {telephone}", "direction"),
        ("modifier", "partenaire", neuf.pk, telephone, "cip"),
    ]
    vide = client.get(reverse("comptes:traces"), {"geste": "effacer"}).text
    assert "Aucune trace" in vide and "Rien ne correspond à ces filtres" in vide and "<table" not in vide
