"""Une lecture n'écrit pas."""

import re
from contextlib import contextmanager

from django.db import connection

_ECRITURE = re.compile(r"\s*(insert|update|delete|replace|create|alter|drop|truncate)\b", re.IGNORECASE)


class EcritureInterdite(Exception):
    """Une page consultée par GET a voulu écrire dans la base : c'est une faute de programmation."""


def _refuser(execute, sql, params, many, context):
    if _ECRITURE.match(sql):
        raise EcritureInterdite(sql.split("(")[0][:80])
    return execute(sql, params, many, context)


@contextmanager
def lecture_seule():
    """Refuse toute écriture SQL dans le bloc. Lève EcritureInterdite."""
    with connection.execute_wrapper(_refuser):
        yield
