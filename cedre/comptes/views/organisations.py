"""Les organisations du réseau, vues de la région et de la fédération ; sa propre fiche, tenue par sa direction (RES-1)."""

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.forms import FicheForm, FiltreOrganisationsForm, OrganisationForm
from cedre.comptes.gestes import Rubrique, geste, ouvre
from cedre.comptes.models import Organisation
from cedre.comptes.operations import enregistrer_organisation
from cedre.core.pagination import paginer


@geste("Organisations", "reseau", menu=Rubrique.TRAVAIL, rang=170)
@avec_droit(Droit.RESEAU_SUIVRE)
def organisations(request):
    """Celles de son territoire."""
    filtre = FiltreOrganisationsForm(request.GET, habilitation=request.habilitation)
    visibles = filtre.appliquer(Organisation.objects.pour(request.habilitation)).select_related("region", "ensemblier")
    page = paginer(request, visibles)
    return render(request, "comptes/organisations.html", {"filtre": filtre, "page": page})


@geste("L’organisation", "reseau", montre={Organisation: "pk"})
@avec_droit(Droit.RESEAU_SUIVRE)
def organisation(request, pk):
    """Une organisation, ce qui la rattache au réseau, et les siennes."""
    la_sienne = la_ligne(request, Organisation.objects.select_related("region", "ensemblier"), pk=pk)
    contexte = {
        "organisation": la_sienne,
        "rattachees": Organisation.objects.pour(request.habilitation).rattachees_a(la_sienne),
        "invitable": bool(la_sienne.roles_offerts_par(request.habilitation)),
    }
    return render(request, "comptes/organisation.html", contexte)


def _saisir(request, form, titre: str):
    if request.method == "POST" and form.is_valid():
        fait = "à jour" if form.instance.pk else "créée"
        enregistrer_organisation(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, f"« {form.instance} » : la fiche est {fait}.")
        if ouvre(request.habilitation, "comptes:organisation"):
            return redirect("comptes:organisation", form.instance.pk)
        return redirect("comptes:fiche")
    return render(request, "comptes/organisation_form.html", {"form": form, "titre": titre})


@geste("Nouvelle organisation", "plus")
@avec_droit(Droit.RESEAU_TENIR)
def nouvelle(request):
    """Une organisation entre dans le réseau."""
    form = OrganisationForm(request.POST or None, habilitation=request.habilitation)
    return _saisir(request, form, "Nouvelle organisation")


@geste("Modifier", "crayon", sur=Organisation)
@avec_droit(Droit.RESEAU_TENIR)
def modifier(request, pk):
    """La fédération tient la fiche d'une organisation, avec ses dates et son rattachement."""
    la_sienne = la_ligne(request, Organisation.objects, pk=pk)
    form = OrganisationForm(request.POST or None, instance=la_sienne, habilitation=request.habilitation)
    return _saisir(request, form, f"Modifier {la_sienne}")


@geste("La fiche de l’organisation", "crayon")
@avec_droit(Droit.REGLAGES_MODIFIER)
def fiche(request):
    """La fiche de sa propre organisation."""
    la_sienne = la_ligne(request, Organisation.objects, pk=request.habilitation.organisation_id)
    form = FicheForm(request.POST or None, instance=la_sienne)
    return _saisir(request, form, "La fiche de l’organisation")
