"""Ce que l'on demande à un partenaire pour une personne : la fiche, la réponse, la relance (TRA-3)."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import telecharger
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans
from cedre.parcours.forms.liaisons import LiaisonForm
from cedre.parcours.liaison import fiche_du_partenaire
from cedre.parcours.models import Liaison, Personne
from cedre.parcours.operations.liaisons import tenir_liaison
from cedre.structures.documents import composer

AVANT_DE_RELANCER = timedelta(days=15)


@geste("Demandes à relancer", "partenaire")
@avec_droit(Droit.PARTENAIRES_TENIR)
def liste(request):
    """Les demandes sans réponse dont le jour de la relance est venu."""
    liaisons = Liaison.objects.a_suivre_par(request.habilitation).a_relancer(timezone.localdate())
    page = paginer(request, liaisons.select_related("personne", "partenaire").order_by("relance_le", "pk"))
    return render(request, "parcours/liaisons.html", {"page": page})


@geste("Ses fiches de liaison", "partenaire")
@avec_droit(Droit.PARTENAIRES_TENIR)
def de_la_personne(request, pk):
    """Ce que l'on a demandé pour elle à des partenaires, le plus récent d'abord."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    page = paginer(request, personne.liaisons.select_related("partenaire").order_by("-le", "-pk"))
    a_relancer = set(personne.liaisons.a_relancer(timezone.localdate()).values_list("pk", flat=True))
    return render(request, "parcours/liaisons_personne.html", {"personne": personne, "page": page, "a_relancer": a_relancer})


def _saisir(request, ligne: Liaison):
    form = LiaisonForm(request.POST or None, instance=ligne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            tenir_liaison(ligne, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La demande est enregistrée. Sa fiche peut s’imprimer d’ici.")
            return redirect("parcours:liaison", ligne.pk)
    contexte = {"personne": ligne.personne, "form": form, "liaison": ligne}
    return render(request, "parcours/liaison.html", contexte)


@geste("Demander à un partenaire", "partenaire", sur=Personne, ajoute=Liaison, rang=70)
@avec_droit(Droit.PARTENAIRES_TENIR)
def nouvelle(request, pk):
    """Demande quelque chose à un partenaire."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    return _saisir(request, Liaison(personne=personne, relance_le=timezone.localdate() + AVANT_DE_RELANCER))


def _liaison(request, pk) -> Liaison:
    return la_ligne(request, Liaison.objects.nominatifs().select_related("personne__organisation", "partenaire", "par"), pk=pk)


@geste("Ouvrir la demande", "partenaire", montre={Liaison: "pk"})
@avec_droit(Droit.PARTENAIRES_TENIR)
def liaison(request, pk):
    """La demande, et la réponse quand elle vient."""
    return _saisir(request, _liaison(request, pk))


@geste("Fiche de liaison", "imprimer", sur=Liaison)
@avec_droit(Droit.PARTENAIRES_TENIR)
@poste_depuis("parcours:liaison")
def pdf(request, pk):
    """La fiche de liaison à remettre au partenaire, tracée avant d'être rendue."""
    ligne = _liaison(request, pk)
    document = composer("parcours/typst/demande.typ", fiche_du_partenaire(ligne), chez=ligne.personne.organisation_id)
    tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=ligne, detail="fiche de liaison, PDF")
    return telecharger(document, f"fiche-de-liaison-{pk}.pdf", "application/pdf")
