"""L'offre d'insertion : tout ce que la structure et ses partenaires peuvent proposer (PRO-2, INS-5)."""

from itertools import groupby

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.structures.forms.outils import FiltreOffreForm, OffreForm
from cedre.structures.models import Offre
from cedre.structures.operations.offres import enregistrer


@geste("Offre d’insertion", "liste", menu=Rubrique.ORGANISATION, rang=10, remedie=("offre_decrite",))
@avec_droit(Droit.DOSSIER_LIRE)
def liste(request):
    """L'offre, par nature : toute l'équipe doit pouvoir la dire."""
    filtre = FiltreOffreForm(request.GET)
    offres = filtre.appliquer(Offre.objects.pour(request.habilitation))
    offres = sorted(
        offres.select_related("partenaire").prefetch_related("themes", "types_engagement"),
        key=lambda o: Offre.Nature.values.index(o.nature),
    )
    groupes = [(nature, list(lignes)) for nature, lignes in groupby(offres, Offre.get_nature_display)]
    return render(request, "structures/offres.html", {"filtre": filtre, "groupes": groupes})


def _saisir(request, offre: Offre):
    intitule = offre.intitule
    form = OffreForm(request.POST or None, instance=offre, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        liens = {nom: form.cleaned_data[nom] for nom in ("themes", "types_engagement")}
        enregistrer(form.instance, **liens, champs=form.changed_data, par=request.habilitation)
        messages.success(request, f"« {offre.intitule} » est dans l’offre d’insertion.")
        return redirect("structures:offres")
    return render(request, "structures/offre.html", {"form": form, "intitule": intitule})


@geste("Ajouter à l’offre", "plus")
@avec_droit(Droit.OFFRE_MODIFIER)
def nouvelle(request):
    """Ajouter une réponse à l'offre."""
    return _saisir(request, Offre())


@geste("Modifier", "crayon", sur=Offre, montre={Offre: "pk"})
@avec_droit(Droit.OFFRE_MODIFIER)
def modifier(request, pk):
    """Modifier une réponse, ou cesser de la proposer."""
    return _saisir(request, la_ligne(request, Offre.objects, pk=pk))
