"""Accepter une invitation, par le lien reçu."""

from allauth.account.utils import perform_login
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from cedre.comptes.acces import public
from cedre.comptes.forms import OuvertureForm
from cedre.comptes.middleware import CLE_SESSION
from cedre.comptes.models import Compte, Invitation
from cedre.comptes.operations import accepter, condenser, ouvrir_compte
from cedre.core.refus import refus_dit


@sensitive_post_parameters()
@never_cache
@rate_limit(action="invitation", limit_get=True)
@public
def invitation(request, jeton):
    """Le lien d'une invitation : ouvrir son compte, ou l'ajouter au sien."""
    trouvee = Invitation.objects.filter(condensat=condenser(jeton)).select_related("organisation", "par").first()
    if refus := trouvee.refus if trouvee else "Ce lien n’est pas celui d’une invitation.":
        return render(request, "comptes/invitation_refusee.html", {"refus": refus}, status=410 if trouvee else 404)
    if request.user.is_authenticated:
        return _ajouter(request, trouvee)
    if Compte.objects.filter(email=trouvee.courriel).exists():
        connexion = reverse("account_login", query={"next": request.path})
        return render(request, "comptes/invitation.html", {"invitation": trouvee, "connexion": connexion, "form": None})
    return _ouvrir(request, trouvee)


def _ajouter(request, invitation: Invitation):
    """Une personne déjà connectée accepte d'un geste."""
    if request.method == "POST":
        with refus_dit(request):
            request.session[CLE_SESSION] = accepter(invitation, compte=request.user).pk
            rotate_token(request)
            messages.success(request, f"Vous agissez maintenant pour {invitation.organisation}.")
            return redirect(settings.LOGIN_REDIRECT_URL)
        return redirect(request.path)
    return render(request, "comptes/invitation.html", {"invitation": invitation, "connexion": "", "form": None})


def _ouvrir(request, invitation: Invitation):
    """Une personne nouvelle pose son nom et son mot de passe."""
    form = OuvertureForm(request.POST or None, instance=Compte(email=invitation.courriel))
    if request.method == "POST" and form.is_valid():
        saisie = {nom: form.cleaned_data[nom] for nom in ("prenom", "nom", "mot_de_passe")}
        with refus_dit(request):
            habilitation = ouvrir_compte(invitation, **saisie)
            messages.success(request, f"Votre compte est ouvert pour {invitation.organisation}.")
            return perform_login(request, habilitation.compte, email_verification="none")
        return redirect(request.path)
    return render(request, "comptes/invitation.html", {"invitation": invitation, "connexion": "", "form": form})
