"""PostgreSQL, moins une idée qu'il a : lire les faits de tout le réseau pour répondre d'une structure (décision 0032)."""

from django.db.backends.postgresql import base


class DatabaseOperations(base.DatabaseOperations):
    """Une existence se cherche ligne à ligne, par l'index, comme sur SQLite."""

    def limit_offset_sql(self, low_mark, high_mark):
        """« OFFSET 0 » après « LIMIT 1 » : une existence ainsi écrite ne devient ni une jointure ni une table hachée."""
        sql = super().limit_offset_sql(low_mark, high_mark)
        return f"{sql} OFFSET 0" if (low_mark, high_mark) == (0, 1) else sql


class Curseur(base.ServerBindingCursor):
    """Garde préparées, sur sa connexion, les requêtes qui reviennent : en faire le plan coûte plus que de le suivre.

    Sauf une union de comptes : son plan ne vaut que pour ces dates et cette structure.
    """

    def execute(self, query, params=None, *, prepare=None, **reste):
        """Exécute, préparée ou non."""
        return super().execute(query, params, prepare=False if " UNION ALL " in str(query) else prepare, **reste)


class DatabaseWrapper(base.DatabaseWrapper):
    """Le moteur de Django, avec ces opérations et ce curseur."""

    ops_class = DatabaseOperations

    def get_connection_params(self):
        """Ceux de Django, et notre curseur."""
        return super().get_connection_params() | {"cursor_factory": Curseur}
