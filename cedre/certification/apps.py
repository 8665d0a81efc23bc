"""L'app certification."""

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    """Les éditions du référentiel, la conformité, et plus tard les demandes et les audits."""

    name = "cedre.certification"
