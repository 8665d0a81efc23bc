from importlib import import_module

from django.apps import AppConfig


class ObservatoireConfig(AppConfig):
    """Le cadre commun, les mesures figées, les cadres à remplir."""

    name = "cedre.observatoire"

    def ready(self):
        import_module("cedre.observatoire.checks")
