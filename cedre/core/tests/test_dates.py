"""Les dates se lisent en mots, et ne s'écrivent que d'une année qui se peut."""

from datetime import date, timedelta

import pytest
from django import forms
from django.db import models
from django.utils import timezone

from cedre.core.dates import des_mois, douze_mois, il_y_a
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


@pytest.mark.parametrize(
    "le, premier, combien",
    [
        (date(2026, 6, 15), date(2025, 6, 16), 365),
        (date(2024, 2, 28), date(2023, 3, 1), 365),
        (date(2024, 2, 29), date(2023, 3, 1), 366),
        (date(2024, 3, 1), date(2023, 3, 2), 366),
        (date(2025, 2, 28), date(2024, 2, 29), 366),
        (date(2025, 3, 1), date(2024, 3, 2), 365),
    ],
)
def test_douze_mois_sont_des_mois_civils_meme_autour_d_un_29_fevrier(le, premier, combien):
    bornes = douze_mois(le, "tenu_le")
    assert bornes == {"tenu_le__gt": premier - timedelta(days=1), "tenu_le__lte": le}
    assert (le - bornes["tenu_le__gt"]).days == combien


def test_vingt_quatre_et_trente_six_mois_se_comptent_de_meme():
    assert des_mois(24, date(2026, 2, 28)) == {"le__gt": date(2024, 2, 28), "le__lte": date(2026, 2, 28)}
    assert il_y_a(36, date(2024, 2, 29)) == date(2021, 2, 28)
