"""Ce qui range les lignes de plusieurs figures : un choix en mots ; ce qui court, commence ou finit dans une période (OBS-1)."""

from django.db.models import Case, CharField, Q, TextChoices, Value, When

from cedre.core.periodes import Periode
from cedre.parcours.models.situation import NON_DIT


class Traversee(TextChoices):
    """Ce qu'une période voit de ce qui a un premier jour et un jour où cela cesse."""

    DEMEURE = "D’un bout à l’autre"
    ENTRE = "Commence, court encore"
    SORT = "D’avant, finit"
    PASSE = "Commence et finit"


def en_mots(champ: str, choix: type[TextChoices], sinon: str = NON_DIT) -> Case:
    """Le libellé d'un choix, ou ce que l'on dit quand rien n'est choisi."""
    dits = [When(**{champ: valeur}, then=Value(dit)) for valeur, dit in choix.choices]
    return Case(*dits, default=Value(sinon), output_field=CharField())


def a_couru(periode: Periode, du: str, au: str) -> Q:
    """Vrai de ce qui a couru au moins un soir, de la veille de la période à son dernier jour. au : le jour où cela cesse."""
    return Q(**{f"{du}__lte": periode.dernier_jour}) & (Q(**{au: None}) | Q(**{f"{au}__gte": periode.du}))


def a_cesse(periode: Periode, au: str) -> Q:
    """Vrai de ce qui ne court plus le soir du dernier jour connu."""
    return Q(**{f"{au}__lte": periode.dernier_jour})


def mouvement(periode: Periode, du: str, au: str) -> Case:
    """Ce que la période voit de chaque ligne : présents de la veille + entrées − sorties = présents du dernier soir."""
    entre, sort = Q(**{f"{du}__gte": periode.du}), a_cesse(periode, au)
    cas = {Traversee.PASSE: entre & sort, Traversee.ENTRE: entre, Traversee.SORT: sort}
    return Case(
        *(When(si, then=Value(dit.value)) for dit, si in cas.items()),
        default=Value(Traversee.DEMEURE.value),
        output_field=CharField(),
    )
