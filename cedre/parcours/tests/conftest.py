"""Ce que partagent les essais des parcours."""

import pytest

from cedre.parcours.operations import engagements as gestes
from cedre.parcours.operations.etapes import reprendre_les_etapes


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
