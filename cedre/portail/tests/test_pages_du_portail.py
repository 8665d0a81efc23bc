"""Ce que disent, mot pour mot et dans chaque cas, la page du jour, l'équipe, les chiffres et l'espace (ACC-6, INS-2, OBS-1)."""

from datetime import date, time, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Mesure, tous
from cedre.core.templatetags.cedre import jour_semaine
from cedre.observatoire.cadres import en_vigueur
from cedre.parcours.models import Bilan, Contact, Entretien, Heures, InformationCollective, Personne, Remise
from cedre.parcours.operations.espace import remettre_code
from cedre.portail import chiffres as lus
from cedre.portail import jour as journee
from cedre.portail import views as vues
from cedre.qualite.models import AccuseDeLecture, VersionDuManuel
from cedre.tests.ecran import liens, principal, propre, sections, tableau, titre


def jour(dans: int = 0) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=dans)


def le(dans: int = 0) -> str:
    """Ce jour et son nom, en tête de phrase."""
    return propre(jour_semaine(jour(dans))).capitalize()


# ── La page du jour ───────────────────────────────────────────────────────────────────────────────────────────────


def test_la_page_du_jour_dit_les_rendez_vous_ce_qui_reste_a_ecrire_qui_attend_et_les_seances(embauchee, cip):
    qui, direction = embauchee.personne, embauchee.hab["direction"].compte
    Bilan.objects.update(le=jour(), heure=time(10), conduit_par=embauchee.qui)
    Entretien.objects.update(le=jour(2), heure=time(14, 5))
    for dans, etat in ((-1, "prevu"), (3, "prevu")):
        Entretien.objects.create(personne=qui, le=jour(dans), etat=etat, conduit_par=embauchee.qui)
    attend = Personne.objects.create(organisation=embauchee.organisation, nom="Attend", prenom="Lou", referent=embauchee.qui)
    Contact.objects.create(personne=attend, le=jour(-40), delai_annonce=10)
    page = cip.get("/")
    dit, menent = sections(page), liens(page)
    aujourdhui = "Aujourd’hui 10 h 00 Zélie Martinelle bilan"
    assert dit["Prochains entretiens"] == f"{aujourdhui} {le(2)} 14 h 05 Zélie Martinelle {le(3)} Zélie Martinelle"
    assert dit["Comptes rendus à terminer"] == f"Zélie Martinelle {le(-1)} Prévu"
    assert dit["Attendent d’être reçues"] == "Toutes Lou Attend demande faite il y a 40 jours Délai dépassé"
    assert (menent["Toutes"], menent["Lou Attend"]) == (reverse("parcours:personnes") + "?attente=0", attend.get_absolute_url())
    seance = embauchee.collective
    assert dit["Informations collectives à venir"] == f"{le(3)}, 9 h 30 Salle ici 1 sur {seance.capacite} places"
    assert menent[f"{le(3)}, 9 h 30"] == seance.get_absolute_url()
    assert f'href="{embauchee.bilan.get_absolute_url()}"' in principal(page)
    assert dit["À faire"].startswith("Délai annoncé dépassé · 1 personne Lou Attend")
    rappels = page.context["rappels"]
    assert rappels and dit["À suivre"] == " ".join(propre(f"{rappel.libelle} {rappel.nombre}") for rappel in rappels)
    assert [menent[propre(rappel.libelle)] for rappel in rappels] == [rappel.adresse for rappel in rappels]
    Bilan.objects.update(le=jour(-1), conduit_par=embauchee.qui)
    Entretien.objects.update(conduit_par=direction)
    assert f"Zélie Martinelle Bilan, {le(-1)}" in sections(cip.get("/"))["Comptes rendus à terminer"]
    assert "Zélie Martinelle avec Direction Ici" in sections(embauchee.client("accueil").get("/"))["Prochains entretiens"]
    assert "Comptes rendus à terminer" not in sections(embauchee.client("accueil").get("/"))


def test_la_page_du_jour_ou_rien_ne_manque_le_dit_rubrique_par_rubrique(ici, cip):
    for lot in (Entretien, Contact, Personne, InformationCollective):
        lot.objects.all().delete()
    page = cip.get("/")
    dit = sections(page)
    assert "À suivre" not in dit
    assert "Rien ne manque aux dossiers ouverts : chacun a une date, un référent et un délai tenu." in propre(principal(page))
    assert {titre: dit[titre] for titre in list(dit)[-4:]} == {
        "Prochains entretiens": "Aucun entretien n’est prévu.",
        "Comptes rendus à terminer": "Tous les entretiens passés ont leur suite.",
        "Attendent d’être reçues": "Toutes Tout le monde a été reçu.",
        "Informations collectives à venir": "Aucune séance n’est prévue.",
    }


def test_a_faire_dit_chaque_manque_ses_premieres_personnes_et_mene_a_toutes(ici, cip):
    for rang in range(journee.PAR_MANQUE + 1):
        Personne.objects.create(organisation=ici.organisation, nom=f"Nom{rang}", prenom="Ada", referent=ici.qui)
    page = cip.get("/")
    toutes = reverse("parcours:personnes") + "?referent=moi&manque=injoignable"
    assert liens(page)["Ni téléphone ni courriel"] == toutes == liens(page)["Les 6 personnes"]
    assert "Ni téléphone ni courriel · 6 personnes Ada Nom0" in sections(page)["À faire"]
    premiere = Personne.objects.get(nom="Nom0")
    assert liens(page)["Ada Nom0"] == premiere.get_absolute_url()
    assert reverse("parcours:prendre_en_charge", args=[premiere.pk, "injoignable"]) in principal(page)
    Personne.objects.filter(nom="Nom5").delete()
    assert "Les 5 personnes" not in liens(cip.get("/"))
    tuiles = liens(ici.client("direction").get("/"))
    assert any(texte == "5 Ni téléphone ni courriel" for texte in tuiles)


def test_l_equipe_dit_de_chaque_referent_combien_il_suit_et_ce_qui_manque(ici):
    direction = ici.client("direction")
    adresse = reverse("portail:suivi_equipe")
    page = direction.get(adresse)
    assert sections(page)["L’équipe"].startswith("Ce qui manque, par référent·e. Chaque nombre ouvre sa liste.")
    assert titre(page) == "L’équipe" and liens(page)["Confier à quelqu’un d’autre"] == reverse("parcours:confier")
    assert sections(page)["Cip Ici"] == "1 personne suivie Rien ne manque"
    Personne.objects.create(organisation=ici.organisation, nom="Sans", prenom="Rien")
    page = direction.get(adresse)
    assert sections(page)["Sans référent·e"].startswith("1 personne suivie 1 ")
    assert liens(page)["1 Sans référent·e"].endswith("manque=sans_referent")
    assert "Rien ne manque" not in sections(page)["Sans référent·e"]
    Personne.objects.all().delete()
    assert "Personne à suivre Les dossiers ouverts paraîtront ici, par référent·e." in propre(principal(direction.get(adresse)))


def test_les_chiffres_menent_a_ce_qui_manque_et_se_disent_a_cinq_pres_a_qui_ne_voit_pas_les_noms(ici, monkeypatch):
    a_corriger, constat = tous()["delai_annonce"], tous()["sorties_dynamiques"]
    dits = [lus.Chiffre(a_corriger, Mesure(9, 8)), lus.Chiffre(a_corriger, Mesure(9, 4)), lus.Chiffre(a_corriger, Mesure(9, 9))]
    monkeypatch.setattr(vues, "chiffres", lambda *_: [*dits, lus.Chiffre(constat, Mesure(9, 4))])
    adresse = reverse("portail:chiffres")
    page = ici.client("direction").get(adresse)
    rangees = tableau(page)
    assert [rangee[2] for rangee in rangees] == ["Voir ce qui manque", "Voir les 5 qui manquent", "rien", "—"]
    assert all(rangee[0].startswith(str(i.libelle)) for rangee, i in zip(rangees, [a_corriger] * 3 + [constat], strict=True))
    for dit in (a_corriger.definition, a_corriger.limites, a_corriger.source):
        assert propre(str(dit)) in rangees[0][0]
    assert sections(page)["Ce qui manque aujourd’hui"].startswith("Délai annoncé au premier contact Voir les 5 qui manquent")
    manquants = reverse("portail:manquants", args=["delai_annonce"])
    assert liens(page)["Voir les 5 qui manquent"] == manquants == liens(page)[propre(str(a_corriger.libelle))]
    a_cinq_pres = "Un nombre de personnes se dit à cinq près, et pas du tout quand il est petit"
    assert a_cinq_pres not in principal(page) and titre(page) == "Chiffres"
    page = ici.client("ca").get(adresse)
    chapitres = {
        chapitre.libelle: reverse("observatoire:chapitre", args=[chapitre.code]) for chapitre in en_vigueur(jour(0)).chapitres
    }
    engagements = {"Parcours par type d’engagement": reverse("observatoire:par_engagement")}
    des_chapitres = {propre(nom): f"{ou}?annee={jour(0).year}&mois=" for nom, ou in chapitres.items()}
    attendus = engagements | des_chapitres
    assert attendus.items() <= liens(page).items()
    autres = {ou for dit, ou in liens(page).items() if dit not in attendus}
    assert autres and all(ou.startswith("/chiffres/du-cadre/") for ou in autres), "vers aucun dossier"
    assert "Ce qui manque aujourd’hui" not in sections(page)
    assert a_cinq_pres in principal(page) and {len(rangee) for rangee in tableau(page)} == {2}


# ── L'espace ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def elle(embauchee) -> Client:
    """Le navigateur de la personne, entrée dans son espace."""
    cache.clear()
    client = Client()
    client.post("/espace/", {"code": remettre_code(embauchee.personne, par=embauchee.hab["cip"])[1]})
    return client


def test_son_espace_dit_ses_rendez_vous_ses_textes_et_ou_appeler(embauchee, elle):
    qui = embauchee.personne
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(telephone="02 62 00 00 01")
    qui.entretiens.all().delete()
    qui.informations.all().delete()
    qui.actions.all().delete()
    Bilan.objects.update(lieu="Bureau", le=jour(1), heure=time(10))
    clos = {"etat": "clos", "clos_le": timezone.now(), "suite": "sortie", "suite_le": jour(), "trajectoire": "precaire"}
    bilan = Bilan.objects.create(personne=qui, engagement=embauchee.engagement, le=jour(-9), **clos)
    remis = Remise.objects.create(personne=qui, bilan=bilan, contenu={}, le=jour(-8))
    page = elle.get(reverse("portail:mon_espace"))
    dit, menent = sections(page), liens(page)
    engagement = qui.remises.exclude(engagement=None).get()
    assert dit["Bonjour Zélie"] == "Structure Ici"
    assert dit["Mes rendez-vous"] == f"{le(1)} à 10 h 00 Bilan : nous faisons le point, avec Cip Ici Bureau"
    assert dit["Mon engagement"] == "C’est ce que nous avons décidé ensemble. Lire mon engagement"
    attendus = {
        "Lire mon engagement": reverse("portail:mon_texte", args=[engagement.pk]),
        "Voir mes heures de travail": reverse("portail:mes_heures"),
        "Prendre mon attestation (PDF)": reverse("portail:mon_attestation"),
        "Je propose un objectif": reverse("portail:mon_objectif"),
        "Dire ce qui ne va pas": reverse("portail:ce_qui_ne_va_pas"),
        "Lire": reverse("portail:comment_ca_marche"),
        "02 62 00 00 01": "tel:0262000001",
    }
    assert {texte: menent[texte] for texte in attendus} == attendus
    assert [ou for texte, ou in menent.items() if texte.startswith("Bilan remis le")] == [
        reverse("portail:mon_texte", args=[remis.pk])
    ]
    assert dit["Ce que je sais faire"].startswith("Un papier à montrer à un employeur. Faites-le signer par la structure.")
    assert dit["Mon idée"] == "Vous avez une envie, un projet ? Dites-le. Je propose un objectif"
    assert dit["Quelque chose ne va pas"] == (
        "Un problème, une colère, une injustice ? Dites-le. Vous pouvez ne pas dire votre nom. Dire ce qui ne va pas"
    )
    assert dit["Comment ça marche ici"].startswith("Quelques phrases pour comprendre comment nous travaillons avec vous.")
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(telephone="")
    Bilan.objects.filter(pk=embauchee.bilan.pk).update(lieu="", heure=None, conduit_par=None)
    assert sections(elle.get(reverse("portail:mon_espace")))["Mes rendez-vous"] == f"{le(1)} Bilan : nous faisons le point"
    Bilan.objects.filter(pk=embauchee.bilan.pk).delete()
    qui.remises.all().delete()
    Heures.objects.all().delete()
    page = elle.get(reverse("portail:mon_espace"))
    dit = sections(page)
    assert dit["Mes rendez-vous"] == "Vous n’avez pas de rendez-vous noté."
    assert dit["Mon engagement"] == "Votre engagement ne vous a pas encore été remis."
    assert dit["Mes bilans"] == "Vous n’avez pas encore de bilan à lire."
    assert "Ce que je sais faire" not in dit and "Une question ?" not in principal(page)
    AccuseDeLecture.objects.all().delete()
    VersionDuManuel.objects.all().delete()
    assert "Comment ça marche ici" not in sections(elle.get(reverse("portail:mon_espace")))


def test_un_texte_remis_dit_ce_qu_il_est_et_ce_que_l_on_peut_y_repondre(embauchee, elle):
    remise = embauchee.personne.remises.get()
    cible = reverse("portail:mon_texte", args=[remise.pk])
    embauchee.personne.reponses.all().delete()
    page = elle.get(cible)
    assert titre(page) == "Mon engagement" and sections(page)["Mon engagement"].startswith("Remis le")
    assert sections(page)["Ma réponse"].startswith("Bien reçu D’accord") and sections(page)["Ma réponse"].endswith(
        "Je veux en parler"
    )
    assert liens(page)["Mon espace"] == reverse("portail:mon_espace")
    elle.post(cible, {"nature": "en_parler", "texte": "Le mardi"})
    repondu = sections(elle.get(cible))["Ma réponse"]
    assert "« Le mardi »" in repondu and "Bien reçu" not in repondu and " D’accord " in repondu
    elle.post(cible, {"nature": "d_accord"})
    repondu = sections(elle.get(cible))["Ma réponse"]
    assert repondu.count("D’accord") == 1
