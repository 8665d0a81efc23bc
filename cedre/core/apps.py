from importlib import import_module

from django import forms
from django.apps import AppConfig, apps
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from cedre.core.alphabet import apprendre
from cedre.core.dates import annee_plausible


def poser_declencheurs(sender, using, **kwargs):
    """Repose les déclencheurs SQL que les modèles déclarent (DECLENCHEURS), après chaque migrate.

    SQLite refait une table quand on en change une colonne, et perd alors ses déclencheurs : les poser dans une
    migration ne suffirait pas (docs/decisions/0005).
    """
    connexion = connections[using]
    tables = set(connexion.introspection.table_names())
    with connexion.cursor() as curseur:
        for modele in apps.get_models():
            if modele._meta.db_table in tables:
                for ordre in getattr(modele, "DECLENCHEURS", {}).get(connexion.vendor, ()):
                    curseur.execute(ordre)


class CoreConfig(AppConfig):
    name = "cedre.core"

    def ready(self):
        import_module("cedre.core.checks")
        forms.DateField.default_validators = [annee_plausible]
        post_migrate.connect(poser_declencheurs, sender=self)
        connection_created.connect(apprendre)
