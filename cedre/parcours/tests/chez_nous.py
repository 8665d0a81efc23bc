"""Une structure qui dit ses coordonnées, telles que les documents remis les reprennent."""

from datetime import date, timedelta

from django.utils import timezone

CHEZ = {
    "nom": "Structure Ici",
    "adresse": "1 rue Haute",
    "code_postal": "97410",
    "commune": "Saint-Pierre",
    "telephone": "02 62",
    "courriel": "ici@exemple.fr",
}


def jour(dans: int = 0) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=dans)
