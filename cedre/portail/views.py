"""L'accueil de chaque rôle : ce qu'il y a à faire aujourd'hui."""

from django.shortcuts import render
from django.utils import timezone

from cedre.comptes.acces import connecte
from cedre.portail import jour


@connecte
def accueil(request):
    """La page du jour, selon le rôle."""
    contexte = jour.contexte(request.habilitation) if request.habilitation else {}
    return render(request, "portail/accueil.html", {"aujourdhui": timezone.localdate(), **contexte})
