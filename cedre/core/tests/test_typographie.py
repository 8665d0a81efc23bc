"""Les espaces insécables se posent seules."""

import pytest
from django.template import engines

from cedre.core.typographie import FINE, LARGE, typographier


@pytest.mark.parametrize(
    "tape, attendu",
    [
        ("Prêt ?", f"Prêt{FINE}?"),
        ("« Oui » !", f"«{LARGE}Oui{LARGE}»{FINE}!"),
        ("Merci d'indiquer l'adresse", "Merci d’indiquer l’adresse"),
        ("Durée : 3 jours", f"Durée{LARGE}: 3 jours"),
        ("à 9:30 et {a ? b}", "à 9:30 et {a ? b}".replace("a ?", f"a{FINE}?")),
    ],
)
def test_les_espaces_insecables_se_posent_devant_les_signes_doubles(tape, attendu):
    assert typographier(tape) == attendu


def test_un_gabarit_est_typographie_sans_toucher_a_ses_balises():
    page = (
        engines["django"].get_template("core/_vide.html").render({"icone": "info", "titre": "T", "texte": "a : b", "adresse": ""})
    )
    assert "a : b" in page
