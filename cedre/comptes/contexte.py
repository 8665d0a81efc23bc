"""Ce que tous les gabarits savent du compte."""


def habilitation(request):
    """L'habilitation choisie, les autres, et le second facteur que l'on attend."""
    return {
        "habilitation": getattr(request, "habilitation", None),
        "habilitations": getattr(request, "habilitations", []),
        "facteur_attendu": getattr(request, "facteur_attendu", None),
    }
