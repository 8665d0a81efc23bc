"""Ce qui se date sans que personne ne soit connecté l'est au jour de la structure, des deux côtés de minuit (OBS-1)."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from cedre.comptes.fuseaux import Fuseau
from cedre.comptes.models import Organisation
from cedre.parcours.models import Entretien, Evaluation, LienClient, Personne
from cedre.parcours.operations.au_travail import remettre_lien
from cedre.parcours.operations.droits import anonymiser
from cedre.parcours.operations.espace import remettre_code
from cedre.portail.operations import donner_adresse, le_jour, recevoir_le_courriel
from cedre.qualite.models import MessageSansNom, Reclamation
from cedre.qualite.scelles import MESSAGE, sceller

SOIR = "2026-01-31T22:30Z"  # 23 h 30 à Paris, 2 h 30 le lendemain à La Réunion
LE_31, LE_1ER = date(2026, 1, 31), date(2026, 2, 1)
LE_17 = datetime(2025, 6, 17, 12, tzinfo=UTC)


def _scelle() -> str:
    dit = {"sorte": "reclamation", "origine": "autre", "canal": "public", "texte": "Le bruit", "qui": "", "contact": ""}
    return sceller(dit | {"recue_le": LE_31.isoformat()}, taille=MESSAGE)


@pytest.fixture(autouse=True)
def _le_soir_du_31(embauchee):
    """Ici, à La Réunion, l'autre structure à Paris : chez l'une c'est le 1er, chez l'autre encore le 31."""
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(fuseau=Fuseau.REUNION)
    embauchee.organisation.fuseau = Fuseau.REUNION
    cache.clear()
    MessageSansNom.objects.all().delete()
    with time_machine.travel(SOIR, tick=False):
        yield


def test_le_lien_d_un_client_est_du_jour_de_la_structure_et_il_y_evalue(embauchee):
    mets = embauchee.mise_en_situation
    _, adresse = remettre_lien(mets, adresse=lambda j: reverse("parcours:fiche_client", args=[j]), par=embauchee.hab["mad"])
    assert LienClient.objects.latest("pk").cree_jour == LE_1ER
    formulaire = Client().get(adresse).context
    assert formulaire["fiche"]["etabli_le"] == LE_1ER and formulaire["form"]["le"].value() == LE_1ER


def test_ce_qui_se_dit_par_la_porte_publique_est_du_jour_de_la_structure(embauchee, ailleurs):
    for monde, jour in ((embauchee, LE_1ER), (ailleurs, LE_31)):
        porte = reverse("qualite:reclamation_publique", args=[monde.organisation.slug])
        Client().post(porte, {"sorte": "reclamation", "origine": "autre", "texte": "Le bruit", "recue_le": jour})
        assert [m.le for m in MessageSansNom.objects.filter(organisation=monde.organisation)] == [jour]


def test_un_message_sans_nom_se_livre_le_lendemain_de_chez_lui(embauchee, ailleurs):
    MessageSansNom.objects.bulk_create(
        MessageSansNom(organisation=monde.organisation, le=LE_31, scelle=_scelle()) for monde in (embauchee, ailleurs)
    )
    call_command("livrer-messages")
    assert [r.organisation_id for r in Reclamation.objects.filter(texte="Le bruit")] == [embauchee.organisation.pk]
    assert MessageSansNom.objects.get().organisation_id == ailleurs.organisation.pk


def test_le_courriel_du_matin_est_du_jour_de_chaque_structure(embauchee, ailleurs, mailoutbox):
    for monde in (embauchee, ailleurs):
        Personne.objects.create(organisation=monde.organisation, nom="Martinelle", prenom="Zélie", referent=monde.qui)
        monde.entretien.le, monde.entretien.heure = (LE_1ER if monde is embauchee else LE_31), "10:00"
        monde.entretien.etat, monde.entretien.issue = "prevu", ""
        monde.entretien.save()
        recevoir_le_courriel(monde.hab["cip"], oui=True, par=monde.hab["cip"])
    le_jour.call(Fuseau.REUNION)
    assert [("dimanche 1" in lettre.subject) for lettre in mailoutbox] == [True]
    call_command("envoyer-le-jour")
    assert len(mailoutbox) == 2 and "samedi 31" in mailoutbox[1].subject


def test_ce_qui_s_ecrit_pendant_une_requete_est_du_jour_de_la_structure(embauchee):
    mets = embauchee.mise_en_situation
    embauchee.client("mad").post(reverse("parcours:fiche_de_liaison", args=[mets.pk]))
    mets.refresh_from_db()
    assert mets.fiche_imprimee_le == LE_1ER
    with time_machine.travel("2026-03-01T12:00Z", tick=False):
        embauchee.client("mad").post(reverse("parcours:fiche_de_liaison", args=[mets.pk]))
    mets.refresh_from_db()
    assert mets.fiche_imprimee_le == LE_1ER, "la première impression reste"


def test_rendre_anonyme_ramene_aussi_les_jours_au_mois(embauchee, monkeypatch):
    monkeypatch.setattr("cedre.parcours.operations.droits._figer", lambda par: None)  # d'autres essais l'éprouvent
    Personne.objects.filter(pk=embauchee.personne.pk).update(cree_le=LE_17)
    embauchee.personne.refresh_from_db()
    Evaluation.objects.filter(personne=embauchee.personne).update(validee_le=LE_17)
    anonymiser(embauchee.personne, motif="demande", par=embauchee.hab["direction"])
    embauchee.personne.refresh_from_db()
    assert embauchee.personne.cree_jour == date(2025, 6, 1)
    assert {e.validee_jour for e in embauchee.personne.evaluations.all()} == {date(2025, 6, 1)}
    embauchee.personne.save()
    assert embauchee.personne.cree_jour == date(2025, 6, 1), "enregistrer ne redit pas le jour"


def test_l_espace_et_l_agenda_de_chacun_sont_du_jour_de_sa_structure(embauchee):
    """Chez elle c'est le 1er : le rendez-vous du 31 est passé ; l'agenda va du 2 janvier au 1er février suivant."""
    cip, qui = embauchee.hab["cip"], embauchee.personne
    Entretien.objects.all().delete()
    for le in (LE_31, LE_1ER):
        Entretien.objects.create(personne=qui, le=le, conduit_par=cip.compte)
    elle = Client()
    elle.post(reverse("portail:espace"), {"code": remettre_code(qui, par=cip)[1]})
    rendez_vous = elle.get(reverse("portail:mon_espace")).context["rendez_vous"]
    assert [r.le for r in rendez_vous if r.quoi == "Entretien"] == [LE_1ER]
    Entretien.objects.all().delete()
    for le in (date(2026, 1, 1), date(2026, 1, 2), date(2027, 2, 1), date(2027, 2, 2)):
        Entretien.objects.create(personne=qui, le=le, conduit_par=cip.compte)
    texte = Client().get(donner_adresse(cip, adresse="/calendrier/{}.ics".format, par=cip)).content.decode()
    dits = [
        evenement for evenement in Calendar.from_ical(texte).walk("VEVENT") if str(evenement["SUMMARY"]) == "Entretien d’accueil"
    ]
    assert sorted(evenement.start for evenement in dits) == [date(2026, 1, 2), date(2027, 2, 1)]
