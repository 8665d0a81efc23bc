"""Importer des heures : déposer, voir ce qui sera écrit, confirmer ; toutes les lignes ou aucune (INS-4)."""

from django.contrib import messages
from django.core.signing import BadSignature
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.refus import refus_dit
from cedre.core.tableau import FichierIllisible, lire
from cedre.parcours.forms.importation import DepotForm
from cedre.parcours.importation.heures import connait, desceller, lire_heures
from cedre.parcours.operations.heures import importer as operation_importer

A_L_ECRAN = 200


@geste("Importer", "importer")
@avec_droit(Droit.TRAVAIL_TENIR)
def importer(request):
    """Déposer un fichier, et voir ce qu'il dit sans rien écrire."""
    form, lecture = DepotForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        fichier = form.cleaned_data["fichier"]
        try:
            lecture = lire_heures(lire(fichier.read(), fichier.name, connait), request.habilitation)
        except FichierIllisible as echec:
            form.add_error("fichier", str(echec))
    contexte = {"form": form, "lecture": lecture}
    if lecture:
        contexte |= {"remarques": lecture.remarques[:A_L_ECRAN], "saisies": lecture.saisies[:A_L_ECRAN]}
    return render(request, "parcours/heures_importer.html", contexte)


@avec_droit(Droit.TRAVAIL_TENIR)
@poste_depuis("parcours:heures_importer")
def confirmer(request):
    """Écrire ce que l'aperçu a montré."""
    try:
        saisies = desceller(request.POST.get("lecture", ""), request.habilitation)
    except BadSignature:
        messages.error(request, "Cet aperçu ne vaut plus : déposez le fichier de nouveau.")
        return redirect("parcours:heures_importer")
    with refus_dit(request):
        operation_importer(saisies, par=request.habilitation)
        messages.success(request, "Les heures du fichier sont enregistrées.")
        return redirect("parcours:heures")
    return redirect("parcours:heures_importer")
