"""Figer : quels mois, quelles structures, et ce que garde chaque ligne (OBS-1, décision 0034)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db.migrations.recorder import MigrationRecorder

from cedre.comptes.models import Deplacement, Habilitation, Organisation, Trace
from cedre.core.indicateurs import tous
from cedre.core.periodes import Periode
from cedre.observatoire.mesures import CORRIGE_DEPUIS, mesurer, mesurer_par, mesurer_par_structure
from cedre.observatoire.models import MesureFigee
from cedre.observatoire.operations import figer, figer_le_mois

CODE = "grille_en_vigueur"
PREMIER_JUIN, DERNIER_MAI = date(2026, 6, 1), date(2026, 5, 31)


@pytest.fixture(autouse=True)
def _un_seul_indicateur(monkeypatch, ici):
    """Un seul indicateur se fige, et la structure tient Cèdre depuis 2020."""
    seul = {CODE: tous()[CODE]}
    monkeypatch.setattr("cedre.observatoire.operations.tous", lambda: seul)
    with time_machine.travel("2026-06-15T12:00Z", tick=False):
        yield


def figees(organisation: Organisation) -> list[date]:
    """Ses fins de mois figées, la première d'abord."""
    return list(MesureFigee.objects.filter(organisation=organisation).order_by("le").values_list("le", flat=True))


def test_la_premiere_fois_on_fige_trente_six_mois_en_arriere_puis_chaque_mois_le_suivant(ici, monkeypatch):
    monkeypatch.setattr("cedre.observatoire.operations.AU_PLUS", 36)  # les essais en figent moins (rigueur)
    assert figer(date(2026, 6, 15), chez=ici.organisation) == 36
    assert (figees(ici.organisation)[0], figees(ici.organisation)[-1]) == (date(2023, 6, 30), DERNIER_MAI)
    with time_machine.travel("2026-07-01T12:00Z", tick=False):
        assert figer(date(2026, 7, 1), chez=ici.organisation) == 1
    assert figees(ici.organisation)[-1] == date(2026, 6, 30)


def test_un_mois_se_fige_une_fois_fini_et_non_son_dernier_jour(ici):
    with time_machine.travel("2026-05-31T12:00Z", tick=False):
        figer_le_mois.call()
    assert figees(ici.organisation)[-1] == date(2026, 4, 30)
    with time_machine.travel("2026-06-01T12:00Z", tick=False):
        figer_le_mois.call()
    assert figees(ici.organisation)[-1] == DERNIER_MAI


def test_une_ligne_garde_ce_que_l_on_comptait_ce_jour_la_et_la_version_de_la_definition(ici, ailleurs):
    Habilitation.objects.filter(organisation=ailleurs.organisation).update(depuis=datetime(2026, 5, 1, 12, tzinfo=UTC))
    ici.grille.publiee_le = date(2026, 5, 1)
    ici.grille.save()
    figer(PREMIER_JUIN)
    dites = {(m.organisation_id, m.le): (m.code, m.version, m.total, m.atteint) for m in MesureFigee.objects.all()}
    version = tous()[CODE].version
    assert dites[ici.organisation.pk, date(2026, 4, 30)] == (CODE, version, 1, 0)
    assert dites[ici.organisation.pk, DERNIER_MAI] == (CODE, version, 1, 1)
    assert figees(ailleurs.organisation) == [DERNIER_MAI], "chacune depuis qu'elle tient Cèdre"


def test_ni_une_region_ni_un_ensemblier_ne_se_fige(ici, reseau):
    ensemble = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble", region=ici.organisation.region)
    Habilitation.objects.create(compte=ici.qui, organisation=ensemble, role="direction", depuis=datetime(2020, 1, 1, tzinfo=UTC))
    figer(PREMIER_JUIN)
    assert set(MesureFigee.objects.values_list("organisation", flat=True)) == {ici.organisation.pk}


@pytest.mark.parametrize("ecart, compte", [(-1, False), (0, False), (1, True)])
def test_une_mesure_figee_ne_bouge_que_de_ce_qui_est_venu_apres_elle(ici, ecart, compte):
    figee_le = datetime(2026, 6, 1, 3, tzinfo=UTC)
    dite = {"le": DERNIER_MAI, "code": CODE, "version": 1, "total": 5, "atteint": 2, "figee_le": figee_le}
    MesureFigee.objects.create(organisation=ici.organisation, **dite)
    le = figee_le + timedelta(microseconds=ecart)
    trace = Trace.objects.create(organisation=ici.organisation, geste="modifier", objet="grille", motif="date", le=le)
    nombres = {"total_avant": 5, "atteint_avant": 2, "total_apres": 8, "atteint_apres": 3}
    Deplacement.objects.create(trace=trace, code=CODE, mois=DERNIER_MAI, **nombres)
    lue = mesurer([tous()[CODE]], ici.organisation.pk, DERNIER_MAI)[CODE]
    assert lue == ((8, 3) if compte else (5, 2))
    assert dict(mesurer_par_structure([tous()[CODE]], [ici.organisation.pk], DERNIER_MAI)) == {CODE: {ici.organisation.pk: lue}}


@pytest.mark.parametrize(
    "code, le, lues", [(CODE, 12, False), ("suivi_sans_referent", 12, True), ("suivi_sans_referent", 15, False)]
)
def test_le_jour_d_une_migration_ne_se_cherche_que_pour_une_mesure_passee_qui_en_depend(ici, monkeypatch, code, le, lues):
    cherchees = []
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: cherchees.append(code) or {})
    mesurer([tous()[code]], ici.organisation.pk, date(2026, 6, le))
    assert bool(cherchees) is lues


def test_une_coupe_figee_est_celle_de_cet_indicateur_dans_cette_structure(ici, ailleurs):
    for monde, code, total in ((ici, "delai_annonce", 3), (ici, "delai_tenu", 5), (ailleurs, "delai_annonce", 7)):
        coupes = {"sexe": {"Femme": [total, 1], "Homme": [0, 0]}}
        dite = {"le": DERNIER_MAI, "code": code, "version": 1, "total": total, "atteint": 1, "coupes": coupes}
        MesureFigee.objects.create(organisation=monde.organisation, **dite)
    for code, total in (("delai_annonce", 3), ("delai_tenu", 5)):
        lue = mesurer_par(tous()[code], "sexe", ici.organisation, DERNIER_MAI)
        assert {sexe: tuple(mesure) for sexe, mesure in lue.items()} == {"Femme": (total, 1), "Homme": (0, 0)}
    assert mesurer_par(tous()["delai_annonce"], "âge", ici.organisation, DERNIER_MAI) == {}


@pytest.mark.parametrize("total", [0, 1])
def test_une_coupe_que_l_on_ne_rangeait_pas_encore_se_relit_des_faits_elle_ne_vaut_pas_zero(ici, total):
    type(ici.contact).objects.filter(pk=ici.contact.pk).update(le=date(2026, 5, 10))
    dite = {"le": DERNIER_MAI, "code": "delai_annonce", "version": 1, "total": total, "atteint": total}
    MesureFigee.objects.create(organisation=ici.organisation, coupes={"sexe": {"Femme": [1, 1]}} if total else {}, **dite)
    relue = mesurer_par(tous()["delai_annonce"], "âge", ici.organisation, DERNIER_MAI)
    assert sum(mesure.total for mesure in relue.values()) == total


def corriger(organisation: Organisation, code: str, total: int, atteint: int) -> None:
    """Le registre : depuis, la mesure de la fin de mai a monté d'autant."""
    trace = Trace.objects.create(organisation=organisation, geste="modifier", objet="x", motif="date", depuis=DERNIER_MAI)
    nombres = {"total_avant": 0, "atteint_avant": 0, "total_apres": total, "atteint_apres": atteint}
    Deplacement.objects.create(trace=trace, code=code, mois=DERNIER_MAI, **nombres)


@pytest.mark.parametrize("code, corrige", [("heures_travaillees", {CORRIGE_DEPUIS: (1, 4)}), ("delai_d_accueil", {})])
def test_ce_qui_a_bouge_depuis_se_dit_a_part_sauf_d_une_mediane_qui_ne_s_additionne_pas(ici, code, corrige):
    coupes = {"canal": {"visite": [3, "6.50"]}, "lieu": {}}
    dite = {"le": DERNIER_MAI, "code": code, "version": 1, "total": 3, "atteint": Decimal("6.50"), "coupes": coupes}
    MesureFigee.objects.create(organisation=ici.organisation, figee_le=datetime(2026, 6, 1, tzinfo=UTC), **dite)
    assert mesurer_par(tous()[code], "canal", ici.organisation, DERNIER_MAI) == {"visite": (3, Decimal("6.50"))}
    corriger(ici.organisation, code, 1, 4)
    lue = mesurer_par(tous()[code], "canal", ici.organisation, DERNIER_MAI)
    assert lue == {"visite": (3, Decimal("6.50"))} | corrige
    assert mesurer_par(tous()[code], "lieu", ici.organisation, DERNIER_MAI) == corrige


def test_aujourd_hui_fin_de_mois_et_une_periode_se_lisent_vivants(ici):
    delai, chez = tous()["delai_annonce"], ici.organisation
    ici.personne.contacts.update(le=date(2026, 5, 20), delai_annonce=10)
    dite = {"le": DERNIER_MAI, "code": "delai_annonce", "version": 1, "total": 9, "atteint": 9, "coupes": {"sexe": {"x": [9, 9]}}}
    MesureFigee.objects.create(organisation=chez, **dite)
    periode = Periode(date(2026, 5, 1), DERNIER_MAI)
    vivante = {"Non renseigné": (1, 1)}
    assert mesurer_par(delai, "sexe", chez, periode) == vivante and mesurer([delai], chez, periode)["delai_annonce"] == (1, 1)
    with time_machine.travel("2026-05-31T12:00Z", tick=False):
        assert mesurer_par(delai, "sexe", chez, DERNIER_MAI) == vivante
        assert mesurer([delai], chez, DERNIER_MAI)["delai_annonce"] == (1, 1)
        assert dict(mesurer_par_structure([delai], [chez.pk], DERNIER_MAI)) == {"delai_annonce": {chez.pk: (1, 1)}}
    assert mesurer_par(delai, "sexe", chez, DERNIER_MAI) == {"x": (9, 9)}
    assert mesurer([delai], chez, DERNIER_MAI)["delai_annonce"] == (9, 9)
