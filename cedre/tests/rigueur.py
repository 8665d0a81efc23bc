"""Ce que tout essai subit : des gabarits qui refusent une variable inconnue, des lignes battues, et rien de dit pour rien."""

import random

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.template import Template, engines
from hypothesis import HealthCheck, settings

from cedre.comptes import passe
from cedre.core.indicateurs import LE_PLUS_DE_TERMES
from cedre.observatoire import operations

# Une machine lente ou occupée ne fait pas une panne.
settings.register_profile("cedre", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cedre")

__all__ = ["VariableInconnue", "_champs_sans_temoin", "_desordre", "_gabarits_stricts", "_registre_proche", "composees"]


class VariableInconnue(str):
    """Fait échouer l'essai qui affiche une variable que la vue n'a pas donnée."""

    def __mod__(self, variable):
        raise AssertionError(f"Variable de gabarit inconnue : {variable}")

    def __contains__(self, motif):
        return True


@pytest.fixture(scope="session", autouse=True)
def _registre_proche():
    """Le registre du passé et le gel ne remontent pas loin : mesurer trois ans prendrait plus que les essais."""
    passe.AU_PLUS, operations.AU_PLUS = 4, 2


@pytest.fixture
def composees(monkeypatch):
    """Toutes les mesures d’une page en une requête, comme sur PostgreSQL : de quoi compter les siennes."""
    monkeypatch.setitem(LE_PLUS_DE_TERMES, connection.vendor, LE_PLUS_DE_TERMES["postgresql"])


@pytest.fixture(scope="session", autouse=True)
def _champs_sans_temoin(django_test_environment):
    """Un champ de Django s’affiche sans le dire : c’est un gabarit par option d’une liste, et aucun essai ne les demande."""
    temoin = Template._render

    def afficher(gabarit, contexte):
        de_champ = (gabarit.name or "").startswith("django/forms/widgets/")
        return gabarit.nodelist.render(contexte) if de_champ else temoin(gabarit, contexte)

    Template._render = afficher
    yield
    Template._render = temoin


@pytest.fixture(autouse=True)
def _gabarits_stricts():
    engines["django"].engine.string_if_invalid = VariableInconnue("%s")


@pytest.fixture(autouse=True)
def _desordre(monkeypatch):
    """Une requête sans ordre rend ses lignes dans un ordre quelconque : que personne n'y compte."""
    chercher = QuerySet._fetch_all

    def chercher_et_battre(self):
        neuf = self._result_cache is None
        chercher(self)
        if neuf and not self.ordered and not self.query.is_sliced:
            random.shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", chercher_et_battre)
