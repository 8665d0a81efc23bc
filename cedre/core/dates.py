"""Le jour que l'on écrit, dans un champ ou une adresse ; borner et compter des jours, de même sur les deux moteurs."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db.models import DateField, F, Func, IntegerField
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.dateparse import parse_date

UN_AN, UN_JOUR = relativedelta(years=1), relativedelta(days=1)
AU_PLUS_TOT = date(2000, 1, 1)  # avant, rien ne s’est enregistré, et douze mois plus tôt pourrait ne plus être une date


def annees_plausibles() -> tuple[date, date]:
    """Les bornes, comprises, de toute date que l'on écrit : une faute de frappe ne fait pas un contrat de mille ans."""
    return date(1900, 1, 1), date(timezone.localdate().year + 20, 12, 31)


def annee_plausible(le: date) -> None:
    """Ce que vérifie tout champ de date (CoreConfig.ready) : gardée, une date folle casse la page qui compte à partir d'elle."""
    au_plus_tot, au_plus_tard = annees_plausibles()
    if not au_plus_tot <= le <= au_plus_tard:
        raise ValidationError("Vérifiez l’année.")


def jour_demande(texte: str) -> date:
    """Le jour que dit une adresse (?le=), s'il se mesure ; aujourd'hui si rien n'est dit, ou si c'est fou ou à venir."""
    aujourdhui = timezone.localdate()
    try:
        le = parse_date(texte)
    except ValueError:
        return aujourdhui
    return le if le and AU_PLUS_TOT <= le <= aujourdhui else aujourdhui


def d_abord_sans(champ: str) -> OrderBy:
    """Par ce jour, ce qui n'en a pas d'abord, de même sur les deux moteurs : ce qui est ouvert avant ce qui est clos."""
    return F(champ).asc(nulls_first=True)


def a_la_fin_sans(champ: str) -> OrderBy:
    """Par ce champ, ce qui n'en a pas à la fin, de même sur les deux moteurs."""
    return F(champ).asc(nulls_last=True)


def il_y_a(mois: int, le: date) -> date:
    """Le même quantième autant de mois civils plus tôt ; à défaut, le dernier jour du mois : du 29 février, le 28."""
    return le - relativedelta(months=mois)


def des_mois(mois: int, le: date, champ: str = "le") -> dict[str, date]:
    """De quoi ne garder que ce qui est daté, par ce champ, des n mois civils qui finissent ce jour-là, lui compris."""
    return {f"{champ}__gt": il_y_a(mois, le), f"{champ}__lte": le}


def douze_mois(le: date, champ: str = "le") -> dict[str, date]:
    """De même, des douze mois : partout une seule chose, jamais 365 jours (un essai de la maison)."""
    return des_mois(12, le, champ)


def fin_de_mois(le: date) -> date:
    """La dernière fin de mois, ce jour compris.

    >>> fin_de_mois(date(2024, 2, 29)).isoformat(), fin_de_mois(date(2024, 3, 30)).isoformat()
    ('2024-02-29', '2024-02-29')
    """
    return le if le.day == monthrange(le.year, le.month)[1] else le.replace(day=1) - timedelta(days=1)


def fins_de_mois(depuis: date, avant: date) -> Iterator[date]:
    """Les fins de mois à partir d'un jour, et avant un autre, la plus récente d'abord."""
    le = fin_de_mois(avant - timedelta(days=1))
    while le >= depuis:
        yield le
        le = fin_de_mois(le - timedelta(days=1))


def du_jour(le: date, champ: str = "le") -> dict[str, datetime]:
    """De quoi ne garder que ce dont cette date-heure est de ce jour, à l'heure active : deux bornes, calculées une fois."""
    return {f"{champ}__gte": minuit(le), f"{champ}__lt": minuit(le + timedelta(days=1))}


def minuit(le: date) -> datetime:
    """Le début de ce jour, à l'heure active."""
    return timezone.make_aware(datetime.combine(le, time()))


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


class AnneeDe(Func):
    """L'année civile d'une date."""

    arity = 1
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **contexte):
        """La date y est un texte ISO."""
        return self.as_sql(compiler, connection, template="CAST(substr(%(expressions)s, 1, 4) AS INTEGER)", **contexte)

    def as_postgresql(self, compiler, connection, **contexte):
        """L'année, en nombre entier."""
        return self.as_sql(compiler, connection, template="EXTRACT(YEAR FROM %(expressions)s)::integer", **contexte)


class Aaaammjj(Func):
    """Une date en un nombre : le 1er mars 2026 y est 20260301."""

    arity = 1
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **contexte):
        """La date y est un texte ISO."""
        return self.as_sql(compiler, connection, template="CAST(replace(%(expressions)s, '-', '') AS INTEGER)", **contexte)

    def as_postgresql(self, compiler, connection, **contexte):
        """Une date s'y écrit, puis se relit."""
        return self.as_sql(compiler, connection, template="to_char(%(expressions)s, 'YYYYMMDD')::integer", **contexte)


class LundiDe(Func):
    """Le lundi de la semaine d'une date."""

    arity = 1
    output_field = DateField()

    def as_sqlite(self, compiler, connection, **contexte):
        """Le dimanche qui vient, ce jour compris, moins six jours."""
        return self.as_sql(compiler, connection, template="date(%(expressions)s, 'weekday 0', '-6 days')", **contexte)

    def as_postgresql(self, compiler, connection, **contexte):
        """Le rang du jour dans sa semaine s'en ôte."""
        modele = "(%(expressions)s - (EXTRACT(ISODOW FROM %(expressions)s)::integer - 1))"
        return self.as_sql(compiler, connection, template=modele, **contexte)
