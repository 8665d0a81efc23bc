"""Un chiffre d'un jour passé se relit tel qu'il était : ce qui est venu depuis n'y change rien (CER-3)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.comptes.operations import enregistrer_organisation
from cedre.conftest import embaucher, terme
from cedre.core.indicateurs import tous
from cedre.core.periodes import Periode
from cedre.parcours.models import Bilan, ClotureRouverte, Contrat, Formalisation, Heures, MiseEnSituation, Sortie
from cedre.structures.models import Reglages, Seuils

UN_JOUR = timedelta(days=1)


def aujourdhui() -> date:
    """Le jour de l'essai."""
    return timezone.localdate()


def mesure(code: str, monde, le: date) -> tuple[int, int]:
    """Total, atteint."""
    return tuple(tous()[code].mesurer(monde.organisation, le))


def test_un_bilan_n_est_a_l_agenda_que_depuis_qu_on_l_y_a_mis(embauchee):
    pose = aujourdhui() - timedelta(days=10)
    Bilan.objects.update(cree_le=datetime.combine(pose, time(12), UTC))
    assert mesure("suivi_sans_echeance", embauchee, pose) == (1, 1)
    assert mesure("suivi_sans_echeance", embauchee, pose - UN_JOUR) == (1, 0)


def test_un_bilan_note_apres_s_etre_tenu_n_etait_pas_a_l_agenda(embauchee):
    note, tenu = aujourdhui() - 5 * UN_JOUR, aujourdhui() - 10 * UN_JOUR
    Bilan.objects.update(cree_le=datetime.combine(note, time(12), UTC), le=tenu, etat="prevu")
    for code, alors, ensuite in (("suivi_sans_echeance", (1, 0), (1, 1)), ("suivi_bilan_depasse", (0, 0), (1, 0))):
        assert [mesure(code, embauchee, le) for le in (tenu, note - UN_JOUR, note)] == [alors, alors, ensuite], code


def test_un_bilan_manque_etait_attendu_jusqu_a_son_jour(embauchee):
    Bilan.objects.update(cree_le=datetime(2020, 1, 1, tzinfo=UTC), le=aujourdhui() - UN_JOUR, etat="absent")
    assert mesure("suivi_sans_echeance", embauchee, aujourdhui() - 2 * UN_JOUR) == (1, 1)
    assert mesure("suivi_sans_echeance", embauchee, aujourdhui() - UN_JOUR) == (1, 0)


def test_les_salaries_d_un_jour_sont_ceux_de_ses_contrats_premier_et_dernier_jours_compris(embauchee):
    contrat = embauchee.contrat
    type(embauchee.engagement).objects.update(debut=contrat.debut, formalise_le=contrat.debut + UN_JOUR)
    Formalisation.objects.update(du=contrat.debut + UN_JOUR)
    jours = (contrat.debut - UN_JOUR, contrat.debut, contrat.debut + UN_JOUR, contrat.fin, contrat.fin + UN_JOUR)
    assert [mesure("salaries_engages", embauchee, le) for le in jours] == [(0, 0), (1, 0), (1, 1), (1, 1), (0, 0)]


def test_un_engagement_clos_ne_court_plus_ce_jour_la_mais_courait_la_veille(embauchee):
    clos_le = aujourdhui() - timedelta(days=5)
    type(embauchee.engagement).objects.update(etat="clos", clos_le=clos_le)
    assert mesure("salaries_engages", embauchee, clos_le) == (1, 0)
    assert mesure("salaries_engages", embauchee, clos_le - UN_JOUR) == (1, 1)


@pytest.fixture
def sans_lien(embauchee):
    """La mise en situation n'a plus ni lien ni évaluation du client."""
    embauchee.mise_en_situation.liens.all().delete()
    return embauchee


def test_la_fiche_de_liaison_imprimee_associe_le_client_et_lui_seul(sans_lien):
    mets = sans_lien.mise_en_situation
    autre = MiseEnSituation.objects.create(personne=mets.personne, client=mets.client, du=mets.du)
    Heures.objects.create(mise_en_situation=autre, le=aujourdhui() - timedelta(days=7), heures=3)
    assert mesure("client_associe", sans_lien, aujourdhui()) == (2, 0)
    sans_lien.client("cip").post(reverse("parcours:fiche_de_liaison", args=[mets.pk]))
    assert Trace.objects.filter(geste="exporter", objet_id=mets.pk).exists()
    assert mesure("client_associe", sans_lien, aujourdhui()) == (2, 1)
    assert mesure("client_associe", sans_lien, aujourdhui() - UN_JOUR) == (2, 0)
    assert tous()["client_associe"].manquants(sans_lien.organisation, aujourdhui()).get() == autre


@pytest.fixture
def devenue_chantier(embauchee):
    """Une association intermédiaire devenue chantier aujourd'hui ; une sortie après 81 jours, d'avant-hier."""
    le = aujourdhui() - 2 * UN_JOUR
    Contrat.objects.update(debut=le - timedelta(days=80))
    Heures.objects.all().delete()
    Heures.objects.create(mise_en_situation=embauchee.mise_en_situation, le=le, heures=91)
    Sortie.objects.all().delete()
    Sortie.objects.create(personne=embauchee.personne, le=le, motif=terme("motif_sortie", "cdi_non_aide"))
    embauchee.organisation.type_siae = "ACI"
    enregistrer_organisation(embauchee.organisation, champs=["type_siae"], par=embauchee.hab["direction"])
    return embauchee


@pytest.mark.parametrize(
    "code, avant, apres",
    [("fins_de_parcours", (1, 0), (1, 1)), ("sorties_dynamiques", (0, 0), (1, 1))],
)
def test_le_type_d_une_structure_est_celui_du_dernier_jour_que_l_on_regarde(devenue_chantier, code, avant, apres):
    hier = aujourdhui() - UN_JOUR
    du = hier - timedelta(days=300)
    moments = [hier, Periode(du, hier, aujourdhui()), Periode(du, aujourdhui(), hier), aujourdhui()]
    lues = [tous()[code].mesurer(devenue_chantier.organisation, quand) for quand in moments]
    assert [(lue.total, float(lue.atteint)) for lue in lues] == [avant, avant, avant, apres]


def test_une_structure_qui_n_a_rien_regle_suit_les_seuils_par_defaut(ici):
    embaucher(ici)
    codes = [code for code in tous() if code.startswith("suivi_")]
    Seuils.objects.create(organisation=ici.organisation, du=date(2020, 1, 1))
    regles = {code: mesure(code, ici, aujourdhui()) for code in codes}
    Seuils.objects.all().delete()
    Reglages.objects.all().delete()
    assert {code: mesure(code, ici, aujourdhui()) for code in codes} == regles
    assert regles["suivi_sans_contact"] == (1, 1)


def prevu(monde, le: date) -> Bilan:
    """Le seul bilan du monde, attendu ce jour-là, et rien d'autre à l'agenda."""
    Bilan.objects.exclude(pk=monde.bilan.pk).delete()
    ClotureRouverte.objects.all().delete()
    pose = datetime.combine(le - timedelta(days=60), time(12), UTC)
    Bilan.objects.update(etat="prevu", le=le, echeance=None, annule_le=None, clos_le=None, cree_le=pose)
    monde.engagement.debut = le - timedelta(days=60)
    monde.engagement.save()
    monde.bilan.refresh_from_db()
    return monde.bilan


def reprogrammer(monde, bilan: Bilan, le: date) -> None:
    """La CIP en change la date à l'écran."""
    saisie = {"conduit_par": monde.hab["cip"].compte_id, "heure": "09:30", "le": le}
    monde.client("cip").post(reverse("parcours:bilan_reprogrammer", args=[bilan.pk]), saisie)
    bilan.refresh_from_db()


def test_annuler_un_bilan_apres_son_echeance_ne_l_efface_pas_des_echeances_manquees(embauchee):
    bilan = prevu(embauchee, aujourdhui() - timedelta(days=30))
    assert mesure("bilan_tenu", embauchee, aujourdhui()) == (1, 0)
    embauchee.client("cip").post(reverse("parcours:bilan_annuler", args=[bilan.pk]))
    assert Bilan.objects.get().etat == "annule"
    assert mesure("bilan_tenu", embauchee, aujourdhui()) == (1, 0)


def test_un_bilan_annule_a_temps_n_etait_attendu_que_jusqu_a_ce_jour(embauchee):
    bilan = prevu(embauchee, aujourdhui() - timedelta(days=20))
    Bilan.objects.annuler(bilan.le - UN_JOUR)
    bilan.refresh_from_db()
    assert mesure("bilan_tenu", embauchee, aujourdhui()) == (0, 0)
    jours = (bilan.annule_le - UN_JOUR, bilan.annule_le)
    assert [Bilan.objects.ouverts(le).exists() for le in jours] == [True, False]


def test_deplacer_un_bilan_deja_en_retard_garde_son_echeance(embauchee):
    echeance = aujourdhui() - timedelta(days=30)
    bilan = prevu(embauchee, echeance)
    for dans in (2, 5):
        reprogrammer(embauchee, bilan, aujourdhui() + dans * UN_JOUR)
        assert (bilan.le, bilan.echeance) == (aujourdhui() + dans * UN_JOUR, echeance)
    assert mesure("bilan_tenu", embauchee, aujourdhui()) == (1, 0)


def test_deplacer_un_bilan_a_venir_deplace_son_echeance(embauchee):
    bilan = prevu(embauchee, aujourdhui())
    reprogrammer(embauchee, bilan, aujourdhui() + UN_JOUR)
    assert (bilan.le, bilan.echeance) == (aujourdhui() + UN_JOUR, None)
