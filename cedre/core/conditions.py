"""Une condition coûteuse à bâtir l'est une fois ; chaque requête reprend son texte (décision 0017)."""

from django.core.exceptions import FieldError
from django.db.models import BooleanField, F, Q
from django.db.models.expressions import RawSQL
from django.db.models.sql import Query


class Condition(RawSQL):
    """Un Q sur les champs d'une ligne et sur ses faits (Exists), dont le SQL est gardé d'une requête à l'autre.

    Django résout et compile un Q à chaque requête, ce qui peut coûter plus que de l'exécuter. Le Q ne doit dépendre que
    de constantes ; une jointure lève FieldError. S'emploie partout où Django attend une condition.
    """

    def __init__(self, condition: Q):
        super().__init__("", (), output_field=BooleanField())
        self.condition = condition
        self.ligne = F("pk")
        self.requete: Query | None = None
        self.textes: dict[str, tuple[str, tuple]] = {}  # par moteur, partagés par les copies que fait Django

    def get_source_expressions(self):
        """L'identifiant de la ligne : Django le renomme avec la table, dans une sous-requête."""
        return [self.ligne]

    def set_source_expressions(self, exprs):
        """La ligne, résolue ou renommée."""
        (self.ligne,) = exprs

    def resolve_expression(self, query=None, *args, **kwargs):
        """Se lie à la requête, qui ne prendra pas pour elle les noms de table des faits."""
        if self.requete is None:
            self.requete = self._requete(query.model)
        query.subq_aliases |= self.requete.subq_aliases
        return super().resolve_expression(query, *args, **kwargs)

    def as_sql(self, compiler, connection):
        """Le texte gardé, au nom que porte ici la table de la ligne."""
        if connection.vendor not in self.textes:
            self.textes[connection.vendor] = self.requete.get_compiler(connection=connection).compile(self.requete.where)
        sql, parametres = self.textes[connection.vendor]
        table, ici = (connection.ops.quote_name(nom) for nom in (self.requete.base_table, self.ligne.alias))
        return "({})".format(sql.replace(f"{table}.", f"{ici}.")), tuple(parametres)

    def _requete(self, modele) -> Query:
        requete = modele._base_manager.filter(self.condition).query
        if sum(map(bool, requete.alias_refcount.values())) > 1:
            raise FieldError(f"Une Condition ne joint rien : {self.condition}")
        return requete
