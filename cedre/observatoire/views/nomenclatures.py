"""Le cadre commun : ses listes de codes, que la fédération tient (OBS-1)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.operations import enregistrer
from cedre.observatoire.forms.nomenclatures import NouveauTermeForm, TermeForm
from cedre.observatoire.models import Terme


@geste("Cadre commun", "liste", menu=Rubrique.ORGANISATION, rang=90)
@avec_droit(Droit.NOMENCLATURES_TENIR)
def nomenclatures(request):
    """Toutes les listes, avec ce qui y vaut aujourd'hui et ce qui est fermé."""
    termes = Terme.objects.pour(request.habilitation).avec_validite()
    return render(request, "observatoire/nomenclatures.html", {"termes": termes})


def _saisir(request, form, titre: str):
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, f"« {form.instance} » est enregistré.")
        return redirect("observatoire:nomenclatures")
    return render(request, "observatoire/terme.html", {"form": form, "terme": form.instance, "titre": titre})


@geste("Ajouter un terme", "plus")
@avec_droit(Droit.NOMENCLATURES_TENIR)
def nouveau(request, liste):
    """Un terme de plus dans une liste."""
    if liste not in Terme.Liste:
        raise Http404
    form = NouveauTermeForm(request.POST or None, instance=Terme(liste=liste))
    return _saisir(request, form, "Nouveau terme")


@geste("Modifier un terme", "crayon", montre={Terme: "pk"})
@avec_droit(Droit.NOMENCLATURES_TENIR)
def modifier(request, pk):
    """Corriger un libellé, une place, ou fermer un terme par sa date."""
    terme = la_ligne(request, Terme.objects, pk=pk)
    return _saisir(request, TermeForm(request.POST or None, instance=terme), "Modifier un terme")
