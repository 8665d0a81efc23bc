"""Ce que tous les gabarits savent du compte."""


def habilitation(request):
    """L'habilitation choisie, et les autres."""
    return {
        "habilitation": getattr(request, "habilitation", None),
        "habilitations": getattr(request, "habilitations", []),
    }
