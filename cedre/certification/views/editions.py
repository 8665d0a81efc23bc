"""Le référentiel, édition par édition : les lire, en déposer une, voir ce qu'elle change, la faire valider (CER-1)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from cedre.certification import editions
from cedre.certification.correspondance import FORMAT, differences
from cedre.certification.editions import points_lies
from cedre.certification.forms.editions import FichierForm, ValidationForm
from cedre.certification.models import EditionDeposee
from cedre.certification.operations import editions as gestes
from cedre.certification.phrases import demandes
from cedre.certification.referentiel import EditionRefusee
from cedre.comptes.acces import avec_droit, connecte, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.refus import refus_dans


@geste("Référentiel", "liste", menu=Rubrique.QUALITE, rang=90, a_lire="Ses éditions, leurs différences, leur validation.")
@avec_droit(Droit.EDITIONS_TENIR)
def liste(request):
    """Les éditions en vigueur et passées, et les brouillons déposés."""
    deposees = EditionDeposee.objects.pour(request.habilitation).select_related("deposee_par")
    return render(request, "certification/editions.html", {"editions": editions.editions(), "deposees": deposees})


@geste("Lire le texte", "livre")
@connecte
def texte(request, code):
    """Une édition entière : ses exigences, la règle de chacune et ses mots, ce qui la prouve (CER-1, CER-2)."""
    edition = next((e for e in editions.editions() if e.code == code and e.chapitres), None)
    if edition is None or request.habilitation is None:
        raise Http404
    return render(request, "certification/edition.html", {"edition": edition, "chapitres": demandes(edition)})


@geste("Déposer une édition", "importer")
@avec_droit(Droit.EDITIONS_TENIR)
def deposer(request):
    """Déposer un brouillon : ses fautes sont dites toutes, dans l'ordre du fichier."""
    form = FichierForm(request.POST or None, request.FILES or None, format_="cedre-referentiel/1")

    def garder(contenu, *, par):
        deposee, sans_correspondance = gestes.deposer_edition(contenu, par=par)
        if sans_correspondance:
            messages.warning(request, "Le brouillon remplacé est parti avec sa correspondance : déposez-la de nouveau.")
        return deposee.pk

    return _deposer(request, form, garder, "certification/edition_deposer.html", {})


@geste("Déposer une correspondance", "importer", sur=EditionDeposee)
@avec_droit(Droit.EDITIONS_TENIR)
def deposer_correspondance(request, pk):
    """Déposer ce que devient chaque point d'une édition dans celle-ci."""
    ligne = la_ligne(request, EditionDeposee.objects, pk=pk)
    form = FichierForm(request.POST or None, request.FILES or None, format_=FORMAT)

    def garder(contenu, *, par):
        return gestes.deposer_correspondance(ligne, contenu, par=par).vers_id

    return _deposer(request, form, garder, "certification/correspondance_deposer.html", {"deposee": ligne})


def _deposer(request, form, garder, gabarit: str, contexte: dict):
    """garder : le geste, qui rend le numéro de l'édition où mener."""
    fautes = []
    if request.method == "POST" and form.is_valid():
        try:
            with refus_dans(form):
                vers = garder(form.cleaned_data["fichier"], par=request.habilitation)
                messages.success(request, "Le fichier est complet : il est gardé.")
                return redirect("certification:edition_deposee", vers)
        except EditionRefusee as refus:
            fautes = refus.fautes
    return render(request, gabarit, contexte | {"form": form, "fautes": fautes}, status=422 if fautes else 200)


@geste("L’édition", "livre", montre={EditionDeposee: "pk"})
@avec_droit(Droit.EDITIONS_TENIR)
def deposee(request, pk):
    """Une édition déposée : ce qui change depuis celle en vigueur ; brouillon, le bureau la valide ici."""
    ligne = la_ligne(request, EditionDeposee.objects, pk=pk)
    edition = editions.lue(ligne.contenu.encode())
    avant = max(
        (e for e in editions.editions(ligne.lignee) if e.chapitres and e.du < edition.du), key=lambda e: e.du, default=None
    )
    form = ValidationForm(request.POST or None) if ligne.etat == EditionDeposee.Etat.BROUILLON else None
    if form and request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.valider_edition(ligne, **form.cleaned_data, par=request.habilitation)
            messages.success(request, "L’édition est validée : elle ne changera plus.")
            return redirect("certification:edition_deposee", pk)
    contexte = {"deposee": ligne, "edition": edition, "avant": avant, "form": form}
    contexte["differences"] = differences(avant, edition) if avant else []
    contexte["tables"] = [(c, points_lies(c, edition)) for c in ligne.correspondances.order_by("de")]
    return render(request, "certification/edition_deposee.html", contexte)
