"""Ce que le mode d'essai ajoute aux pages : elles n'en connaissent que la place."""

from django.conf import settings


def demo(request):
    """L'entrée d'un clic, sous la page de connexion ; rien hors du mode d'essai."""
    return {"demo": "demonstration/_connexion.html" if settings.DEMO else ""}
