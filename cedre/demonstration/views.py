"""L'entrée d'un clic dans un compte de démonstration."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cedre.comptes.acces import public
from cedre.comptes.middleware import CLE_SESSION
from cedre.demonstration.acces import comptes_ouverts


@public
@require_POST
def entrer(request):
    """Entre dans l'habilitation choisie, sans mot de passe : 404 hors du mode de démonstration (issue 2, §5)."""
    if not settings.DEMO or settings.HOTE or not request.POST.get("habilitation", "").isdecimal():
        raise Http404
    habilitation = get_object_or_404(comptes_ouverts(), pk=request.POST["habilitation"])
    login(request, habilitation.compte)
    request.session[CLE_SESSION] = habilitation.pk
    return redirect(settings.LOGIN_REDIRECT_URL)
