"""Changer d'habilitation, tenir l'équipe, lire les traces."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cedre.comptes.acces import connecte
from cedre.comptes.middleware import CLE_SESSION
from cedre.comptes.models import Habilitation


@require_POST
@connecte
def changer(request):
    """Agit désormais au nom d'une autre de ses habilitations."""
    choisie = get_object_or_404(request.user.habilitations.actives(), pk=request.POST.get("habilitation") or 0)
    Habilitation.objects.filter(pk=choisie.pk).update(utilisee_le=timezone.now())
    request.session[CLE_SESSION] = choisie.pk
    return redirect("portail:accueil")


@connecte
def compte(request):
    """Son nom, son mot de passe, son second facteur, ses sessions."""
    return render(request, "comptes/compte.html")
