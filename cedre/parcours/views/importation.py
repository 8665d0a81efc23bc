"""Importer des personnes ou leurs contrats : déposer, régler les colonnes, voir, importer ou non, télécharger le rapport."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRefresh

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import XLSX, tableau, telecharger
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.core.tableau import FichierIllisible
from cedre.parcours.forms.importation import ColonnesForm, ImportForm
from cedre.parcours.importation.rapport import TITRES, lignes_du_rapport
from cedre.parcours.importation.rapport import modele as fichier_modele
from cedre.parcours.models import Importation
from cedre.parcours.operations import importation as operations

REMARQUES_A_L_ECRAN = 200


@geste("Importer", "importer", menu=Rubrique.ORGANISATION, rang=40)
@avec_droit(Droit.FICHIER_IMPORTER)
def liste(request):
    """Les imports faits, et le dépôt d'un fichier."""
    form = ImportForm(request.POST or None, request.FILES or None, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        fichier = form.cleaned_data["fichier"]
        try:
            sorte, par = form.cleaned_data["sorte"], request.habilitation
            importation = operations.deposer(fichier.read(), nom=fichier.name, sorte=sorte, par=par)
            return redirect("parcours:importation_colonnes", importation.pk)
        except FichierIllisible as echec:
            form.add_error("fichier", str(echec))
    importations = Importation.objects.pour(request.habilitation).sans_le_lourd().select_related("par")
    page, sortes = paginer(request, importations, 30), dict(form.fields["sorte"].choices)
    return render(request, "parcours/importation/liste.html", {"form": form, "page": page, "sortes": sortes})


@avec_droit(Droit.FICHIER_IMPORTER)
def modele(request, sorte):
    """Un fichier d'exemple à remplir."""
    if sorte not in Importation.sortes_offertes(request.habilitation):
        raise Http404
    colonnes = operations.CHAINES[sorte].colonnes(request.habilitation)
    return telecharger(fichier_modele(colonnes, sorte.capitalize()), f"modele-{sorte}.xlsx", XLSX)


@geste("Ouvrir l’import", "importer", montre={Importation: "pk"})
@avec_droit(Droit.FICHIER_IMPORTER)
def une(request, pk):
    """Où en est un import : avancement, aperçu, ou résultat."""
    importation = la_ligne(request, Importation.objects.select_related("par"), pk=pk)
    if importation.etat == Importation.Etat.DEPOSE:
        return redirect("parcours:importation_colonnes", pk)
    contexte = {
        "importation": importation,
        "erreurs": importation.erreurs()[:REMARQUES_A_L_ECRAN],
        "attentions": importation.attentions()[:REMARQUES_A_L_ECRAN],
        "valables": importation.total - importation.refusees,
    }
    return render(request, "parcours/importation/une.html", contexte)


@avec_droit(Droit.FICHIER_IMPORTER)
def avancement(request, pk):
    """La barre d'avancement ; la page se recharge quand c'est fini."""
    importation = la_ligne(request, Importation.objects.sans_le_lourd(), pk=pk)
    if not importation.en_route:
        return HttpResponseClientRefresh()
    return render(request, "parcours/importation/_avancement.html", {"importation": importation})


@avec_droit(Droit.FICHIER_IMPORTER)
def colonnes(request, pk):
    """Ce que donne chaque colonne ; puis le fichier est lu en entier, sans rien écrire."""
    importation = la_ligne(request, Importation.objects, pk=pk)
    if not importation.fichier:
        return redirect("parcours:importations")
    form = ColonnesForm(request.POST or None, importation=importation, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            operations.lancer_lecture(importation, correspondance=form.correspondance(), par=request.habilitation)
            return redirect("parcours:importation", pk)
    return render(request, "parcours/importation/colonnes.html", {"importation": importation, "form": form})


@avec_droit(Droit.FICHIER_IMPORTER)
@poste_depuis("parcours:importation")
def importer(request, pk):
    """Importe les lignes valables."""
    importation = la_ligne(request, Importation.objects, pk=pk)
    with refus_dit(request):
        operations.lancer_import(importation, par=request.habilitation)
    return redirect("parcours:importation", pk)


@avec_droit(Droit.FICHIER_IMPORTER)
@poste_depuis("parcours:importation")
def abandonner(request, pk):
    """N'importe rien, et efface le fichier."""
    importation = la_ligne(request, Importation.objects, pk=pk)
    with refus_dit(request):
        operations.abandonner(importation)
        messages.success(request, "Rien n’a été importé, et le fichier est effacé.")
    return redirect("parcours:importations")


@avec_droit(Droit.FICHIER_IMPORTER)
@poste_depuis("parcours:importation")
def rapport(request, pk, format_):
    """Chaque ligne du fichier et ce qu'il en est, à télécharger ; tracé avant d'être rendu (nomenclatures §7)."""
    importation = la_ligne(request, Importation.objects, pk=pk)
    if format_ not in ("csv", "xlsx"):
        raise Http404
    tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=importation, detail=f"rapport, {format_}")
    return tableau(TITRES, lignes_du_rapport(importation), nom=f"import-{pk}", format_=format_)
