"""Une enquête est courte, et rien n'y relie une réponse à quelqu'un (AME-2, AME-5, § 2.6)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.gestes import GesteImpossible
from cedre.qualite.affiches import affiche_enquete
from cedre.qualite.models import Enquete, ReponseEnquete
from cedre.qualite.models.enquetes import semaine_de
from cedre.qualite.operations.enquetes import clore, ouvrir, repondre
from cedre.qualite.questionnaires import GENRES, questionnaires
from cedre.qualite.resultats import depouiller, dessin

AUJOURDHUI = timezone.localdate


@pytest.fixture
def ouverte(ici):
    """Une enquête ouverte aux clients."""
    enquete = Enquete(organisation=ici.organisation, modele="clients", au=AUJOURDHUI() + timedelta(days=9))
    return ouvrir(enquete, par=ici.hab["qualite"])


def adresse(enquete: Enquete) -> str:
    """L'adresse où l'on répond."""
    return reverse("qualite:repondre_enquete", args=[enquete.jeton])


def remplir(enquete: Enquete, nombre: int, **reponses) -> None:
    """Autant de réponses, toutes pareilles."""
    for _ in range(nombre):
        repondre(enquete, reponses=reponses or {"travail": 2})


@pytest.mark.parametrize("code", questionnaires())
def test_un_modele_est_court_et_ses_echelles_ont_quatre_mots(code):
    modele = questionnaires()[code]
    genres = [q.genre for q in modele.questions]
    assert 5 <= len(genres) <= 8 and set(genres) <= GENRES and genres.count("texte") == 1
    assert all(len(q.mots) == {"echelle": 4, "oui_non": 2, "texte": 0}[q.genre] for q in modele.questions)
    assert len({q.code for q in modele.questions}) == len(genres) and all([modele.titre, modele.pour, modele.quand, modele.intro])


def test_une_reponse_ne_porte_ni_compte_ni_adresse_ni_heure_et_son_numero_ne_dit_pas_l_ordre(ouverte):
    assert {champ.name for champ in ReponseEnquete._meta.get_fields()} == {"id", "enquete", "semaine", "reponses"}
    remplir(ouverte, 20)
    numeros = set(ReponseEnquete.objects.values_list("pk", flat=True))
    assert max(numeros) - min(numeros) > 1_000_000
    assert set(ReponseEnquete.objects.values_list("semaine", flat=True)) == {semaine_de(AUJOURDHUI())}
    assert semaine_de(date(2026, 3, 8)) == date(2026, 3, 2) == semaine_de(date(2026, 3, 2))


def test_on_repond_par_l_adresse_sans_compte_et_rien_n_en_est_trace(ouverte):
    avant = Trace.objects.count()
    visiteur = Client()
    assert visiteur.get(adresse(ouverte)).status_code == 200
    envoi = visiteur.post(adresse(ouverte), {"travail": "3", "conseil": "0", "mieux": "Continuez"}, follow=True)
    assert "Merci" in envoi.content.decode() and Trace.objects.count() == avant
    assert ReponseEnquete.objects.get().reponses == {"travail": 3, "conseil": 0, "mieux": "Continuez"}


def test_meme_connecte_on_repond_sans_que_rien_le_dise(ici, ouverte):
    avant = Trace.objects.count()
    ici.client("cip").post(adresse(ouverte), {"travail": "3"})
    assert ReponseEnquete.objects.count() == 1 and Trace.objects.count() == avant


def test_une_reponse_vide_est_refusee_et_une_question_se_saute(ouverte):
    assert "une question au moins" in Client().post(adresse(ouverte), {"travail": ""}).content.decode()
    Client().post(adresse(ouverte), {"conseil": "1"})
    assert ReponseEnquete.objects.get().reponses == {"conseil": 1}


def test_un_mot_qui_n_est_pas_propose_est_refuse(ouverte):
    assert Client().post(adresse(ouverte), {"travail": "7"}).context["form"].errors.keys() == {"travail"}


@pytest.mark.parametrize(("du", "au"), [(-9, -1), (1, 9)])
def test_hors_de_ses_dates_l_adresse_n_ouvre_rien(ouverte, du, au):
    assert Client().get(adresse(ouverte)).status_code == 200
    Enquete.objects.update(du=AUJOURDHUI() + timedelta(days=du), au=AUJOURDHUI() + timedelta(days=au))
    assert Client().get(adresse(ouverte)).status_code == 404
    with pytest.raises(GesteImpossible, match="finie"):
        remplir(ouverte, 1)


def test_une_adresse_inconnue_n_ouvre_rien(db):
    assert Client().get(reverse("qualite:repondre_enquete", args=["inconnu"])).status_code == 404


def test_d_un_meme_appareil_vingt_reponses_par_jour_au_plus(ouverte):
    visiteur = Client()
    for _ in range(21):
        derniere = visiteur.post(adresse(ouverte), {"travail": "1"})
    assert ReponseEnquete.objects.count() == 20 and "Trop de réponses" in derniere.content.decode()


def test_un_papier_se_recopie_jusqu_a_la_cloture_et_la_trace_dit_qui_recopie(ici, ouverte):
    Enquete.objects.update(du=AUJOURDHUI() - timedelta(days=9), au=AUJOURDHUI() - timedelta(days=1))
    page = reverse("qualite:recopier", args=[ouverte.pk])
    assert ici.client("accueil").post(page, {"travail": "1"}).status_code == 302
    trace = Trace.objects.filter(objet="enquête").latest("pk")
    assert (trace.objet_id, trace.compte_id) == (ouverte.pk, ici.hab["accueil"].compte_id), "l'enquête, jamais la réponse"
    clore(ouverte, par=ici.hab["qualite"])
    assert ici.client("accueil").get(page).status_code == 404


def test_aucun_resultat_ne_se_montre_avant_la_cloture_ni_sous_cinq_reponses(ici, ouverte):
    remplir(ouverte, 4, travail=2, mieux="Des gants")
    client, page = ici.client("ca"), reverse("qualite:enquete", args=[ouverte.pk])
    avant = client.get(page)
    assert avant.context["resultats"] == [] and "Des gants" not in avant.content.decode()
    clore(ouverte, par=ici.hab["qualite"])
    apres = client.get(page).content.decode()
    assert "4\xa0réponses" in apres and "Des gants" not in apres and "<svg role" not in apres.split("<main")[1]
    ouverte.refresh_from_db()
    assert not any({"comptes", "textes"} & resultat.keys() for resultat in ouverte.resultats), "ni gardés dans la base"


def test_a_cinq_reponses_chaque_question_a_ses_barres_et_son_nombre(ici, ouverte):
    remplir(ouverte, 4, travail=2, mieux="Des gants")
    remplir(ouverte, 1, travail=0, mieux="à pied")
    remplir(ouverte, 4, conseil=0)
    clore(ouverte, par=ici.hab["qualite"])
    ouverte.refresh_from_db()
    par_texte = {r["texte"]: r for r in ouverte.resultats}
    assert par_texte["Le travail fait est :"]["comptes"] == [["Mauvais", 1], ["Moyen", 0], ["Bon", 4], ["Très bon", 0]]
    assert "comptes" not in par_texte["Nous recommanderiez-vous ?"], "quatre réponses à cette question : rien"
    page = ici.client("ca").get(reverse("qualite:enquete", args=[ouverte.pk])).content.decode()
    assert 'aria-label="Le travail fait est : Mauvais : 1, Moyen : 0, Bon : 4, Très bon : 0"' in page
    assert page.count("Des gants") == 4


def test_une_enquete_close_mene_a_une_action_qui_s_en_souvient(ici, ouverte):
    clore(ouverte, par=ici.hab["qualite"])
    client, adresse_action = ici.client("qualite"), reverse("qualite:action_d_une_enquete", args=[ouverte.pk])
    assert adresse_action in client.get(reverse("qualite:enquete", args=[ouverte.pk])).content.decode()
    saisie = {"quoi": "Prévenir", "effet_attendu": "Moins d’absences", "qui": ici.hab["mad"].compte_id, "origine": "enquete"}
    client.post(adresse_action, saisie | {"echeance": AUJOURDHUI()})
    assert ouverte.ameliorations.get().quoi == "Prévenir"


def test_close_elle_ne_change_plus(ici, ouverte):
    remplir(ouverte, 5)
    clore(ouverte, par=ici.hab["qualite"])
    with pytest.raises(GesteImpossible):
        repondre(ouverte, reponses={"travail": 1}, par=ici.hab["qualite"])
    with pytest.raises(GesteImpossible, match="déjà close"):
        clore(ouverte, par=ici.hab["qualite"])


def test_ses_questions_sont_celles_du_jour_ou_on_l_a_ouverte(ouverte, monkeypatch):
    monkeypatch.setattr("cedre.qualite.views.enquetes.questionnaires", dict)
    assert "Nous recommanderiez-vous" in Client().get(adresse(ouverte)).content.decode()


def test_personne_ne_lit_une_reponse_seule(ici, ouverte):
    remplir(ouverte, 5)
    assert not any(ReponseEnquete.objects.pour(hab).exists() for hab in ici.hab.values())


def test_le_depouillement_range_les_textes_sans_dire_qui_les_a_ecrits_ensemble():
    questions = [{"code": "mieux", "genre": "texte", "texte": "Mieux ?", "mots": []}]
    textes = [{"mieux": t} for t in ("Zèle", "abri", "Bus", "Eau", "Cour")]
    assert depouiller(questions, textes)[0]["textes"] == ["abri", "Bus", "Cour", "Eau", "Zèle"]
    assert dessin(depouiller(questions, textes)[0]) == ""


def test_l_affiche_d_une_enquete_est_un_pdf(ici, ouverte):
    assert affiche_enquete(ouverte, "https://exemple.example/q/abc").startswith(b"%PDF")
    assert ici.client("mad").get(reverse("qualite:affiche_enquete", args=[ouverte.pk])).status_code == 200


def test_une_enquete_s_ouvre_d_un_modele_et_finit_apres_avoir_commence(ici):
    client, page = ici.client("qualite"), reverse("qualite:enquete_nouvelle")
    refus = client.post(page, {"modele": "clients", "du": AUJOURDHUI(), "au": AUJOURDHUI() - timedelta(days=1)})
    assert refus.status_code == 200 and not Enquete.objects.exists()
    client.post(page, {"modele": "participation", "du": AUJOURDHUI(), "au": AUJOURDHUI()})
    assert len(Enquete.objects.get().questions) == 8
