"""Le geste qui tient l'offre d'insertion (PRO-2)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.comptes import operations
from cedre.comptes.models import Habilitation
from cedre.comptes.passe import change_le_passe
from cedre.core.intervalles import DE_TOUT_TEMPS, tenir
from cedre.observatoire.models import Terme
from cedre.structures.models import Offre


def _jours_changes(offre: Offre, *, themes: Iterable[Terme], **reste) -> list[date]:
    """Sa nature range des actions déjà faites, ses thèmes répondent à des freins déjà vus ; le reste vaut d'aujourd'hui."""
    gardee = Offre.objects.filter(pk=offre.pk).first()
    if gardee is None or (gardee.nature, {*gardee.themes.all()}) == (offre.nature, {*themes}):
        return []
    return [DE_TOUT_TEMPS]


@change_le_passe(jours=_jours_changes)
@transaction.atomic
def enregistrer(
    offre: Offre, *, themes: Iterable[Terme], types_engagement: Iterable[Terme], champs: list[str], par: Habilitation
) -> Offre:
    """Crée ou modifie une réponse de l'offre, avec ce à quoi elle répond, à partir de ce jour. champs : ceux qui ont changé."""
    offre.organisation_id = par.organisation_id
    offre.dater_le_retrait()
    operations.enregistrer(offre, champs=champs, par=par)
    offre.themes.set(themes)
    offre.types_engagement.set(types_engagement)
    decrite = bool(offre.description or offre.themes.exists() or offre.types_engagement.exists())
    tenir(offre.usages, timezone.localdate(), **({"decrite": decrite} if offre.active else {}))
    return offre
