"""Les fiches de poste et leurs compétences (ACC-5, PRO-2)."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.alphabet import alphabetique
from cedre.core.texte import numero
from cedre.structures.forms.outils import CompetencesFormSet, FicheDePosteForm
from cedre.structures.models import FicheDePoste
from cedre.structures.operations.fiches_de_poste import enregistrer


@geste("Fiches de poste", "poste", menu=Rubrique.ORGANISATION, rang=30)
@avec_droit(Droit.OFFRE_MODIFIER)
def liste(request):
    """Toutes les fiches de poste de la structure."""
    fiches = FicheDePoste.objects.pour(request.habilitation).annotate(nombre=Count("competences"))
    return render(
        request, "structures/fiches_de_poste.html", {"fiches": fiches.order_by("-active", alphabetique("intitule"), "pk")}
    )


def _saisir(request, fiche: FicheDePoste):
    form = FicheDePosteForm(request.POST or None, instance=fiche, habilitation=request.habilitation)
    competences = CompetencesFormSet(request.POST or None, instance=fiche, prefix="competences")
    if request.method == "POST" and form.is_valid() & competences.is_valid():
        changees = competences.save(commit=False)
        enregistrer(fiche, competences=changees, retirees=competences.deleted_objects, par=request.habilitation)
        messages.success(request, f"La fiche « {fiche.intitule} » est enregistrée.")
        return redirect("structures:fiches_de_poste")
    return render(request, "structures/fiche_de_poste.html", {"form": form, "competences": competences, "fiche": fiche})


@geste("Nouvelle fiche", "plus")
@avec_droit(Droit.OFFRE_MODIFIER)
def nouvelle(request):
    """Une nouvelle fiche de poste."""
    return _saisir(request, FicheDePoste())


@geste("Modifier", "crayon", sur=FicheDePoste, montre={FicheDePoste: "pk"}, remedie=("fiches_de_poste_a_jour",))
@avec_droit(Droit.OFFRE_MODIFIER)
def modifier(request, pk):
    """Modifier une fiche de poste, ses compétences et leur ordre."""
    return _saisir(request, la_ligne(request, FicheDePoste.objects, pk=pk))


@avec_droit(Droit.OFFRE_MODIFIER)
def ligne(request):
    """Une ligne de compétence de plus, sans recharger la page."""
    rang = min(numero(request.GET.get("competences-TOTAL_FORMS", "")), 59)
    formset = CompetencesFormSet(prefix="competences")
    vide = formset.empty_form
    vide.prefix, vide.initial["rang"] = f"competences-{rang}", rang
    return render(request, "structures/_competence_ajoutee.html", {"form": vide, "total": rang + 1})
