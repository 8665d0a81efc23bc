"""La première expérimentation du programme, de mars 1998 à juin 2004 : y prendre part est une entrée dans la démarche (CER-4)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Q

DUREE = (date(1998, 3, 1), date(2004, 6, 30))
HORS_DUREE = "L’expérimentation a eu lieu de mars 1998 à juin 2004."


def valider_experimentation(le: date) -> None:
    """Refuse un jour où elle n'avait pas lieu."""
    if not DUREE[0] <= le <= DUREE[1]:
        raise ValidationError(HORS_DUREE, code="experimentation")


PENDANT_L_EXPERIMENTATION = {
    "null": True,
    "blank": True,
    "validators": [valider_experimentation],
    "help_text": "La première expérimentation, de mars 1998 à juin 2004.",
}


BORNEE = CheckConstraint(
    name="organisation_experimentation_bornee",
    condition=Q(experimentation_le=None) | Q(experimentation_le__range=DUREE),
    violation_error_message=HORS_DUREE,
)
