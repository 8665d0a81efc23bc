"""Les dates se lisent en mots, et ne s'écrivent que d'une année qui se peut."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.db import models
from django.db.models import DateField, F, Value
from django.utils import timezone

from cedre.core.dates import (
    Decaler,
    annee_plausible,
    annees_plausibles,
    des_mois,
    douze_mois,
    du_jour,
    fins_de_mois,
    il_y_a,
    jour_demande,
)
from cedre.core.grandeurs import JoursEntre
from cedre.core.templatetags.cedre import depuis, jour_court

LE = date(2024, 3, 10)


@pytest.mark.parametrize("le, attendu", [(date(2026, 10, 1), "1er oct. 2026"), (date(2026, 3, 12), "12 mars 2026"), (None, "")])
def test_une_date_courte_garde_son_mois_en_lettres(le, attendu):
    assert jour_court(le).replace("\N{NO-BREAK SPACE}", " ") == attendu


@pytest.mark.parametrize("jours, dit", [(0, "depuis aujourd’hui"), (1, "depuis hier"), (4, "depuis 4\N{NO-BREAK SPACE}jours")])
def test_un_etat_dit_depuis_quand_il_dure(jours, dit):
    assert depuis(timezone.localdate() - timedelta(days=jours)) == dit


@pytest.mark.parametrize("champ", [forms.DateField(), models.DateField(null=True, blank=True).formfield()])
def test_un_champ_de_date_refuse_une_annee_qui_ne_se_peut_pas(champ):
    for folle in ("0001-01-01", "1899-12-31", "9999-12-31"):
        with pytest.raises(forms.ValidationError, match="Vérifiez l’année."):
            champ.clean(folle)
    assert champ.clean("1931-05-02") == date(1931, 5, 2)


@pytest.mark.parametrize(
    "le, premier, combien",
    [
        (date(2026, 6, 15), date(2025, 6, 16), 365),
        (date(2024, 2, 28), date(2023, 3, 1), 365),
        (date(2024, 2, 29), date(2023, 3, 1), 366),
        (date(2024, 3, 1), date(2023, 3, 2), 366),
        (date(2025, 2, 28), date(2024, 2, 29), 366),
        (date(2025, 3, 1), date(2024, 3, 2), 365),
    ],
)
def test_douze_mois_sont_des_mois_civils_meme_autour_d_un_29_fevrier(le, premier, combien):
    bornes = douze_mois(le, "tenu_le")
    assert bornes == {"tenu_le__gt": premier - timedelta(days=1), "tenu_le__lte": le}
    assert (le - bornes["tenu_le__gt"]).days == combien


def test_vingt_quatre_et_trente_six_mois_se_comptent_de_meme():
    assert des_mois(24, date(2026, 2, 28)) == {"le__gt": date(2024, 2, 28), "le__lte": date(2026, 2, 28)}
    assert il_y_a(36, date(2024, 2, 29)) == date(2021, 2, 28)


@pytest.mark.parametrize("ecart, attendu", [(-1, True), (0, True), (1, False)])
def test_une_adresse_demande_un_jour_jusqu_a_aujourd_hui_compris_sinon_c_est_aujourd_hui(ecart, attendu):
    le = timezone.localdate() + timedelta(days=ecart)
    assert jour_demande(le.isoformat()) == (le if attendu else timezone.localdate())


def test_une_adresse_ne_demande_rien_d_avant_2000_ni_de_fou():
    assert jour_demande("2000-01-01") == date(2000, 1, 1)
    assert {jour_demande(fou) for fou in ("1999-12-31", "", "hier", "2026-02-30", "2026-13-01")} == {timezone.localdate()}


@time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False)
def test_une_date_s_ecrit_de_1900_a_la_fin_de_l_annee_dans_vingt_ans():
    assert annees_plausibles() == (date(1900, 1, 1), date(2046, 12, 31))
    assert [annee_plausible(borne) for borne in annees_plausibles()] == [None, None]
    for folle in (date(1899, 12, 31), date(2047, 1, 1)):
        with pytest.raises(forms.ValidationError):
            annee_plausible(folle)


def test_les_fins_de_mois_vont_de_ce_jour_compris_a_l_autre_exclu_la_plus_recente_d_abord():
    janvier, fevrier, mars = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
    assert [*fins_de_mois(janvier, mars)] == [fevrier, janvier]
    assert [*fins_de_mois(janvier + timedelta(days=1), mars + timedelta(days=1))] == [mars, fevrier]
    assert [*fins_de_mois(fevrier, fevrier)] == [] and [*fins_de_mois(fevrier, date(2024, 3, 1))] == [fevrier]


def test_un_jour_va_de_son_minuit_compris_au_suivant_exclu_a_l_heure_active():
    with timezone.override("Indian/Reunion"):
        bornes = du_jour(date(2026, 3, 10), "vu_le")
    assert bornes == {
        "vu_le__gte": datetime(2026, 3, 9, 20, tzinfo=UTC),
        "vu_le__lt": datetime(2026, 3, 10, 20, tzinfo=UTC),
    }


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("jours", [-40, -1, 0, 1, 40])
def test_une_date_se_decale_et_se_soustrait_dans_la_base_comme_dans_la_tete(ici, jours):
    le = date(2024, 2, 28)
    type(ici.contact).objects.filter(pk=ici.contact.pk).update(le=le)
    lignes = (
        type(ici.contact)
        .objects.annotate(decalee=Decaler(F("le"), jours))
        .annotate(ecart=JoursEntre(F("le"), Value(LE, DateField())))
    )
    ligne = lignes.get(pk=ici.contact.pk)
    assert (ligne.decalee, ligne.ecart) == (le + timedelta(days=jours), (LE - le).days)
