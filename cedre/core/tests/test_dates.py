"""Les dates se lisent en mots."""

from datetime import date

import pytest

from cedre.core.templatetags.cedre import jour_court


@pytest.mark.parametrize("le, attendu", [(date(2026, 10, 1), "1er oct. 2026"), (date(2026, 3, 12), "12 mars 2026"), (None, "")])
def test_une_date_courte_garde_son_mois_en_lettres(le, attendu):
    assert jour_court(le).replace("\N{NO-BREAK SPACE}", " ") == attendu
