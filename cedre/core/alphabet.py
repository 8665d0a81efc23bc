"""L'ordre de l'alphabet français : É se range avec E, la casse ne compte pas, sur SQLite comme sur PostgreSQL."""

from functools import lru_cache

from django.db.models.functions import Collate

from cedre.core.texte import normaliser

FRANCAIS = "fr-x-icu"  # la collation que PostgreSQL tient d'ICU ; SQLite l'apprend à chaque connexion


def alphabetique(champ: str) -> Collate:
    """De quoi ranger par ce champ, dans Meta.ordering ou order_by."""
    return Collate(champ, FRANCAIS)


@lru_cache(maxsize=4096)
def _rang(texte: str) -> tuple[str, str]:
    return normaliser(texte), texte


def _comparer(a: str, b: str) -> int:
    return (_rang(a) > _rang(b)) - (_rang(a) < _rang(b))


def apprendre(connection, **kwargs):
    """Donne à une connexion SQLite l'ordre français qui lui manque."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation(FRANCAIS, _comparer)
