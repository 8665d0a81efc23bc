"""Tout exporter : demander le classeur, le voir avancer, le télécharger, l'effacer."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import XLSX, telecharger_peu_a_peu
from cedre.core.refus import refus_dans
from cedre.parcours.classeur import feuilles
from cedre.parcours.forms.exportation import ExportationForm
from cedre.parcours.models import Exportation
from cedre.parcours.operations import exportation as operations


@geste("Tout exporter", "exporter")
@avec_droit(Droit.DROITS_EXERCER)
def liste(request):
    """Ce que le classeur contient, le demander, et ceux du jour."""
    form = ExportationForm(request.POST or None, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            operations.demander(sante=form.cleaned_data.get("sante", False), par=request.habilitation)
            return redirect("parcours:exportations")
    contexte = {
        "form": form,
        "exportations": Exportation.objects.pour(request.habilitation).select_related("par"),
        "feuilles": feuilles(request.habilitation, sante=False),
        "heures": Exportation.CONSERVATION_HEURES,
    }
    return render(request, "parcours/exportation/liste.html", contexte)


@avec_droit(Droit.DROITS_EXERCER)
def avancement(request, pk):
    """La barre d'avancement ; la page se recharge quand c'est fini."""
    exportation = la_ligne(request, Exportation.objects, pk=pk)
    if not exportation.en_route:
        return HttpResponseClientRefresh()
    return render(request, "parcours/exportation/_avancement.html", {"exportation": exportation})


@avec_droit(Droit.DROITS_EXERCER)
@poste_depuis("parcours:exportations")
def telecharger(request, pk):
    """Le classeur ; tracé avant d'être rendu (nomenclatures §7)."""
    exportation = la_ligne(request, Exportation.objects.filter(etat=Exportation.Etat.PRET), pk=pk)
    detail = "tout, avec les précisions de santé" if exportation.sante else "tout, sans les précisions de santé"
    tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=exportation, detail=detail)
    nom = f"cedre-{request.habilitation.organisation.slug}-{timezone.localtime(exportation.cree_le):%Y-%m-%d}.xlsx"
    return telecharger_peu_a_peu(exportation.fichier.open(), nom, XLSX, taille=exportation.fichier.size)


@avec_droit(Droit.DROITS_EXERCER)
@poste_depuis("parcours:exportations")
def effacer(request, pk):
    """Efface le classeur sans attendre la nuit."""
    exportation = la_ligne(request, Exportation.objects, pk=pk)
    operations.effacer(Exportation.objects.pour(request.habilitation).filter(pk=exportation.pk))
    messages.success(request, "L’export est effacé.")
    return redirect("parcours:exportations")
