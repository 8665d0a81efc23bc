"""Le projet de la structure : son texte, ses axes, et où ils en sont (PRO-1)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.operations import enregistrer
from cedre.core.refus import refus_dans
from cedre.observatoire.mesures import mesurer
from cedre.structures.forms.projet import AxeForm, ProjetAssociatifForm
from cedre.structures.models import Axe, ProjetAssociatif
from cedre.structures.operations.projet import enregistrer_axe


@geste(
    "Projet de la structure", "fichier", menu=Rubrique.QUALITE, rang=10, remedie=("priorites_definies", "priorites_en_vigueur")
)
@avec_droit(Droit.QUALITE_LIRE)
def projet(request):
    """Le texte en vigueur, les axes et leurs mesures du jour, et ce qu'ils ont remplacé."""
    qui, le = request.habilitation, timezone.localdate()
    en_vigueur = list(Axe.objects.pour(qui).en_vigueur(le).avec_redefinition())
    textes = list(ProjetAssociatif.objects.pour(qui).en_vigueur(le))
    contexte = {
        "le": le,
        "texte": textes[0] if textes else None,
        "anciens_textes": textes[1:],
        "textes_a_venir": ProjetAssociatif.objects.pour(qui).filter(le__gt=le),
        "axes": _avec_mesures(en_vigueur, qui, le),
        "autres_axes": Axe.objects.pour(qui).exclude(pk__in=[axe.pk for axe in en_vigueur]),
    }
    return render(request, "structures/projet.html", contexte)


def _avec_mesures(axes: list[Axe], qui, le) -> list[tuple]:
    """Chaque axe et ses indicateurs mesurés, en une requête ; sans le droit des chiffres, aucune mesure."""
    indicateurs = {i.code: i for axe in axes for i in axe.indicateurs}
    mesures = mesurer([*indicateurs.values()], qui.organisation_id, le) if indicateurs and qui.peut(Droit.FIGURES_LIRE) else {}
    return [(axe, [(i, mesures.get(i.code)) for i in axe.indicateurs]) for axe in axes]


def _ecrire(request, texte: ProjetAssociatif, initial: dict | None = None):
    form = ProjetAssociatifForm(request.POST or None, instance=texte, initial=initial)
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "Le projet associatif est enregistré.")
        return redirect("structures:projet")
    return render(request, "structures/projet_associatif.html", {"form": form, "nouveau": texte.pk is None})


@geste("Réviser", "crayon")
@avec_droit(Droit.QUALITE_TENIR)
def reviser(request):
    """Un nouveau texte, à partir du dernier."""
    dernier = ProjetAssociatif.objects.pour(request.habilitation).first()
    initial = {"texte": dernier.texte if dernier else "", "le": timezone.localdate()}
    return _ecrire(request, ProjetAssociatif(organisation_id=request.habilitation.organisation_id), initial)


@geste("Corriger", "crayon", sur=ProjetAssociatif, montre={ProjetAssociatif: "pk"})
@avec_droit(Droit.QUALITE_TENIR)
def texte(request, pk):
    """Corriger un texte, sans en faire une révision."""
    return _ecrire(request, la_ligne(request, ProjetAssociatif.objects, pk=pk))


def _saisir(request, axe: Axe, initial: dict | None = None):
    intitule = axe.intitule
    form = AxeForm(request.POST or None, instance=axe, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            enregistrer_axe(form.instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, f"L’axe « {axe} » est enregistré.")
            return redirect("structures:projet")
    return render(request, "structures/axe.html", {"form": form, "intitule": intitule})


@geste("Nouvel axe", "plus")
@avec_droit(Droit.QUALITE_TENIR)
def axe_nouveau(request):
    """Un axe de plus."""
    return _saisir(request, Axe(organisation_id=request.habilitation.organisation_id), {"defini_le": timezone.localdate()})


@geste("Modifier", "crayon", sur=Axe, montre={Axe: "pk"})
@avec_droit(Droit.QUALITE_TENIR)
def axe(request, pk):
    """Modifier un axe, dire jusqu'à quand il vaut, comment il a été diffusé."""
    return _saisir(request, la_ligne(request, Axe.objects, pk=pk))
