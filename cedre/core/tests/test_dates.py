"""Les dates se lisent en mots."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cedre.core.templatetags.cedre import depuis, jour_court


@pytest.mark.parametrize("le, attendu", [(date(2026, 10, 1), "1er oct. 2026"), (date(2026, 3, 12), "12 mars 2026"), (None, "")])
def test_une_date_courte_garde_son_mois_en_lettres(le, attendu):
    assert jour_court(le).replace("\N{NO-BREAK SPACE}", " ") == attendu


@pytest.mark.parametrize("jours, dit", [(0, "depuis aujourd’hui"), (1, "depuis hier"), (4, "depuis 4\N{NO-BREAK SPACE}jours")])
def test_un_etat_dit_depuis_quand_il_dure(jours, dit):
    assert depuis(timezone.localdate() - timedelta(days=jours)) == dit
