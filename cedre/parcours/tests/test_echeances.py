"""Les échéances tombent le jour dit, quels que soient les seuils de la structure et les jours du calendrier (ACC-6)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cedre.conftest import a_qui_manque
from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.parcours.models import PassIAE, Personne
from cedre.parcours.tests.monde import oublier

# 29 février et ses voisins, passages à l'heure d'été et d'hiver à Paris, fin d'année
JOURS = st.sampled_from(
    [
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
        date(2025, 2, 28),
        date(2025, 3, 30),
        date(2025, 10, 26),
        date(2025, 12, 31),
    ]
)
SEUILS, ECARTS = st.integers(0, 90), st.integers(-100, 100)
beaucoup = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def jour(n: int) -> timedelta:
    return timedelta(days=n)


def dater(ligne, **champs) -> None:
    """Écrit ces champs et les dates qui s'en déduisent."""
    for nom, valeur in champs.items():
        setattr(ligne, nom, valeur)
    ligne.save()


def manque(quoi: str, le: date) -> bool:
    """La personne est-elle dans la liste de ce manque, ce jour-là ?"""
    return a_qui_manque(quoi, le).exists()


@pytest.fixture
def embauchee(embauchee):
    """Ce que dit le dossier, il le disait déjà à chacun de ces jours."""
    oublier(embauchee)
    return embauchee


@pytest.fixture
def regler(embauchee):
    """Règle un seuil de la structure, depuis toujours."""
    tenus = embauchee.organisation.seuils.create(du=DE_TOUT_TEMPS)
    embauchee.personne.sorties.all().delete()
    return lambda **seuils: type(tenus).objects.filter(pk=tenus.pk).update(**seuils)


@beaucoup
@given(le=JOURS, seuil=SEUILS, ecart=ECARTS)
@example(le=date(2024, 2, 29), seuil=0, ecart=0)
@example(le=date(2024, 2, 28), seuil=2, ecart=2)
def test_un_bilan_est_passe_proche_ou_lointain_et_une_seule_chose(embauchee, regler, le, seuil, ecart):
    regler(alerte_bilan=seuil)
    embauchee.personne.bilans.update(le=le + jour(ecart), cree_le=datetime(2024, 1, 1, tzinfo=UTC))
    assert manque("bilan_depasse", le) is (ecart < 0)
    assert manque("bilan_proche", le) is (0 <= ecart <= seuil)


@beaucoup
@given(le=JOURS, alerte=SEUILS, delai=SEUILS, ecart=ECARTS)
@example(le=date(2025, 3, 30), alerte=0, delai=0, ecart=0)
@example(le=date(2024, 3, 1), alerte=9, delai=1, ecart=-1)
def test_la_fin_d_un_contrat_s_annonce_puis_se_dit(embauchee, regler, le, alerte, delai, ecart):
    regler(alerte_contrat=alerte, delai_sortie=delai)
    dater(embauchee.contrat, debut=le - jour(200), fin_prevue=le + jour(ecart))
    assert manque("fin_contrat", le) is (0 <= ecart <= alerte)
    assert manque("sortie_non_documentee", le) is (ecart < -delai)


@beaucoup
@given(le=JOURS, seuil=SEUILS, ecart=ECARTS)
def test_la_fin_du_pass_s_annonce_tant_qu_aucun_ne_va_plus_loin(embauchee, regler, le, seuil, ecart):
    regler(alerte_pass=seuil)
    dater(embauchee.contrat, debut=le - jour(200), fin_prevue=le + jour(300))
    PassIAE.objects.update(debut=le - jour(400), fin=le + jour(ecart))
    assert manque("fin_pass", le) is (ecart <= seuil)


@beaucoup
@given(le=JOURS, seuil=SEUILS, ecart=st.integers(0, 100), remis=st.none() | ECARTS)
def test_un_engagement_est_a_remettre_au_bout_de_son_delai(embauchee, regler, le, seuil, ecart, remis):
    regler(delai_remise=seuil)
    embauchee.personne.engagements.update(debut=le - jour(ecart))
    embauchee.personne.remises.update(le=le + jour(200 if remis is None else remis))
    assert manque("engagement_non_remis", le) is (ecart >= seuil and (remis is None or remis > 0))


@beaucoup
@given(le=JOURS, seuil=st.integers(1, 90), ecart=st.integers(0, 100))
def test_on_s_est_parle_il_y_a_moins_de_jours_que_le_seuil(embauchee, regler, le, seuil, ecart):
    regler(jours_sans_contact=seuil)
    personne = embauchee.personne
    dater(embauchee.contrat, debut=le - jour(200), fin_prevue=le + jour(200))
    personne.jobcoachs.all().delete()
    personne.contacts.update(le=le - jour(300))
    personne.echanges.update(le=le - jour(ecart))
    assert manque("sans_contact", le) is (ecart >= seuil)


@beaucoup
@given(le=JOURS, delai=st.integers(0, 60), ecart=st.integers(0, 100))
@example(le=date(2024, 3, 1), delai=1, ecart=1)
def test_un_delai_annonce_est_depasse_le_lendemain_de_son_echeance(ici, le, delai, ecart):
    oublier(ici)
    dater(ici.contact, le=le - jour(ecart), delai_annonce=delai)
    assert manque("delai_depasse", le) is (ecart > delai)


@beaucoup
@given(le=JOURS, ecart=ECARTS)
def test_pris_en_charge_un_manque_se_tait_jusqu_au_jour_dit_compris(embauchee, le, ecart):
    embauchee.personne.bilans.update(le=le - jour(1))
    embauchee.personne.prises_en_charge.update(manque="bilan_depasse", jour=le - jour(1), jusqu_au=le + jour(ecart))
    a_traiter = Personne.objects.a_traiter("bilan_depasse", le)
    assert a_traiter.exists() is (ecart < 0)


@beaucoup
@given(le=JOURS, heure=st.times(), ecart=st.integers(-2, 2))
@example(le=date(2025, 3, 30), heure=time(0, 30), ecart=0)
@example(le=date(2025, 10, 26), heure=time(23, 59), ecart=0)
def test_un_bilan_clos_a_toute_heure_de_paris_l_est_ce_jour_la(embauchee, le, heure, ecart):
    clos = datetime.combine(le + jour(ecart), heure, timezone.get_default_timezone())
    embauchee.personne.bilans.update(le=le - jour(30), etat="clos", clos_le=clos, suite="sortie", suite_le=le)
    assert manque("bilan_depasse", le) is (ecart > 0)
