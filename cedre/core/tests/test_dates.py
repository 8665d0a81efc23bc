"""Les dates se lisent en mots, et ne s'écrivent que d'une année qui se peut."""

from datetime import date, timedelta

import pytest
from django import forms
from django.db import models
from django.utils import timezone

from cedre.core.templatetags.cedre import depuis, jour_court


@pytest.mark.parametrize("le, attendu", [(date(2026, 10, 1), "1er oct. 2026"), (date(2026, 3, 12), "12 mars 2026"), (None, "")])
def test_une_date_courte_garde_son_mois_en_lettres(le, attendu):
    assert jour_court(le).replace("\N{NO-BREAK SPACE}", " ") == attendu


@pytest.mark.parametrize("jours, dit", [(0, "depuis aujourd’hui"), (1, "depuis hier"), (4, "depuis 4\N{NO-BREAK SPACE}jours")])
def test_un_etat_dit_depuis_quand_il_dure(jours, dit):
    assert depuis(timezone.localdate() - timedelta(days=jours)) == dit


@pytest.mark.parametrize("champ", [forms.DateField(), models.DateField(null=True, blank=True).formfield()])
def test_un_champ_de_date_refuse_une_annee_qui_ne_se_peut_pas(champ):
    for folle in ("0001-01-01", "1899-12-31", "9999-12-31"):
        with pytest.raises(forms.ValidationError, match="Vérifiez l’année."):
            champ.clean(folle)
    assert champ.clean("1931-05-02") == date(1931, 5, 2)
