"""L'éditeur de la grille commune d'évaluation (ACC-4)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.refus import refus_dit
from cedre.structures.forms import outils as forms
from cedre.structures.models import Grille
from cedre.structures.operations import grilles as operations


@geste("Grille d’évaluation", "evaluation", menu=Rubrique.ORGANISATION, rang=20, remedie=("grille_en_vigueur",))
@avec_droit(Droit.OFFRE_MODIFIER)
def liste(request):
    """La grille en vigueur, et l'histoire de ses versions."""
    versions = list(Grille.objects.pour(request.habilitation))
    en_vigueur = next((g for g in versions if not g.est_brouillon), None)
    brouillon = next((g for g in versions if g.est_brouillon), None)
    contexte = {"versions": versions, "grille": en_vigueur, "brouillon": brouillon}
    return render(request, "structures/grilles.html", contexte)


@geste("Grille d’évaluation", "evaluation", montre={Grille: "pk"})
@avec_droit(Droit.OFFRE_MODIFIER)
def lire(request, pk):
    """Une version de la grille, telle qu'elle sert ou a servi."""
    return render(request, "structures/grille.html", {"grille": la_ligne(request, Grille.objects, pk=pk)})


@geste("Préparer une nouvelle version", "plus")
@avec_droit(Droit.OFFRE_MODIFIER)
@poste_depuis("structures:grilles")
def preparer(request):
    """Ouvre le brouillon de la version suivante."""
    grille = operations.preparer(par=request.habilitation)
    return redirect("structures:grille_modifier", grille.pk)


@geste("Modifier", "crayon", sur=Grille, quand=lambda grille: grille.est_brouillon)
@avec_droit(Droit.OFFRE_MODIFIER)
def modifier(request, pk):
    """Modifier un brouillon, en un seul écran ; « Monter » et « Descendre » enregistrent aussi."""
    grille = la_ligne(request, Grille.objects, pk=pk)
    if not grille.est_brouillon:
        return redirect(grille)
    presentation = forms.PresentationForm(request.POST or None, instance=grille)
    domaines = forms.DomainesFormSet(request.POST or None, grille=grille)
    echelons = forms.EchelonsFormSet(request.POST or None, grille=grille)
    if request.method == "POST" and presentation.is_valid() & domaines.is_valid() & echelons.is_valid():
        geste = request.POST.get("geste", "")
        saisie = {"presentation": grille.presentation, "domaines": domaines.domaines(geste), "echelons": echelons.libelles}
        operations.modifier(grille, **saisie, par=request.habilitation)
        messages.success(request, "Le brouillon est enregistré.")
        if geste == "relire":
            return redirect(grille)
        ancre = "#domaines" if geste else ""
        return redirect(reverse("structures:grille_modifier", args=[grille.pk]) + ancre)
    contexte = {"grille": grille, "presentation": presentation, "domaines": domaines, "echelons": echelons}
    return render(request, "structures/grille_modifier.html", contexte)


@avec_droit(Droit.OFFRE_MODIFIER)
@poste_depuis("structures:grille")
def publier(request, pk):
    """Met le brouillon en vigueur."""
    grille = la_ligne(request, Grille.objects, pk=pk)
    with refus_dit(request):
        operations.publier(grille, par=request.habilitation)
        messages.success(request, f"La version {grille.version} est en vigueur. Les évaluations déjà faites gardent la leur.")
    return redirect("structures:grilles")


@avec_droit(Droit.OFFRE_MODIFIER)
@poste_depuis("structures:grille")
def supprimer(request, pk):
    """Abandonne le brouillon."""
    grille = la_ligne(request, Grille.objects, pk=pk)
    with refus_dit(request):
        operations.supprimer(grille, par=request.habilitation)
        messages.success(request, "Le brouillon est supprimé.")
    return redirect("structures:grilles")
