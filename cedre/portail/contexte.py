"""Ce que le portail pose autour de chaque page : core n'en connaît que la place."""

from django.urls import reverse


def cadre(request):
    """L'adresse de l'accueil, le menu et le volet du compte."""
    return {"cadre": {"accueil": reverse("portail:accueil"), "menu": "portail/_menu.html", "compte": "portail/_compte.html"}}
