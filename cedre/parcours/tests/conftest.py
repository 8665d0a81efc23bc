"""Ce que partagent les essais des parcours."""

import pytest

from cedre.parcours.operations import engagements as gestes


@pytest.fixture
def inscrite(ici):
    """Ici, avec une personne inscrite et rien d'engagé."""
    ici.personne.phase = "pre_embauche"
    ici.personne.save()
    return ici


@pytest.fixture
def projet(inscrite):
    """Le projet d'engagement de la personne."""
    return gestes.construire(inscrite.personne, par=inscrite.hab["cip"])
