"""Chaque nuit, ce qui ne sert plus disparaît sans que personne n'y pense."""

import os
import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django_ox.models import OxTask
from django_ox.schedules import schedules_from_options

from cedre.core.menage import ranger


def test_ce_qui_est_prevu_chaque_nuit_existe():
    nuit = schedules_from_options({"SCHEDULES": settings.CHAQUE_JOUR}, "default")
    assert {prevu.name for prevu in nuit} == set(settings.CHAQUE_JOUR)


def test_les_sessions_finies_et_les_vieilles_taches_disparaissent(db):
    jour = timezone.now()
    Session.objects.create(session_key="finie", session_data="x", expire_date=jour - timedelta(days=1))
    Session.objects.create(session_key="ouverte", session_data="x", expire_date=jour + timedelta(hours=1))
    for age in (1, 40):
        fini = jour - timedelta(days=age)
        OxTask.objects.create(
            task_path=f"il.y.a.{age}", status="SUCCESSFUL", backend_name="default", finished_at=fini, enqueued_at=fini
        )
    ranger.call()
    assert Session.objects.get().session_key == "ouverte"
    assert OxTask.objects.get().task_path == "il.y.a.1"


def test_ce_qu_une_restauration_coupee_net_a_deplie_disparait_dans_la_nuit(db, settings, tmp_path):
    settings.DONNEES = tmp_path
    for nom, age in (("coupee", 7200), ("en-cours", 60)):
        (tmp_path / f".restauration-{nom}").mkdir()
        (tmp_path / f".restauration-{nom}" / "base.sqlite3").touch()
        le = time.time() - age
        os.utime(tmp_path / f".restauration-{nom}", (le, le))
    ranger.call()
    assert [p.name for p in tmp_path.iterdir()] == [".restauration-en-cours"]


@pytest.mark.deux_moteurs
def test_les_compteurs_echus_disparaissent_et_les_autres_restent(db):
    cache.clear()
    cache.set("compteur:ip:192.0.2.7", [1], timeout=0.001)
    cache.set("compteur:ip:192.0.2.8", [1], timeout=3600)
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        ranger.call()
    with connection.cursor() as curseur:
        curseur.execute("SELECT cache_key FROM core_cache")
        assert [cle for (cle,) in curseur.fetchall()] == [":1:compteur:ip:192.0.2.8"]
