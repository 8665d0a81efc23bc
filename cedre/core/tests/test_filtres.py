"""Les filtres de toutes les pages : une date, une heure, un nombre, tels qu'on les lit (RES-1)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from cedre.core.templatetags.cedre import accorde, cle, heure, icone, jour, jour_court, jour_semaine, nombre, relatif, sur

SOIR = datetime(2026, 2, 28, 23, 5, tzinfo=UTC)  # 0 h 05 le 1er mars à Paris


def dit(texte: str) -> str:
    """Sans ses espaces insécables, dont on sait qu'ils y sont."""
    return texte.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("valeur", [SOIR, date(2026, 3, 1), "2026-03-01", "2026-03-01T22:59:00+01:00"])
def test_un_jour_se_dit_en_lettres_a_l_heure_de_qui_lit(valeur):
    with timezone.override("Europe/Paris"):
        lus = [dit(filtre(valeur)) for filtre in (jour, jour_court, jour_semaine)]
    assert lus == ["1er mars 2026", "1er mars 2026", "dimanche 1er mars 2026"]


def test_un_autre_quantieme_un_autre_mois_et_rien():
    assert [dit(f(date(2026, 9, 2))) for f in (jour, jour_court, jour_semaine)] == [
        "2 septembre 2026",
        "2 sept. 2026",
        "mercredi 2 septembre 2026",
    ]
    assert {f(rien) for f in (jour, jour_court, jour_semaine, heure, relatif) for rien in (None, "")} == {""}
    assert " " not in jour(date(2026, 9, 2)), "une date ne se coupe pas en fin de ligne"


def test_une_heure_se_dit_sur_deux_chiffres_de_minutes():
    with timezone.override("Europe/Paris"):
        assert [dit(heure(v)) for v in (time(9, 5), time(14, 30), SOIR)] == ["9 h 05", "14 h 30", "0 h 05"]


@pytest.mark.parametrize(
    "ecart, attendu",
    [(0, "aujourd’hui"), (1, "demain"), (-1, "hier"), (2, "dans 2 jours"), (-2, "il y a 2 jours"), (40, "dans 40 jours")],
)
def test_un_jour_se_dit_depuis_aujourd_hui(ecart, attendu):
    assert dit(relatif(timezone.localdate() + timedelta(days=ecart))) == attendu
    assert dit(relatif((timezone.localdate() + timedelta(days=ecart)).isoformat())) == attendu


@time_machine.travel(datetime(2026, 3, 1, 6, tzinfo=UTC), tick=False)
def test_le_jour_d_une_date_heure_est_celui_de_qui_lit():
    lus = {}
    for fuseau in ("Europe/Paris", "America/Martinique"):
        with timezone.override(fuseau):
            lus[fuseau] = relatif(SOIR)
    assert lus == {"Europe/Paris": "aujourd’hui", "America/Martinique": "hier"}


def test_un_nom_s_accorde_a_partir_de_deux():
    assert [dit(accorde(n, "jour")) for n in (0, 1, 2, -1)] == ["0 jour", "1 jour", "2 jours", "-1 jour"]
    assert [dit(accorde(n, "a changé,ont changé")) for n in (0, 1, 2)] == ["0 a changé", "1 a changé", "2 ont changé"]
    assert [dit(accorde(n, "accès,accès")) for n in (1, 3)] == ["1 accès", "3 accès"]


def test_un_nombre_n_a_pas_de_zero_de_trop_et_zero_n_est_pas_rien():
    assert [nombre(v) for v in (Decimal("44.50"), Decimal("100"), Decimal("1000.00"), 7, 0, None)] == [
        *("44,5", "100", "1\u202f000", "7", "0", ""),
    ]
    assert [dit(sur(7, 19)), sur(1200, 35324), accorde(35324, "heure")] == [
        *("7 sur 19", "1\u202f200\xa0sur\xa035\u202f324", "35\u202f324\xa0heures"),
    ]
    assert cle({"a": 1}, "a") == 1 and cle({}, "a") == ""


def test_une_icone_est_muette_sauf_si_elle_dit_quelque_chose():
    assert 'aria-hidden="true"' in icone("info") and "#info" in icone("info") and "aria-label" not in icone("info")
    parlante = icone("info", "Prêt <b>")
    assert 'role="img" aria-label="Prêt &lt;b&gt;"' in parlante and "aria-hidden" not in parlante


@pytest.mark.parametrize("rang, precedente, suivante", [(1, None, 2), (2, 1, 3), (3, 2, None)])
def test_d_une_page_a_l_autre_les_filtres_restent(rang, precedente, suivante):
    requete = RequestFactory().get("/", {"q": "a b", "page": rang})
    rendu = render_to_string("core/_pagination.html", {"page": Paginator(range(5), 2).get_page(rang)}, requete)
    for rel, numero in (("prev", precedente), ("next", suivante)):
        assert (f'rel="{rel}" href="?q=a+b&amp;page={numero}"' in rendu) is (numero is not None), rel
        assert (f'rel="{rel}"' in rendu) is (numero is not None)
    assert f"Page {rang} sur 3" in dit(rendu)
