"""Les mises en situation de travail : dans un contrat, pour un objectif (INS-4)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.conftest import embaucher
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Besoin, Contrat, Heures, MiseEnSituation
from cedre.parcours.operations.travail import couvrent, modifier, ouvrir, terminer

J = date(2026, 3, 10)


@pytest.fixture
def mad(embauchee):
    return embauchee.client("mad")


def page_nouvelle(monde):
    return reverse("parcours:mets_nouvelle", args=[monde.personne.pk])


def saisie(monde, **champs):
    return {"atelier": "Jardin", "objectif": monde.objectif.pk, "du": timezone.localdate().isoformat()} | champs


def test_la_nouvelle_mise_en_situation_propose_l_objectif_de_l_engagement_en_cours(embauchee, mad):
    form = mad.get(page_nouvelle(embauchee)).context["form"]
    assert form["objectif"].value() == embauchee.objectif.pk


def test_une_mise_en_situation_sert_l_engagement_de_son_objectif_et_le_contrat_du_jour(embauchee, mad):
    reponse = mad.post(page_nouvelle(embauchee), saisie(embauchee))
    ligne = MiseEnSituation.objects.get(atelier="Jardin")
    assert reponse.url == reverse("parcours:mets", args=[ligne.pk])
    assert (ligne.engagement, ligne.objectif, ligne.contrat) == (embauchee.engagement, embauchee.objectif, embauchee.contrat)


def test_sans_objectif_les_heures_se_disent_distribuees_partout(embauchee, mad):
    mad.post(page_nouvelle(embauchee), saisie(embauchee, objectif=""))
    ligne = MiseEnSituation.objects.get(atelier="Jardin")
    assert not ligne.a_un_objectif
    assert "Heures distribuées sans objectif" in mad.get(reverse("parcours:mets", args=[ligne.pk])).content.decode()
    assert "Sans objectif" in mad.get(reverse("parcours:personne", args=[ligne.personne_id])).content.decode()


def test_hors_de_tout_contrat_une_mise_en_situation_se_refuse_et_dit_que_faire(embauchee, mad):
    avant = embauchee.contrat.debut - timedelta(days=1)
    reponse = mad.post(page_nouvelle(embauchee), saisie(embauchee, du=avant.isoformat()))
    refus = reponse.context["form"].errors["du"][0]
    assert "Aucun contrat de" in refus and "évaluation professionnelle" in refus
    reponse = mad.post(page_nouvelle(embauchee), saisie(embauchee, au=embauchee.contrat.fin + timedelta(days=1)))
    assert "ne vont pas jusqu’au" in reponse.context["form"].errors["au"][0]
    assert not MiseEnSituation.objects.filter(atelier="Jardin").exists()


def test_les_premier_et_dernier_jours_du_contrat_y_sont(embauchee, mad):
    bornes = {"du": embauchee.contrat.debut.isoformat(), "au": embauchee.contrat.fin.isoformat()}
    assert mad.post(page_nouvelle(embauchee), saisie(embauchee, **bornes)).status_code == 302


@pytest.mark.parametrize(
    "contrats, du, au, couvert",
    [
        ([(J, J)], J, J, True),
        ([(J, J)], J, J + timedelta(days=1), False),
        ([(J, J), (J + timedelta(days=1), None)], J, date(2040, 1, 1), True),
        ([(J, J), (J + timedelta(days=2), None)], J, J + timedelta(days=5), False),
        ([(J + timedelta(days=3), None), (J, J + timedelta(days=9))], J, J + timedelta(days=20), True),
        ([(date(2028, 2, 1), date(2028, 2, 29)), (date(2028, 3, 1), None)], date(2028, 2, 28), date(2028, 3, 1), True),
        ([], J, J, False),
    ],
)
def test_des_contrats_qui_se_suivent_couvrent_sans_trou(contrats, du, au, couvert):
    assert couvrent(contrats, du, au) is couvert


def test_c_est_chez_un_client_ou_en_atelier_jamais_les_deux_ni_aucun(embauchee, mad):
    client = embauchee.mise_en_situation.client_id
    for champs in ({"atelier": ""}, {"client": client}):
        reponse = mad.post(page_nouvelle(embauchee), saisie(embauchee, **champs))
        assert "chez un client ou dans un atelier" in reponse.context["form"].non_field_errors()[0]


def test_l_objectif_d_une_autre_personne_ne_se_choisit_pas(embauchee, ailleurs, mad):
    etranger = embaucher(ailleurs).objectif
    reponse = mad.post(page_nouvelle(embauchee), saisie(embauchee, objectif=etranger.pk))
    assert "objectif" in reponse.context["form"].errors
    mets = embauchee.mise_en_situation
    mets.objectif = etranger
    with pytest.raises(GesteImpossible, match="pas celui de la personne"):
        modifier(mets, champs=["objectif"], par=embauchee.hab["mad"])


def test_la_fin_ne_laisse_pas_d_heures_dehors(embauchee, mad):
    mets, jour = embauchee.mise_en_situation, timezone.localdate()
    fin = reverse("parcours:mets_terminer", args=[mets.pk])
    reponse = mad.post(fin, {"au": (jour - timedelta(days=8)).isoformat()})
    assert "Des heures sont notées après" in reponse.content.decode()
    assert mad.post(fin, {"au": (jour - timedelta(days=7)).isoformat()}).status_code == 302
    mets.refresh_from_db()
    assert mets.au == jour - timedelta(days=7)
    assert not mets.court(jour) and mets.court(mets.au) and mets.court(mets.du)


def test_le_debut_ne_laisse_pas_d_heures_dehors(embauchee):
    mets, jour = embauchee.mise_en_situation, timezone.localdate()
    Heures.objects.create(mise_en_situation=mets, le=mets.du.replace(day=1) - timedelta(days=1), heures=1)
    mets.du = jour
    with pytest.raises(GesteImpossible, match="avant cette date"):
        modifier(mets, champs=["du"], par=embauchee.hab["mad"])


def test_on_ne_finit_pas_avant_d_avoir_commence(embauchee):
    mets = embauchee.mise_en_situation
    with pytest.raises(GesteImpossible, match="ne peut pas finir avant"):
        terminer(mets, au=mets.du - timedelta(days=1), par=embauchee.hab["mad"])


def test_un_contrat_d_un_jour_porte_une_mise_en_situation_d_un_jour(embauchee):
    jour = timezone.localdate() + timedelta(days=200)
    contrat = Contrat.objects.create(personne=embauchee.personne, nature=embauchee.contrat.nature, debut=jour, fin_prevue=jour)
    mets = MiseEnSituation(personne=embauchee.personne, atelier="Jardin", du=jour, au=jour)
    assert ouvrir(mets, par=embauchee.hab["mad"]).contrat == contrat


def test_un_besoin_remplit_d_avance_la_mise_en_situation(embauchee, ailleurs, mad):
    besoin = Besoin.objects.get(intitule="Besoin ici")
    Besoin.objects.filter(pk=besoin.pk).update(heures=12, horaires="Le matin", lieu="Au port")
    form = mad.get(page_nouvelle(embauchee), {"besoin": besoin.pk}).context["form"]
    assert (form["client"].value(), form["heures_prevues"].value()) == (besoin.client_id, 52)
    assert form["precisions"].value() == "Le matin, Au port"
    etranger = Besoin.objects.get(client=embaucher(ailleurs).mise_en_situation.client)
    assert mad.get(page_nouvelle(embauchee), {"besoin": etranger.pk}).context["form"]["client"].value() is None
