"""Les contrats de travail d'une personne, ses suspensions, son PASS IAE."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.refus import refus_dans
from cedre.parcours.forms.contrats import ContratForm, PassForm, RuptureForm, SuspensionForm
from cedre.parcours.models import Contrat, PassIAE, Personne, Suspension
from cedre.parcours.operations import contrats as gestes
from cedre.parcours.reserves import reserves


def _vit_encore(contrat: Contrat) -> bool:
    return contrat.court() or contrat.a_venir


def _contrat(request, pk) -> Contrat:
    return la_ligne(request, Contrat.objects.nominatifs().select_related("personne", "nature", "renouvellement"), pk=pk)


def _page(request, personne, form, titre, geste, sur=None, retrait=""):
    """sur : le contrat concerné ; retrait : la route qui retire la ligne que l'on corrige."""
    contexte = {"personne": personne, "form": form, "titre": titre, "geste": geste, "sur": sur}
    contexte["retrait"] = reverse(f"parcours:{retrait}", args=[form.instance.pk]) if retrait else ""
    return render(request, "parcours/contrat_saisie.html", contexte)


@geste(
    "Voir ses contrats",
    "fichier",
    sur=Personne,
    montre={Contrat: "personne_id", PassIAE: "personne_id"},
    a_part=True,
    meme_anonyme=True,
    remedie=("suivi_fin_contrat", "suivi_fin_pass"),
)
@avec_droit(Droit.PARCOURS_LIRE)
def contrats(request, pk):
    """Les contrats, le plus récent d'abord, et le PASS IAE."""
    personne = la_ligne(request, Personne.objects.avec_reperes(), pk=pk)
    lignes = list(
        personne.contrats.select_related("nature", "motif_rupture", "renouvellement", "annexe").prefetch_related(
            "suspensions__motif"
        )
    )
    passes = list(personne.pass_iae.all())
    contexte = {
        "personne": personne,
        "contrats": lignes,
        "passes": passes,
        "reserves": reserves(personne, lignes, passes),
        "aujourdhui": timezone.localdate(),
    }
    return render(request, "parcours/contrats.html", contexte)


@geste("Nouveau contrat", "fichier", sur=Personne, ajoute=Contrat)
@avec_droit(Droit.CONTRATS_TENIR)
def nouveau(request, pk):
    """Un contrat de plus ; le premier fait entrer en parcours."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    form = ContratForm(request.POST or None, instance=Contrat(personne=personne), habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.signer(form.instance, par=request.habilitation)
            messages.success(request, "Le contrat est enregistré.")
            return redirect("parcours:contrats", pk)
    return _page(request, personne, form, "Nouveau contrat", "Enregistrer le contrat")


@geste("Renouveler", sur=Contrat, quand=attrgetter("se_renouvelle"))
@avec_droit(Droit.CONTRATS_TENIR)
def renouveler(request, pk):
    """Continue un contrat, le lendemain de son dernier jour."""
    ancien = _contrat(request, pk)
    if not ancien.se_renouvelle:
        messages.error(request, "Ce contrat ne se renouvelle pas : il est rompu, sans terme, ou déjà renouvelé.")
        return redirect("parcours:contrats", ancien.personne_id)
    form = ContratForm(request.POST or None, instance=ancien.renouvele(), habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.signer(form.instance, par=request.habilitation)
            messages.success(request, "Le renouvellement est enregistré.")
            return redirect("parcours:contrats", ancien.personne_id)
    return _page(request, ancien.personne, form, "Renouveler le contrat", "Enregistrer le renouvellement", sur=ancien)


@geste("Corriger", "crayon", sur=Contrat)
@avec_droit(Droit.CONTRATS_TENIR)
def corriger(request, pk):
    """Corrige une saisie, rupture comprise."""
    contrat = _contrat(request, pk)
    form = ContratForm(request.POST or None, instance=contrat, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.corriger(contrat, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "Le contrat est corrigé.")
            return redirect("parcours:contrats", contrat.personne_id)
    return _page(request, contrat.personne, form, "Corriger le contrat", "Enregistrer la correction", retrait="contrat_retirer")


@geste("Rompre", sur=Contrat, quand=lambda contrat: _vit_encore(contrat) and not contrat.rompu_le)
@avec_droit(Droit.CONTRATS_TENIR)
def rompre(request, pk):
    """Arrête un contrat avant son terme, avec son motif."""
    contrat = _contrat(request, pk)
    form = RuptureForm(request.POST or None, initial={"le": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.rompre(contrat, **form.cleaned_data, par=request.habilitation)
            messages.success(request, "La rupture est enregistrée.")
            return redirect("parcours:contrats", contrat.personne_id)
    return _page(request, contrat.personne, form, "Rompre le contrat", "Enregistrer la rupture", sur=contrat)


@geste("Suspendre", sur=Contrat, quand=_vit_encore, ajoute=Suspension)
@avec_droit(Droit.CONTRATS_TENIR)
def suspendre(request, pk):
    """Note un temps sans travail."""
    contrat = _contrat(request, pk)
    instance = Suspension(contrat=contrat)
    form = SuspensionForm(request.POST or None, instance=instance, initial={"du": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.suspendre(instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La suspension est enregistrée.")
            return redirect("parcours:contrats", contrat.personne_id)
    return _page(request, contrat.personne, form, "Suspendre le contrat", "Enregistrer la suspension", sur=contrat)


@geste("Corriger", sur=Suspension)
@avec_droit(Droit.CONTRATS_TENIR)
def suspension(request, pk):
    """Note le retour, ou corrige une suspension."""
    ligne = la_ligne(request, Suspension.objects.nominatifs().select_related("contrat__personne", "contrat__nature"), pk=pk)
    form = SuspensionForm(request.POST or None, instance=ligne)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.suspendre(ligne, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La suspension est à jour.")
            return redirect("parcours:contrats", ligne.contrat.personne_id)
    personne, retrait = ligne.contrat.personne, "suspension_retirer"
    return _page(request, personne, form, "Retour, ou correction", "Enregistrer", sur=ligne.contrat, retrait=retrait)


def _pass(request, ligne, titre, retrait=""):
    form = PassForm(request.POST or None, instance=ligne)
    if request.method == "POST" and form.is_valid():
        gestes.noter_le_pass(ligne, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "Le PASS IAE est enregistré.")
        return redirect("parcours:contrats", ligne.personne_id)
    return _page(request, ligne.personne, form, titre, "Enregistrer le PASS IAE", retrait=retrait)


@geste("Noter un PASS IAE", "plus", ajoute=PassIAE)
@avec_droit(Droit.CONTRATS_TENIR)
def pass_nouveau(request, pk):
    """Note un PASS IAE."""
    return _pass(request, PassIAE(personne=la_ligne(request, Personne.objects.nominatives(), pk=pk)), "Nouveau PASS IAE")


@geste("Prolonger, corriger", sur=PassIAE)
@avec_droit(Droit.CONTRATS_TENIR)
def pass_corriger(request, pk):
    """Prolonge ou corrige un PASS IAE."""
    ligne = la_ligne(request, PassIAE.objects.nominatifs().select_related("personne"), pk=pk)
    return _pass(request, ligne, "Prolonger ou corriger le PASS IAE", "pass_retirer")


def _retirer(request, ligne, personne):
    gestes.retirer(ligne, personne=personne, par=request.habilitation)
    messages.success(request, "La saisie est retirée.")
    return redirect("parcours:contrats", personne.pk)


@avec_droit(Droit.CONTRATS_TENIR)
@poste_depuis("parcours:contrat_corriger")
def retirer(request, pk):
    """Retire un contrat saisi par erreur."""
    contrat = _contrat(request, pk)
    return _retirer(request, contrat, contrat.personne)


@avec_droit(Droit.CONTRATS_TENIR)
@poste_depuis("parcours:suspension")
def suspension_retirer(request, pk):
    """Retire une suspension saisie par erreur."""
    ligne = la_ligne(request, Suspension.objects.nominatifs().select_related("contrat__personne"), pk=pk)
    return _retirer(request, ligne, ligne.contrat.personne)


@avec_droit(Droit.CONTRATS_TENIR)
@poste_depuis("parcours:pass_corriger")
def pass_retirer(request, pk):
    """Retire un PASS IAE saisi par erreur."""
    ligne = la_ligne(request, PassIAE.objects.nominatifs().select_related("personne"), pk=pk)
    return _retirer(request, ligne, ligne.personne)
