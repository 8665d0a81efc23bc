"""Ce qui s'écrit sans nom se compte par jour, sans que rien n'en garde l'adresse ni l'heure (AME-1)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from cedre.comptes.compteurs import appareil, il_en_reste
from cedre.core.menage import ranger


def gardes() -> list[tuple]:
    """Ce que la base garde des compteurs."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT cache_key, value, expires FROM core_cache ORDER BY cache_key")
        return curseur.fetchall()


@pytest.fixture
def midi(db):
    """Aujourd'hui, à midi passé."""
    cache.clear()
    return timezone.localtime().replace(hour=12, minute=34, second=56)


def test_chaque_plafond_vaut_pour_ce_jour_et_le_premier_atteint_refuse(midi):
    with time_machine.travel(midi, tick=False):
        assert [il_en_reste("essai", {"moi": 2, "tous": 3}) for _ in range(3)] == [True, True, False]
        assert [il_en_reste("essai", {"toi": 2, "tous": 3}) for _ in range(2)] == [True, False]
        assert il_en_reste("autre", {"moi": 2}), "un autre geste se compte à part"
    with time_machine.travel(midi + timedelta(days=1), tick=False):
        assert il_en_reste("essai", {"moi": 2, "tous": 3})


def test_rien_n_en_dit_l_adresse_ni_l_heure_et_la_nuit_l_emporte(midi):
    moi = appareil(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7"))
    for heure in (0, 3):
        with time_machine.travel(midi + timedelta(hours=heure), tick=False):
            il_en_reste("essai", {moi: 5})
    ((cle, valeur, expire),) = gardes()
    assert "192.0.2.7" not in f"{cle}{valeur}" and "34:56" not in str(expire) and cache.get(cle.removeprefix(":1:")) == 2
    with time_machine.travel(midi + timedelta(hours=15), tick=False):
        ranger.call()
        assert gardes() == []
        il_en_reste("essai", {moi: 5})
    assert gardes()[0][0] != cle, "demain, la même adresse n’a plus la même empreinte"


def test_le_menage_garde_ce_qui_n_est_pas_expire(midi):
    with time_machine.travel(midi, tick=False):
        il_en_reste("essai", {"moi": 5})
        ranger.call()
        assert len(gardes()) == 1


def test_en_ipv6_un_reseau_est_un_appareil():
    adresses = {appareil(RequestFactory().get("/", REMOTE_ADDR=a)) for a in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")}
    assert len(adresses) == 2
