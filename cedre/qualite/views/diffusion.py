"""Qui a lu la version publiée du manuel, qui ne l'a pas lue, et la liste en papier à recopier (MAN-3)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans
from cedre.qualite.forms.manuel import ListeEnPapierForm
from cedre.qualite.models import AccuseDeLecture, VersionDuManuel
from cedre.qualite.operations import manuel as gestes


@geste("Qui l’a lu", "equipe")
@avec_droit(Droit.QUALITE_TENIR)
def diffusion(request):
    """Qui a lu, qui n'a pas lu ; recopier une liste signée."""
    qui = request.habilitation
    version = VersionDuManuel.objects.pour(qui).publiees(timezone.localdate()).defer("contenu").first()
    if version is None:
        messages.info(request, "Publiez d’abord une version : elle se diffusera ensuite.")
        return redirect("qualite:manuel")
    form = ListeEnPapierForm(request.POST or None, habilitation=qui, version=version)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            nouvelles = gestes.recopier_liste(version, **form.cleaned_data, par=qui)
            messages.success(request, f"Lectures ajoutées : {nouvelles}.")
            return redirect("qualite:diffusion")
    lectures = AccuseDeLecture.objects.pour(qui).filter(manuel=version).select_related("compte", "personne")
    contexte = {
        "version": version,
        "form": form,
        "page": paginer(request, lectures),
        "non_lus": list(form.fields["comptes"].queryset),
        "salaries_non_lus": form.fields["personnes"].queryset.count(),
    }
    return render(request, "qualite/manuel_diffusion.html", contexte)
