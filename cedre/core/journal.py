"""Journaux structurés : une ligne JSON par événement, sans donnée personnelle."""

import contextvars
import json
import logging
import re
from datetime import UTC, datetime

requete_id: contextvars.ContextVar[str] = contextvars.ContextVar("requete_id", default="-")

_COURRIEL = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+")


class EnJson(logging.Formatter):
    """Met un événement en JSON : heure UTC, niveau, source, requête, message, trace d'erreur s'il y en a une.

    Seuls le nom et le lieu de l'erreur sont gardés, jamais les valeurs : un message d'exception peut citer une personne.
    """

    def format(self, record: logging.LogRecord) -> str:
        ligne = {
            "heure": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "source": record.name,
            "requete": requete_id.get(),
            "message": _COURRIEL.sub("…@…", record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            ligne["erreur"] = record.exc_info[0].__name__
            trace, lieux = record.exc_info[2], []
            while trace:
                code = trace.tb_frame.f_code
                lieux.append(f"{code.co_filename.rpartition('/cedre/')[2]}:{trace.tb_lineno} {code.co_name}")
                trace = trace.tb_next
            ligne["lieux"] = lieux[-12:]
        return json.dumps(ligne, ensure_ascii=False)


def hors_du_journal(vue):
    """Une page où l'on écrit sans nom ne laisse aucune ligne au journal, quel que soit le niveau : une ligne a une heure."""
    vue.hors_du_journal = True
    return vue
