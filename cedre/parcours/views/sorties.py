"""La sortie et les nouvelles qui la suivent (INS-8)."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.operations import enregistrer
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.parcours.forms.sorties import NouvellesForm, PeriodeForm, SortieForm
from cedre.parcours.indicateurs.sorties import EXAMEN, LA_DERNIERE
from cedre.parcours.models import Personne, Sortie, SuiviSortie
from cedre.parcours.operations import sorties as gestes
from cedre.parcours.sorties import ClasseDeSortie, fins_de


def _sortie(request, pk) -> Sortie:
    return la_ligne(request, Sortie.objects.nominatifs().select_related("personne", "motif"), pk=pk)


@geste("Sorties", "sortir", menu=Rubrique.TRAVAIL, rang=100)
@avec_droit(Droit.PARCOURS_LIRE)
def liste(request):
    """Les sorties d'une période, par catégorie, et la liste derrière chaque chiffre."""
    filtre = PeriodeForm(request.GET)
    vue = fins_de(request.habilitation, filtre.periode)
    ligne = request.GET.get("ligne", "")
    choisie = ClasseDeSortie(ligne) if ligne in ClasseDeSortie.values else None
    contexte = {
        "filtre": filtre,
        "periode": vue,
        "choisie": choisie,
        "page": paginer(request, vue.de(choisie) if choisie else vue.fins),
        "definition": f"{LA_DERNIERE} {EXAMEN}",
        "nouvelles": SuiviSortie.objects.pour(request.habilitation).a_prendre(timezone.localdate()).nominatifs().count(),
    }
    return render(request, "parcours/sorties.html", contexte)


@geste("Nouvelles à prendre", "telephone")
@avec_droit(Droit.PARCOURS_LIRE)
def nouvelles(request):
    """Les nouvelles à prendre, la plus ancienne d'abord."""
    a_prendre = SuiviSortie.objects.pour(request.habilitation).a_prendre(timezone.localdate()).nominatifs()
    page = paginer(request, a_prendre.select_related("sortie__personne", "sortie__motif"))
    return render(request, "parcours/nouvelles.html", {"page": page})


@geste(
    "Noter la sortie",
    "sortir",
    sur=Personne,
    quand=attrgetter("peut_sortir"),
    ajoute=Sortie,
    rang=60,
    remedie=("suivi_sortie_non_documentee",),
)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def sortir(request, pk):
    """Note la sortie d'une personne en parcours."""
    personne = la_ligne(request, Personne.objects.nominatives().filter(phase=Personne.Phase.PARCOURS), pk=pk)
    form = SortieForm(request.POST or None, instance=Sortie(personne=personne), habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            rupture = form.cleaned_data["motif_rupture"]
            sortie = gestes.sortir(form.instance, motif_rupture=rupture, par=request.habilitation)
            messages.success(request, "La sortie est enregistrée, les nouvelles à prendre sont prévues.")
            return redirect("parcours:sortie_fiche", sortie.pk)
    return render(request, "parcours/sortie_saisie.html", {"personne": personne, "form": form, "nouvelle": True})


@geste("Ouvrir la sortie", "sortir", montre={Sortie: "pk"})
@avec_droit(Droit.PARCOURS_LIRE)
def fiche(request, pk):
    """Une sortie et les nouvelles prises depuis."""
    sortie = la_ligne(request, Sortie.objects.select_related("personne", "motif", "relais", "par"), pk=pk)
    contexte = {
        "sortie": sortie,
        "personne": sortie.personne,
        "suivis": list(sortie.suivis.all()),
        "a_prendre": set(sortie.suivis.a_prendre(timezone.localdate()).values_list("pk", flat=True)),
        "revenue": not sortie.suivis.utiles(timezone.localdate()).exists(),
    }
    return render(request, "parcours/sortie.html", contexte)


@geste("Corriger", "crayon", sur=Sortie)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def corriger(request, pk):
    """Corrige une sortie."""
    sortie = _sortie(request, pk)
    form = SortieForm(request.POST or None, instance=sortie, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            champs = [nom for nom in form.changed_data if nom != "motif_rupture"]
            rupture = form.cleaned_data["motif_rupture"]
            gestes.corriger_sortie(sortie, champs=champs, motif_rupture=rupture, par=request.habilitation)
            messages.success(request, "La sortie est corrigée.")
            return redirect("parcours:sortie_fiche", pk)
    return render(request, "parcours/sortie_saisie.html", {"personne": sortie.personne, "form": form, "nouvelle": False})


@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:sortie_fiche")
def annuler(request, pk):
    """Retire une sortie notée par erreur."""
    sortie = _sortie(request, pk)
    with refus_dit(request):
        gestes.annuler_sortie(sortie, par=request.habilitation)
        messages.success(request, "La sortie est retirée. Ce qu’elle avait clos ou annulé le reste : reprenez-le s’il le faut.")
        return redirect("parcours:personne", sortie.personne_id)
    return redirect("parcours:sortie_fiche", pk)


@geste("Noter", "telephone", sur=SuiviSortie, quand=attrgetter("se_prend"), montre={SuiviSortie: "pk"})
@avec_droit(Droit.PARCOURS_CONDUIRE)
def suivi(request, pk):
    """Note les nouvelles prises à trois ou six mois."""
    ligne = la_ligne(request, SuiviSortie.objects.nominatifs().select_related("sortie__personne"), pk=pk)
    form = NouvellesForm(request.POST or None, instance=ligne)
    if request.method == "POST" and form.is_valid():
        enregistrer(ligne, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "Les nouvelles sont notées.")
        return redirect("parcours:sortie_fiche", ligne.sortie_id)
    return render(request, "parcours/sortie_nouvelles.html", {"suivi": ligne, "personne": ligne.sortie.personne, "form": form})
