"""L'accueil de chaque rôle : ce qu'il y a à faire aujourd'hui."""

from django.shortcuts import render

from cedre.comptes.acces import connecte


@connecte
def accueil(request):
    """La page du jour, selon le rôle."""
    return render(request, "portail/accueil.html")
