"""Ce que la structure négocie et emploie : ses annexes financières, leurs objectifs, les heures de son équipe (OBS-1)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.operations import enregistrer
from cedre.core.periodes import annee
from cedre.core.refus import refus_dans
from cedre.observatoire.forms.annexes import AnnexeForm, AvenantForm, HeuresDeLEquipeForm, annee_demandee
from cedre.observatoire.models import AnnexeFinanciere
from cedre.observatoire.operations.annexes import noter_l_avenant, noter_les_heures


def _est_une_structure(habilitation) -> bool:
    return bool(habilitation.organisation.type_siae)


@geste("Annexe et objectifs", "convenu", menu=Rubrique.ORGANISATION, rang=62, quand=_est_une_structure)
@avec_droit(Droit.REGLAGES_MODIFIER)
def annexes(request):
    """Les annexes financières, la plus récente d'abord, ce qu'elles conviennent et ce qu'un avenant y a changé."""
    lignes = AnnexeFinanciere.objects.pour(request.habilitation).prefetch_related("anciennes")
    return render(request, "observatoire/annexes.html", {"annexes": lignes, "le": timezone.localdate()})


def _saisir(request, form, titre: str):
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, f"L’annexe {form.instance} est enregistrée.")
        return redirect("observatoire:annexes")
    return render(request, "observatoire/annexe.html", {"form": form, "titre": titre})


@geste("Nouvelle annexe", "plus", quand=_est_une_structure)
@avec_droit(Droit.REGLAGES_MODIFIER)
def nouvelle(request):
    """Une annexe de plus, de l'année civile et du type de la structure tant que l'on ne dit rien d'autre."""
    organisation, cette_annee = request.habilitation.organisation, annee(timezone.localdate())
    neuve = AnnexeFinanciere(organisation=organisation, type_siae=organisation.type_siae, du=cette_annee.du, au=cette_annee.au)
    return _saisir(request, AnnexeForm(request.POST or None, instance=neuve), "Nouvelle annexe")


@geste("Corriger", "crayon", sur=AnnexeFinanciere, montre={AnnexeFinanciere: "pk"})
@avec_droit(Droit.REGLAGES_MODIFIER)
def corriger(request, pk):
    """Corrige ce qui a été mal saisi ; ce qui change avec le temps est un avenant."""
    annexe = la_ligne(request, AnnexeFinanciere.objects, pk=pk)
    return _saisir(request, AnnexeForm(request.POST or None, instance=annexe), f"Corriger l’annexe {annexe}")


@geste("Noter un avenant", "plus", sur=AnnexeFinanciere, quand=lambda annexe: annexe.du < timezone.localdate())
@avec_droit(Droit.REGLAGES_MODIFIER)
def avenant(request, pk):
    """Ce qui change à partir d'un jour."""
    annexe = la_ligne(request, AnnexeFinanciere.objects, pk=pk)
    titre = f"Avenant à l’annexe {annexe}"
    form = AvenantForm(request.POST or None, instance=annexe, initial={"le": min(timezone.localdate(), annexe.au)})
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            noter_l_avenant(annexe, le=form.cleaned_data["le"], champs=form.changed_data, par=request.habilitation)
            messages.success(request, "L’avenant est enregistré.")
            return redirect("observatoire:annexes")
    return render(request, "observatoire/annexe.html", {"form": form, "titre": titre})


@geste("Heures de l’équipe", "sablier", menu=Rubrique.ORGANISATION, rang=64, quand=_est_une_structure)
@avec_droit(Droit.REGLAGES_MODIFIER)
def heures_de_l_equipe(request):
    """Les heures des permanents d'une année, mois par mois ou d'un seul nombre, par sorte : une grille."""
    dite = annee_demandee(request.GET.get("annee", ""))
    form = HeuresDeLEquipeForm(request.POST or None, organisation=request.habilitation.organisation, annee=dite)
    if request.method == "POST" and form.is_valid():
        noter_les_heures(form.changees, par=request.habilitation)
        messages.success(request, "Les heures de l’équipe sont enregistrées.")
        return redirect(request.get_full_path())
    return render(request, "observatoire/heures_de_l_equipe.html", {"form": form, "annee": dite, "le": timezone.localdate()})
