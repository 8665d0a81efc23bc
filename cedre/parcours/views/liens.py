"""Ce qui relie : l'échange avec la personne, le jobcoach chez son nouvel employeur (ACC-6, INS-9)."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.comptes.operations import enregistrer
from cedre.core.refus import refus_dans
from cedre.parcours.forms.sorties import ClotureJobcoachForm, EchangeForm, JobcoachForm, VisiteForm
from cedre.parcours.models import Echange, Jobcoach, Personne, VisiteJobcoach
from cedre.parcours.operations.sorties import clore_jobcoach


def _continue(suivi: Jobcoach) -> bool:
    return suivi.clos_le is None


def _noter(request, ligne: Echange):
    form = EchangeForm(request.POST or None, instance=ligne)
    if request.method == "POST" and form.is_valid():
        enregistrer(ligne, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "C’est noté.")
        return redirect("parcours:personne", ligne.personne_id)
    return render(request, "parcours/echange.html", {"personne": ligne.personne, "form": form})


@geste(
    "On s’est parlé",
    "telephone",
    sur=Personne,
    ajoute=Echange,
    a_part=True,
    remedie=("suivi_sans_contact",),
)
@avec_droit(Droit.ACTIONS_TENIR)
def echange(request, pk):
    """On s'est parlé : quelques mots dans le dossier."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    return _noter(request, Echange(personne=personne, par=request.habilitation.compte))


@geste("Corriger", "telephone", montre={Echange: "pk"})
@avec_droit(Droit.ACTIONS_TENIR)
def echange_corriger(request, pk):
    """Corrige un échange."""
    return _noter(request, la_ligne(request, Echange.objects.nominatifs().select_related("personne"), pk=pk))


def _jobcoach(request, pk) -> Jobcoach:
    return la_ligne(request, Jobcoach.objects.nominatifs().filter(clos_le=None).select_related("personne"), pk=pk)


def _page(request, personne, form, titre, geste):
    contexte = {"personne": personne, "form": form, "titre": titre, "geste": geste}
    return render(request, "parcours/jobcoach_saisie.html", contexte)


@geste(
    "Jobcoach chez son employeur",
    "partenaire",
    sur=Personne,
    quand=attrgetter("a_un_parcours"),
    montre={Jobcoach: "personne_id", VisiteJobcoach: "personne_id"},
    rang=61,
)
@avec_droit(Droit.PARCOURS_LIRE)
def jobcoach(request, pk):
    """Les suivis chez un nouvel employeur, et leurs visites."""
    personne = la_ligne(request, Personne.objects, pk=pk)
    suivis = personne.jobcoachs.select_related("conduit_par").prefetch_related("visites__par")
    contexte = {"personne": personne, "suivis": list(suivis), "aujourdhui": timezone.localdate()}
    return render(request, "parcours/jobcoach.html", contexte)


def _tenir(request, ligne: Jobcoach, titre, geste):
    form = JobcoachForm(request.POST or None, instance=ligne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        enregistrer(ligne, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "Le suivi est enregistré.")
        return redirect("parcours:jobcoach", ligne.personne_id)
    return _page(request, ligne.personne, form, titre, geste)


@geste("Commencer un suivi", "plus", ajoute=Jobcoach)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def jobcoach_nouveau(request, pk):
    """Commence un suivi chez un nouvel employeur."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    ligne = Jobcoach(personne=personne, conduit_par=request.habilitation.compte)
    return _tenir(request, ligne, "Commencer un suivi de jobcoach", "Commencer le suivi")


@geste("Prolonger, corriger", sur=Jobcoach, quand=_continue)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def jobcoach_corriger(request, pk):
    """Prolonge ou corrige un suivi en cours."""
    return _tenir(request, _jobcoach(request, pk), "Prolonger ou corriger le suivi", "Enregistrer")


@geste("Noter une visite", "plus", sur=Jobcoach, quand=_continue, ajoute=VisiteJobcoach, rang=10)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def visite(request, pk):
    """Une visite ou un appel chez l'employeur."""
    suivi = _jobcoach(request, pk)
    ligne = VisiteJobcoach(jobcoach=suivi, par=request.habilitation.compte)
    form = VisiteForm(request.POST or None, instance=ligne)
    if request.method == "POST" and form.is_valid():
        enregistrer(ligne, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "La visite est notée.")
        return redirect("parcours:jobcoach", suivi.personne_id)
    return _page(request, suivi.personne, form, f"Visite chez {suivi.employeur}", "Noter la visite")


@geste("Finir", sur=Jobcoach, quand=_continue)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def jobcoach_clore(request, pk):
    """Finit un suivi, avec sa conclusion."""
    suivi = _jobcoach(request, pk)
    form = ClotureJobcoachForm(request.POST or None, instance=suivi, initial={"clos_le": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            clore_jobcoach(suivi, par=request.habilitation)
            messages.success(request, "Le suivi est clos.")
            return redirect("parcours:jobcoach", suivi.personne_id)
    return _page(request, suivi.personne, form, f"Finir le suivi chez {suivi.employeur}", "Clore le suivi")
