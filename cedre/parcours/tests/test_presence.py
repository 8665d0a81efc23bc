"""Qui est salarié, quel jour : exact pour tous les contrats que l'on peut écrire (mission insertion, § 1)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cedre.conftest import terme
from cedre.parcours.models import Contrat, PassIAE, Personne, Suspension

AUTOUR_DU_29_FEVRIER = st.dates(date(2024, 2, 20), date(2024, 3, 12))
UN_JOUR = timedelta(days=1)


@st.composite
def contrats(tirer) -> tuple[date, date | None, date | None]:
    """Premier jour, dernier jour prévu ou rien, rupture ou rien : d'un seul jour, sans terme, rompu le premier jour."""
    debut = tirer(AUTOUR_DU_29_FEVRIER)
    fin = tirer(st.none() | st.integers(0, 15).map(lambda n: debut + n * UN_JOUR))
    dernier = (fin - debut).days if fin else 15
    rompu = tirer(st.none() | st.integers(0, dernier).map(lambda n: debut + n * UN_JOUR))
    return debut, fin, rompu


def jours(debut: date, fin: date | None, rompu: date | None) -> set[date]:
    """Les jours du contrat, comptés un par un jusqu'à la fin du calendrier de l'essai."""
    dernier = rompu or fin or date(2024, 4, 30)
    compte, jour = set(), debut
    while jour <= dernier:
        compte.add(jour)
        jour += UN_JOUR
    return compte


def poser(personne: Personne, tires) -> list[Contrat]:
    """Écrit ces contrats, et eux seuls."""
    personne.contrats.all().delete()
    nature, motif = terme("nature_contrat", "cddu"), terme("motif_rupture", "accord")
    return Contrat.objects.bulk_create(
        Contrat(personne=personne, nature=nature, debut=d, fin_prevue=f, rompu_le=r, motif_rupture=motif if r else None)
        for d, f, r in tires
    )


presque_tout = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@presque_tout
@given(tires=st.lists(contrats(), max_size=4), le=AUTOUR_DU_29_FEVRIER)
@example(tires=[(date(2024, 2, 29), date(2024, 2, 29), None)], le=date(2024, 2, 29))
@example(tires=[(date(2024, 2, 29), None, date(2024, 2, 29))], le=date(2024, 3, 1))
@example(tires=[(date(2024, 2, 29), None, None)], le=date(2024, 2, 28))
def test_une_personne_est_salariee_les_jours_de_ses_contrats_et_aucun_autre(ici, tires, le):
    lignes = poser(ici.personne, tires)
    attendus = {c.pk for c, tire in zip(lignes, tires, strict=True) if le in jours(*tire)}
    assert set(Contrat.objects.en_cours(le).values_list("pk", flat=True)) == attendus
    assert {c.pk for c in lignes if c.court(le)} == attendus
    assert list(Personne.objects.salariees(le)) == ([ici.personne] if attendus else [])


@presque_tout
@given(tire=contrats(), du=AUTOUR_DU_29_FEVRIER, duree=st.none() | st.integers(0, 9), le=AUTOUR_DU_29_FEVRIER)
def test_un_contrat_suspendu_court_sans_etre_travaille(ici, tire, du, duree, le):
    (contrat,) = poser(ici.personne, [tire])
    au = None if duree is None else du + duree * UN_JOUR
    Suspension.objects.create(contrat=contrat, du=du, au=au, motif=terme("motif_suspension", "arret"))
    absence = jours(du, au, None)
    assert Contrat.objects.travailles(le).exists() is (le in jours(*tire) - absence)


@presque_tout
@given(tire=contrats(), debut=AUTOUR_DU_29_FEVRIER, duree=st.none() | st.integers(0, 15))
def test_deux_contrats_se_chevauchent_s_ils_ont_un_jour_en_commun(ici, tire, debut, duree):
    poser(ici.personne, [tire])
    fin = None if duree is None else debut + duree * UN_JOUR
    assert Contrat.objects.chevauchant(debut, fin).exists() is bool(jours(*tire) & jours(debut, fin, None))


@presque_tout
@given(tires=st.lists(contrats(), max_size=3))
def test_le_nombre_de_salaries_d_un_jour_compte_des_personnes_non_des_contrats(ici, tires):
    poser(ici.personne, tires)
    for le in (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)):
        assert Personne.objects.salariees(le).count() == any(le in jours(*tire) for tire in tires)


@pytest.mark.parametrize(
    "debut, fin",
    [
        (date(2025, 1, 1), date(2026, 12, 31)),  # deux années ordinaires
        (date(2024, 1, 1), date(2025, 12, 30)),  # une année bissextile : un jour plus tôt
        (date(2024, 2, 29), date(2026, 2, 27)),
    ],
)
def test_un_pass_dure_sept_cent_trente_jours_premier_et_dernier_compris(debut, fin):
    assert PassIAE.fin_ordinaire(debut) == fin
    assert (fin - debut).days + 1 == 730
