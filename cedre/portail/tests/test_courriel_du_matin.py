"""Le courriel du matin : « Aujourd'hui » en nombres, une fois par jour, à qui l'a choisi, sans un nom (ACC-6)."""

import re
from datetime import date, datetime, time, timedelta
from email import policy
from io import StringIO
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import retirer
from cedre.conftest import creer_habilitation, embaucher
from cedre.parcours.models import Entretien, InformationCollective, Personne
from cedre.portail import jour
from cedre.portail.courriel import SCEAU, adresse_d_arret, courriel
from cedre.portail.operations import envoyer_le_jour, le_jour, recevoir_le_courriel

PARIS = timezone.get_default_timezone()
JEUDI, SAMEDI = date(2026, 11, 26), date(2026, 11, 28)


@pytest.fixture(autouse=True)
def _un_jeudi():
    with time_machine.travel(datetime(2026, 11, 26, 6, 30, tzinfo=PARIS), tick=False):
        yield


def choisir(*habilitations):
    for habilitation in habilitations:
        recevoir_le_courriel(habilitation, oui=True, par=habilitation)


def accueillir(monde, nom="Martinelle"):
    """Une personne à qui il manque tout, suivie par la CIP."""
    Personne.objects.create(organisation=monde.organisation, nom=nom, prenom="Zélie", referent=monde.hab["cip"].compte)


@pytest.fixture
def inscrite(ici):
    """L'habilitation de la CIP d'ici, qui reçoit le courriel et a de quoi en recevoir une."""
    accueillir(ici)
    choisir(ici.hab["cip"])
    return ici.hab["cip"]


def lancer() -> str:
    sortie = StringIO()
    call_command("envoyer-le-jour", stdout=sortie)
    return sortie.getvalue()


@pytest.mark.parametrize("role", ["cip", "direction", "accueil", "mad", "qualite"])
def test_le_courriel_dit_les_nombres_de_la_page_du_jour(ici, role):
    embaucher(ici)
    habilitation = ici.hab[role]
    page = jour.contexte(habilitation, [habilitation])
    attendus = {(a.manque.alerte, a.nombre) for a in page["a_faire"]} if role == "cip" else set()
    attendus |= {(t.libelle, t.nombre) for t in [*page.get("tuiles", []), *page["rappels"]]}
    assert attendus
    texte = courriel(habilitation, timezone.localdate()).body
    dits = re.findall(r"^- (.+?) : (\d+)(?:\s\w+)?$", texte, re.MULTILINE)
    assert {(libelle, int(nombre)) for libelle, nombre in dits if libelle[0].isupper()} == attendus


def test_chaque_lien_mene_a_une_page_qui_montre_autant_de_dossiers(ici, inscrite):
    accueillir(ici, "Autre")
    texte = courriel(inscrite, timezone.localdate()).body
    trouves = re.findall(r": (\d+)\s\w+\n  http://localhost:8000(\S+)", texte)
    assert trouves
    for nombre, chemin in trouves:
        assert ici.client("cip").get(chemin).context["page"].paginator.count == int(nombre)


def test_elle_ne_dit_aucun_nom_ni_rien_d_ailleurs(ici, ailleurs, inscrite, mailoutbox):
    embaucher(ici)
    embaucher(ailleurs)
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=timezone.localdate(), lieu="Chez Martinelle")
    lancer()
    entier = mailoutbox[0].message().as_string() + mailoutbox[0].body + mailoutbox[0].subject
    for mot in ("Martinelle", "Zélie", "Zzyzxa", "ailleurs", "Ailleurs", "Client ici", "Employeur", inscrite.compte.prenom + " "):
        assert mot not in entier
    assert "Entretien d’accueil" in mailoutbox[0].body


def test_les_nombres_d_ailleurs_ne_s_ajoutent_pas(ici, ailleurs, inscrite):
    avant = courriel(inscrite, timezone.localdate()).body
    for rang in range(3):
        accueillir(ailleurs, f"Zzyzxa {rang}")
    assert courriel(inscrite, timezone.localdate()).body == avant


def test_les_rendez_vous_du_jour_y_sont_a_leur_heure_et_eux_seuls(ici, inscrite):
    le = timezone.localdate()
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=le, heure=time(9, 5))
    InformationCollective.objects.filter(pk=ici.collective.pk).update(le=le, heure=time(8), animee_par=inscrite.compte)
    Entretien.objects.create(personne=ici.personne, le=le, heure=time(10), conduit_par=inscrite.compte, etat="annule")
    Entretien.objects.create(personne=ici.personne, le=le, heure=time(11), conduit_par=ici.hab["direction"].compte)
    Entretien.objects.create(personne=ici.personne, le=le + timedelta(days=1), heure=time(12), conduit_par=inscrite.compte)
    texte = courriel(inscrite, le).body
    assert re.findall(r"^- (\d+\sh\s\d\d) : (.+)$", texte, re.MULTILINE) == [
        ("8\xa0h\xa000", "Information collective"),
        ("9\xa0h\xa005", "Entretien d’accueil"),
    ]
    assert f"http://localhost:8000/entretiens/{ici.entretien.pk}/" in texte


def test_personne_ne_le_recoit_sans_l_avoir_choisi(ici, mailoutbox):
    accueillir(ici)
    assert lancer() == "0\xa0courriel parti.\n" and mailoutbox == []


def test_chacun_le_recoit_pour_l_habilitation_qu_il_a_choisie(ici, ailleurs, mailoutbox):
    la_bas = Habilitation.objects.create(compte=ici.hab["cip"].compte, organisation=ailleurs.organisation, role="direction")
    accueillir(ailleurs)
    choisir(la_bas)
    lancer()
    assert [m.to for m in mailoutbox] == [[la_bas.compte.email]] and "Structure Ailleurs" in mailoutbox[0].body


def test_jamais_deux_fois_le_meme_jour(ici, inscrite, mailoutbox):
    lancer()
    lancer()
    le_jour.call()
    assert len(mailoutbox) == 1 and "jeudi 26" in mailoutbox[0].subject
    with time_machine.travel(datetime(2026, 11, 27, 6, 30, tzinfo=PARIS), tick=False):
        lancer()
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("moment", ["open", "send_messages"])
def test_deux_envois_ensemble_n_ecrivent_qu_une_fois(ici, inscrite, mailoutbox, monkeypatch, moment):
    vraie, deja = getattr(EmailBackend, moment), []

    def pendant(self, *messages):
        if not deja:
            deja.append(1)
            envoyer_le_jour(timezone.localdate())
        return vraie(self, *messages)

    monkeypatch.setattr(EmailBackend, moment, pendant)
    envoyer_le_jour(timezone.localdate())
    assert deja and len(mailoutbox) == 1


def test_le_jour_est_celui_de_paris(ici, inscrite, mailoutbox):
    with time_machine.travel("2026-11-26T23:30Z", tick=False):
        lancer()
    assert "vendredi 27" in mailoutbox[0].subject
    inscrite.refresh_from_db()
    assert inscrite.courriel_du_jour_le == date(2026, 11, 27)


@pytest.mark.parametrize("le", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)])
def test_les_jours_de_23_et_25_heures_et_le_29_fevrier_ont_leur_courriel(ici, inscrite, mailoutbox, le):
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=le, heure=time(2, 30))
    for heure in (0, 23):
        with time_machine.travel(datetime(le.year, le.month, le.day, heure, 59, tzinfo=PARIS), tick=False):
            lancer()
    assert len(mailoutbox) == 1 and "2\xa0h\xa030 : Entretien d’accueil" in mailoutbox[0].body


def test_rien_a_dire_pas_de_courriel(ici, inscrite, mailoutbox):
    Personne.objects.update(referent=ici.hab["direction"].compte)
    Entretien.objects.all().delete()
    assert courriel(inscrite, JEUDI) is None
    lancer()
    inscrite.refresh_from_db()
    assert mailoutbox == [] and inscrite.courriel_du_jour_le is None


@pytest.mark.parametrize("regle", [True, False])
def test_sans_serveur_de_courriel_la_page_le_dit_au_lieu_de_le_proposer_sans_un_mot(ici, cip, settings, regle):
    settings.COURRIEL_SORTANT = regle
    page = cip.get(reverse("comptes:compte")).content.decode()
    assert "Courriel du matin" in page and ("rien ne partira" in page) is not regle


def test_le_samedi_il_faut_un_rendez_vous(ici, inscrite):
    assert courriel(inscrite, JEUDI)
    assert courriel(inscrite, SAMEDI) is None
    assert courriel(inscrite, SAMEDI + timedelta(days=1)) is None
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=SAMEDI)
    assert "14\xa0h\xa000 : Entretien d’accueil" in courriel(inscrite, SAMEDI).body
    Entretien.objects.filter(pk=ici.entretien.pk).update(heure=None)
    assert courriel(inscrite, SAMEDI) is None
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=JEUDI)
    assert "Dans la journée : Entretien d’accueil" in courriel(inscrite, JEUDI).body


def test_une_habilitation_retiree_et_un_compte_ferme_ne_recoivent_rien(ici, inscrite, mailoutbox):
    choisir(ici.hab["direction"])
    retirer(inscrite, par=ici.hab["direction"])
    Compte.objects.filter(pk=ici.hab["direction"].compte_id).update(is_active=False)
    lancer()
    assert mailoutbox == []


def test_un_role_qui_ne_lit_pas_les_dossiers_ne_recoit_rien(ici, mailoutbox):
    embaucher(ici)
    choisir(ici.hab["ca"], ici.hab["salarie"])
    lancer()
    assert mailoutbox == []


def test_une_adresse_refusee_n_arrete_pas_les_autres(ici, inscrite, mailoutbox, monkeypatch, caplog):
    choisir(ici.hab["direction"])
    vraie = EmailBackend.send_messages

    def refuser(self, messages):
        if messages[0].to == [inscrite.compte.email]:
            raise SMTPRecipientsRefused({})
        return vraie(self, messages)

    def fermer(self):
        if mailoutbox == []:
            raise SMTPServerDisconnected

    monkeypatch.setattr(EmailBackend, "send_messages", refuser)
    monkeypatch.setattr(EmailBackend, "close", fermer)
    with pytest.raises(CommandError, match="^1\xa0courriel refusé : le journal dit lesquelles.$"):
        lancer()
    assert caplog.messages == [f"courriel du matin non parti : habilitation {inscrite.pk}"]
    assert [m.to for m in mailoutbox] == [[ici.hab["direction"].compte.email]]


def test_un_courriel_qui_ne_s_ecrit_pas_n_arrete_pas_les_autres(ici, inscrite, mailoutbox, monkeypatch, caplog):
    Habilitation.objects.filter(organisation=ici.organisation, role__in=("cip", "direction")).update(courriel_du_jour=True)

    def ecrire(habilitation, le):
        return courriel(habilitation, le) if habilitation.role == "direction" else 1 / 0

    fermes = []
    monkeypatch.setattr("cedre.portail.operations.courriel", ecrire)
    monkeypatch.setattr(EmailBackend, "close", lambda poste: fermes.append(poste))
    envoi = envoyer_le_jour(timezone.localdate())
    assert len(fermes) == 1, "à la fin, on raccroche"
    assert (envoi.partis, envoi.refuses) == (1, 1)
    assert caplog.messages == [f"courriel du matin non écrit : habilitation {inscrite.pk}"]
    assert [courriel.to for courriel in mailoutbox] == [[ici.hab["direction"].compte.email]]


def test_si_le_serveur_de_courriel_ne_repond_pas_on_peut_relancer(ici, inscrite, mailoutbox, monkeypatch):
    def muet(self):
        raise ConnectionRefusedError("fermé")

    with monkeypatch.context() as panne:
        panne.setattr(EmailBackend, "open", muet)
        dit = r"^Le serveur de courriel ne répond pas \(fermé\) : relancez quand il répondra.$"
        with pytest.raises(CommandError, match=dit):
            lancer()
    assert lancer() == "1\xa0courriel parti.\n" and lancer() == "0\xa0courriel parti.\n"
    assert len(mailoutbox) == 1


def test_le_lien_du_courriel_l_arrete_sans_se_connecter(ici, inscrite, client, mailoutbox):
    lancer()
    entete = mailoutbox[0].extra_headers
    lien = entete["List-Unsubscribe"].strip("<>")
    assert entete["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and lien in mailoutbox[0].body
    assert f"\r\nList-Unsubscribe: <{lien}>\r\n".encode() in mailoutbox[0].message(policy=policy.SMTP).as_bytes()
    client.handler.enforce_csrf_checks = True
    chemin = lien.removeprefix("http://localhost:8000")
    assert "Ne plus le recevoir" in client.get(chemin).content.decode()
    inscrite.refresh_from_db()
    assert inscrite.courriel_du_jour, "le lire ne suffit pas : les logiciels de courriel suivent les liens"
    reponse = client.post(chemin, {"List-Unsubscribe": "One-Click"})
    assert "ne recevez plus" in reponse.content.decode() and "no-store" in reponse["Cache-Control"]
    inscrite.refresh_from_db()
    assert not inscrite.courriel_du_jour
    trace = Trace.objects.latest("pk")
    assert (trace.objet, trace.detail) == ("habilitation", "courriel du matin : non")
    assert client.post(chemin).status_code == 200 and Trace.objects.latest("pk") == trace


def test_un_lien_d_arret_ne_se_devine_pas(ici, inscrite, client):
    chemin = adresse_d_arret(inscrite).removeprefix("http://localhost:8000")
    autre = str(ici.hab["direction"].pk) + chemin[chemin.index(":") :]
    for faux in (chemin[:-1], chemin.replace(":", "."), f"/courriel-du-matin/{autre}", f"/courriel-du-matin/{inscrite.pk}"):
        assert client.post(faux).status_code == 404
    retirer(inscrite, par=ici.hab["direction"])
    assert client.get(f"/courriel-du-matin/{SCEAU.sign(inscrite.pk)}").status_code == 404


def test_on_le_choisit_et_on_l_arrete_dans_son_compte(ici, cip):
    page = cip.post("/compte/courriel-du-matin", {"geste": "recevoir"}, follow=True)
    assert [str(m) for m in page.context["messages"]] == ["Vous recevrez le courriel du matin."]
    assert "Ne plus recevoir" in page.text and "Structure Ici" in page.text
    ici.hab["cip"].refresh_from_db()
    ici.hab["direction"].refresh_from_db()
    assert ici.hab["cip"].courriel_du_jour and not ici.hab["direction"].courriel_du_jour
    page = cip.post("/compte/courriel-du-matin", {"geste": "arreter"}, follow=True)
    assert [str(m) for m in page.context["messages"]] == ["Vous ne recevrez plus le courriel du matin."]
    ici.hab["cip"].refresh_from_db()
    assert not ici.hab["cip"].courriel_du_jour


def test_qui_ne_suit_personne_ne_se_le_voit_pas_proposer(ici, reseau):
    assert "Courriel du matin" in ici.client("accueil").get("/compte/").content.decode()
    assert "Courriel du matin" not in ici.client("ca").get("/compte/").content.decode()
    ensemble = type(ici.organisation).objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    client = ici.client("cip")
    client.force_login(creer_habilitation(ensemble, "direction").compte)
    assert "Courriel du matin" not in client.get("/compte/").content.decode()
