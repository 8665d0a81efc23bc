"""Les réunions d'évaluation et la revue annuelle, de la préparation au compte rendu (AME-4)."""

from functools import partial

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.certification.compte_rendu import compte_rendu
from cedre.certification.forms.reunions import ReunionForm, TenirForm
from cedre.certification.models import ReunionEvaluation
from cedre.certification.operations import reunions as gestes
from cedre.certification.revue import pour_l_ecran, preparer
from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.exports import telecharger
from cedre.core.pagination import paginer
from cedre.core.refus import Conflit, refus_dans, refus_dit
from cedre.qualite.models import ActionAmelioration
from cedre.qualite.saisie_d_action import saisir_une_action
from cedre.structures.documents import composer


@geste(
    "Réunions et revues",
    "dossier",
    menu=Rubrique.QUALITE,
    rang=140,
    a_lire="Ce que l’équipe a regardé ensemble, et décidé.",
    remedie=("revue_annuelle",),
)
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Les réunions, ou celles qui sont à tenir ; et si l'année a eu sa revue."""
    le, toutes = timezone.localdate(), ReunionEvaluation.objects.pour(request.habilitation)
    a_tenir = request.GET.get("etat") == "a_tenir"
    montrees = toutes.en_attente(le) if a_tenir else toutes
    contexte = {
        "a_tenir": a_tenir,
        "page": paginer(request, montrees.annotate(decidees=Count("decisions")).order_by("-prevue_le", "-pk")),
        "revue": toutes.revues_de_l_annee(le).order_by("-tenue_le").first(),
        "aujourdhui": le,
    }
    return render(request, "certification/reunions.html", contexte)


@geste("Prévoir une réunion", "plus")
@avec_droit(Droit.QUALITE_TENIR)
def nouvelle(request):
    """Prévoir une réunion : elle est aussitôt préparée. La période proposée est l'année écoulée."""
    le = timezone.localdate()
    reunion = ReunionEvaluation(organisation_id=request.habilitation.organisation_id)
    return _saisir(request, reunion, {"nature": "revue", "prevue_le": le, "du": le - UN_AN + UN_JOUR, "au": le})


@geste("Déplacer", "calendrier", sur=ReunionEvaluation, quand=gestes.PASSAGES.permet("deplacer"))
@avec_droit(Droit.QUALITE_TENIR)
def modifier(request, pk):
    """La déplacer, ou changer la période qu'elle regarde, tant qu'elle n'a pas eu lieu."""
    return _saisir(request, la_ligne(request, ReunionEvaluation.objects, pk=pk), {})


def _saisir(request, reunion: ReunionEvaluation, initial: dict):
    form = ReunionForm(request.POST or None, instance=reunion, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.prevoir(form.instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "C’est à l’agenda : la préparation se tient à jour seule jusqu’à la réunion.")
            return redirect("certification:reunion", form.instance.pk)
    return render(request, "certification/reunion_prevoir.html", {"form": form, "reunion": reunion})


def _preparation(request, reunion: ReunionEvaluation) -> dict:
    """Figée si la réunion s'est tenue ; sinon celle d'aujourd'hui."""
    figee = reunion.preparation if reunion.tenue_le else preparer(reunion, le=timezone.localdate(), par=request.habilitation)
    return pour_l_ecran(figee, pour=request.habilitation)


@geste("La réunion", "dossier", montre={ReunionEvaluation: "pk"})
@avec_droit(Droit.QUALITE_LIRE)
def reunion(request, pk):
    """Une réunion : ce que l'on a sous les yeux, ce qui s'est dit, ce qui s'est décidé."""
    ligne = la_ligne(request, ReunionEvaluation.objects, pk=pk)
    contexte = {
        "reunion": ligne,
        "preparation": _preparation(request, ligne),
        "presents": ligne.presents.order_by("nom", "prenom", "pk") if ligne.tenue_le else (),
        "actions": ligne.decisions.select_related("qui").order_by("echeance", "pk"),
    }
    return render(request, "certification/reunion.html", contexte)


@geste("Elle s’est tenue", "crayon", sur=ReunionEvaluation, quand=gestes.PASSAGES.permet("tenir", "reprendre"))
@avec_droit(Droit.QUALITE_TENIR)
def tenir(request, pk):
    """Dire qu'elle s'est tenue, ou en reprendre les mots tant qu'elle n'est pas close."""
    ligne = la_ligne(request, ReunionEvaluation.objects, pk=pk)
    initial = ligne.mots | {"version": ligne.version, "presents": [c.pk for c in ligne.presents.all()]}
    initial["le"], differences = ligne.tenue_le or timezone.localdate(), []
    form = TenirForm(request.POST or None, initial=initial, reunion=ligne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        try:
            with refus_dans(form):
                operation = gestes.reprendre if ligne.tenue_le else gestes.tenir
                operation(ligne, **form.cleaned_data, par=request.habilitation)
                messages.success(request, "Le compte rendu est gardé, avec ce que l’on avait sous les yeux.")
                return redirect("certification:reunion", pk)
        except Conflit as conflit:
            differences = form.rapprocher(conflit.actuel)
    contexte = {"form": form, "reunion": ligne, "differences": differences}
    return render(request, "certification/reunion_tenir.html", contexte, status=409 if differences else 200)


@geste("Décider une action", "plus", sur=ReunionEvaluation, quand=gestes.PASSAGES.permet("decider"))
@avec_droit(Droit.QUALITE_TENIR)
def decider(request, pk):
    """Décider une action d'amélioration, en réunion ou d'après elle."""
    ligne = la_ligne(request, ReunionEvaluation.objects, pk=pk)
    action = ActionAmelioration(organisation_id=ligne.organisation_id, origine="reunion", reference=str(ligne))
    return saisir_une_action(request, action, decider=partial(gestes.decider, ligne), vers=("certification:reunion", pk))


@geste("Renoncer", "corbeille", sur=ReunionEvaluation, quand=gestes.PASSAGES.permet("renoncer"))
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("certification:reunion")
def renoncer(request, pk):
    """Retirer une réunion qui n'a pas eu lieu."""
    with refus_dit(request):
        gestes.renoncer(la_ligne(request, ReunionEvaluation.objects, pk=pk), par=request.habilitation)
        messages.success(request, "La réunion est retirée de l’agenda.")
        return redirect("certification:reunions")
    return redirect("certification:reunion", pk)


@geste("Clore", "valide", sur=ReunionEvaluation, quand=gestes.PASSAGES.permet("clore"))
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("certification:reunion")
def clore(request, pk):
    """Clôt : plus rien n'en change."""
    with refus_dit(request):
        gestes.clore(la_ligne(request, ReunionEvaluation.objects, pk=pk), par=request.habilitation)
        messages.success(request, "La réunion est close.")
    return redirect("certification:reunion", pk)


@geste("Compte rendu (PDF)", "imprimer", sur=ReunionEvaluation)
@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("certification:reunion")
def pdf(request, pk):
    """Le compte rendu à imprimer ; avant la réunion, sa préparation. L'export est tracé avant d'être rendu."""
    ligne = la_ligne(request, ReunionEvaluation.objects.select_related("organisation"), pk=pk)
    donnees = compte_rendu(ligne, _preparation(request, ligne))
    document = composer("certification/typst/reunion.typ", donnees, chez=ligne.organisation_id)
    tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=ligne, detail="compte rendu, PDF")
    return telecharger(document, f"{ligne.nature}-{ligne.le:%Y-%m-%d}.pdf", "application/pdf")
