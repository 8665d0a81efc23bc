"""Une mesure figée ne bouge que de ce que dit le registre (décisions 0029 et 0034)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Deplacement, Habilitation, Trace
from cedre.core import indicateurs as vivants
from cedre.core.dates import fin_de_mois
from cedre.core.indicateurs import tous
from cedre.observatoire.mesures import mesurer, mesurer_par_structure
from cedre.observatoire.models import MesureFigee
from cedre.observatoire.operations import figer
from cedre.parcours.models import Contrat


@pytest.fixture
def figee(embauchee):
    """La structure, dont toutes les fins de mois passées sont figées."""
    Habilitation.objects.update(depuis=timezone.now() - timedelta(days=900))
    figer(timezone.localdate())
    return embauchee


def salaries(monde, mesure=mesurer):
    le = timezone.localdate().replace(day=1) - timedelta(days=1)
    return mesure([tous()["salaries_engages"]], monde.organisation, le)["salaries_engages"]


def test_ce_que_le_registre_ne_dit_pas_ne_bouge_pas(figee):
    avant = salaries(figee)
    Contrat.objects.update(debut=timezone.localdate())
    assert salaries(figee) == avant != salaries(figee, vivants.mesurer)


def test_une_correction_dite_la_fait_bouger_d_autant(figee):
    avant, contrat = salaries(figee), figee.contrat
    corrige = {"nature": contrat.nature_id, "debut": timezone.localdate(), "fin_prevue": contrat.fin_prevue, "heures_hebdo": ""}
    cible = reverse("parcours:contrat_corriger", args=[contrat.pk])
    assert figee.client("direction").post(cible, corrige | {"motif_du_passe": "date"}).status_code == 302
    assert salaries(figee) == salaries(figee, vivants.mesurer) != avant
    le = timezone.localdate().replace(day=1) - timedelta(days=1)
    ((_, par_structure),) = mesurer_par_structure([tous()["salaries_engages"]], [figee.organisation.pk], le)
    assert par_structure == {figee.organisation.pk: salaries(figee)}


@pytest.fixture
def gardee(ici):
    """La structure, dont la dernière fin de mois gardait deux salariés engagés sur cinq ; hier, à midi."""
    Habilitation.objects.update(depuis=timezone.now() - timedelta(days=900))
    le = fin_de_mois(timezone.localdate() - timedelta(days=1))
    dite = {"code": "salaries_engages", "version": 1, "total": 5, "atteint": 2}
    MesureFigee.objects.create(organisation=ici.organisation, le=le, figee_le=timezone.now() - timedelta(hours=12), **dite)
    return ici


@pytest.mark.parametrize(
    "quoi, bouge",
    [
        ({}, True),
        ({"code": "engagement_remis"}, False),
        ({"mois": -1}, False),
        ({"chez": "ailleurs"}, False),
        ({"avant_de_figer": True}, False),
    ],
)
def test_seule_une_correction_de_cette_mesure_dite_apres_qu_elle_s_est_figee_la_fait_bouger(gardee, ailleurs, quoi, bouge):
    le = fin_de_mois(timezone.localdate() - timedelta(days=1))
    mois = fin_de_mois(le - timedelta(days=1)) if "mois" in quoi else le
    chez = ailleurs.organisation if "chez" in quoi else gardee.organisation
    quand = timezone.now() - timedelta(days=1) if "avant_de_figer" in quoi else timezone.now()
    avant = salaries(gardee)
    trace = Trace.objects.create(organisation=chez, geste="modifier", objet="contrat", motif="date", depuis=mois, le=quand)
    nombres = {"total_avant": 5, "atteint_avant": 4, "total_apres": 8, "atteint_apres": 5}
    Deplacement.objects.create(trace=trace, code=quoi.get("code", "salaries_engages"), mois=mois, **nombres)
    attendue = (avant.total + 3, avant.atteint + 1) if bouge else tuple(avant)
    assert tuple(salaries(gardee)) == attendue
    structures = [gardee.organisation.pk, ailleurs.organisation.pk]
    ((_, par_structure),) = mesurer_par_structure([tous()["salaries_engages"]], structures, le)
    assert tuple(par_structure[gardee.organisation.pk]) == attendue


def test_deux_corrections_de_suite_s_ajoutent(gardee):
    le = fin_de_mois(timezone.localdate() - timedelta(days=1))
    assert tuple(salaries(gardee)) == (5, 2)
    for apres in (3, 2):
        trace = Trace.objects.create(organisation=gardee.organisation, geste="modifier", objet="contrat", motif="date", depuis=le)
        nombres = {"total_avant": 1, "atteint_avant": 0, "total_apres": apres, "atteint_apres": 1}
        Deplacement.objects.create(trace=trace, code="salaries_engages", mois=le, **nombres)
    assert tuple(salaries(gardee)) == (8, 4)
