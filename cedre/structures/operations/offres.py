"""Le geste qui tient l'offre d'insertion (PRO-2)."""

from collections.abc import Iterable

from django.db import transaction

from cedre.comptes import operations
from cedre.comptes.models import Habilitation
from cedre.observatoire.models import Terme
from cedre.structures.models import Offre


@transaction.atomic
def enregistrer(
    offre: Offre, *, themes: Iterable[Terme], types_engagement: Iterable[Terme], champs: list[str], par: Habilitation
) -> Offre:
    """Crée ou modifie une réponse de l'offre, avec ce à quoi elle répond. champs : les noms de ceux qui ont changé."""
    offre.organisation_id = par.organisation_id
    offre.dater_le_retrait()
    operations.enregistrer(offre, champs=champs, par=par)
    offre.themes.set(themes)
    offre.types_engagement.set(types_engagement)
    return offre
