"""Une enquête est courte, et rien n'y relie une réponse à quelqu'un (AME-2, AME-5, § 2.6)."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as essais
from hypothesis import strategies as st

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.qualite.affiches import affiche_enquete
from cedre.qualite.models import Enquete, ReponseEnquete
from cedre.qualite.models.enquetes import semaine_de
from cedre.qualite.operations.enquetes import bulletin, clore, compter, compter_les_reponses, ouvrir, repondre
from cedre.qualite.questionnaires import GENRES, questionnaires
from cedre.qualite.resultats import assez, depouiller, dessin
from cedre.qualite.scelles import desceller

AUJOURDHUI = timezone.localdate


@pytest.fixture
def ouverte(ici):
    """Une enquête ouverte aux clients."""
    enquete = Enquete(organisation=ici.organisation, modele="clients", au=AUJOURDHUI() + timedelta(days=9))
    return ouvrir(enquete, par=ici.hab["qualite"])


def adresse(enquete: Enquete) -> str:
    """L'adresse où l'on répond."""
    return reverse("qualite:repondre_enquete", args=[enquete.jeton])


def dites(enquete: Enquete) -> list[dict]:
    """Ce que tiennent les réponses scellées."""
    return [desceller(scelle) for scelle in enquete.reponses.values_list("scelle", flat=True)]


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
    assert {champ.name for champ in ReponseEnquete._meta.get_fields()} == {"id", "enquete", "scelle"}
    remplir(ouverte, 20)
    numeros = set(ReponseEnquete.objects.values_list("pk", flat=True))
    assert max(numeros) - min(numeros) > 1_000_000
    assert {d["semaine"] for d in dites(ouverte)} == {semaine_de(AUJOURDHUI()).isoformat()}
    assert semaine_de(date(2026, 3, 8)) == date(2026, 3, 2) == semaine_de(date(2026, 3, 2))


def test_on_repond_par_l_adresse_sans_compte_et_rien_n_en_est_trace(ouverte):
    avant = Trace.objects.count()
    visiteur = Client()
    assert visiteur.get(adresse(ouverte)).status_code == 200
    envoi = visiteur.post(adresse(ouverte), {"travail": "3", "conseil": "0", "mieux": "Continuez"}, follow=True)
    assert "Merci" in envoi.content.decode() and Trace.objects.count() == avant
    assert dites(ouverte)[0]["reponses"] == {"travail": 3, "conseil": 0, "mieux": "Continuez"}


def test_meme_connecte_on_repond_sans_que_rien_le_dise(ici, ouverte):
    avant = Trace.objects.count()
    ici.client("cip").post(adresse(ouverte), {"travail": "3"})
    assert ReponseEnquete.objects.count() == 1 and Trace.objects.count() == avant


def test_une_reponse_vide_est_refusee_et_une_question_se_saute(ouverte):
    assert "une question au moins" in Client().post(adresse(ouverte), {"travail": ""}).content.decode()
    Client().post(adresse(ouverte), {"conseil": "1"})
    assert dites(ouverte)[0]["reponses"] == {"conseil": 1}


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
    trop = "Trop de réponses sont parties d’ici aujourd’hui. Demandez un papier à la structure."
    assert ReponseEnquete.objects.count() == 20 and derniere.context["form"].errors == {"__all__": [trop]}


def test_un_papier_se_recopie_jusqu_a_la_cloture_et_aucune_trace_n_en_dit_l_heure(ici, ouverte):
    Enquete.objects.update(du=AUJOURDHUI() - timedelta(days=9), au=AUJOURDHUI() - timedelta(days=1))
    page = reverse("qualite:recopier", args=[ouverte.pk])
    reponse = ici.client("accueil").post(page, {"travail": "1"})
    assert [str(m) for m in get_messages(reponse.wsgi_request)] == ["Réponse gardée. Au papier suivant."]
    assert not Trace.objects.filter(objet="enquête", compte=ici.hab["accueil"].compte).exists()
    assert dites(ouverte)[0]["par"] == ici.hab["accueil"].compte_id
    clore(ouverte, par=ici.hab["qualite"])
    assert ici.client("accueil").get(page).status_code == 404


def test_aucun_resultat_ne_se_montre_avant_la_cloture_ni_sous_cinq_reponses(ici, ouverte):
    remplir(ouverte, 4, travail=2, mieux="Des gants")
    client, page = ici.client("ca"), reverse("qualite:enquete", args=[ouverte.pk])
    avant = client.get(page)
    assert avant.context["resultats"] == [] and "Des gants" not in avant.content.decode()
    clore(ouverte, par=ici.hab["qualite"])
    apres = client.get(page).content.decode()
    assert (
        "moins de cinq\xa0réponses" in apres
        and "4\xa0réponses" not in apres
        and "Des gants" not in apres
        and "<svg role" not in apres.split("<main")[1]
    )
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
    du_conseil = ici.client("ca").get(reverse("qualite:enquete", args=[ouverte.pk])).content.decode()
    assert "Le travail fait est" in du_conseil and "Mauvais : 1" not in du_conseil and "aucun mot choisi par moins" in du_conseil
    page = ici.client("qualite").get(reverse("qualite:enquete", args=[ouverte.pk])).content.decode()
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
    textes = [{"reponses": {"mieux": t}, "par": None} for t in ("Zèle", "abri", "Bus", "Eau", "Cour")]
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


def test_close_il_n_en_reste_que_des_comptes(ici, ouverte):
    remplir(ouverte, 6, travail=1)
    clore(ouverte, par=ici.hab["qualite"])
    ouverte.refresh_from_db()
    semaine = semaine_de(AUJOURDHUI())
    assert (ouverte.nombre, ouverte.reponses.count(), ouverte.close_le) == (6, 0, AUJOURDHUI())
    assert (ouverte.assez_des, ouverte.assez_depuis) == (semaine, semaine), "sans attendre la nuit"


@pytest.mark.parametrize(
    ("recopiees", "se_montrent"),
    [
        ({}, True),
        ({"accueil": 1}, False),
        ({"accueil": 5}, False),
        ({"accueil": 1, None: 5}, True),
        ({"accueil": 9, None: 4}, False),
        ({"accueil": 5, "cip": 5}, True),
        ({"accueil": 5, "cip": 4}, False),
    ],
)
def test_qui_recopie_connait_ses_papiers_il_faut_cinq_reponses_de_plus(ici, ouverte, recopiees, se_montrent):
    for role, nombre in (recopiees or {None: 5}).items():
        for _ in range(nombre):
            repondre(ouverte, reponses={"travail": 2}, par=ici.hab[role] if role else None)
    resultats = clore(ouverte, par=ici.hab["qualite"]).resultats
    travail = next(r for r in resultats if r["texte"] == "Le travail fait est :")
    assert ("comptes" in travail) is se_montrent and "par" not in travail


def test_la_regle_vaut_pour_chaque_question(ici, ouverte):
    remplir(ouverte, 5, travail=2)
    for _ in range(2):
        repondre(ouverte, reponses={"travail": 2, "mieux": "Des gants"}, par=ici.hab["cip"])
    remplir(ouverte, 4, mieux="Un abri")
    par_genre = {r["texte"]: r for r in clore(ouverte, par=ici.hab["qualite"]).resultats}
    assert par_genre["Le travail fait est :"]["comptes"][2] == ["Bon", 7]
    textes = next(r for r in par_genre.values() if r["genre"] == "texte")
    assert textes["nombre"] == 6 and "textes" not in textes, "six textes, dont deux que la CIP connaît"


@pytest.mark.parametrize("reponses, dit", [(4, "Rien ne se montre"), (5, "Là où il n’y a pas de chiffres, rien ne se montre")])
def test_pourquoi_rien_ne_se_montre_se_dit_une_fois(ici, ouverte, reponses, dit):
    remplir(ouverte, reponses, travail=2)
    clore(ouverte, par=ici.hab["qualite"])
    page = " ".join(ici.client("qualite").get(reverse("qualite:enquete", args=[ouverte.pk])).content.decode().split())
    assert dit in page.replace("\N{NO-BREAK SPACE}", " ") and page.count("On reconnaîtrait quelqu’un") == 1


def test_assez_compte_ce_qui_reste_a_qui_a_le_plus_recopie():
    assert [assez([None] * 5), assez([None] * 4), assez([1] * 5 + [2] * 5), assez([])] == [True, False, True, False]


def test_le_nombre_ne_se_lit_que_de_la_nuit_precedente(ici, ouverte):
    remplir(ouverte, 6)
    page = reverse("qualite:enquete", args=[ouverte.pk])
    assert "aucune réponse la nuit dernière" in ici.client("qualite").get(page).content.decode()
    compter_les_reponses.call()
    remplir(ouverte, 1)
    assert "environ 5\xa0réponses la nuit dernière" in ici.client("qualite").get(page).content.decode()
    ouverte.refresh_from_db()
    assert (ouverte.nombre, ouverte.assez_des, ouverte.assez_depuis) == (6, *[semaine_de(AUJOURDHUI())] * 2)


@essais(deadline=None)
@given(st.lists(st.integers(0, 40).map(lambda n: date(2024, 1, 1) + timedelta(weeks=n)), max_size=12), st.integers(-40, 900))
def test_deux_semaines_disent_autant_que_toutes(semaines, jours):
    le, enquete = date(2024, 1, 1) + timedelta(days=jours), Enquete()
    compter(enquete, semaines)
    comptees = [s for s in semaines if le - relativedelta(years=1) < s <= le - timedelta(days=6)]
    dite = enquete.assez_des is not None
    menee = dite and enquete.assez_des <= le - timedelta(days=6) and enquete.assez_depuis > le - relativedelta(years=1)
    assert menee is (len(comptees) >= 5)


@pytest.mark.parametrize("code", questionnaires())
def test_la_plus_longue_reponse_tient_et_a_la_longueur_de_la_plus_courte(code):
    longue = {q.code: "\x01" * 1000 if q.genre == "texte" else 3 for q in questionnaires()[code].questions}
    assert len(bulletin(longue, semaine=AUJOURDHUI(), par=10**18)) == len(bulletin({}, semaine=AUJOURDHUI()))


def test_sans_la_cle_une_reponse_est_refusee_en_clair_et_la_cloture_ne_perd_rien(ici, ouverte, settings, tmp_path):
    remplir(ouverte, 5)
    settings.CLES = str(tmp_path / "absentes")
    refus = Client().post(adresse(ouverte), {"travail": "1"}).content.decode()
    ferme = "Rien ne peut être gardé ici sans nom pour l’instant. Gardez votre texte, et prévenez la structure."
    assert ferme in refus.replace("\xa0", " ") and "absentes" not in refus
    sans_cle = "Les réponses ne s’ouvrent pas : leur clé manque. Rien n’est perdu ; qui a installé Cèdre doit la remettre."
    with pytest.raises(GesteImpossible, match=f"^{sans_cle}$"):
        clore(ouverte, par=ici.hab["qualite"])
    compter_les_reponses.call()
    ouverte.refresh_from_db()
    assert (ouverte.close_le, ouverte.reponses.count()) == (None, 5)


def test_le_conseil_ne_lit_pas_combien_ont_laisse_une_question(ici, ouverte):
    for combien, reponse in ((8, {"travail": 2}), (5, {"travail": 0}), (1, {"mieux": "Des gants"})):
        remplir(ouverte, combien, **reponse)
    clore(ouverte, par=ici.hab["qualite"])
    page = reverse("qualite:enquete", args=[ouverte.pk])
    lus = {role: ici.client(role).get(page).content.decode() for role in ("ca", "qualite")}
    assert [mot in lus["ca"] for mot in ("environ 15\xa0réponses", "Bon : 10", "13\xa0réponses", "Bon : 8")] == [
        True,
        True,
        False,
        False,
    ]
    assert "13\xa0réponses" in lus["qualite"] and "Bon : 8" in lus["qualite"]
