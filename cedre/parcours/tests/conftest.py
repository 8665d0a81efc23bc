"""Ce que partagent les essais des parcours."""

import pytest
import time_machine

from cedre.comptes.models import Organisation
from cedre.parcours.operations import engagements as gestes
from cedre.parcours.operations.etapes import reprendre_les_etapes
from cedre.parcours.tests.chez_nous import CHEZ


@pytest.fixture
def inscrite(ici):
    """Ici, avec une personne inscrite et rien d'engagé."""
    ici.personne.suites.create(nature="inscription")
    reprendre_les_etapes(ici.personne)
    return ici


@pytest.fixture
def projet(inscrite):
    """Le projet d'engagement de la personne."""
    return gestes.construire(inscrite.personne, par=inscrite.hab["cip"])


@pytest.fixture
def chez_nous(embauchee):
    """La structure, ses coordonnées dites."""
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(**CHEZ)
    embauchee.organisation.refresh_from_db()
    embauchee.personne.refresh_from_db()
    return embauchee


@pytest.fixture
def fichiers(settings, tmp_path):
    """Les fichiers déposés ou écrits pendant un essai."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def en_mars():
    """Tout se passe le 18 mars 2026, à dix heures."""
    with time_machine.travel("2026-03-18T10:00:00+01:00", tick=False):
        yield
