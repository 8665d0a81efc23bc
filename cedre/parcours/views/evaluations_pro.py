"""L'évaluation professionnelle, sur une fiche de poste, avant le premier contrat (ACC-5)."""

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.refus import refus_dans
from cedre.parcours.forms.evaluations import EvaluationProForm
from cedre.parcours.models import EvaluationProfessionnelle, Personne
from cedre.parcours.operations.evaluations import evaluer_capacites
from cedre.structures.models import FicheDePoste


@geste(
    "Évaluer ses capacités professionnelles",
    "poste",
    sur=Personne,
    rang=22,
    remedie=("evaluation_professionnelle", "capacites_evaluees"),
)
@avec_droit(Droit.CAPACITES_EVALUER)
def choisir(request, pk):
    """Choisir la fiche de poste, et revoir les évaluations déjà faites."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    contexte = {
        "personne": personne,
        "fiches": FicheDePoste.objects.pour(request.habilitation).filter(active=True),
        "evaluations": personne.evaluations_professionnelles.select_related("fiche_de_poste", "evaluee_par"),
    }
    return render(request, "parcours/evaluations_pro.html", contexte)


@geste("Évaluer", "poste", ajoute=EvaluationProfessionnelle)
@avec_droit(Droit.CAPACITES_EVALUER)
def nouvelle(request, pk, fiche_pk):
    """Évaluer les capacités de la personne sur les compétences de la fiche."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    fiche = la_ligne(request, FicheDePoste.objects.filter(active=True), pk=fiche_pk)
    evaluation = EvaluationProfessionnelle(personne=personne, fiche_de_poste=fiche)
    form = EvaluationProForm(request.POST or None, instance=evaluation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            evaluer_capacites(evaluation, competences=form.evaluees, par=request.habilitation)
            messages.success(request, "L’évaluation professionnelle est enregistrée.")
            return redirect("parcours:evaluation_pro", evaluation.pk)
    return render(request, "parcours/evaluation_pro_nouvelle.html", {"personne": personne, "fiche": fiche, "form": form})


@geste("Ouvrir l’évaluation", "poste", montre={EvaluationProfessionnelle: "pk"})
@avec_droit(Droit.CAPACITES_EVALUER)
def lire(request, pk):
    """Une évaluation professionnelle."""
    lignes = EvaluationProfessionnelle.objects.select_related("personne", "fiche_de_poste", "evaluee_par")
    evaluation = la_ligne(request, lignes, pk=pk)
    return render(request, "parcours/evaluation_pro.html", {"evaluation": evaluation})
