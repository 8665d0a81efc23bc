"""Ce que dit un geste refusé : sa phrase, et le champ à côté duquel elle se montre."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cedre.core.refus import GesteImpossible


def refus(geste, *args, **dit) -> tuple[str, str | None]:
    """Le refus de ce geste : sa phrase entière, espaces ordinaires, et son champ."""
    with pytest.raises(GesteImpossible) as leve:
        geste(*args, **dit)
    return str(leve.value).replace("\u00a0", " ").replace("\u202f", " "), leve.value.champ


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)
