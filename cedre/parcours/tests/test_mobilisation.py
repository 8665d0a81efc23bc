"""La mobilisation : chaque besoin devant les personnes dont il sert l'engagement (TRA-2)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.parcours.mobilisation import Candidat, a_qui_sert, candidats, par_type_d_engagement, prioritaires, tendance
from cedre.parcours.models import Besoin, Heures, MiseEnSituation, Moyen, Personne, Suspension
from cedre.parcours.operations import travail

LAVAGE, JARDIN = 3, 4
BESOIN = Besoin(intitule="Laver des vitres", client_id=1, fiche_de_poste_id=LAVAGE, du=date(2026, 1, 1))


def candidat(nom, heures=0, **champs):
    return Candidat(Personne(nom=nom, prenom="", nom_recherche=nom.lower()), Decimal(heures), **champs)


def noms(trouves):
    return [c.personne.nom for c, _ in trouves]


def test_un_besoin_sert_ceux_dont_l_engagement_prevoit_ce_poste():
    prevue, autre = candidat("A", prevus={LAVAGE: "nettoyage de locaux"}), candidat("B", prevus={JARDIN: "taille"})
    assert a_qui_sert(BESOIN, [autre, prevue]) == [(prevue, "son engagement prévoit : nettoyage de locaux")]


def test_un_objectif_de_travail_sans_mise_en_situation_est_servi_par_tout_besoin():
    libre = candidat("A", vise_le_travail=True)
    occupee = candidat("B", vise_le_travail=True, clients={None})
    assert a_qui_sert(BESOIN, [libre, occupee]) == [(libre, "objectif de travail, aucune mise en situation en cours")]


def test_qui_travaille_deja_chez_ce_client_n_est_pas_propose():
    assert a_qui_sert(BESOIN, [candidat("A", prevus={LAVAGE: "x"}, clients={1})]) == []
    assert noms(a_qui_sert(BESOIN, [candidat("A", prevus={LAVAGE: "x"}, clients={2})])) == ["A"]


def test_un_besoin_sans_fiche_de_poste_ne_rapproche_que_par_l_objectif():
    besoin = Besoin(intitule="Aider", client_id=1, du=date(2026, 1, 1))
    assert a_qui_sert(besoin, [candidat("A", prevus={LAVAGE: "x"})]) == []
    assert noms(a_qui_sert(besoin, [candidat("B", vise_le_travail=True)])) == ["B"]


def test_le_poste_prevu_passe_d_abord_puis_le_moins_d_heures_puis_le_nom():
    tous = [
        candidat("Visant", 0, vise_le_travail=True),
        candidat("Beaucoup", 80, prevus={LAVAGE: "x"}),
        candidat("Zoe", 2, prevus={LAVAGE: "x"}),
        candidat("Ana", 2, prevus={LAVAGE: "x"}),
    ]
    assert noms(a_qui_sert(BESOIN, tous)) == ["Ana", "Zoe", "Beaucoup", "Visant"]
    assert [c.personne.nom for c in prioritaires(tous, 3)] == ["Visant", "Ana", "Zoe"]


@pytest.fixture
def seul(embauchee):
    """Ce que l'on sait de la seule personne en contrat."""

    def lire():
        return {c.personne.pk: c for c in candidats(embauchee.hab["mad"], timezone.localdate())}.get(embauchee.personne.pk)

    return lire


def test_les_candidats_sont_ceux_dont_le_contrat_court_avec_leurs_heures_de_quatre_semaines(embauchee, ailleurs, seul):
    jour, mets = timezone.localdate(), embauchee.mise_en_situation
    Heures.objects.create(mise_en_situation=mets, le=jour - timedelta(days=27), heures=5)
    Heures.objects.create(mise_en_situation=mets, le=jour - timedelta(days=28), heures=50)
    assert (seul().heures, seul().clients) == (17, {mets.client_id})
    suspension = Suspension.objects.create(contrat=embauchee.contrat, du=jour, motif=terme("motif_suspension", "arret"))
    assert seul() is None
    suspension.delete()
    embauchee.contrat.fin_prevue = jour - timedelta(days=1)
    embauchee.contrat.save()
    assert seul() is None


def test_seul_l_engagement_en_cours_compte(embauchee, seul):
    moyen = Moyen.objects.create(
        engagement=embauchee.engagement, qui="client", libelle="nettoyage", fiche_de_poste=embauchee.fiche_de_poste
    )
    embauchee.objectif.domaine = terme("domaine", "emploi")
    embauchee.objectif.save()
    assert (seul().prevus, seul().vise_le_travail) == ({embauchee.fiche_de_poste.pk: "nettoyage"}, True)
    Moyen.objects.filter(pk=moyen.pk).update(fait_le=timezone.localdate())
    assert seul().prevus == {}
    embauchee.engagement.etat, embauchee.engagement.clos_le = "clos", timezone.localdate()
    embauchee.engagement.save()
    assert (seul().prevus, seul().vise_le_travail) == ({}, False)


def test_la_page_mene_du_besoin_a_la_mise_en_situation_en_un_clic(embauchee):
    Moyen.objects.create(
        engagement=embauchee.engagement, qui="client", libelle="nettoyage", fiche_de_poste=embauchee.fiche_de_poste
    )
    MiseEnSituation.objects.all().delete()
    besoin = Besoin.objects.get(intitule="Besoin ici")
    Besoin.objects.filter(pk=besoin.pk).update(fiche_de_poste=embauchee.fiche_de_poste)
    page = embauchee.client("mad").get(reverse("parcours:mobilisation")).content.decode()
    assert "son engagement prévoit : nettoyage" in page
    assert f"{reverse('parcours:mets_nouvelle', args=[embauchee.personne.pk])}?besoin={besoin.pk}" in page


def test_un_besoin_pourvu_ou_fini_ne_se_montre_plus(embauchee):
    mad, besoin = embauchee.client("mad"), Besoin.objects.get(intitule="Besoin ici")

    def ouverts():
        return [b for b, _, _ in mad.get(reverse("parcours:mobilisation")).context["besoins"]]

    assert ouverts() == [besoin]
    Besoin.objects.filter(pk=besoin.pk).update(du=date(2026, 1, 1), au=timezone.localdate())
    assert ouverts() == [besoin]
    Besoin.objects.filter(pk=besoin.pk).update(au=timezone.localdate() - timedelta(days=1))
    assert ouverts() == []
    Besoin.objects.filter(pk=besoin.pk).update(au=None)
    mad.post(reverse("parcours:besoin_pourvu", args=[besoin.pk]))
    assert ouverts() == []


def test_un_besoin_se_note_et_se_corrige(embauchee):
    mad, client = embauchee.client("mad"), embauchee.mise_en_situation.client_id
    saisie = {"client": client, "intitule": "Vendange", "du": "2026-09-01", "places": 3, "heures": "20"}
    assert "heures" in mad.post(reverse("parcours:besoin_nouveau"), saisie | {"heures": "0"}).context["form"].errors
    mad.post(reverse("parcours:besoin_nouveau"), saisie)
    besoin = Besoin.objects.get(intitule="Vendange")
    assert besoin.organisation == embauchee.organisation
    mad.post(reverse("parcours:besoin", args=[besoin.pk]), saisie | {"places": 4})
    besoin.refresh_from_db()
    assert besoin.places == 4


def test_les_heures_se_lisent_par_type_d_engagement_et_leur_part_sans_objectif_sur_douze_mois(embauchee):
    Heures.objects.all().delete()
    mars = date(2026, 3, 1)
    distribuees = MiseEnSituation.objects.create(personne=embauchee.personne, atelier="Jardin", du=date(2025, 1, 1))
    for mets, le, heures in [
        (embauchee.mise_en_situation, date(2026, 3, 31), 30),
        (distribuees, mars, 10),
        (distribuees, date(2025, 4, 1), 8),
        (distribuees, date(2025, 3, 31), 99),
        (distribuees, date(2026, 4, 1), 99),
    ]:
        Heures.objects.create(mise_en_situation=mets, le=le, heures=heures)
    par = embauchee.hab["mad"]
    decouverte = str(terme("type_engagement", "decouverte"))
    assert par_type_d_engagement(par, mars) == [(decouverte, 30), ("Sans engagement", 10)]
    suite = tendance(par, mars)
    assert (len(suite), suite[0].le, suite[-1].le) == (12, date(2025, 4, 1), mars)
    assert (suite[-1].part, suite[0].part, suite[5].part) == (25.0, 100.0, None)
    page = reverse("parcours:mobilisation")
    with time_machine.travel(datetime(2026, 3, 31, 12, tzinfo=UTC)):
        dessin = embauchee.client("mad").get(page).context["dessin"]
        assert "Part des heures distribuées sans objectif, sur douze mois" in dessin and "% des heures" in dessin
        Heures.objects.filter(le__month=4).delete()
        assert embauchee.client("mad").get(page).context["dessin"] == "", "un seul mois ne dessine rien"


def test_des_heures_restent_a_l_engagement_qu_elles_servaient_ce_jour_la(embauchee):
    par, mets, le = embauchee.hab["mad"], embauchee.mise_en_situation, timezone.localdate() - timedelta(days=40)
    Heures.objects.update(le=le)
    MiseEnSituation.objects.update(du=le, cree_le=timezone.now() - timedelta(days=60))
    mets.refresh_from_db()
    avant = par_type_d_engagement(par, le)
    mets.objectif = None
    travail.modifier(mets, champs=["objectif"], par=par)
    assert par_type_d_engagement(par, le) == avant != []
