"""Les acteurs locaux : quand on les voit, à quel sujet, ce qui en sort (PRO-3)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.pagination import paginer
from cedre.partenariats.forms import RencontreForm
from cedre.partenariats.models import Rencontre
from cedre.partenariats.operations import enregistrer_rencontre


@geste("Acteurs locaux", "repere", menu=Rubrique.TRAVAIL, rang=150, remedie=("acteurs_locaux_rencontres",))
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Les rencontres, la plus proche d'abord, et combien dans les douze mois."""
    rencontres = Rencontre.objects.pour(request.habilitation)
    contexte = {
        "page": paginer(request, rencontres.prefetch_related("partenaires")),
        "recentes": rencontres.recentes(timezone.localdate()).count(),
    }
    return render(request, "partenariats/rencontres.html", contexte)


def _saisir(request, rencontre: Rencontre, initial: dict | None = None):
    form = RencontreForm(request.POST or None, instance=rencontre, initial=initial, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        presents = form.cleaned_data["partenaires"]
        enregistrer_rencontre(form.instance, partenaires=presents, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "La rencontre est notée.")
        return redirect("partenariats:rencontres")
    return render(request, "partenariats/rencontre.html", {"form": form, "rencontre": rencontre})


@geste("Noter une rencontre", "plus")
@avec_droit(Droit.PARTENAIRES_TENIR)
def nouvelle(request):
    """Noter une rencontre."""
    vierge = Rencontre(organisation_id=request.habilitation.organisation_id)
    return _saisir(request, vierge, {"le": timezone.localdate()})


@geste("Corriger", "crayon", sur=Rencontre, montre={Rencontre: "pk"})
@avec_droit(Droit.PARTENAIRES_TENIR)
def rencontre(request, pk):
    """Corriger une rencontre, dire ce qui en est sorti."""
    return _saisir(request, la_ligne(request, Rencontre.objects, pk=pk))
