"""La régulation pédagogique : un ordre du jour bâti par les faits, des décisions suivies (TRA-1, § 2.3 a)."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.gestes import gestes_sur
from cedre.comptes.models import Trace
from cedre.core.indicateurs import tous
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Bilan
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation
from cedre.regulation.operations import ajouter_point, batir_ordre_du_jour, prochaine_date, retirer_point
from cedre.structures.operations.reglages import regler

AUJOURDHUI = timezone.localdate


@pytest.fixture
def prevue(embauchee):
    """Une régulation prévue aujourd'hui, et une personne dont le bilan est dépassé."""
    Regulation.objects.all().delete()
    Bilan.objects.update(le=AUJOURDHUI() - timedelta(days=1))
    client = embauchee.client("cip")
    client.post(reverse("regulation:nouvelle"), {"le": AUJOURDHUI(), "animee_par": embauchee.hab["cip"].compte_id})
    embauchee.regulation = Regulation.objects.get()
    return embauchee


def test_l_ordre_du_jour_se_batit_seul_avec_la_raison_d_en_parler(prevue):
    point = prevue.regulation.points.get()
    assert (point.personne, point.manque) == (prevue.personne, "bilan_depasse")
    assert batir_ordre_du_jour(prevue.regulation, par=prevue.hab["cip"]) == 0, "personne n'y paraît deux fois"


def test_ce_que_l_on_peut_faire_d_une_regulation_depend_d_ou_elle_en_est(ici):
    def proposes(etat):
        return {geste.libelle for geste in gestes_sur(Regulation(etat=etat), ici.hab["mad"])}

    assert proposes("prevue") == proposes("ouverte") == {"Compléter l’ordre du jour", "Ajouter un point", "Déplacer"}
    assert proposes("tenue") == {"Compte rendu (PDF)"}


def test_la_date_proposee_suit_le_rythme_et_tombe_un_jour_ouvre(prevue, monkeypatch):
    reglages = prevue.organisation.reglages
    reglages.rythme_regulation = 14
    reglages.save()
    monkeypatch.setattr("cedre.regulation.operations.timezone.localdate", lambda: date(2026, 3, 2))
    for derniere, proposee in {
        date(2026, 3, 2): date(2026, 3, 16),
        date(2026, 2, 28): date(2026, 3, 16),  # le 14 mars est un samedi
        date(2026, 3, 1): date(2026, 3, 16),  # le 15 mars est un dimanche
        date(2025, 1, 6): date(2026, 3, 2),  # le rythme est rompu : aujourd'hui
    }.items():
        Regulation.objects.update(le=derniere)
        assert prochaine_date(prevue.hab["cip"]) == proposee
    Regulation.objects.all().delete()
    assert prochaine_date(prevue.hab["cip"]) == date(2026, 3, 2)


@pytest.mark.parametrize("le", ["9999-12-31", "0001-01-01"])
def test_une_annee_qui_ne_se_peut_pas_est_refusee_et_la_liste_se_lit_toujours(prevue, le):
    client = prevue.client("cip")
    refusee = client.post(reverse("regulation:nouvelle"), {"le": le, "animee_par": prevue.hab["cip"].compte_id})
    assert Regulation.objects.get() == prevue.regulation
    assert client.get(reverse("regulation:regulations")).status_code == 200
    assert refusee.context["form"].errors.keys() == {"le"}


def test_une_decision_dit_quoi_qui_et_pour_quand(prevue):
    client, point = prevue.client("mad"), prevue.regulation.points.get()
    adresse = reverse("regulation:point", args=[point.pk])
    refus = client.post(adresse, {"echange": "Elle a repris confiance", "quoi": "Chercher des heures"})
    assert {"qui", "echeance"} <= refus.context["form"].errors.keys() and "repris confiance" in refus.content.decode()
    assert not Decision.objects.exists()
    decision = {"quoi": "Chercher des heures", "qui": prevue.hab["mad"].compte_id, "echeance": AUJOURDHUI()}
    assert client.post(adresse, {"echange": "Elle a repris confiance", **decision}).status_code == 302
    point.refresh_from_db()
    assert (point.echange, point.decisions.get().qui) == ("Elle a repris confiance", prevue.hab["mad"].compte)
    prevue.regulation.refresh_from_db()
    assert prevue.regulation.etat == Regulation.Etat.OUVERTE


def test_elle_ne_se_clot_pas_avant_son_jour_et_dit_ce_qui_reste_a_voir(prevue):
    client, adresse = prevue.client("direction"), reverse("regulation:clore", args=[prevue.regulation.pk])
    page = reverse("regulation:regulation", args=[prevue.regulation.pk])
    assert client.get(page).context["a_voir"] == prevue.regulation.points.count() > 0
    Regulation.objects.update(le=timezone.localdate() + timedelta(days=2))
    envoi = {"presents": [prevue.hab["cip"].compte_id], "synthese": "Tenue par téléphone"}
    reponse = client.post(adresse, envoi)
    assert "déplacez-la" in reponse.text and "Tenue par téléphone" in reponse.text, "le refus garde la saisie"
    prevue.regulation.refresh_from_db()
    assert prevue.regulation.etat != Regulation.Etat.TENUE
    Regulation.objects.update(le=timezone.localdate(), etat=Regulation.Etat.TENUE, synthese="Close par une collègue")
    reponse = client.post(adresse, envoi)
    assert "Tenue par téléphone" in reponse.text and reponse.context["clore"].non_field_errors()
    prevue.regulation.refresh_from_db()
    assert prevue.regulation.synthese == "Close par une collègue"


def test_close_elle_est_diffusee_aux_presents_et_aux_absents_sans_un_nom_et_ne_change_plus(
    prevue, django_capture_on_commit_callbacks
):
    client, adresse = prevue.client("direction"), reverse("regulation:clore", args=[prevue.regulation.pk])
    assert "presents" in client.post(adresse, {"synthese": "Deux décisions"}).context["clore"].errors
    with django_capture_on_commit_callbacks(execute=True):
        client.post(adresse, {"presents": [prevue.hab["cip"].compte_id], "synthese": "Deux décisions"})
    prevue.regulation.refresh_from_db()
    assert prevue.regulation.etat == Regulation.Etat.TENUE and prevue.regulation.diffusee_le
    assert {m.to[0] for m in mail.outbox} == {prevue.hab[r].compte.email for r in ("cip", "mad", "qualite", "direction")}
    assert not any("Martinelle" in m.body for m in mail.outbox)
    for geste in (
        lambda: batir_ordre_du_jour(prevue.regulation, par=prevue.hab["cip"]),
        lambda: ajouter_point(PointOrdreDuJour(regulation=prevue.regulation, sujet="Trop tard"), par=prevue.hab["cip"]),
        lambda: retirer_point(prevue.regulation.points.get(), par=prevue.hab["cip"]),
    ):
        with pytest.raises(GesteImpossible, match="Tenue"):
            geste()


def test_le_compte_rendu_s_imprime_et_laisse_une_trace(prevue):
    reponse = prevue.client("direction").post(reverse("regulation:pdf", args=[prevue.regulation.pk]))
    assert reponse.content.startswith(b"%PDF")
    assert Trace.objects.get(geste="exporter").objet == "régulation pédagogique"


def test_une_decision_se_suit_jusqu_a_ce_qu_elle_soit_faite(prevue):
    point = prevue.regulation.points.get()
    hier = AUJOURDHUI() - timedelta(days=1)
    decision = Decision.objects.create(point=point, quoi="Appeler", qui=prevue.hab["mad"].compte, echeance=hier)
    client = prevue.client("mad")
    assert list(client.get(reverse("regulation:decisions"), {"qui": "moi"}).context["page"]) == [decision]
    assert not prevue.client("cip").get(reverse("regulation:decisions"), {"qui": "moi"}).context["page"].object_list
    client.post(reverse("regulation:faire", args=[decision.pk]))
    assert not client.get(reverse("regulation:decisions")).context["page"].object_list


def test_un_point_dont_on_a_parle_reste(prevue):
    point = prevue.regulation.points.get()
    point.echange = "Vu"
    point.save()
    with pytest.raises(GesteImpossible, match="déjà parlé"):
        retirer_point(point, par=prevue.hab["cip"])
    point.echange = ""
    point.save()
    retirer_point(point, par=prevue.hab["cip"])
    assert not prevue.regulation.points.exists()


def test_une_decision_se_lit_dans_l_histoire_de_la_personne_et_mene_a_son_point(prevue):
    point = prevue.regulation.points.get()
    decision = Decision.objects.create(
        point=point, quoi="Chercher des heures", qui=prevue.hab["mad"].compte, echeance=AUJOURDHUI()
    )

    def histoire(role):
        faits = prevue.client(role).get(reverse("parcours:personne", args=[prevue.personne.pk])).context["faits"]
        return [(f.texte, f.etat_lisible, f.adresse) for f in faits if f.genre == "decision" and f.le == AUJOURDHUI()]

    adresse = reverse("regulation:point", args=[point.pk])
    assert histoire("cip") == [("Chercher des heures", "À faire", adresse)]
    decision.faite_le = AUJOURDHUI()
    decision.save()
    assert histoire("cip") == [("Chercher des heures", "Faite", adresse)]
    assert histoire("accueil") == [], "l’accueil ne lit pas les parcours"


def test_changer_le_rythme_ne_change_pas_ce_qui_s_est_tenu(prevue):
    reglages, client = prevue.organisation.reglages, prevue.client("cip")
    reglages.rythme_regulation = 30
    regler(reglages, champs=["rythme_regulation"], par=prevue.hab["direction"])
    cloture = {"presents": [prevue.hab["cip"].compte_id], "synthese": "Rien à changer"}
    client.post(reverse("regulation:clore", args=[prevue.regulation.pk]), cloture)
    le = AUJOURDHUI() + timedelta(days=37)
    tenue = tous()["regulation_tenue"]
    assert [tenue.mesurer(prevue.organisation, jour).atteint for jour in (le, le + timedelta(days=1))] == [1, 0]
    reglages.rythme_regulation = 7
    regler(reglages, champs=["rythme_regulation"], par=prevue.hab["direction"])
    assert tenue.mesurer(prevue.organisation, le).atteint == 1
