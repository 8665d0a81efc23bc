"""Stable, instable, précaire : ce que la fédération en a retenu se lit là où l'on choisit, rien si c'est ouvert (CER-3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import LectureRetenue
from cedre.parcours.models import Bilan
from cedre.tests.ecran import ecran

DIT = "Stable, un emploi ou un revenu qui dure"


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("dans, se_lit", [(None, False), (0, True), (1, False)])
def test_la_definition_retenue_se_lit_la_ou_l_on_choisit_une_trajectoire(embauchee, dans, se_lit):
    if dans is not None:
        LectureRetenue.objects.create(
            lignee="cedre",
            edition="2004-10",
            question="trajectoires",
            reponse="emploi_et_situation",
            pourquoi="Des mots communs",
            retenue_par="le bureau",
            du=timezone.localdate() + timedelta(days=dans),
        )
    client, ici = embauchee.client("cip"), embauchee
    bilan_a_ecrire = Bilan.objects.create(personne=ici.personne, engagement=ici.engagement, le=timezone.localdate())
    lignes = {"evaluation": ici.evaluation, "bilan": bilan_a_ecrire, "sortie": ici.personne}
    pages = {route: client.get(reverse(f"parcours:{route}", args=[ligne.pk])) for route, ligne in lignes.items()}
    assert {route: page.status_code for route, page in pages.items()} == dict.fromkeys(lignes, 200)
    assert {route: DIT in ecran(page) for route, page in pages.items()} == dict.fromkeys(lignes, se_lit)
