"""L'agenda par une adresse secrète : les rendez-vous d'une habilitation, sans un nom (ACC-6)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from dateutil.rrule import rrulestr
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cedre.comptes.models import Compte, Trace
from cedre.comptes.operations import condenser, retirer
from cedre.conftest import embaucher
from cedre.parcours.models import Bilan, Entretien, InformationCollective, Sortie, SuiviSortie, VisiteJobcoach
from cedre.portail.calendrier import PARIS as HEURE_DE_PARIS
from cedre.portail.calendrier import a_l_agenda, calendrier
from cedre.portail.operations import donner_adresse
from cedre.regulation.models import Regulation
from cedre.structures.models import Reglages
from cedre.tests.adresses import separer_les_identifiants

PARIS = timezone.get_default_timezone()


def ouvrir(habilitation) -> str:
    return donner_adresse(habilitation, adresse="/calendrier/{}.ics".format, par=habilitation)


def evenements(monde, role="cip", le=None) -> list:
    texte = calendrier(monde.hab[role], le or timezone.localdate(), site="https://ici")
    return list(Calendar.from_ical(texte).walk("VEVENT"))


def test_l_agenda_se_relit_et_ne_dit_aucun_nom(ici, ailleurs, client):
    embaucher(ici)
    embaucher(ailleurs)
    Entretien.objects.update(lieu="Chez Martinelle")
    reponse = client.get(ouvrir(ici.hab["direction"]))
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in reponse["Cache-Control"] and "private" in reponse["Cache-Control"]
    assert "noindex" in reponse["X-Robots-Tag"]
    assert reponse.cookies == {}
    texte = reponse.content.decode()
    for mot in ("Martinelle", "Zélie", "Zzyzxa", "ailleurs", "Ailleurs", "Employeur", "Cip", "Direction"):
        assert mot not in texte
    relu = Calendar.from_ical(texte)
    assert relu.errors == [] and all(e.errors == [] for e in relu.walk("VEVENT"))
    assert all(len(ligne.encode()) <= 75 for ligne in texte.split("\r\n"))


def test_y_sont_toutes_les_sortes_de_rendez_vous_et_leur_page_s_ouvre(ici):
    embaucher(ici)
    InformationCollective.objects.update(animee_par=ici.hab["cip"].compte)
    Sortie.objects.update(le=timezone.localdate())
    SuiviSortie.objects.update(fait_le=None, prevu_le=timezone.localdate() + timedelta(days=1))
    trouves = {str(e["SUMMARY"]): str(e["URL"]) for e in evenements(ici)}
    assert set(trouves) == {
        "Entretien d’accueil",
        "Entretien de bilan",
        "Information collective",
        "Nouvelles après la sortie",
        "Visite de jobcoach",
        "Régulation pédagogique",
    }
    for adresse in trouves.values():
        assert ici.client("cip").get(adresse.removeprefix("https://ici")).status_code == 200


def test_chaque_rendez_vous_mene_a_la_page_qui_le_montre(ici):
    separer_les_identifiants()  # que nul numéro n'en vaille un autre
    embaucher(ici)
    InformationCollective.objects.update(animee_par=ici.qui)
    Sortie.objects.update(le=timezone.localdate())
    suivi, visite = SuiviSortie.objects.get(), VisiteJobcoach.objects.get()
    SuiviSortie.objects.update(fait_le=None, prevu_le=timezone.localdate() + timedelta(days=1))
    attendus = {
        "Entretien d’accueil": ("parcours:entretien", ici.entretien.pk),
        "Entretien de bilan": ("parcours:bilan", ici.bilan.pk),
        "Information collective": ("parcours:collective", ici.collective.pk),
        "Nouvelles après la sortie": ("parcours:suivi_sortie", suivi.pk),
        "Visite de jobcoach": ("parcours:jobcoach", ici.personne.pk),
        "Régulation pédagogique": ("regulation:regulation", ici.regulation.pk),
    }
    jours = {
        "Entretien d’accueil": ici.entretien.le,
        "Entretien de bilan": ici.bilan.le,
        "Information collective": ici.collective.le,
        "Nouvelles après la sortie": timezone.localdate() + timedelta(days=1),
        "Visite de jobcoach": visite.le,
        "Régulation pédagogique": ici.regulation.le,
    }
    trouves = {str(e["SUMMARY"]): e for e in evenements(ici)}
    for quoi, (route, numero) in attendus.items():
        lien = "https://ici" + reverse(route, args=[numero])
        assert (str(trouves[quoi]["URL"]), str(trouves[quoi]["DESCRIPTION"])) == (lien, lien), quoi
    assert {quoi: e.start.date() if isinstance(e.start, datetime) else e.start for quoi, e in trouves.items()} == jours


@pytest.mark.parametrize("role", ["accueil", "mad", "qualite", "direction"])
def test_chaque_page_d_un_agenda_s_ouvre_a_qui_le_tient(ici, role):
    embaucher(ici)
    trouves = evenements(ici, role)
    de_l_equipe = f"entretien-{ici.entretien.pk}@" in "".join(str(evenement["UID"]) for evenement in trouves)
    assert trouves and de_l_equipe is (role != "direction"), "celui que conduit la CIP, sauf à qui conduit les siens"
    for evenement in trouves:
        assert ici.client(role).get(str(evenement["URL"]).removeprefix("https://ici")).status_code == 200


def test_ce_qui_est_ailleurs_ou_a_un_autre_n_y_est_pas(ici, ailleurs):
    embaucher(ici)
    avant = [str(e["UID"]) for e in evenements(ici)]
    embaucher(ailleurs)
    autre = ici.hab["direction"].compte
    for chez, qui in ((ici, autre), (ailleurs, ici.hab["cip"].compte)):
        Entretien.objects.create(personne=chez.personne, le=timezone.localdate(), conduit_par=qui)
    InformationCollective.objects.update(animee_par=autre)
    Entretien.objects.create(
        personne=ici.personne, le=timezone.localdate(), conduit_par=ici.hab["cip"].compte, etat=Entretien.Etat.ANNULE
    )
    assert [str(e["UID"]) for e in evenements(ici)] == avant
    assert not any(uid.startswith("informationcollective") for uid in avant), "celle que personne n'anime est à l'équipe"


def test_les_nouvelles_et_les_visites_sont_celles_des_siens(ici):
    embaucher(ici)
    Sortie.objects.update(le=timezone.localdate())
    SuiviSortie.objects.update(fait_le=None, prevu_le=timezone.localdate())
    siens = {"Nouvelles après la sortie", "Visite de jobcoach"}
    assert siens <= {str(e["SUMMARY"]) for e in evenements(ici)}
    assert not siens & {str(e["SUMMARY"]) for e in evenements(ici, "direction")}
    SuiviSortie.objects.update(fait_le=timezone.localdate())
    assert "Nouvelles après la sortie" not in {str(e["SUMMARY"]) for e in evenements(ici)}


def test_il_va_du_mois_d_avant_a_l_annee_d_apres(ici):
    le, cip = date(2047, 6, 1), ici.hab["cip"].compte
    jours = [le - timedelta(days=31), le - timedelta(days=30), date(2048, 6, 1), date(2048, 6, 2)]
    for jour in jours:
        Entretien.objects.create(personne=ici.personne, le=jour, conduit_par=cip)
    assert [e.start for e in evenements(ici, le=le)] == jours[1:3]


@pytest.mark.parametrize("fuseau, heures", [("Indian/Reunion", -4), ("America/Miquelon", 3), ("Pacific/Noumea", -11)])
def test_outre_mer_un_rendez_vous_est_a_l_heure_de_la_structure(ici, fuseau, heures):
    ici.organisation.fuseau = fuseau
    le = date(2026, 1, 20)
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=le, heure=time(14))
    (evenement,) = evenements(ici, le=le)
    assert evenement.start == datetime(2026, 1, 20, 14 + heures, tzinfo=UTC)


def test_les_durees_et_les_jours_entiers(ici):
    le, cip = timezone.localdate(), ici.hab["cip"].compte
    Reglages.objects.filter(organisation=ici.organisation).update(duree_entretien=45)
    InformationCollective.objects.update(animee_par=cip, duree=90)
    Regulation.objects.create(organisation=ici.organisation, le=le)
    durees = {str(e["SUMMARY"]): e["DURATION"].dt if "DURATION" in e else e["DTSTART"].dt for e in evenements(ici)}
    assert durees == {
        "Entretien d’accueil": timedelta(minutes=45),
        "Information collective": timedelta(minutes=90),
        "Régulation pédagogique": le,
    }


@pytest.mark.parametrize(
    "le, heure, instant",
    [
        (date(2026, 3, 28), time(9), datetime(2026, 3, 28, 8, tzinfo=UTC)),
        (date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(3, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(9), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 30), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(3, 30), datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(9), datetime(2026, 10, 25, 8, tzinfo=UTC)),
        (date(2028, 2, 29), time(9), datetime(2028, 2, 29, 8, tzinfo=UTC)),
    ],
)
def test_un_rendez_vous_garde_son_heure_de_paris(ici, le, heure, instant):
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=le, heure=heure)
    with time_machine.travel(datetime.combine(le, time(12), PARIS), tick=False):
        (evenement,) = evenements(ici)
    assert evenement["DTSTART"].params["TZID"] == "Europe/Paris"
    assert evenement.start.astimezone(UTC) == instant and evenement.start.replace(tzinfo=None) == datetime.combine(le, heure)
    assert evenement["DURATION"].dt == timedelta(hours=1)


@pytest.mark.parametrize("le", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)])
def test_sans_heure_il_tient_le_jour_entier(ici, le):
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=le, heure=None)
    with time_machine.travel(datetime.combine(le, time(12), PARIS), tick=False):
        (evenement,) = evenements(ici)
    assert evenement["DTSTART"].to_ical() == f"{le:%Y%m%d}".encode() and evenement["TRANSP"] == "TRANSPARENT"
    assert evenement.end - evenement.start == timedelta(days=1)


def test_l_heure_de_paris_ecrite_dans_l_agenda_change_a_l_instant_de_la_vraie():
    for partie in HEURE_DE_PARIS.subcomponents:
        avant, apres = partie["TZOFFSETFROM"].td, partie["TZOFFSETTO"].td
        changements = rrulestr(partie["RRULE"].to_ical().decode(), dtstart=partie["DTSTART"].dt)
        for murale in changements.between(datetime(2020, 1, 1), datetime(2040, 1, 1)):  # noqa: DTZ001 (heure murale)
            instant = (murale - avant).replace(tzinfo=UTC)
            assert (instant - timedelta(seconds=1)).astimezone(PARIS).utcoffset() == avant
            assert instant.astimezone(PARIS).utcoffset() == apres


def test_deux_lectures_donnent_le_meme_texte_et_un_rendez_vous_deplace_garde_son_nom(ici, client):
    embaucher(ici)
    adresse = ouvrir(ici.hab["cip"])
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        avant = client.get(adresse).content
        horloge.shift(timedelta(seconds=90))
        assert client.get(adresse).content == avant
    noms = {str(e["UID"]) for e in evenements(ici)}
    assert len(noms) == len(evenements(ici))
    Bilan.objects.update(le=timezone.localdate() + timedelta(days=2))
    ici.entretien.le += timedelta(days=1)
    ici.entretien.save()
    assert {str(e["UID"]) for e in evenements(ici)} == noms and client.get(adresse).content != avant
    modifies = {str(e["SUMMARY"]): e["LAST-MODIFIED"].dt for e in evenements(ici) if "LAST-MODIFIED" in e}
    assert modifies == {"Entretien d’accueil": ici.entretien.modifie_le.replace(microsecond=0)}


def test_l_adresse_ne_se_devine_pas_et_la_base_ne_la_garde_pas(ici, client):
    adresse = ouvrir(ici.hab["cip"])
    jeton = adresse.removeprefix("/calendrier/").removesuffix(".ics")
    assert len(jeton) >= 43, "256 bits"
    ici.hab["cip"].refresh_from_db()
    condensat = ici.hab["cip"].condensat_agenda
    assert condensat == condenser(jeton) != jeton
    for faux in (condensat, jeton[:-1], jeton + "A", jeton.swapcase(), "None", "null", "%00", str(ici.hab["cip"].pk)):
        assert client.get(f"/calendrier/{faux}.ics").status_code == 404


def test_l_adresse_d_une_autre_n_ouvre_que_le_sien(ici, ailleurs, client):
    la_bas, ici_meme = ouvrir(ailleurs.hab["cip"]), ouvrir(ici.hab["cip"])
    uid = f"entretien-{ici.entretien.pk}@"
    assert uid in client.get(ici_meme).content.decode() and uid not in client.get(la_bas).content.decode()
    assert uid not in ici.client("cip").get(la_bas).content.decode(), "être connecté n'y change rien"


def test_renouvelee_ou_fermee_l_ancienne_adresse_n_ouvre_plus(ici, cip, client):
    page = cip.post("/compte/agenda", {"geste": "donner"}, follow=True)
    premiere = page.context["adresse_agenda"]
    assert premiere.startswith("http://testserver/calendrier/") and premiere in page.content.decode()
    assert premiere not in cip.get("/compte/").content.decode(), "elle ne se montre qu’une fois"
    assert client.get(premiere).status_code == 200
    seconde = cip.post("/compte/agenda", {"geste": "donner"}, follow=True).context["adresse_agenda"]
    assert (client.get(premiere).status_code, client.get(seconde).status_code) == (404, 200)
    page = cip.post("/compte/agenda", {"geste": "fermer"}, follow=True)
    assert [str(m) for m in page.context["messages"]] == ["L’adresse de votre agenda n’ouvre plus rien."]
    assert client.get(seconde).status_code == 404
    jeton = seconde.rpartition("/")[2].removesuffix(".ics")
    details = list(Trace.objects.filter(objet="habilitation").order_by("pk").values_list("detail", flat=True))
    assert details[-3:] == ["adresse de l’agenda : oui", "adresse de l’agenda : oui", "adresse de l’agenda : non"]
    assert not Trace.objects.filter(detail__contains=jeton).exists()


def test_une_habilitation_retiree_ou_un_compte_ferme_ferment_l_adresse(ici, client):
    a_retirer, a_fermer, sans_dossier = (ouvrir(ici.hab[role]) for role in ("cip", "accueil", "ca"))
    assert [client.get(a).status_code for a in (a_retirer, a_fermer, sans_dossier)] == [200, 200, 404]
    retirer(ici.hab["cip"], par=ici.hab["direction"])
    Compte.objects.filter(pk=ici.hab["accueil"].compte_id).update(is_active=False)
    assert [client.get(a).status_code for a in (a_retirer, a_fermer)] == [404, 404]


def test_le_nombre_de_requetes_ne_depend_pas_de_celui_des_rendez_vous(ici, client, django_assert_max_num_queries):
    embaucher(ici)
    adresse = ouvrir(ici.hab["cip"])
    with django_assert_max_num_queries(12) as avant:
        client.get(adresse)
    jobcoach = VisiteJobcoach.objects.first().jobcoach
    for rang in range(20):
        le = timezone.localdate() + timedelta(days=rang)
        Entretien.objects.create(personne=ici.personne, le=le, conduit_par=ici.hab["cip"].compte)
        VisiteJobcoach.objects.create(jobcoach=jobcoach, le=le)
        Regulation.objects.create(organisation=ici.organisation, le=le)
    with django_assert_max_num_queries(12) as apres:
        assert client.get(adresse).content.count(b"BEGIN:VEVENT") > 60
    assert len(apres) == len(avant)


def test_qui_est_revenu_sous_contrat_n_a_plus_de_nouvelles_a_donner(ici):
    embaucher(ici)
    SuiviSortie.objects.update(fait_le=None, prevu_le=timezone.localdate())
    assert "Nouvelles après la sortie" not in {str(e["SUMMARY"]) for e in evenements(ici)}


def test_ce_qui_est_annule_quitte_l_agenda(ici):
    embaucher(ici)
    InformationCollective.objects.update(animee_par=ici.qui)
    sortes = {str(e["SUMMARY"]) for e in evenements(ici)}
    InformationCollective.objects.update(annulee=True)
    Bilan.objects.update(etat="annule", annule_le=timezone.localdate())
    assert sortes - {str(e["SUMMARY"]) for e in evenements(ici)} == {"Information collective", "Entretien de bilan"}


def test_l_agenda_est_dans_l_ordre_des_heures_et_ce_qui_n_en_a_pas_vient_a_la_fin(ici):
    le = timezone.localdate()
    Entretien.objects.all().delete()
    for heure in (None, time(14), time(8)):
        Entretien.objects.create(personne=ici.personne, le=le, heure=heure, conduit_par=ici.qui)
    VisiteJobcoach.objects.all().delete()
    Entretien.objects.create(personne=ici.personne, le=le - timedelta(days=1), heure=time(18), conduit_par=ici.qui)
    lus = a_l_agenda(ici.hab["cip"], du=le - timedelta(days=1), au=le)
    assert [(r.le, r.heure) for r in lus] == [(le - timedelta(days=1), time(18)), (le, time(8)), (le, time(14)), (le, None)]


def test_l_agenda_et_ses_evenements_disent_tout_ce_qu_un_telephone_en_attend_et_rien_d_autre(embauchee, settings):
    le, settings.HOTE = date(2026, 6, 3), "cedre.example"
    ecrit, repris = datetime(2026, 5, 4, 8, tzinfo=UTC), datetime(2026, 5, 5, 9, 30, tzinfo=UTC)
    Entretien.objects.filter(pk=embauchee.entretien.pk).update(le=le, heure=time(14), cree_le=ecrit, modifie_le=repris)
    Bilan.objects.filter(pk=embauchee.bilan.pk).update(le=le, heure=time(16, 30), cree_le=ecrit)
    InformationCollective.objects.update(le=le, heure=time(9), animee_par=embauchee.qui, duree=90)
    Regulation.objects.update(le=le, cree_le=ecrit)
    VisiteJobcoach.objects.update(le=le)
    visite = VisiteJobcoach.objects.get()
    agenda = Calendar.from_ical(calendrier(embauchee.hab["cip"], le, site="https://ici"))
    entete = {"PRODID": "-//Cedre//Agenda//FR", "VERSION": "2.0"}
    entete |= dict.fromkeys(("NAME", "X-WR-CALNAME"), "Cèdre, Structure Ici")
    assert {nom: str(dit) for nom, dit in agenda.items()} == entete
    assert [fuseau["TZID"] for fuseau in agenda.walk("VTIMEZONE")] == ["Europe/Paris"]

    def attendu(route: str, numero: int, ligne=None, **dits) -> dict[str, str]:
        page = "https://ici" + reverse(route, args=[numero])
        cle = f"{ligne._meta.model_name if ligne else route.partition(':')[2]}-{ligne.pk if ligne else numero}@cedre.example"
        return {"UID": cle, "DESCRIPTION": page, "URL": page} | dits

    trouves = [{nom: dit.to_ical().decode() for nom, dit in e.items()} for e in agenda.walk("VEVENT")]
    reunion, sans_heure = embauchee.collective, {"DTSTART": "20260603", "TRANSP": "TRANSPARENT"}
    minuit, heures = "20260603T000000Z", {"DTSTART": "20260603T090000", "DURATION": "PT1H30M"}
    creation, reprise = {"DTSTAMP": "20260504T080000Z"}, {"DTSTAMP": "20260505T093000Z", "LAST-MODIFIED": "20260505T093000Z"}
    assert trouves == [
        attendu("parcours:collective", reunion.pk, reunion, SUMMARY="Information collective", DTSTAMP=minuit, **heures),
        attendu("parcours:entretien", embauchee.entretien.pk, SUMMARY="Entretien d’accueil", **reprise)
        | {"DTSTART": "20260603T140000", "DURATION": "PT1H"},
        attendu("parcours:bilan", embauchee.bilan.pk, SUMMARY="Entretien de bilan", **creation)
        | {"DTSTART": "20260603T163000", "DURATION": "PT1H"},
        attendu("regulation:regulation", embauchee.regulation.pk, SUMMARY="Régulation pédagogique", **creation) | sans_heure,
        attendu("parcours:jobcoach", embauchee.personne.pk, visite, SUMMARY="Visite de jobcoach", DTSTAMP=minuit) | sans_heure,
    ]
    settings.HOTE = ""
    assert str(evenements(embauchee, le=le)[-1]["UID"]) == f"visitejobcoach-{visite.pk}@cedre.localhost"
