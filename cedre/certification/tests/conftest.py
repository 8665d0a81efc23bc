"""Ce que partagent les essais de la certification."""

import pytest

from cedre.certification import editions
from cedre.certification.editions import lue
from cedre.certification.tests.fictive import FICTIVE

SPEC = "preuves: [{indicateur: delai_annonce}]"


@pytest.fixture
def federation(reseau):
    """Le navigateur de la responsable qualité de la fédération."""
    return reseau[0].client("responsable_qualite")


@pytest.fixture
def referentiel(monkeypatch):
    """Donne à lire une édition d'essai, dont le premier point se prouve ainsi."""

    def donner(preuves: str = SPEC, **remplace):
        texte = FICTIVE.replace(SPEC, preuves)
        for avant, apres in remplace.items():
            texte = texte.replace(avant, apres)
        edition = lue(texte.replace("lignee: fictive", "lignee: cedre").encode())
        monkeypatch.setattr(editions, "livrees", lambda: (edition,))
        return edition

    return donner


@pytest.fixture
def qualite(ici):
    """Le navigateur de la référente qualité d'ici."""
    return ici.client("qualite")
