"""Borner et compter des jours dans une requête, de la même façon sur les deux moteurs."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import DateField, Func


def douze_mois(le: date, champ: str = "le") -> dict[str, date]:
    """De quoi ne garder que ce qui est daté, par ce champ, des douze mois qui finissent ce jour-là."""
    return {f"{champ}__gt": le - relativedelta(years=1), f"{champ}__lte": le}


class Decaler(Func):
    """La date, décalée d'un nombre de jours (négatif : avant). Decaler(date, jours), valeurs ou expressions."""

    arity = 2
    output_field = DateField()

    def as_sqlite(self, compiler, connection, **contexte):
        """La date en texte ISO, comme Django les garde."""
        return self.as_sql(compiler, connection, template="date(%(expressions)s || ' days')", **contexte)

    def as_postgresql(self, compiler, connection, **contexte):
        """Une date et un entier s'additionnent."""
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner="::date + ", **contexte)
