"""Une expression coûteuse à bâtir l'est une fois ; chaque requête reprend son texte (décision 0017)."""

from copy import copy
from typing import Self

from django.core.exceptions import FieldError
from django.db.models import BooleanField, F, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql import Query


class Gardee(RawSQL):
    """Ce qu'une requête dit d'une ligne et de ses faits, dont le SQL est gardé d'une requête à l'autre.

    Django résout et compile une expression à chaque requête, ce qui peut coûter plus que de l'exécuter. Celle-ci ne doit
    dépendre que de constantes ; une jointure lève FieldError. S'emploie partout où Django attend une expression.
    """

    def __init__(self, requete: Query, dite, output_field):
        super().__init__("", (), output_field=output_field)
        self.table, self.requete, self.dite = requete.get_initial_alias(), requete, dite
        if sum(map(bool, requete.alias_refcount.values())) > 1:
            raise FieldError(f"Ce que l’on garde ne joint rien : {dite}")
        self.ligne = F("pk")
        self.textes: dict[str, tuple[str, tuple]] = {}  # par moteur, partagés par les copies que fait Django

    def au_bout_de(self, chemin: str) -> Self:
        """La même, de la ligne où mène ce chemin ; sans lui, de la ligne même. chemin : « personne__ »."""
        if not chemin:
            return self
        la, champs = copy(self), self.requete.model._meta.concrete_fields
        # sa clé se lirait sans joindre sa table : un autre champ y mène
        la.ligne = F(chemin + next(champ.name for champ in champs if not (champ.primary_key or champ.is_relation)))
        return la

    def get_source_expressions(self):
        """L'identifiant de la ligne : Django le renomme avec la table, dans une sous-requête."""
        return [self.ligne]

    def set_source_expressions(self, exprs):
        """La ligne, résolue ou renommée."""
        (self.ligne,) = exprs

    def resolve_expression(self, query=None, *args, **kwargs):
        """Se lie à la requête, qui ne prendra pas pour elle les noms de table des faits."""
        query.subq_aliases |= self.requete.subq_aliases
        return super().resolve_expression(query, *args, **kwargs)

    def as_sql(self, compiler, connection):
        """Le texte gardé, au nom que porte ici la table de la ligne."""
        if connection.vendor not in self.textes:
            self.textes[connection.vendor] = self.requete.get_compiler(connection=connection).compile(self.dite)
        sql, parametres = self.textes[connection.vendor]
        table, ici = (connection.ops.quote_name(nom) for nom in (self.table, self.ligne.alias))
        return "({})".format(sql.replace(f"{table}.", f"{ici}.")), tuple(parametres)


class Condition(Gardee):
    """Vraie des lignes que garde ce filtre."""

    def __init__(self, lignes: QuerySet):
        super().__init__(lignes.query, lignes.query.where, BooleanField())


class ValeurGardee(Gardee):
    """Ce que cette expression vaut sur chacune de ces lignes."""

    def __init__(self, lignes: QuerySet, expression):
        requete = lignes.alias(_valeur=expression).query
        dite = requete.annotations["_valeur"]
        super().__init__(requete, dite, dite.output_field)
