"""Son propre compte : changer d'habilitation, son nom, sa sécurité."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cedre.comptes.acces import connecte, poste_depuis, public
from cedre.comptes.forms import NomForm
from cedre.comptes.gestes import geste
from cedre.comptes.middleware import CLE_SESSION
from cedre.comptes.models import Habilitation
from cedre.comptes.operations import renommer
from cedre.core.texte import numero


@connecte
@poste_depuis("comptes:compte")
def changer(request):
    """Agit désormais au nom d'une autre de ses habilitations."""
    choisie = get_object_or_404(request.user.habilitations.actives(), pk=numero(request.POST.get("habilitation", "")))
    Habilitation.objects.filter(pk=choisie.pk).update(utilisee_le=timezone.now())
    request.session[CLE_SESSION] = choisie.pk
    rotate_token(request)  # les pages ouvertes au nom de la précédente n'envoient plus rien
    return redirect(settings.LOGIN_REDIRECT_URL)


@geste("Mon compte et ma sécurité", "bouclier")
@connecte
def compte(request):
    """Son nom, son mot de passe, son second facteur, ses sessions, ses habilitations."""
    form = NomForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        renommer(form.instance, par=request.habilitation)
        messages.success(request, "Votre nom est à jour.")
        return redirect("comptes:compte")
    contexte = {
        "form": form,
        "courriel_sortant": settings.COURRIEL_SORTANT,
        "second_facteur": is_mfa_enabled(request.user),
        "adresse_agenda": request.session.pop("adresse-agenda", None) if request.method == "GET" else None,
    }
    return render(request, "comptes/compte.html", contexte)


@public
def fermee(request, **reste):
    """Une page d'allauth que Cèdre n'ouvre pas : le courriel est l'identifiant, il se change par une nouvelle invitation."""
    raise Http404
