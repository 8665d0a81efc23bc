"""L'équipe : qui a accès, à quel titre, depuis quand."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.forms import InvitationForm
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Habilitation, Invitation, Organisation
from cedre.comptes.operations import annuler_invitation, inviter, retirer
from cedre.core.alphabet import alphabetique
from cedre.core.refus import refus_dans, refus_dit

CLE_LIEN = "lien_invitation"


@geste("Équipe et accès", "cle", menu=Rubrique.ORGANISATION, rang=60)
@avec_droit(Droit.EQUIPE_GERER)
def equipe(request):
    """Les membres, et les invitations en attente."""
    membres = Habilitation.objects.pour(request.habilitation).actives().avec_second_facteur()
    invitations = Invitation.objects.pour(request.habilitation).en_attente().select_related("organisation", "par")
    contexte = {
        "membres": membres.select_related("compte").order_by(
            alphabetique("compte__nom"), alphabetique("compte__prenom"), "role", "pk"
        ),
        "invitations": invitations,
        "lien": request.session.pop(CLE_LIEN, None),
    }
    return render(request, "comptes/equipe.html", contexte)


def _inviter(request, organisation: Organisation, retour: str):
    roles = organisation.roles_offerts_par(request.habilitation)
    if not roles:
        raise PermissionDenied
    form = InvitationForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            invitation, request.session[CLE_LIEN] = inviter(
                organisation,
                **form.cleaned_data,
                lien=lambda jeton: request.build_absolute_uri(reverse("comptes:invitation", args=[jeton])),
                par=request.habilitation,
            )
            messages.success(request, f"L’invitation est partie à {invitation.courriel}.")
            return redirect("comptes:equipe")
    return render(request, "comptes/inviter.html", {"form": form, "organisation": organisation, "retour": retour})


@geste("Inviter", "plus")
@avec_droit(Droit.EQUIPE_GERER)
def inviter_ici(request):
    """Inviter dans son organisation."""
    return _inviter(request, request.habilitation.organisation, reverse("comptes:equipe"))


@geste("Inviter", "courriel", sur=Organisation)
@avec_droit(Droit.RESEAU_TENIR)
def inviter_ailleurs(request, pk):
    """La fédération ouvre une région, ou la première direction d'une structure (RES-1)."""
    organisation = la_ligne(request, Organisation.objects, pk=pk)
    return _inviter(request, organisation, reverse("comptes:organisation", args=[pk]))


@geste("Annuler", sur=Invitation)
@avec_droit(Droit.EQUIPE_GERER)
@poste_depuis("comptes:equipe")
def annuler(request, pk):
    """Le lien ne vaut plus rien."""
    invitation = la_ligne(request, Invitation.objects.en_attente(), pk=pk)
    annuler_invitation(invitation, par=request.habilitation)
    messages.success(request, f"L’invitation de {invitation.courriel} est annulée.")
    return redirect("comptes:equipe")


@geste("Retirer", sur=Habilitation)
@avec_droit(Droit.EQUIPE_GERER)
def retirer_habilitation(request, pk):
    """Confirmer, puis retirer un accès."""
    habilitation = la_ligne(request, Habilitation.objects.actives().select_related("compte", "organisation"), pk=pk)
    if request.method == "POST":
        with refus_dit(request):
            retirer(habilitation, par=request.habilitation)
            messages.success(request, f"{habilitation.compte} n’a plus cet accès.")
        return redirect("comptes:equipe" if habilitation.pk != request.habilitation.pk else settings.LOGIN_REDIRECT_URL)
    return render(request, "comptes/retirer.html", {"membre": habilitation})
