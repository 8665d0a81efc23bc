"""Les réglages de la structure."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.images import montrer
from cedre.structures.forms.outils import ReglagesForm
from cedre.structures.models import Reglages
from cedre.structures.operations.reglages import regler


@geste("Réglages", "reglages", menu=Rubrique.ORGANISATION, rang=80)
@avec_droit(Droit.REGLAGES_MODIFIER)
def reglages(request):
    """Les délais, la conservation, ce que l'accueil doit dire."""
    form = ReglagesForm(request.POST or None, request.FILES or None, instance=Reglages.objects.de(request.habilitation))
    if request.method == "POST" and form.is_valid():
        regler(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "Les réglages sont enregistrés.")
        return redirect("structures:reglages")
    return render(request, "structures/reglages.html", {"form": form})


@avec_droit(Droit.REGLAGES_MODIFIER)
def logo(request):
    """Le logo de la structure, tel qu'il paraît dans ses réglages ; une image, et rien qui s'exécute."""
    octets = Reglages.objects.de(request.habilitation).lire_le_logo()
    if not octets:
        raise Http404
    return montrer(octets)
