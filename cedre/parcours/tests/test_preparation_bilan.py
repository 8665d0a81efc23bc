"""Ce que le logiciel réunit avant un bilan (INS-7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cedre.core.periodes import Periode
from cedre.parcours.comptes_rendus import faits
from cedre.parcours.models import ActionAssociee, Bilan, Echange, EvaluationAuTravail, Heures, MiseEnSituation, Moyen, Objectif
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


def test_le_precedent_est_le_dernier_clos_jusqu_au_jour_du_bilan_et_jamais_un_ouvert_ni_un_suivant(embauchee, precedent):
    tenu = {"suite": "prolonger", "suite_le": precedent.le, "clos_le": timezone.now(), "etat": "clos"}

    def autre(ecart, **etat) -> Bilan:
        le = precedent.le + ecart * UN_JOUR
        return Bilan.objects.create(personne=embauchee.personne, engagement=embauchee.engagement, le=le, **etat or tenu)

    autre(-5)
    autre(5, etat="absent")
    autre(1, etat="en_cours")
    assert Preparation(embauchee.bilan).precedent == precedent
    meme_jour = autre(0)
    assert Preparation(embauchee.bilan).precedent == meme_jour
    embauchee.bilan.le = precedent.le + 2 * UN_JOUR
    apres = autre(3)
    assert Preparation(embauchee.bilan).precedent == meme_jour
    embauchee.bilan.le = apres.le
    assert Preparation(embauchee.bilan).precedent == apres


def test_ce_qui_etait_convenu_suit_l_ordre_des_objectifs_tel_qu_il_etait_ce_jour_la(embauchee):
    engagement, jour = embauchee.engagement, timezone.localdate()
    engagement.moyens.all().delete()
    second = Objectif.objects.create(engagement=engagement, libelle="Second", rang=1)
    for libelle, objectif, rang, ligne in (
        ("4", second, 1, {}),
        ("2", embauchee.objectif, 2, {"retire_le": jour + UN_JOUR}),
        ("3", second, 0, {"ajoute_le": jour}),
        ("1", embauchee.objectif, 1, {}),
        ("retiré", second, 0, {"retire_le": jour}),
        ("à venir", second, 0, {"ajoute_le": jour + UN_JOUR}),
    ):
        Moyen.objects.create(engagement=engagement, objectif=objectif, qui="personne", libelle=libelle, rang=rang, **ligne)
    assert [m.libelle for m in Preparation(embauchee.bilan).moyens] == ["1", "2", "3", "4"]


def test_le_plus_recent_se_lit_d_abord_et_chaque_mise_en_situation_a_ses_seules_heures(embauchee):
    qui, jour, mets = embauchee.personne, timezone.localdate(), embauchee.mise_en_situation
    offre = Offre.objects.get(organisation=embauchee.organisation)
    atelier = MiseEnSituation.objects.create(personne=qui, contrat=embauchee.contrat, atelier="Jardin", du=jour - 3 * UN_JOUR)
    MiseEnSituation.objects.create(personne=qui, contrat=embauchee.contrat, atelier="Demain", du=jour + UN_JOUR)
    for le, heures in ((jour, 3), (jour - UN_JOUR, Decimal("1.25")), (jour + UN_JOUR, 8)):
        Heures.objects.create(mise_en_situation=atelier, le=le, heures=heures)
    ActionAssociee.objects.all().delete()
    for dans in (-2, 0, -1):
        ActionAssociee.objects.create(personne=qui, offre=offre, le=jour + dans * UN_JOUR, etat="absente")
    EvaluationAuTravail.objects.all().delete()
    for dans in (-2, 0, -1):
        EvaluationAuTravail.objects.create(mise_en_situation=mets, le=jour + dans * UN_JOUR)
    preparation = Preparation(embauchee.bilan)
    assert [(m.ou, m.heures_faites) for m in preparation.travail] == [("Jardin", Decimal("4.25")), ("Client ici", 12)]
    assert preparation.heures == Decimal("16.25")
    for lignes in (preparation.actions, preparation.evaluations):
        assert [(ligne.le - jour).days for ligne in lignes] == [0, -1, -2]
    dits = faits(embauchee.bilan)
    assert [d for d in dits if " h : " in d] == ["4,25 h : Jardin", "12 h : Client ici"]
    assert [d for d in dits if d.endswith("absente")] == ["Atelier ici : absente"] * 3


def test_les_echanges_et_les_remises_ne_se_comptent_pas_l_un_par_l_autre(embauchee):
    for dans in (0, -1, -2):
        Echange.objects.create(personne=embauchee.personne, texte="Vu", le=timezone.localdate() + dans * UN_JOUR)
    remise = embauchee.engagement.remises.get()
    remise.pk, remise.le = None, timezone.localdate() - 5 * UN_JOUR
    remise.save()
    liens = Preparation(embauchee.bilan).liens
    assert liens == {"nb_echanges": 4, "nb_remises": 2, "derniere_remise": timezone.localdate()}


def test_rien_de_la_voisine_ne_se_lit_dans_sa_preparation(embauchee):
    autre = embauchee.personne.organisation.personnes.create(nom="Voisine", prenom="Ada")
    offre = Offre.objects.get(organisation=embauchee.organisation)
    avant = Preparation(embauchee.bilan)
    lues = (len(avant.travail), len(avant.actions), len(avant.evaluations), avant.liens)
    ActionAssociee.objects.create(personne=autre, offre=offre, etat="faite")
    mets = MiseEnSituation.objects.create(personne=autre, atelier="Jardin", du=timezone.localdate(), contrat=embauchee.contrat)
    EvaluationAuTravail.objects.create(mise_en_situation=mets)
    Echange.objects.create(personne=autre, texte="Vu")
    apres = Preparation(embauchee.bilan)
    assert (len(apres.travail), len(apres.actions), len(apres.evaluations), apres.liens) == lues
