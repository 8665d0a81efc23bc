"""Ce que lit, mot pour mot, qui ouvre sa page du jour, son courriel, ses chiffres ou son espace (ACC-1, ACC-6, OBS-1, INS-2)."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import Mesure, tous
from cedre.core.templatetags.cedre import accorde, heure, jour_semaine
from cedre.core.templatetags.cedre import jour as en_toutes_lettres
from cedre.parcours.espace import heures_par_mois, rendez_vous
from cedre.parcours.models import Contact, Entretien, Heures, Liaison, Personne, Remise, Reponse
from cedre.parcours.operations.espace import remettre_code
from cedre.portail.chiffres import Chiffre, chiffres
from cedre.portail.courriel import adresse_d_arret, courriel
from cedre.portail.jour import rappels, tuiles
from cedre.qualite.models import AccuseDeLecture

JEUDI, SITE = date(2026, 11, 26), "http://localhost:8000"


def jour(dans: int = 0):
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=dans)


@pytest.fixture
def elle(embauchee) -> Client:
    """Le navigateur de la personne, entrée dans son espace."""
    cache.clear()
    client = Client()
    client.post("/espace/", {"code": remettre_code(embauchee.personne, par=embauchee.hab["cip"])[1]})
    return client


@pytest.mark.parametrize(
    "delai, demandee, a_l_agenda, dit",
    [(10, -11, None, "Délai dépassé"), (10, -10, None, "Sans date"), (None, -40, None, "Sans date"), (10, -3, 1, "demain")],
)
def test_qui_attend_se_dit_en_retard_le_lendemain_de_l_echeance_et_a_sa_date_des_qu_elle_en_a_une(
    ici, delai, demandee, a_l_agenda, dit
):
    Entretien.objects.all().delete()
    ici.personne.informations.all().delete()
    Contact.objects.all().delete()
    Contact.objects.create(personne=ici.personne, le=jour(demandee), delai_annonce=delai)
    if a_l_agenda is not None:
        Entretien.objects.create(personne=ici.personne, le=jour(a_l_agenda), conduit_par=ici.qui)
    page = ici.client("accueil").get("/").content.decode().partition("Attendent d’être reçues")[2].partition("</section>")[0]
    etats = re.findall(r"Délai dépassé|Sans date|demain", page)
    assert etats == [dit] and reverse("parcours:personne", args=[ici.personne.pk]) in page


def test_sur_sa_page_on_ne_relit_pas_que_c_est_avec_soi(ici):
    Entretien.objects.create(personne=ici.personne, le=jour(5), heure=time(9), conduit_par=ici.hab["direction"].compte)
    pages = {role: ici.client(role).get("/").content.decode() for role in ("direction", "accueil")}
    dits = {role: re.findall(r"avec (\w+ Ici)", page.partition("<main")[2]) for role, page in pages.items()}
    assert dits == {"direction": ["Cip Ici"], "accueil": ["Cip Ici", "Direction Ici"]}


def lignes(dites) -> list[str]:
    """Ce que le courriel en écrit : le nombre, puis où le lire."""
    return [ligne for libelle, dit, chemin in dites for ligne in (f"- {libelle} : {dit}", f"  {SITE}{chemin}")]


def test_le_courriel_va_des_rendez_vous_a_ce_qui_manque_puis_a_ce_qui_suit_et_finit_par_ses_liens(embauchee):
    cip = embauchee.hab["cip"]
    with time_machine.travel(datetime(2026, 11, 26, 6, 30, tzinfo=timezone.get_default_timezone()), tick=False):
        Entretien.objects.update(le=JEUDI, heure=time(14), etat="prevu")
        Personne.objects.create(organisation=embauchee.organisation, nom="Sans", prenom="Rien", referent=cip.compte)
        Liaison.objects.update(le=JEUDI - timedelta(days=9), relance_le=JEUDI, reponse="", reponse_le=None)
        message, manques, suites = courriel(cip, JEUDI), tuiles(cip), rappels(cip, JEUDI)
    assert message.body.splitlines() == [
        *("Bonjour,", "", f"Voici votre journée du {jour_semaine(JEUDI)}, Structure Ici.", ""),
        *("Vos rendez-vous", f"- {heure(time(14))} : Entretien d’accueil", f"  {SITE}/entretiens/{embauchee.entretien.pk}/", ""),
        *("Ce qui manque", *lignes((m.libelle, accorde(m.nombre, "personne"), m.adresse) for m in manques), ""),
        *("À suivre", *lignes((s.libelle, s.nombre, s.adresse) for s in suites), ""),
        *(f"La page du jour : {SITE}/", ""),
        "Ce courriel ne dit aucun nom : les pages s’ouvrent avec votre compte.",
        f"Ne plus le recevoir : {adresse_d_arret(cip)}",
    ]
    assert (message.to, message.subject) == ([cip.compte.email], f"Cèdre · votre journée du {jour_semaine(JEUDI)}")
    assert message.extra_headers == {
        "List-Unsubscribe": f"<{adresse_d_arret(cip)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    assert adresse_d_arret(cip) != adresse_d_arret(embauchee.hab["direction"])


def test_les_chiffres_vont_dans_l_ordre_du_referentiel_et_un_constat_ne_manque_de_rien(ici):
    lus = chiffres(ici.hab["direction"], jour())
    sources = [chiffre.indicateur.source for chiffre in lus]
    assert sources == sorted(sources) and {c.indicateur.code for c in lus} == tous().keys()
    a_corriger, constat = tous()["delai_annonce"], tous()["sorties_dynamiques"]
    assert [Chiffre(i, Mesure(9, 4)).manquent for i in (a_corriger, constat)] == [5, 0]


# ── L'espace ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_rendez_vous_dit_quand_ou_avec_qui_et_quoi(embauchee):
    qui = embauchee.personne
    qui.entretiens.update(lieu="Bureau", le=jour(4), heure=time(14), conduit_par=embauchee.hab["mad"].compte)
    qui.bilans.update(lieu="Salle du bilan", le=jour(1))
    embauchee.seance.lieu = "Salle de l’atelier"
    embauchee.seance.save()
    dits = {r.quoi: (r.le, r.heure, r.lieu, r.avec) for r in rendez_vous(qui)}
    assert dits == {
        "Bilan : nous faisons le point": (jour(1), time(10), "Salle du bilan", "Cip Ici"),
        "Réunion d’information": (jour(3), time(9, 30), "Salle ici", ""),
        "Entretien": (jour(4), time(14), "Bureau", "Mad Ici"),
        "Atelier ici": (jour(5), time(9), "Salle de l’atelier", ""),
    }
    assert [r.le for r in rendez_vous(qui)] == sorted(r.le for r in rendez_vous(qui))


def test_ses_heures_sont_la_somme_de_chaque_mois_dans_toutes_ses_mises_en_situation(embauchee, elle):
    mets = embauchee.mise_en_situation
    Heures.objects.all().delete()
    for le, heures in ((date(2026, 1, 5), 7), (date(2026, 1, 31), Decimal("3.5")), (date(2026, 2, 1), 2)):
        Heures.objects.create(mise_en_situation=mets, le=le, heures=heures)
    assert heures_par_mois(embauchee.personne) == [(date(2026, 2, 1), 2), (date(2026, 1, 1), Decimal("10.5"))]
    page = elle.get(reverse("portail:mes_heures")).content.decode()
    assert re.findall(r'"quoi">(\w+ \d+)</span><strong>([\d,]+)', page) == [("Février 2026", "2"), ("Janvier 2026", "10,5")]


def test_ses_textes_disent_le_jour_de_leur_remise_et_ce_qu_elle_y_a_repondu(embauchee, elle):
    Reponse.objects.all().delete()
    Remise.objects.update(le=date(2026, 3, 1))
    remise = embauchee.personne.remises.get()
    cible = reverse("portail:mon_texte", args=[remise.pk])
    for dit in ({"nature": "d_accord"}, {"nature": "en_parler", "texte": "Le mardi"}):
        elle.post(cible, dit)
    page = elle.get(cible).content.decode()
    assert f"Remis le {en_toutes_lettres(date(2026, 3, 1))}." in page and "Mon engagement" in page
    assert re.findall(r"ai dit[^<]*<strong>([^<]+)<", page) == [
        Reponse.Nature("d_accord").label,
        Reponse.Nature("en_parler").label,
    ]


def test_ses_cinq_derniers_objectifs_proposes_et_rien_d_autre(embauchee, elle):
    Reponse.objects.all().delete()
    for rang in range(6):
        le = timezone.now() - timedelta(days=rang)
        Reponse.objects.create(personne=embauchee.personne, nature="proposition", texte=f"Idée {rang}", le=le)
    Reponse.objects.create(
        personne=embauchee.personne, nature="en_parler", texte="Le mardi", remise=embauchee.personne.remises.get()
    )
    page = elle.get(reverse("portail:mon_objectif"))
    assert [r.texte for r in page.context["proposes"]] == [f"Idée {rang}" for rang in range(5)]


def test_elle_dit_avoir_lu_le_manuel_une_fois_et_le_lit_encore(embauchee, elle):
    AccuseDeLecture.objects.all().delete()
    cible = reverse("portail:comment_ca_marche")
    assert "Vous l’avez lu" not in elle.get(reverse("portail:mon_espace")).content.decode()
    for _ in range(2):
        assert elle.post(cible).url == reverse("portail:mon_espace")
    lecture = AccuseDeLecture.objects.get()
    assert (lecture.manuel, lecture.personne, lecture.mode) == (embauchee.version, embauchee.personne, "ecran")
    assert "Vous l’avez lu" in elle.get(reverse("portail:mon_espace")).content.decode()
    assert "Ici, c’est ici." in elle.get(cible).content.decode()
