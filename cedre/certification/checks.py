"""À chaque démarrage, les éditions sont telles qu'on les a livrées ou validées (CER-1)."""

from django.core.checks import Error, Tags, register
from django.db import connection

from cedre.certification.editions import alterees
from cedre.certification.models import Correspondance, EditionDeposee

LUES = {modele._meta.db_table for modele in (EditionDeposee, Correspondance)}


@register(Tags.database)
def editions_intactes(app_configs, databases=None, **kwargs):
    """Une erreur par édition altérée ; rien à dire d'une base qui n'a pas encore ses tables, que l'on monte de version."""
    if not databases or not LUES.issubset(connection.introspection.table_names()):
        return []
    return [Error(dit, hint="Reprenez le fichier d’origine, ou la sauvegarde.", id="certification.E001") for dit in alterees()]
