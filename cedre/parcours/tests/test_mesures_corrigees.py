"""Une mesure figée ne bouge que de ce que dit le registre (décisions 0029 et 0034)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.core import indicateurs as vivants
from cedre.core.indicateurs import tous
from cedre.observatoire.mesures import mesurer, mesurer_par_structure
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
