"""Les réglages de la structure."""

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.operations import enregistrer
from cedre.structures.forms import ReglagesForm
from cedre.structures.models import Reglages


@avec_droit(Droit.REGLAGES_MODIFIER)
def reglages(request):
    """Les délais, la conservation, ce que l'accueil doit dire."""
    form = ReglagesForm(request.POST or None, instance=Reglages.objects.de(request.habilitation))
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "Les réglages sont enregistrés.")
        return redirect("structures:reglages")
    return render(request, "structures/reglages.html", {"form": form})
