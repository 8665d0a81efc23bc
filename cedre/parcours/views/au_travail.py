"""Évaluer au travail ; la fiche de liaison, sur papier et par un lien sans compte (INS-4, INS-6)."""

from allauth.decorators import rate_limit
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis, public
from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import se_mettre_a_l_heure_de
from cedre.comptes.gestes import geste
from cedre.comptes.operations import condenser
from cedre.core.exports import telecharger
from cedre.core.refus import refus_dans, refus_dit
from cedre.parcours.forms.au_travail import EvaluationAuTravailForm, EvaluationDuClientForm
from cedre.parcours.liaison import fiche_de_liaison
from cedre.parcours.models import EvaluationAuTravail, LienClient, MiseEnSituation
from cedre.parcours.operations import au_travail as operations
from cedre.structures.documents import composer

LIES = ("personne__organisation", "client", "client_de_l_atelier", "fiche_de_poste", "objectif")


def _mets(request, pk) -> MiseEnSituation:
    return la_ligne(request, MiseEnSituation.objects.nominatifs().select_related(*LIES), pk=pk)


@geste("Évaluer au travail", "evaluation", sur=MiseEnSituation, ajoute=EvaluationAuTravail)
@avec_droit(Droit.TRAVAIL_TENIR)
def evaluer(request, pk):
    """L'encadrement évalue, sur un téléphone."""
    mets = _mets(request, pk)
    evaluation = EvaluationAuTravail(mise_en_situation=mets)
    form = EvaluationAuTravailForm(request.POST or None, instance=evaluation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            operations.evaluer(form.instance, niveaux=form.niveaux, par=request.habilitation)
            messages.success(request, "L’évaluation au travail est enregistrée.")
            return redirect("parcours:mets", pk)
    return render(request, "parcours/evaluer_au_travail.html", {"mets": mets, "form": form})


@geste("Fiche de liaison", "imprimer", sur=MiseEnSituation)
@avec_droit(Droit.TRAVAIL_TENIR)
@poste_depuis("parcours:mets")
def liaison_pdf(request, pk):
    """La fiche de liaison à remettre au client, tracée avant d'être rendue."""
    mets = _mets(request, pk)
    pdf = composer("parcours/typst/liaison.typ", fiche_de_liaison(mets), chez=mets.personne.organisation_id)
    operations.imprimer_fiche(mets, par=request.habilitation)
    return telecharger(pdf, f"fiche-de-liaison-{pk}.pdf", "application/pdf")


@geste("Créer un lien sans compte", "cle", sur=MiseEnSituation)
@avec_droit(Droit.TRAVAIL_TENIR)
@poste_depuis("parcours:mets")
def remettre_lien(request, pk):
    """Crée le lien du client ; l'adresse se montre une fois."""

    def adresse(jeton):
        return request.build_absolute_uri(reverse("parcours:fiche_client", args=[jeton]))

    mets = _mets(request, pk)
    with refus_dit(request):
        _, request.session[f"lien-client-{pk}"] = operations.remettre_lien(mets, adresse=adresse, par=request.habilitation)
        messages.success(request, "Le lien est prêt : transmettez-le au client.")
    return redirect("parcours:mets", pk)


@geste("Révoquer", sur=MiseEnSituation)
@avec_droit(Droit.TRAVAIL_TENIR)
@poste_depuis("parcours:mets")
def revoquer_liens(request, pk):
    """Les liens remis n'ouvrent plus rien."""
    operations.revoquer_liens(_mets(request, pk), par=request.habilitation)
    messages.success(request, "Le client n’a plus de lien qui ouvre.")
    return redirect("parcours:mets", pk)


@never_cache
@rate_limit(action="lien_client", limit_get=True)
@public
def fiche_client(request, jeton):
    """Ce que lit un client par son lien, et son évaluation : rien d'autre ne s'ouvre."""
    liens = LienClient.objects.valables().nominatifs()
    lien = liens.select_related(*(f"mise_en_situation__{chemin}" for chemin in LIES)).filter(condensat=condenser(jeton)).first()
    if lien is None:
        return render(request, "parcours/fiche_client_fermee.html", status=404)
    se_mettre_a_l_heure_de(lien.mise_en_situation.personne.organisation)
    evaluation = EvaluationAuTravail(mise_en_situation=lien.mise_en_situation)
    form = EvaluationDuClientForm(request.POST or None, instance=evaluation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            operations.evaluer_par_lien(lien, evaluation=form.instance, niveaux=form.niveaux)
            messages.success(request, "Merci : votre évaluation est transmise à la structure.")
            return redirect(request.path)
    deja = lien.mise_en_situation.evaluations.filter(regard=EvaluationAuTravail.Regard.CLIENT).order_by("le", "pk")
    contexte = {"fiche": fiche_de_liaison(lien.mise_en_situation), "form": form, "expire_le": lien.expire_le, "deja": deja}
    return render(request, "parcours/fiche_client.html", contexte)
