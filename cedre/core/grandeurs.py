"""Ce que l'on mesure quand on ne compte pas : une somme, un quantile dont la méthode est écrite ; les seuils d'une définition."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from math import ceil
from typing import NamedTuple

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    Expression,
    F,
    FloatField,
    Func,
    IntegerField,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Floor

from cedre.core.periodes import Periode

CENTIEME, UN_MILLIARD = Decimal("0.01"), 10**9


class Valeurs(Aggregate):
    """Les valeurs d'un groupe, en une liste JSON : un quantile s'y prend de la même façon sur les deux moteurs."""

    output_field = TextField()
    name = "Valeurs"

    def as_sqlite(self, compiler, connection, **contexte):
        """SQLite n'a pas de quantile."""
        return self.as_sql(compiler, connection, template="json_group_array(%(expressions)s)", **contexte)

    def as_postgresql(self, compiler, connection, **contexte):
        """PostgreSQL en a, mais deux méthodes seraient deux vérités."""
        return self.as_sql(compiler, connection, template="json_agg(%(expressions)s)::text", **contexte)


class SommeDe(Func):
    """La somme de sommes déjà faites, groupe par groupe, dans une fenêtre : Django n'y admet pas un agrégat d'agrégat."""

    function = "SUM"
    arity = 1
    window_compatible = True


class JoursEntre(Func):
    """Les jours d'une date à une autre, en nombre entier."""

    arity = 2
    output_field = IntegerField()

    def as_sqlite(self, compiler, connection, **contexte):
        """Les dates y sont des textes."""
        modele = "CAST(-(julianday(%(expressions)s)) AS INTEGER)"
        return self.as_sql(compiler, connection, template=modele, arg_joiner=") - julianday(", **contexte)

    def as_postgresql(self, compiler, connection, **contexte):
        """Deux dates s'y soustraient."""
        return self.as_sql(compiler, connection, template="(-(%(expressions)s))", arg_joiner=" - ", **contexte)


def en_milliardiemes(valeur: str, de: str) -> Cast:
    """Ce qu'un champ vaut d'un autre, en milliardièmes entiers : de décimales, chaque moteur ferait une autre somme."""
    part = Cast(valeur, FloatField()) / Cast(de, FloatField())
    return Cast(Floor(part * UN_MILLIARD + 0.5), BigIntegerField())


@dataclass(frozen=True)
class Agregat:
    """Ce que l'on fait des valeurs. methode : écrite pour qui recompte ; part : celle qu'un quantile couvre, rien d'une somme.

    sur : combien de ce que l'on additionne font un de ce que l'on dit.
    """

    nom: str
    methode: str
    part: Fraction | None = None
    sur: int = 1

    def sql(self, valeur: Expression | F) -> Aggregate:
        """L'agrégat à demander à la base ; lire() rend ce qu'il vaut."""
        return Valeurs(valeur) if self.part else Sum(valeur, default=0)

    def lire(self, bruts: Iterable) -> Decimal:
        """Ce que vaut ce que la base a rendu d'un groupe, ou de plusieurs ensemble, au centième."""
        return self.de(chain(*(json.loads(brut or "[]", parse_float=Decimal) for brut in bruts)) if self.part else bruts)

    def de(self, valeurs: Iterable) -> Decimal:
        """Ce que valent ces valeurs, au centième ; zéro s'il n'y en a aucune.

        >>> [MEDIANE.de(valeurs) for valeurs in ([], [7], [9, 1], [9, 1, 4])] == [0, 7, 1, 4]
        True
        """
        connues = sorted(Decimal(str(valeur)) for valeur in valeurs if valeur is not None)
        if self.part is None or not connues:
            return (sum(connues, Decimal(0)) / self.sur).quantize(CENTIEME)
        return connues[ceil(self.part * len(connues)) - 1].quantize(CENTIEME)

    def vaut(self, valeur: float | Decimal | None) -> Decimal | None:
        """Ce que vaut une ligne, sans rien en arrondir."""
        return None if valeur is None else Decimal(str(valeur)) / self.sur


SOMME = Agregat("somme", "la somme")
SOMME_DE_PARTS = Agregat("somme", "la somme, chaque ligne au milliardième", sur=UN_MILLIARD)
MEDIANE = Agregat("médiane", "la plus petite valeur qui en couvre la moitié", Fraction(1, 2))
PREMIER_QUARTILE = Agregat("premier quartile", "la plus petite valeur qui en couvre le quart", Fraction(1, 4))
DERNIER_QUARTILE = Agregat("dernier quartile", "la plus petite valeur qui en couvre les trois quarts", Fraction(3, 4))


class Grandeur(NamedTuple):
    """Ce que vaut chaque ligne, selon le jour ou la période, et ce que l'on en fait."""

    valeur: Callable[[date | Periode], Expression | F]
    agregat: Agregat = SOMME


@dataclass(frozen=True)
class Seuil:
    """Un nombre qu'une définition emploie : nommé, daté, sourcé ; jamais perdu dans une boucle.

    valeurs : (pour quoi, à partir du, combien) ; ce qui n'y est pas n'a pas de seuil connu, et ne se devine pas.
    """

    nom: str
    unite: str
    source: str
    valeurs: tuple[tuple[str, date, int], ...]

    def valent(self, le: date) -> dict[str, int]:
        """Ce qu'il vaut ce jour-là, pour chaque chose."""
        return {pour: combien for pour, depuis, combien in sorted(self.valeurs, key=lambda v: v[1]) if depuis <= le}

    def expression(self, de: str, le: date) -> Case:
        """Dans une requête, ce qu'il vaut pour chaque ligne ; rien là où il n'est pas connu. de : le champ qui dit pour quoi."""
        cas = [When(**{de: pour}, then=Value(float(combien))) for pour, combien in self.valent(le).items()]
        return Case(*cas, output_field=FloatField())
