"""Les comptes que la démonstration ouvre à tous."""

from django.conf import settings
from django.db.models import Case, IntegerField, QuerySet, When

from cedre.comptes.droits import Role
from cedre.comptes.models import Habilitation
from cedre.demonstration.reseau import DOMAINE, STRUCTURES

_ORGANISATIONS = [*(s[0] for s in STRUCTURES), "ensemble", "region-1", "region-2", "federation"]


def _rang(champ: str, valeurs) -> Case:
    return Case(*(When(**{champ: v}, then=n) for n, v in enumerate(valeurs)), default=99, output_field=IntegerField())


def comptes_ouverts() -> QuerySet[Habilitation]:
    """Les habilitations des comptes d'exemple, dans l'ordre où on les propose ; aucune hors de la démonstration."""
    if not settings.DEMO or settings.HOTE:
        return Habilitation.objects.none()
    return (
        Habilitation.objects.actives()
        .filter(compte__email__endswith=f"@{DOMAINE}")
        .select_related("compte", "organisation")
        .order_by(_rang("organisation__slug", _ORGANISATIONS), _rang("role", Role.values), "pk")
    )
