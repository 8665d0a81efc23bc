"""L'évaluation conjointe, remplie avec la personne, et son évolution (ACC-4)."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.refus import Conflit, GesteImpossible, refus_dans, refus_dit
from cedre.core.texte import numero
from cedre.parcours import evolution as evolutions
from cedre.parcours.forms.evaluations import EvaluationForm
from cedre.parcours.models import Evaluation, Personne, RefusDEvaluation
from cedre.parcours.operations import evaluations as operations


@geste(
    "Évaluer ensemble la situation",
    "evaluation",
    sur=Personne,
    ajoute=Evaluation,
    rang=20,
    remedie=("evaluation_conjointe", "evaluation_proposee", "suivi_sans_evaluation"),
)
@avec_droit(Droit.ENTRETIEN_CONDUIRE)
@poste_depuis("parcours:personne")
def commencer(request, pk):
    """Ouvre une évaluation sur la grille en vigueur ; sans grille, dit quoi faire."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    try:
        evaluation = operations.commencer(personne, par=request.habilitation)
    except GesteImpossible as refus:
        return render(request, "parcours/evaluation_sans_grille.html", {"personne": personne, "refus": refus}, status=409)
    return redirect("parcours:evaluation", evaluation.pk)


def _peut_refuser(personne: Personne) -> bool:
    return personne.est_ouverte and not personne.refuse_l_evaluation


@geste("Noter un refus d’évaluation", "croix", sur=Personne, quand=_peut_refuser, ajoute=RefusDEvaluation, rang=23)
@avec_droit(Droit.ENTRETIEN_CONDUIRE)
@poste_depuis("parcours:personne")
def refuser(request, pk):
    """La personne ne veut pas de l'évaluation qu'on lui propose : c'est noté, à ce jour."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    with refus_dit(request):
        operations.noter_le_refus(personne, par=request.habilitation)
        messages.success(request, "C’est noté : elle ne veut pas d’une évaluation conjointe, à ce jour.")
    return redirect("parcours:personne", pk)


@geste("Elle veut bien d’une évaluation", "valide", sur=Personne, quand=attrgetter("refuse_l_evaluation"), rang=23)
@avec_droit(Droit.ENTRETIEN_CONDUIRE)
@poste_depuis("parcours:personne")
def revenir(request, pk):
    """La personne revient sur son refus, ou l'on s'était trompé : il ne vaut plus, à partir d'aujourd'hui."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    operations.revenir_du_refus(personne, par=request.habilitation)
    messages.success(request, "Son refus ne vaut plus. Il reste dans son histoire s’il n’est pas de ce jour.")
    return redirect("parcours:personne", pk)


def _evaluation(request, pk) -> Evaluation:
    return la_ligne(request, Evaluation.objects.select_related("personne", "grille", "conduite_par"), pk=pk)


def _conflit(request, evaluation: Evaluation, form: EvaluationForm):
    """Montre les deux versions : ce qui vient d'être saisi reste à l'écran, et peut remplacer l'autre ou être repris."""
    differences = form.differences(operations.lire(evaluation, par=request.habilitation))
    contexte = {"evaluation": evaluation, "form": form, "differences": differences}
    gabarit = "parcours/_evaluation_conflit.html" if request.htmx else "parcours/evaluation.html"
    return render(request, gabarit, contexte, status=200 if request.htmx else 409)


@geste("Ouvrir l’évaluation", "evaluation", montre={Evaluation: "pk"})
@avec_droit(Droit.ENTRETIEN_CONDUIRE)
def evaluation(request, pk):
    """Remplir une évaluation, l'enregistrer au fil de l'eau, la valider ; validée, la lire."""
    evaluation = _evaluation(request, pk)
    if evaluation.validee_le:
        return _lire(request, evaluation)
    contenu = operations.lire(evaluation, par=request.habilitation)
    form = EvaluationForm(request.POST or None, evaluation=evaluation, contenu=contenu, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        try:
            with refus_dans(form):
                return _enregistrer(request, evaluation, form)
        except Conflit as conflit:
            return _conflit(request, conflit.actuel, form)
        evaluation.refresh_from_db(fields=["version"])
    gabarit = "parcours/_evaluation_refusee.html" if request.htmx else "parcours/evaluation.html"
    return render(request, gabarit, {"evaluation": evaluation, "form": form})


def _enregistrer(request, evaluation: Evaluation, form: EvaluationForm):
    """Enregistre la saisie, et valide si on le demande ; ce qui est saisi reste enregistré même si la validation est refusée."""
    version = numero(request.POST.get("version", ""))
    evaluation = operations.enregistrer(evaluation, version=version, contenu=form.contenu, par=request.habilitation)
    if request.htmx:
        return render(request, "parcours/_evaluation_enregistree.html", {"evaluation": evaluation})
    if request.POST.get("geste") == "valider":
        operations.valider(evaluation, par=request.habilitation)
        messages.success(request, "L’évaluation est validée. Elle ne changera plus.")
    else:
        messages.success(request, "Le brouillon est enregistré.")
    return redirect("parcours:evaluation", evaluation.pk)


def _lire(request, evaluation: Evaluation):
    """Une évaluation validée, comparée à la précédente."""
    comparaison = evolutions.evolution(evaluation.personne, jusqu_a=evaluation, nombre=2)
    contenu = operations.lire(evaluation, par=request.habilitation)
    lignes = [(serie, serie.points[-1]) for serie in comparaison.series]
    contexte = {
        "evaluation": evaluation,
        "precedente": comparaison.evaluations[0] if len(comparaison.evaluations) == 2 else None,
        "phrases": comparaison.phrases,
        "lignes": lignes,
        "domaines": [(d, contenu.vues[d.pk]) for d in evaluation.grille.domaines.all() if d.pk in contenu.vues],
    }
    return render(request, "parcours/evaluation_validee.html", contexte)


@avec_droit(Droit.ENTRETIEN_CONDUIRE)
@poste_depuis("parcours:evaluation")
def supprimer(request, pk):
    """Abandonne un brouillon."""
    evaluation = _evaluation(request, pk)
    with refus_dit(request):
        operations.supprimer(evaluation, par=request.habilitation)
        messages.success(request, "Le brouillon d’évaluation est supprimé.")
    return redirect("parcours:personne", evaluation.personne_id)


@geste("Voir son évolution", "chiffres", sur=Personne, quand=attrgetter("est_nominative"), meme_anonyme=True, rang=21)
@avec_droit(Droit.ENTRETIEN_CONDUIRE)
def evolution(request, pk):
    """Ce que chaque domaine devient, en dessin, en tableau et en mots."""
    personne = la_ligne(request, Personne.objects, pk=pk)
    contexte = {"personne": personne, "evolution": evolutions.evolution(personne)}
    return render(request, "parcours/evolution.html", contexte)
