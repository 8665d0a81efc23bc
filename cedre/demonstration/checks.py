"""Une base de démonstration ne se sert pas en production."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection

from cedre.comptes.models import Compte
from cedre.demonstration.reseau import DOMAINE


@register(Tags.database)
def pas_de_demonstration_en_production(app_configs, databases=None, **kwargs):
    """Une erreur si la base a des comptes de démonstration : leur mot de passe est public, sans CEDRE_DEMO aussi."""
    if not (settings.HOTE and databases) or Compte._meta.db_table not in connection.introspection.table_names():
        return []
    if not Compte.objects.filter(email__endswith=f"@{DOMAINE}").values("email").exists():
        return []
    dit = f"Cette base est une démonstration (des comptes en @{DOMAINE}) : elle ne se sert pas avec CEDRE_HOTE."
    return [Error(dit, hint="Donnez à la production sa propre base, neuve.", id="demonstration.E001")]
