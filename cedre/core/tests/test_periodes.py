"""Une période : ses deux jours extrêmes, le jour où on la regarde, la plus courte ; et ce qui se tient d'un jour à l'autre."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cedre.core.grandeurs import MEDIANE, SOMME, Seuil
from cedre.core.periodes import Periode, annee, douze_mois_finis_le, mois, mois_finis_le, trimestre

DU, AU = date(2026, 2, 10), date(2026, 2, 20)
UN_JOUR = timedelta(days=1)


def test_ses_deux_jours_extremes_en_sont():
    periode = Periode(DU, AU)
    assert [le in periode for le in (DU - UN_JOUR, DU, AU, AU + UN_JOUR)] == [False, True, True, False]
    assert periode.dans() == {"le__gte": DU, "le__lte": AU} and periode.dans("fait_le") == {
        "fait_le__gte": DU,
        "fait_le__lte": AU,
    }
    assert DU in Periode(DU, DU) and DU + UN_JOUR not in Periode(DU, DU)


def test_une_periode_se_dit_et_celle_d_un_jour_aussi():
    assert [str(p) for p in (Periode(DU, AU, vue_le=DU), Periode(DU, DU))] == ["du 10/02/2026 au 20/02/2026", "le 10/02/2026"]


def test_on_la_regarde_de_son_dernier_jour_ou_d_un_autre():
    milieu, apres = Periode(DU, AU, vue_le=DU + UN_JOUR), Periode(DU, AU, vue_le=AU + UN_JOUR)
    assert [p.le for p in (Periode(DU, AU), milieu, apres)] == [AU, DU + UN_JOUR, AU + UN_JOUR]
    assert [p.dernier_jour for p in (Periode(DU, AU), milieu, apres)] == [AU, DU + UN_JOUR, AU]
    assert len({p.cle for p in (Periode(DU, AU), milieu, apres, Periode(DU, AU - UN_JOUR), Periode(DU + UN_JOUR, AU))}) == 5
    assert Periode(DU, AU).cle == Periode(DU, AU, vue_le=AU).cle


@pytest.mark.parametrize(
    "le, du_mois, du_trimestre",
    [
        ("2026-01-01", ("2026-01-01", "2026-01-31"), ("2026-01-01", "2026-03-31")),
        ("2026-03-31", ("2026-03-01", "2026-03-31"), ("2026-01-01", "2026-03-31")),
        ("2024-02-29", ("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-03-31")),
        ("2026-04-01", ("2026-04-01", "2026-04-30"), ("2026-04-01", "2026-06-30")),
        ("2026-09-30", ("2026-09-01", "2026-09-30"), ("2026-07-01", "2026-09-30")),
        ("2026-12-31", ("2026-12-01", "2026-12-31"), ("2026-10-01", "2026-12-31")),
    ],
)
def test_le_mois_le_trimestre_et_l_annee_d_un_jour(le, du_mois, du_trimestre):
    le = date.fromisoformat(le)
    lus = [(p.du.isoformat(), p.au.isoformat()) for p in (mois(le), trimestre(le), annee(le))]
    assert lus == [du_mois, du_trimestre, (f"{le.year}-01-01", f"{le.year}-12-31")]


def test_des_mois_finis_un_jour_commencent_le_lendemain_du_meme_quantieme():
    assert mois_finis_le(date(2026, 6, 15), 1) == Periode(date(2026, 5, 16), date(2026, 6, 15))
    assert mois_finis_le(date(2026, 3, 31), 1) == Periode(date(2026, 3, 1), date(2026, 3, 31))
    assert douze_mois_finis_le(date(2026, 6, 15)) == Periode(date(2025, 6, 16), date(2026, 6, 15))


SEUIL = Seuil(
    "Durée", "jours", "un texte", (("b", date(2020, 1, 1), 7), ("a", AU, 30), ("a", DU, 20), ("b", date(2019, 1, 1), 5))
)


def test_un_seuil_vaut_du_jour_ou_on_l_a_dit_et_le_dernier_dit_l_emporte():
    assert [SEUIL.valent(le) for le in (DU - UN_JOUR, DU, AU - UN_JOUR, AU)] == [
        {"b": 7},
        {"a": 20, "b": 7},
        {"a": 20, "b": 7},
        {"a": 30, "b": 7},
    ]
    assert SEUIL.valent(date(2018, 1, 1)) == {}, "ce qui n’est pas connu ne se devine pas"


def test_une_mediane_couvre_la_moitie_et_une_somme_ignore_ce_qui_n_est_pas_dit():
    valeurs = [Decimal("3.5"), None, 10, Decimal("1.255"), 2]
    assert (MEDIANE.de(valeurs), SOMME.de(valeurs)) == (Decimal("2.00"), Decimal("16.76"))
    assert [agregat.de([None]) for agregat in (MEDIANE, SOMME)] == [0, 0]
    assert MEDIANE.lire(["[4, 1.5]", "[null, 9]"]) == 4 and MEDIANE.lire([None]) == 0
    assert SOMME.lire([Decimal("2.345")]) == Decimal("2.34")
