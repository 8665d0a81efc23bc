"""Une installation neuve en deux secondes : les tables d'aujourd'hui, et les migrations notées faites.

Les migrations, c'est outils/montee qui les joue toutes, sur les deux moteurs, et qui bâtit de même la base de la version publiée.
"""

INSTALLER = """
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

reelles = settings.MIGRATION_MODULES
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
call_command("createcachetable", verbosity=0)
settings.MIGRATION_MODULES = reelles
call_command("migrate", fake=True, verbosity=0)
"""
