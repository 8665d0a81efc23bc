"""Les graphiques se posent dans une page sans en rompre la politique de sécurité."""

import os
import re
import subprocess
import sys

import pytest
from django.core.cache import caches

from cedre.core import graphiques

SPEC = {
    "data": {"values": [{"x": 1, "y": 1234.5}, {"x": 2, "y": 2000}]},
    "mark": {"type": "line", "tooltip": True},
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}


@pytest.fixture(autouse=True)
def cache_neuf(settings, tmp_path):
    settings.CACHES = settings.CACHES | {
        "graphiques": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    caches["graphiques"].clear()


def test_un_graphique_n_a_ni_style_ni_script_et_dit_son_titre():
    dessin = graphiques.svg(SPEC, titre="Les <mois>")
    assert "style" not in dessin and "<script" not in dessin and "url(" not in dessin
    assert dessin.startswith('<svg role="img" aria-label="Les &lt;mois&gt;"')


def test_un_graphique_suit_le_theme_de_la_page():
    dessin = graphiques.svg(SPEC, titre="Mois")
    assert "var(--cedre)" in dessin and "var(--encre-douce)" in dessin
    assert graphiques.COULEURS["cedre"] not in dessin
    assert graphiques.COULEURS["cedre"] in graphiques.dessiner(SPEC)
    nombres = set(re.findall(r">(\d[^<]*)</text>", dessin))
    assert {"2\N{NO-BREAK SPACE}000", "1,0"} <= {n.replace("\u202f", "\N{NO-BREAK SPACE}") for n in nombres}, "à la française"


def test_la_premiere_serie_est_de_la_couleur_de_la_maison():
    assert graphiques.THEME["range"]["category"][0] == graphiques.THEME["mark"]["color"] == graphiques.COULEURS["cedre"]
    assert len(set(graphiques.COULEURS.values())) == len(graphiques.COULEURS)


def test_le_meme_graphique_ne_se_dessine_qu_une_fois(monkeypatch):
    premier = graphiques.svg(SPEC, titre="Mois")
    monkeypatch.setattr(graphiques, "import_string", lambda nom: pytest.fail("dessiné deux fois"))
    assert graphiques.svg(SPEC, titre="Mois") == premier


def test_nul_moteur_lourd_ne_se_charge_avec_le_site():
    code = "import django, sys; django.setup(); import cedre.urls; sys.exit(bool({'vl_convert', 'duckdb'} & sys.modules.keys()))"
    milieu = {**os.environ, "DJANGO_SETTINGS_MODULE": "cedre.settings"}  # et de quoi retrouver ce qui est déjà compilé
    assert subprocess.run([sys.executable, "-c", code], env=milieu).returncode == 0
