from importlib import import_module

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    """Les éditions du référentiel, la conformité, et plus tard les demandes et les audits."""

    name = "cedre.certification"

    def ready(self):
        import_module("cedre.certification.checks")
        import_module("cedre.certification.definitions")
