"""Les conventions avec les partenaires, et celles qu'il est temps de renouveler (TRA-3)."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.alphabet import alphabetique
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.core.texte import numero
from cedre.partenariats.forms import ConventionForm
from cedre.partenariats.models import Convention, Partenaire
from cedre.partenariats.operations import clore, enregistrer_convention


@geste("Conventions", "fichier")
@avec_droit(Droit.PARTENAIRES_TENIR)
def liste(request):
    """Celles qu'il est temps de renouveler, puis celles qui sont en vigueur."""
    le = timezone.localdate()
    conventions = Convention.objects.pour(request.habilitation).select_related("partenaire")
    page = paginer(request, conventions.en_vigueur(le).order_by(alphabetique("partenaire__nom"), "-du", "pk"))
    a_renouveler = conventions.a_renouveler(le).order_by("au", "pk")
    return render(request, "partenariats/conventions.html", {"le": le, "page": page, "a_renouveler": a_renouveler})


def _saisir(request, convention: Convention, titre: str, initial: dict | None = None):
    form = ConventionForm(request.POST or None, instance=convention, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            enregistrer_convention(convention, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La convention est enregistrée.")
            return redirect(convention.partenaire)
    contexte = {"form": form, "partenaire": convention.partenaire, "titre": titre}
    return render(request, "partenariats/convention.html", contexte)


@geste("Nouvelle convention", "plus", sur=Partenaire)
@avec_droit(Droit.PARTENAIRES_TENIR)
def nouvelle(request, pk):
    """Une convention de plus avec ce partenaire, vierge ou à la suite d'une autre (?suite=)."""
    partenaire = la_ligne(request, Partenaire.objects, pk=pk)
    initial = {"du": timezone.localdate()}
    if ancienne := request.GET.get("suite"):
        finie = la_ligne(request, Convention.objects.filter(partenaire=partenaire), pk=numero(ancienne))
        du = finie.au + timedelta(days=1) if finie.au else timezone.localdate()
        initial = {"objet": finie.objet, "precision": finie.precision, "du": du}
    return _saisir(request, Convention(partenaire=partenaire), "Nouvelle convention", initial)


@geste("Corriger", "crayon", sur=Convention, montre={Convention: "pk"})
@avec_droit(Droit.PARTENAIRES_TENIR)
def convention(request, pk):
    """Corrige une convention."""
    return _saisir(request, la_ligne(request, Convention.objects.select_related("partenaire"), pk=pk), "Corriger la convention")


@geste("Ne pas renouveler", sur=Convention, quand=lambda convention: not convention.close)
@avec_droit(Droit.PARTENAIRES_TENIR)
@poste_depuis("partenariats:convention")
def mettre_fin(request, pk):
    """Elle ne sera pas renouvelée."""
    ligne = la_ligne(request, Convention.objects, pk=pk)
    with refus_dit(request):
        clore(ligne, par=request.habilitation)
        messages.success(request, "C’est noté : elle ne sera pas renouvelée.")
    return redirect("partenariats:partenaire", ligne.partenaire_id)
