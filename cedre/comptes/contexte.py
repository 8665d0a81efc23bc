"""Ce que tous les gabarits savent du compte."""

from django.conf import settings


def habilitation(request):
    """L'habilitation choisie, les autres, et si l'on est en démonstration."""
    return {
        "habilitation": getattr(request, "habilitation", None),
        "habilitations": getattr(request, "habilitations", []),
        "demo": settings.DEMO,
    }
