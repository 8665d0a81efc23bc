"""Compter des jours dans une requête, de la même façon sur les deux moteurs."""

from django.db.models import DateField, Func


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
