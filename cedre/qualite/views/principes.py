"""Les principes d'action et leurs évaluations (OBS-5)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.operations import enregistrer
from cedre.core.refus import refus_dans
from cedre.qualite.forms.principes import EvaluationDePrincipeForm, PrincipeForm
from cedre.qualite.models import EvaluationDePrincipe, Principe
from cedre.qualite.operations.principes import enregistrer_principe


@geste("Principes d’action", "bouclier", menu=Rubrique.QUALITE, rang=40)
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Les principes en vigueur, leur dernière évaluation ; puis ceux qui ne valent pas, ou plus."""
    le = timezone.localdate()
    principes = Principe.objects.pour(request.habilitation).prefetch_related("evaluations")
    en_vigueur = list(principes.en_vigueur(le))
    a_jour = set(Principe.objects.pour(request.habilitation).evalues(le).values_list("pk", flat=True))
    contexte = {
        "principes": [(p, next((e for e in p.evaluations.all() if e.le <= le), None), p.pk in a_jour) for p in en_vigueur],
        "autres": principes.exclude(pk__in=[p.pk for p in en_vigueur]),
    }
    return render(request, "qualite/principes.html", contexte)


@geste("Principe d’action", "bouclier", montre={Principe: "pk"}, remedie=("principes_evalues",))
@avec_droit(Droit.QUALITE_LIRE)
def principe(request, pk):
    """Un principe, et comment on l'a regardé au fil du temps."""
    ligne = la_ligne(request, Principe.objects, pk=pk)
    return render(request, "qualite/principe.html", {"principe": ligne, "evaluations": ligne.evaluations.order_by("-le", "-pk")})


def _saisir(request, principe: Principe, initial: dict | None = None):
    form = PrincipeForm(request.POST or None, instance=principe, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            enregistrer_principe(form.instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "Le principe est enregistré.")
            return redirect(principe)
    return render(request, "qualite/principe_saisie.html", {"form": form})


@geste("Nouveau principe", "plus")
@avec_droit(Droit.QUALITE_TENIR)
def nouveau(request):
    """Un principe de plus."""
    vierge = Principe(organisation_id=request.habilitation.organisation_id)
    return _saisir(request, vierge, {"enonce_le": timezone.localdate()})


@geste("Modifier", "crayon", sur=Principe)
@avec_droit(Droit.QUALITE_TENIR)
def modifier(request, pk):
    """Corriger un principe, ou le retirer."""
    return _saisir(request, la_ligne(request, Principe.objects, pk=pk))


def _evaluer(request, evaluation: EvaluationDePrincipe, initial: dict | None = None):
    form = EvaluationDePrincipeForm(request.POST or None, instance=evaluation, initial=initial)
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "L’évaluation est enregistrée.")
        return redirect(evaluation.principe)
    return render(request, "qualite/principe_evaluation.html", {"form": form, "principe": evaluation.principe})


@geste("Dire une évaluation", "evaluation", sur=Principe)
@avec_droit(Droit.QUALITE_TENIR)
def evaluer(request, pk):
    """Dire comment un principe a été évalué."""
    evaluation = EvaluationDePrincipe(principe=la_ligne(request, Principe.objects, pk=pk))
    return _evaluer(request, evaluation, {"le": timezone.localdate()})


@geste("Corriger", "crayon", sur=EvaluationDePrincipe, montre={EvaluationDePrincipe: "pk"})
@avec_droit(Droit.QUALITE_TENIR)
def evaluation(request, pk):
    """Corriger une évaluation."""
    return _evaluer(request, la_ligne(request, EvaluationDePrincipe.objects.select_related("principe"), pk=pk))
