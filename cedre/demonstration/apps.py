from importlib import import_module

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """Le réseau d'exemple."""

    name = "cedre.demonstration"

    def ready(self):
        import_module("cedre.demonstration.checks")
