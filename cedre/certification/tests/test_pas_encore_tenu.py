"""Avant qu'une structure tienne Cèdre, ou que Cèdre garde ce qu'une mesure lit, rien ne se mesure : ce n'est pas zéro."""

import json
from datetime import UTC, datetime, time, timedelta
from importlib.util import find_spec
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from cedre.certification.conformite import juger_structure, juger_structures, tendance
from cedre.certification.tests.reunies import AUJOURDHUI, chiffres, il_y_a, prevue, vue
from cedre.certification.verdicts import Verdict
from cedre.comptes.models import Habilitation
from cedre.core.dates import fin_de_mois
from cedre.core.indicateurs import INCONNUE, PAS_ENCORE_TENU, tous
from cedre.core.periodes import Periode
from cedre.observatoire.mesures import mesurer
from cedre.observatoire.models import MesureFigee
from cedre.observatoire.operations import figer
from cedre.parcours.models import Contact
from cedre.qualite.models import Reclamation
from cedre.structures.models import Axe

MIGRATION = tous()["suivi_sans_referent"].garde_depuis


def a_midi(le):
    return datetime.combine(le, time(12), UTC)


@pytest.fixture
def debut(ici):
    """Le jour où la structure a commencé à tenir Cèdre ; une demande, notée depuis, est plus ancienne."""
    Habilitation.objects.filter(organisation=ici.organisation).update(depuis=a_midi(il_y_a(100)))
    Contact.objects.filter(personne=ici.personne).update(le=il_y_a(200))
    return il_y_a(100)


def mesure(monde, quand, code="delai_annonce"):
    return mesurer([tous()[code]], monde.organisation, quand)[code]


def test_la_veille_elle_ne_le_tenait_pas_encore_le_jour_meme_elle_se_mesure(ici, debut):
    veille = debut - timedelta(days=1)
    assert mesure(ici, veille) is PAS_ENCORE_TENU and mesure(ici, debut) == (1, 1) and not mesure(ici, debut).inconnue
    dernier = {au: mesure(ici, Periode(il_y_a(300), au)) for au in (veille, debut)}
    assert dernier[veille] is PAS_ENCORE_TENU and not dernier[debut].inconnue, "une période vaut son dernier jour"


def test_chez_l_une_et_pas_chez_l_autre(ici, ailleurs, debut, referentiel):
    edition, veille = referentiel(), debut - timedelta(days=1)
    ensemble = dict(juger_structures([ici.organisation, ailleurs.organisation], edition, veille))
    assert [ensemble[monde.organisation][0].tete.mesure.inconnue for monde in (ici, ailleurs)] == ["pas encore tenu", ""]
    for monde in (ici, ailleurs):
        assert ensemble[monde.organisation] == juger_structure(monde.organisation, edition, veille)


def test_le_verdict_ne_se_dit_pas_et_la_page_dit_pourquoi(ici, qualite, debut, referentiel):
    edition, veille = referentiel(), debut - timedelta(days=1)
    (jugee,) = juger_structure(ici.organisation, edition, veille)
    assert jugee.verdict == Verdict.INDETERMINABLE and not jugee.manquants
    ((_, avant), (_, apres)) = tendance(ici.organisation, edition, jugee.specification, [veille, debut])
    assert (avant.verdict, apres.verdict) == (Verdict.INDETERMINABLE, Verdict.SATISFAIT)
    le = {"le": fin_de_mois(debut - timedelta(days=62)).isoformat()}
    for route, args in (("conformite", []), ("specification", [jugee.specification.nom_dans_l_adresse])):
        page = qualite.get(reverse(f"certification:{route}", args=args, query=le)).content.decode()
        assert "pas encore tenu" in page, route


def test_la_page_d_un_indicateur_le_dit_et_ne_dit_pas_qu_il_ne_manque_rien(ici, debut):
    veille = {"le": (debut - timedelta(days=1)).isoformat()}
    Contact.objects.filter(personne=ici.personne).update(delai_annonce=None, echeance_annoncee=None)
    page = ici.client("cip").get(reverse("portail:manquants", args=["delai_annonce"], query=veille)).content.decode()
    assert "ne tenait pas encore Cèdre" in page and "Il ne manque rien" not in page and ici.personne.nom not in page


def test_la_revue_n_y_voit_aucun_progres(ici, debut):
    axe = {"organisation": ici.organisation, "intitule": "Accueillir", "codes": ["delai_annonce"], "diffuse_le": il_y_a(20)}
    Axe.objects.create(**axe, defini_le=il_y_a(30))
    preparation = vue(prevue(ici), ici)
    assert {s["sens"] for s in preparation["specifications"] if s["avant"] == Verdict.INDETERMINABLE} == {""}
    avant = {s["code"]: s["avant"] for s in preparation["specifications"]}
    assert avant["2.4a"] == Verdict.INDETERMINABLE, "l'axe n'était pas défini : insuffisant, aurait-on dit"
    (axes,) = [s for s in preparation["sections"] if s["titre"] == "Axes du projet"]
    assert "pas encore tenu, puis" in axes["lignes"][0]["detail"]


def test_une_periode_finie_avant_ne_compte_aucune_reclamation(ici, debut):
    chez = {"organisation": ici.organisation, "origine": "client", "texte": "En retard", "reponse_attendue": True}
    Reclamation.objects.create(**chez, recue_le=il_y_a(250))
    fini = prevue(ici, du=il_y_a(300), au=il_y_a(200))
    assert chiffres(vue(fini, ici, le=il_y_a(150)), "Réclamations") == ["pas encore tenu"] * 3


def test_les_heures_et_les_sorties_d_avant_ne_sont_pas_des_zeros(ici, debut):
    par = ici.client("direction")
    page = par.get(reverse("parcours:mobilisation")).content.decode()
    assert "pas encore tenu" in page
    avant = {"du": il_y_a(300).isoformat(), "au": il_y_a(150).isoformat()}
    assert par.get(reverse("parcours:sorties", query=avant)).content.decode().count("pas encore tenu") == 2


def test_la_commande_le_dit_et_ne_rend_aucun_nombre(ici, debut, referentiel):
    referentiel()
    options = {"structure": "ici", "le": debut - timedelta(days=1)}
    dit, ecrit = StringIO(), StringIO()
    call_command("conformite", **options, stdout=dit)
    assert "pas encore tenu" in dit.getvalue() and "0 sur 0" not in dit.getvalue()
    call_command("conformite", **options, json=True, stdout=ecrit)
    (preuve, *_) = json.loads(ecrit.getvalue())["specifications"][0]["points"][0]["preuves"]
    assert (preuve["numerateur"], preuve["denominateur"], preuve["verdict"]) == (None, None, "indeterminable")


def test_rien_ne_se_fige_d_avant(ici, debut):
    figer(AUJOURDHUI, chez=ici.organisation)
    assert min(MesureFigee.objects.values_list("le", flat=True)) >= debut


@pytest.mark.parametrize("decalage, premiere", [(0, True), (1, False)])
def test_une_structure_qui_commence_le_dernier_jour_d_un_mois_a_sa_mesure_de_ce_mois(ici, decalage, premiere):
    le = fin_de_mois(fin_de_mois(AUJOURDHUI - timedelta(days=1)) - timedelta(days=1))
    Habilitation.objects.filter(organisation=ici.organisation).update(depuis=a_midi(le + timedelta(days=decalage)))
    figer(AUJOURDHUI, chez=ici.organisation)
    assert (min(MesureFigee.objects.values_list("le", flat=True)) == le) is premiere


# Ce que Cèdre ne gardait pas encore


@pytest.fixture
def installer(monkeypatch):
    """Dit quand Cèdre a été installé, et quand est venue la montée qui a commencé à garder les référents."""

    def le(installe, montee):
        jours = {("parcours", "0001_initial"): installe, tuple(MIGRATION.split(".")): montee}
        posees = {cle: MigrationRecorder.Migration(applied=a_midi(jour)) for cle, jour in jours.items()}
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: posees)
        return montee

    return le


@pytest.fixture
def montee(installer):
    """Cèdre servait depuis un an ; la montée est du deuxième jour du mois dernier : une fin de mois la précède, une la suit."""
    return installer(il_y_a(365), (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=2))


def test_ce_que_l_on_ne_gardait_pas_est_inconnu_et_le_reste_se_mesure(ici, montee):
    veille = montee - timedelta(days=1)
    assert mesure(ici, veille, "suivi_sans_referent") is INCONNUE
    assert not mesure(ici, montee, "suivi_sans_referent").inconnue and not mesure(ici, veille, "suivi_injoignable").inconnue
    page = ici.client("cip").get(reverse("portail:manquants", args=["suivi_sans_referent"], query={"le": veille.isoformat()}))
    assert "ne gardait pas encore" in page.content.decode()


def test_rien_d_inconnu_ne_se_fige(ici, montee):
    figer(timezone.localdate(), chez=ici.organisation)
    figees = dict(MesureFigee.objects.order_by().values_list("code").annotate(Min("le")))
    assert figees["suivi_sans_referent"] >= montee > figees["suivi_injoignable"]


def test_installe_ce_jour_la_cedre_a_toujours_tout_garde(ici, installer):
    installer(il_y_a(30), il_y_a(30))
    assert not mesure(ici, il_y_a(31), "suivi_sans_referent").inconnue


def test_la_migration_que_dit_un_indicateur_existe():
    dites = [i.garde_depuis.split(".") for i in tous().values() if i.garde_depuis]
    assert dites and all(find_spec(f"cedre.{app}.migrations.{nom}") for app, nom in dites)
