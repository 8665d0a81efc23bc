"""Le relevé d'heures : aussi vite qu'un tableur, sans rien perdre (INS-4)."""

import json
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.conftest import embaucher
from cedre.core.cellules import Invalide, heures_lues
from cedre.core.periodes import Periode
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Heures, MiseEnSituation, Personne
from cedre.parcours.operations.heures import HeuresSaisies, noter
from cedre.parcours.releve import colonnes
from cedre.tests.ecran import dits

LE = date(2026, 3, 18)  # un mercredi ; le mois commence un dimanche et finit un mardi


@pytest.fixture(autouse=True)
def _en_mars():
    with time_machine.travel(f"{LE}T10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def mets(ici):
    ligne = embaucher(ici).mise_en_situation
    ligne.heures.all().delete()
    ligne.du = date(2026, 2, 16)
    ligne.save()
    return ligne


@pytest.fixture
def mad(ici):
    return ici.client("mad")


def adresse(**choix):
    return reverse("parcours:heures", query={"mois": "2026-03"} | choix)


def envoyer(client, cases: dict, *, lu=None, **choix):
    """Lit le relevé, y écrit ces cases, et l'envoie. lu : ce que l'écran montrait, celui d'à présent par défaut."""
    releve = client.get(adresse(**choix)).context["releve"]
    envoi = {nom: case.saisi for nom, case in releve.cases.items() if not case.fermee}
    return client.post(adresse(**choix), envoi | cases | {"lu": lu or releve.lu})


def faites(mets):
    return {h.le: h.heures for h in mets.heures.all()}


@pytest.mark.parametrize(
    "ecrit, heures",
    [("7,5", "7.5"), ("7h30", "7.5"), ("7 h 30", "7.5"), ("7:30", "7.5"), ("35", "35"), ("35 h", "35"), ("0,25", "0.25")]
    + [(",5", "0.5"), ("7h20", "7.33"), (7.0, "7"), (timedelta(hours=30), "30"), ("7h5", "7.08")],
)
def test_des_heures_se_lisent_comme_on_les_ecrit(ecrit, heures):
    assert heures_lues(ecrit) == Decimal(heures)


@pytest.mark.parametrize("ecrit", ["sept", "-3", "7h75", "7,5,5", "=SUM(A1)", "1e3", "12345"])
def test_ce_qui_n_est_pas_un_nombre_d_heures_se_refuse(ecrit):
    with pytest.raises(Invalide):
        heures_lues(ecrit)


def test_rien_n_est_pas_zero_heure_mais_pas_d_heures():
    assert heures_lues("") is heures_lues(" ") is None


def test_les_semaines_sont_coupees_aux_bords_du_mois():
    mars = [(c.du.day, c.au.day) for c in colonnes(date(2026, 3, 1), "semaine")]
    assert mars == [(1, 1), (2, 8), (9, 15), (16, 22), (23, 29), (30, 31)]
    bissextile = colonnes(date(2028, 2, 1), "semaine")
    assert bissextile[-1] == Periode(date(2028, 2, 28), date(2028, 2, 29))
    assert colonnes(date(2028, 2, 1), "mois") == [Periode(date(2028, 2, 1), date(2028, 2, 29))]


def test_chaque_jour_du_mois_est_dans_une_semaine_et_une_seule():
    for mois in (date(annee, rang, 1) for annee in range(2024, 2030) for rang in range(1, 13)):
        jours = [c.du + timedelta(days=n) for c in colonnes(mois, "semaine") for n in range((c.au - c.du).days + 1)]
        assert jours == [mois + timedelta(days=n) for n in range(monthrange(mois.year, mois.month)[1])]


def test_tout_le_releve_s_enregistre_d_un_envoi_avec_une_trace_par_mise_en_situation(mets, mad):
    reponse = envoyer(mad, {f"h-{mets.pk}-02": "7,5", f"h-{mets.pk}-09": "14h15"})
    assert reponse.url == adresse() and dits(reponse) == ["2 cases sont enregistrées."]
    assert faites(mets) == {date(2026, 3, 2): Decimal("7.5"), date(2026, 3, 9): Decimal("14.25")}
    trace = Trace.objects.get(geste="modifier")
    assert (trace.personne_id, trace.detail) == (mets.personne_id, "heures à partir du 02/03/2026, 09/03/2026")


def test_des_heures_d_un_mois_fini_se_notent_apres_leur_jour_et_ne_se_corrigent_qu_en_disant_pourquoi(mets, mad):
    case = f"h-{mets.pk}-16"
    assert envoyer(mad, {case: "7"}, mois="2026-02").status_code == 302
    assert Trace.objects.du_passe().get().motif == "apres"
    assert envoyer(mad, {case: "9"}, mois="2026-02").status_code == 409 and faites(mets) == {date(2026, 2, 16): 7}
    assert envoyer(mad, {case: "9", "motif_du_passe": "frappe"}, mois="2026-02").status_code == 302
    bouge = Trace.objects.du_passe().get(motif="frappe").deplacements.get(code="heures_travaillees")
    assert (bouge.mois, bouge.atteint_apres - bouge.atteint_avant) == (date(2026, 2, 28), 2)


def test_seules_les_cases_changees_s_ecrivent(mets, mad):
    envoyer(mad, {f"h-{mets.pk}-02": "7,5", f"h-{mets.pk}-09": "10"})
    gardee = mets.heures.get(le=date(2026, 3, 2)).pk
    assert dits(envoyer(mad, {f"h-{mets.pk}-09": "12"}))[-1] == "1 case est enregistrée."
    assert mets.heures.get(le=date(2026, 3, 2)).pk == gardee
    assert Trace.objects.filter(geste="modifier").first().detail == "heures à partir du 09/03/2026"
    assert dits(envoyer(mad, {}))[-1] == "i Rien n’avait changé."
    assert Trace.objects.filter(geste="modifier").count() == 2


def test_une_case_videe_efface_ses_heures(mets, mad):
    envoyer(mad, {f"h-{mets.pk}-02": "7,5"})
    envoyer(mad, {f"h-{mets.pk}-02": ""})
    assert faites(mets) == {}


def test_la_vue_du_mois_montre_la_somme_et_l_ecrire_remplace_les_semaines(mets, mad):
    envoyer(mad, {f"h-{mets.pk}-02": "7,5", f"h-{mets.pk}-09": "10"})
    assert mad.get(adresse(par="mois")).context["releve"].cases[f"h-{mets.pk}-01"].saisi == "17,5"
    envoyer(mad, {f"h-{mets.pk}-01": "70"}, par="mois")
    assert faites(mets) == {date(2026, 3, 1): Decimal(70)}


def test_une_mauvaise_case_garde_ce_qui_est_ecrit_et_les_autres_s_enregistrent(mets, mad):
    reponse = envoyer(mad, {f"h-{mets.pk}-02": "sept heures", f"h-{mets.pk}-09": "10"})
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert "sept heures" in page and "n’est pas un nombre d’heures" in page
    assert dits(reponse) == [
        "1 case est enregistrée.",
        "!1 case est à revoir : ce que vous y avez écrit est gardé ici, pas encore enregistré.",
    ]
    reponse = envoyer(mad, {f"h-{mets.pk}-02": "sept", f"h-{mets.pk}-09": "dix"})
    assert dits(reponse) == ["!2 cases sont à revoir : ce que vous y avez écrit est gardé ici, pas encore enregistré."]
    assert faites(mets) == {date(2026, 3, 9): Decimal(10)}


def test_plus_d_heures_qu_une_semaine_ne_peut_en_compter_se_refuse(mets, mad):
    reponse = envoyer(mad, {f"h-{mets.pk}-02": "75"})
    assert "Plus de 60 heures dans une semaine" in reponse.content.decode()
    assert faites(mets) == {}


def test_une_case_changee_par_quelqu_un_d_autre_se_dit_avec_les_deux_valeurs_et_rien_n_est_perdu(mets, mad):
    avant = mad.get(adresse()).context["releve"].lu
    envoyer(mad, {f"h-{mets.pk}-02": "8"})
    reponse = envoyer(mad, {f"h-{mets.pk}-02": "6", f"h-{mets.pk}-09": "10"}, lu=avant)
    page = reponse.content.decode()
    assert 'value="6"' in page and reponse.context["releve"].cases[f"h-{mets.pk}-02"].refus == (
        "Quelqu’un d’autre y a noté 8 h entre-temps. Enregistrer de nouveau garde les vôtres."
    )
    assert [d[:1] for d in dits(reponse)] == ["1", "!"]
    assert faites(mets) == {date(2026, 3, 2): Decimal(8), date(2026, 3, 9): Decimal(10)}
    envoyer(mad, {f"h-{mets.pk}-02": "6"}, lu=reponse.context["releve"].lu)
    assert faites(mets)[date(2026, 3, 2)] == 6


def test_le_meme_envoi_deux_fois_n_est_pas_un_conflit(mets, mad):
    avant = mad.get(adresse()).context["releve"].lu
    for _ in range(2):
        assert envoyer(mad, {f"h-{mets.pk}-02": "8"}, lu=avant).status_code == 302


@pytest.mark.parametrize(
    "case, dit",
    [("23", "pas encore faites"), ("01", "commence le 03/03/2026"), ("16", "a fini le 12/03/2026")],
)
def test_pas_d_heures_hors_de_la_mise_en_situation_ni_apres_la_semaine_en_cours(mets, mad, case, dit):
    MiseEnSituation.objects.filter(pk=mets.pk).update(du=date(2026, 3, 3), au=date(2026, 3, 12) if case == "16" else None)
    assert mad.get(adresse()).context["releve"].cases[f"h-{mets.pk}-{case}"].fermee
    reponse = envoyer(mad, {f"h-{mets.pk}-{case}": "5"})
    assert dit in reponse.content.decode()
    assert faites(mets) == {}


def test_la_semaine_en_cours_et_les_semaines_des_premier_et_dernier_jours_s_ecrivent(mets, mad):
    MiseEnSituation.objects.filter(pk=mets.pk).update(du=date(2026, 3, 8), au=date(2026, 3, 16))
    envoyer(mad, {f"h-{mets.pk}-02": "1", f"h-{mets.pk}-16": "3"})
    assert faites(mets) == {date(2026, 3, 2): 1, date(2026, 3, 16): 3}


def test_le_releve_dit_les_heures_sans_objectif_et_leur_part(mets, mad):
    autre = MiseEnSituation.objects.create(personne=mets.personne, atelier="Jardin", du=date(2026, 3, 1))
    envoyer(mad, {f"h-{mets.pk}-02": "10", f"h-{autre.pk}-02": "2,5"})
    reponse = mad.get(adresse())
    assert (reponse.context["sans_objectif"], reponse.context["total"]) == (Decimal("2.5"), Decimal("12.5"))
    assert "Sans objectif" in reponse.content.decode()


def test_les_filtres_par_client_et_par_referent(ici, mets, mad):
    MiseEnSituation.objects.create(personne=mets.personne, atelier="Jardin", du=date(2026, 3, 1))
    autre = Personne.objects.create(organisation=ici.organisation, nom="Sans", prenom="Référent")
    MiseEnSituation.objects.create(personne=autre, atelier="Jardin", du=date(2026, 3, 1))
    compter = lambda **f: mad.get(adresse(**f)).context["page"].paginator.count  # noqa: E731
    assert (compter(), compter(client=mets.client_id), compter(referent=ici.hab["cip"].compte_id)) == (3, 1, 2)


def test_on_n_ecrit_pas_dans_le_releve_d_ailleurs(ici, ailleurs, mets, mad):
    etrangere = embaucher(ailleurs).mise_en_situation
    MiseEnSituation.objects.filter(pk=etrangere.pk).update(du=date(2026, 2, 1))
    avant = faites(etrangere)
    lu = json.dumps({etrangere.pk: ["0"] * 6})
    assert mad.post(adresse(), {"lu": lu, f"h-{etrangere.pk}-02": "9"}).status_code == 302
    with pytest.raises(GesteImpossible):
        noter([HeuresSaisies(etrangere, date(2026, 3, 2), date(2026, 3, 8), Decimal(0), Decimal(9))], par=ici.hab["mad"])
    assert faites(etrangere) == avant


def test_une_mise_en_situation_finie_entre_temps_le_dit_et_garde_ce_qui_est_ecrit(mets, mad, monkeypatch):
    def finir_puis_noter(saisies, *, par):
        MiseEnSituation.objects.filter(pk=mets.pk).update(au=date(2026, 2, 20))
        return noter(saisies, par=par)

    monkeypatch.setattr("cedre.parcours.views.travail.noter", finir_puis_noter)
    page = envoyer(mad, {f"h-{mets.pk}-02": "7,25"}).content.decode()
    assert "a fini le 20/02/2026" in page and 'value="7,25"' in page
    assert faites(mets) == {}


@pytest.mark.parametrize("lu", ["", "[", "[]", '{"x": 3}', '{"1": ["NaN"]}', '{"1": ["1e999999"]}', "[" * 100_000, '{"1": [[]]}'])
def test_un_envoi_incomprehensible_n_ecrit_rien(mets, mad, lu):
    assert mad.post(adresse(), {"lu": lu, f"h-{mets.pk}-02": "9"}).status_code in (200, 302)
    assert faites(mets) == {}


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_cases(ici, mets, mad, django_assert_max_num_queries):
    def compter():
        with django_assert_max_num_queries(12) as lecture:
            releve = mad.get(adresse()).context["releve"]
        envoi = {nom: str(rang % 9 + 1) for rang, (nom, c) in enumerate(releve.cases.items()) if not c.fermee}
        with django_assert_max_num_queries(16) as ecriture:
            assert mad.post(adresse(), envoi | {"lu": releve.lu}).status_code == 302
        return len(lecture), len(ecriture)

    une = compter()
    Heures.objects.all().delete()
    for rang in range(12):
        qui = Personne.objects.create(organisation=ici.organisation, nom=f"Autre{rang}", prenom="Ada")
        MiseEnSituation.objects.create(personne=qui, atelier="Jardin", du=date(2026, 3, 1))
    assert compter() == une
