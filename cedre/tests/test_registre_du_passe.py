"""Ce qui change le passé se dit, et ne se fait pas sans motif (décision 0029)."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import DateField
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Deplacement, Habilitation, Trace
from cedre.comptes.operations import tracer_chez
from cedre.comptes.partage import modeles
from cedre.comptes.passe import MotifAttendu, change_le_passe, motif_dit
from cedre.comptes.registre import MotifDuPasse
from cedre.conftest import terme
from cedre.core.indicateurs import _comptes_ecrits, mesurer, tous
from cedre.core.intervalles import AncienneValeur
from cedre.core.templatetags.cedre import jour_court
from cedre.parcours.models import Contrat, Engagement, Heures, PassIAE, Personne, Sortie
from cedre.parcours.operations import actions, collectives, sorties
from cedre.parcours.operations.contrats import corriger as corriger_le_contrat
from cedre.parcours.operations.seances import modifier_seance


def le_mois_d_avant() -> date:
    return timezone.localdate().replace(day=1) - timedelta(days=1)


@pytest.fixture
def contrat(embauchee):
    """Un contrat qui court depuis deux mois."""
    return embauchee.contrat


def envoi(contrat: Contrat, **champs) -> dict:
    dit = {"nature": contrat.nature_id, "debut": contrat.debut, "fin_prevue": contrat.fin_prevue, "heures_hebdo": ""}
    return {nom: str(valeur) for nom, valeur in (dit | champs).items()}


def corriger(embauchee, contrat, **champs):
    return embauchee.client("direction").post(reverse("parcours:contrat_corriger", args=[contrat.pk]), envoi(contrat, **champs))


def salaries(embauchee):
    return mesurer([tous()["salaries_engages"]], embauchee.organisation, le_mois_d_avant())["salaries_engages"]


def test_une_correction_qui_change_le_passe_attend_un_motif_et_n_ecrit_rien(embauchee, contrat):
    reponse = corriger(embauchee, contrat, debut=timezone.localdate())
    assert reponse.status_code == 409 and "Pourquoi" in reponse.text and 'name="debut"' in reponse.text
    assert "Salariés" in reponse.text
    contrat.refresh_from_db()
    assert contrat.debut < timezone.localdate() and not Deplacement.objects.exists()


def test_avec_un_motif_elle_se_fait_et_dit_ce_qu_elle_a_deplace(embauchee, contrat):
    avant = salaries(embauchee)
    assert corriger(embauchee, contrat, debut=timezone.localdate(), motif_du_passe="date").status_code == 302
    deplace = Deplacement.objects.get(code="salaries_engages", mois=le_mois_d_avant())
    assert (deplace.total_avant, deplace.atteint_avant) == avant
    assert (deplace.total_apres, deplace.atteint_apres) == salaries(embauchee) != avant
    assert deplace.trace.motif == MotifDuPasse.DATE and deplace.trace.depuis == contrat.debut
    assert deplace.trace.personne_id == embauchee.personne.pk


def test_un_motif_hors_de_la_liste_n_en_est_pas_un(embauchee, contrat):
    assert corriger(embauchee, contrat, debut=timezone.localdate(), motif_du_passe="Zélie était malade").status_code == 409


def test_une_correction_qui_ne_deplace_rien_n_attend_rien(embauchee, contrat):
    assert corriger(embauchee, contrat, fin_prevue=contrat.fin_prevue + timedelta(days=9)).status_code == 302
    assert not Trace.objects.du_passe().exists()


def test_un_fait_neuf_d_un_mois_fini_ne_demande_rien_et_dit_qu_il_est_note_apres(embauchee):
    envoye = {"le": str(le_mois_d_avant()), "canal": "telephone", "delai_annonce": "10", "demande": "Travailler"}
    cible = reverse("parcours:nouveau_contact", args=[embauchee.personne.pk])
    assert embauchee.client("direction").post(cible, envoye).status_code == 302
    trace = Trace.objects.du_passe().get()
    assert trace.motif == MotifDuPasse.APRES and trace.depuis == le_mois_d_avant()
    assert trace.deplacements.filter(code="delai_annonce").exists()


def test_un_geste_du_mois_ne_mesure_rien(embauchee, monkeypatch):
    monkeypatch.setattr("cedre.comptes.passe.Mouvement", None)
    envoye = {"le": str(timezone.localdate()), "canal": "telephone", "delai_annonce": "10", "demande": "Travailler"}
    cible = reverse("parcours:nouveau_contact", args=[embauchee.personne.pk])
    assert embauchee.client("direction").post(cible, envoye).status_code == 302


def test_annuler_un_fait_d_un_mois_fini_attend_un_motif(embauchee, contrat):
    cible = reverse("parcours:contrat_retirer", args=[contrat.pk])
    assert embauchee.client("direction").post(cible).status_code == 409
    assert Contrat.objects.filter(pk=contrat.pk).exists()
    assert embauchee.client("direction").post(cible, {"motif_du_passe": "deux_fois"}).status_code == 302
    assert Trace.objects.du_passe().get(geste="supprimer").deplacements.exists()


def test_ce_qui_a_change_le_passe_se_lit_et_hors_de_l_equipe_sans_nombre_ni_jour(embauchee, contrat):
    corriger(embauchee, contrat, debut=timezone.localdate(), motif_du_passe="frappe")
    page = embauchee.client("qualite").get("/passe/").text
    assert "Faute de frappe" in page and "Salariés" in page and ".00" not in page and f"n°&nbsp;{embauchee.personne.pk}" in page
    jour = f"depuis le {jour_court(contrat.debut)}"
    assert jour in page
    dehors = embauchee.client("ca").get("/passe/").text
    assert "a bougé" in dehors and "dossier n°" not in dehors and jour not in dehors
    assert not re.search(r"environ|moins de cinq|\d\ssur\s\d", dehors)


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("geste", [lambda d: d.update(code="autre"), lambda d: d.delete()], ids=["changer", "ôter"])
def test_la_base_refuse_de_changer_un_deplacement(embauchee, contrat, geste):
    corriger(embauchee, contrat, debut=timezone.localdate(), motif_du_passe="date")
    with pytest.raises(DatabaseError), transaction.atomic():
        geste(Deplacement.objects.all())


def test_un_fait_note_apres_son_mois_le_dit_a_qui_juge(embauchee):
    envoye = {"le": str(le_mois_d_avant()), "canal": "telephone", "delai_annonce": "", "demande": "Travailler"}
    cible = reverse("parcours:nouveau_contact", args=[embauchee.personne.pk])
    assert embauchee.client("direction").post(cible, envoye).status_code == 302
    page = embauchee.client("direction").get(f"/chiffres/delai_annonce?le={le_mois_d_avant()}").text
    assert "noté le" in page and "geste a changé cette mesure" in page
    assert "geste a changé" not in embauchee.client("direction").get("/chiffres/delai_annonce").text


def test_completer_un_fait_prevu_n_est_pas_corriger(embauchee):
    le, entretien = le_mois_d_avant(), embauchee.entretien
    type(entretien).objects.filter(pk=entretien.pk).update(le=le)
    dit = {"offre_presentee": "on", "statut_explique": "on", "le": str(le)}
    reponse = embauchee.client("direction").post(reverse("parcours:entretien_informe", args=[entretien.pk]), dit)
    assert reponse.status_code == 302
    assert set(Trace.objects.du_passe().values_list("motif", flat=True)) <= {MotifDuPasse.APRES}


def test_la_fin_d_un_pass_note_ce_matin_se_corrige_en_disant_pourquoi(embauchee):
    passe = embauchee.personne.pass_iae.get()
    PassIAE.objects.filter(pk=passe.pk).update(note_le=timezone.localdate(), debut=le_mois_d_avant(), fin=timezone.localdate())
    cible = reverse("parcours:pass_corriger", args=[passe.pk])
    dit = {"numero": "", "debut": str(le_mois_d_avant()), "fin": str(timezone.localdate() + timedelta(days=700))}
    assert embauchee.client("direction").post(cible, dit).status_code == 409
    assert embauchee.client("direction").post(cible, dit | {"motif_du_passe": "date"}).status_code == 302
    assert Deplacement.objects.filter(code="suivi_fin_pass", mois=le_mois_d_avant()).exists()


def une_seance(embauchee, sorte: str):
    """Une séance du mois d'avant où l'on attendait la personne : sa ligne, et ce qui en note la feuille."""
    le = {"le": le_mois_d_avant()}
    if sorte == "information":
        seance = embauchee.collective
        seance.informations.update(presence="prevue", offre_presentee=False, statut_explique=False, **le)
        ligne, tenir = seance.informations.first(), collectives.tenir
    else:
        seance = embauchee.seance
        seance.actions.update(etat="prevue", **le)
        ligne = seance.actions.get(personne=embauchee.personne)
        tenir = actions.tenir
    type(seance).objects.filter(pk=seance.pk).update(**le)
    seance.refresh_from_db()
    return seance, ligne, tenir


@pytest.mark.parametrize(
    "sorte, venue, pas_venue",
    [
        ("information", {"presence": "presente", "offre_presentee": True}, {"presence": "absente", "offre_presentee": False}),
        ("atelier", {"etat": "faite"}, {"etat": "absente"}),
    ],
)
def test_une_presence_d_un_mois_fini_se_note_apres_et_ne_se_change_qu_en_disant_pourquoi(embauchee, sorte, venue, pas_venue):
    seance, ligne, tenir = une_seance(embauchee, sorte)
    with motif_dit(""):
        tenir(seance, presences={ligne: venue}, par=embauchee.hab["direction"])
        assert Trace.objects.du_passe().get().motif == MotifDuPasse.APRES
        with pytest.raises(MotifAttendu):
            tenir(seance, presences={ligne: pas_venue}, par=embauchee.hab["direction"])
        seance.le = timezone.localdate()
        with pytest.raises(MotifAttendu):
            modifier_seance(seance, champs=["le"], par=embauchee.hab["direction"])


def test_deplacer_une_sortie_dit_l_engagement_qu_elle_deplace(embauchee):
    le, personne = le_mois_d_avant().replace(day=1), embauchee.personne
    personne.sorties.all().delete()
    Heures.objects.all().delete()
    Personne.objects.filter(pk=personne.pk).update(phase="sortie", phase_depuis=le)
    Engagement.objects.update(etat="clos", debut=le - timedelta(days=40), clos_le=le)
    Contrat.objects.update(debut=le - timedelta(days=40), rompu_le=le, fin=le, motif_rupture=terme("motif_rupture", "embauche"))
    motif = terme("motif_sortie", "cdi_non_aide")
    sortie = Sortie.objects.create(personne=personne, le=le, motif=motif, trajectoire="stable")
    sortie.le = timezone.localdate()
    sorties.corriger_sortie(sortie, champs=["le"], motif_rupture=None, par=embauchee.hab["direction"])
    assert Engagement.objects.get().clos_le == sortie.le
    assert Deplacement.objects.filter(code="engagement_formalise", mois=le_mois_d_avant()).exists()


def test_hors_d_une_page_rien_ne_s_arrete_mais_tout_se_dit(embauchee, contrat):
    contrat.debut = timezone.localdate()
    corriger_le_contrat(contrat, champs=["debut"], par=embauchee.hab["direction"])
    assert Trace.objects.du_passe().get().motif == MotifDuPasse.AUTRE and Deplacement.objects.exists()


@pytest.mark.parametrize("ecart, attend", [(0, True), (1, False)])
def test_d_avant_le_jour_ou_la_structure_tient_cedre_rien_ne_s_est_mesure(embauchee, contrat, ecart, attend):
    premier = datetime.combine(le_mois_d_avant() + timedelta(days=ecart), time(12), tzinfo=UTC)
    Habilitation.objects.filter(organisation=embauchee.organisation).update(depuis=premier)
    assert corriger(embauchee, contrat, debut=timezone.localdate()).status_code == (409 if attend else 302)


def test_ce_qui_a_bouge_se_garde_une_fois_chez_la_structure_quand_le_geste_se_trace_aussi_ailleurs(reseau, embauchee, contrat):
    contrat.debut, ailleurs = timezone.localdate(), reseau[0].hab["responsable_qualite"]

    @change_le_passe
    def corriger_d_ailleurs(contrat, *, par):
        contrat.save()
        tracer_chez(contrat.personne.organisation, par=par, geste="modifier", objet=contrat)

    corriger_d_ailleurs(contrat, par=ailleurs)
    traces = {t.organisation_id: t for t in Trace.objects.filter(objet=contrat._meta.verbose_name)}
    porteuse = traces.pop(embauchee.organisation.pk)
    assert porteuse.motif and porteuse.depuis and porteuse.deplacements.exists()
    assert [(t.motif, t.depuis) for t in traces.values()] == [("", None)], "chez qui l’a fait, rien n’a bougé"
    assert not Deplacement.objects.exclude(trace=porteuse).exists()


def test_un_jour_qui_en_vaut_un_autre_tant_qu_il_manque_est_dit_par_son_modele():
    """Sans quoi le dire ne toucherait que ce jour-là, et changerait le passé sans un mot."""
    textes = " ".join(texte for i in tous().values() for texte, _ in _comptes_ecrits(i, date(2026, 6, 30)))
    lus = set(re.findall(r'COALESCE\("?\w+"?\."(\w+)", "?\w+"?\."(\w+)"\)', textes))
    faits = [modele for modele in modeles() if not issubclass(modele, AncienneValeur)]
    jours = {modele: {c.column for c in modele._meta.concrete_fields if isinstance(c, DateField)} for modele in faits}
    defauts = {(modele, *paire) for modele, siens in jours.items() for paire in lus if {*paire} <= siens}
    dits = {(modele, *paire) for modele in jours for paire in getattr(modele, "JOUR_PAR_DEFAUT", {}).items()}
    assert defauts == dits and len(dits) >= 2
