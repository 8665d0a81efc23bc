"""L'entrée des vues qui jugent une structure ; un ensemblier, que le référentiel ne juge pas, ne les a pas (CER-3)."""

from django.http import Http404

from cedre.comptes.models import Habilitation, Organisation


def est_jugee(habilitation: Habilitation) -> bool:
    """Vrai si le référentiel juge l'organisation de qui demande : le quand= du geste de ces vues."""
    return bool(habilitation.organisation.type_siae)


def structure_jugee(habilitation: Habilitation) -> Organisation:
    """La structure de qui demande ; 404 si le référentiel ne la juge pas."""
    if not est_jugee(habilitation):
        raise Http404
    return habilitation.organisation
