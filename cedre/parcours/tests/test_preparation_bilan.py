"""Ce que le logiciel réunit avant un bilan (INS-7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cedre.core.periodes import Periode
from cedre.parcours.comptes_rendus import faits
from cedre.parcours.models import ActionAssociee, Bilan, Echange, EvaluationAuTravail, Heures
from cedre.parcours.preparation_bilan import Preparation, etape
from cedre.structures.models import Offre

UN_JOUR = timedelta(days=1)


@pytest.fixture
def precedent(embauchee):
    """Un premier bilan, clos il y a dix jours."""
    le = timezone.localdate() - 10 * UN_JOUR
    return Bilan.objects.create(
        personne=embauchee.personne,
        engagement=embauchee.engagement,
        le=le,
        etat="clos",
        suite="prolonger",
        suite_le=embauchee.bilan.le,
        clos_le=timezone.now(),
        synthese="On avait dit cela",
    )


def test_sans_bilan_precedent_l_etape_commence_avec_l_engagement(embauchee):
    assert etape(embauchee.bilan, None) == Periode(embauchee.engagement.debut, timezone.localdate())


def test_chaque_jour_est_dans_une_etape_et_une_seule(embauchee, precedent):
    assert etape(precedent, None).au + UN_JOUR == etape(embauchee.bilan, precedent).du


def test_un_bilan_clos_s_arrete_a_sa_date_et_un_bilan_ouvert_a_aujourd_hui(embauchee, precedent):
    assert Preparation(precedent).periode.au == precedent.le
    assert Preparation(embauchee.bilan).periode.au == timezone.localdate()


def test_le_bilan_precedent_et_sa_synthese_se_lisent(embauchee, precedent):
    assert Preparation(embauchee.bilan).precedent.synthese == "On avait dit cela"
    assert Preparation(precedent).precedent is None


def test_les_heures_se_comptent_par_mise_en_situation_depuis_le_bilan_precedent(embauchee, precedent):
    mets = embauchee.mise_en_situation
    Heures.objects.create(mise_en_situation=mets, le=precedent.le, heures=100)
    Heures.objects.create(mise_en_situation=mets, le=precedent.le + UN_JOUR, heures=Decimal("2.5"))
    preparation = Preparation(embauchee.bilan)
    assert [(m.pk, m.heures_faites) for m in preparation.travail] == [(mets.pk, Decimal("14.5"))]
    assert preparation.heures == Decimal("14.5")


def test_les_presences_les_echanges_les_evaluations_et_les_remises_de_l_etape(embauchee, precedent):
    qui, hier = embauchee.personne, timezone.localdate() - UN_JOUR
    offre = Offre.objects.get(organisation=embauchee.organisation)
    for le, etat in [(hier, "faite"), (hier, "absente"), (hier, "excusee"), (hier, "prevue"), (precedent.le, "faite")]:
        ActionAssociee.objects.create(personne=qui, offre=offre, le=le, etat=etat)
    Echange.objects.create(personne=qui, le=precedent.le, texte="Avant")
    EvaluationAuTravail.objects.create(mise_en_situation=embauchee.mise_en_situation, le=precedent.le)
    preparation = Preparation(embauchee.bilan)
    assert len(preparation.actions) == 3  # ce qui est seulement prévu ne s’est pas fait
    assert preparation.presences == {"faites": 1, "absences": 2}
    assert preparation.liens == {"nb_echanges": 1, "nb_remises": 1, "derniere_remise": timezone.localdate()}
    assert [e.points_forts for e in preparation.evaluations] == ["Va bien ici"]


def test_ce_qui_etait_convenu_se_lit_avec_son_echeance(embauchee):
    moyens = Preparation(embauchee.bilan).moyens
    assert {m.qui for m in moyens} == {"structure", "personne"} and all(m.echeance for m in moyens)


def test_la_preparation_tient_en_six_requetes(embauchee, precedent, django_assert_max_num_queries):
    bilan = Bilan.objects.select_related("engagement").get(pk=embauchee.bilan.pk)
    with django_assert_max_num_queries(6):
        preparation = Preparation(bilan)
        [str(m) for m in preparation.travail], [str(a) for a in preparation.actions], [str(m) for m in preparation.moyens]
        assert preparation.evaluations and preparation.liens and preparation.heures and preparation.presences


def test_un_moyen_dont_l_echeance_n_est_pas_venue_n_est_pas_dit_pas_fait(embauchee):
    bilan, moyens = embauchee.bilan, embauchee.engagement.moyens.all()
    for ecart, dit in ((1, " : pour le "), (0, " : pas fait")):
        moyens.update(echeance=bilan.le + ecart * UN_JOUR)
        assert all(dit in fait for fait in faits(bilan) if fait.startswith("Moyen"))
    moyens.update(fait_le=bilan.le)
    assert [fait for fait in faits(bilan) if fait.startswith("Moyen")] == ["Moyen ici : fait"] * 2
