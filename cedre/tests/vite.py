"""Ce que Django refait mille fois en un essai, et qui ne change pas : refait une fois (décision 0020)."""

from functools import lru_cache

from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.models.expressions import BaseExpression
from django.urls.resolvers import URLResolver

REQUETES = 4096  # textes de requêtes dont on garde la forme que SQLite comprend
_convertir = SQLiteCursorWrapper.convert_query


@lru_cache(maxsize=REQUETES)
def _sans_nom(requete: str) -> str:
    return _convertir(None, requete)


def convertir(curseur, requete, *, param_names=None) -> str:
    """La même requête, cherchée parmi celles que l'on a déjà converties : chacune est relue signe à signe."""
    return _sans_nom(requete) if param_names is None else _convertir(curseur, requete, param_names=param_names)


def copier(expression):
    """La même expression, copiée sans passer par la forme qu'elle prendrait pour être rangée."""
    copie = object.__new__(type(expression))
    copie.__dict__.update(expression.__getstate__())
    return copie


def aller_vite() -> None:
    """Pour tout ce processus."""
    BaseExpression.copy, SQLiteCursorWrapper.convert_query = copier, convertir
    URLResolver.resolve = lru_cache(maxsize=REQUETES)(URLResolver.resolve)  # deux cents routes essayées une à une
