"""Les entretiens annuels de l'équipe : qui a eu le sien, et les mots de ceux que l'on peut lire (AME-4)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste, ouvre
from cedre.comptes.models import Habilitation
from cedre.core.pagination import paginer
from cedre.core.refus import Conflit, refus_dans
from cedre.core.texte import numero
from cedre.qualite.forms.entretiens_annuels import EntretienAnnuelForm
from cedre.qualite.models import ActionDeFormation, EntretienAnnuel
from cedre.qualite.models.entretiens_annuels import avec_dernier_entretien
from cedre.qualite.operations import entretiens_annuels as gestes


@geste("Entretiens annuels", "echange", remedie=("entretien_annuel_tenu",))
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Qui tient la qualité voit quand chacun a eu le sien ; chacun, ceux dont il peut lire les mots."""
    le, membres = timezone.localdate(), []
    if ouvre(request.habilitation, "qualite:entretien_annuel_nouveau"):
        equipe = Habilitation.objects.pour(request.habilitation).de_l_equipe(le).select_related("compte")
        membres = list(avec_dernier_entretien(equipe, le).order_by("compte__nom", "compte__prenom", "pk"))
    lignes = EntretienAnnuel.objects.pour(request.habilitation).select_related("compte", "mene_par")
    contexte = {
        "membres": membres,
        "vus": sum(m.vu for m in membres),
        "attendus": sum(m.attendu for m in membres),
        "page": paginer(request, lignes),
    }
    return render(request, "qualite/entretiens_annuels.html", contexte)


@geste("Entretien annuel", "echange", montre={EntretienAnnuel: "pk"})
@avec_droit(Droit.QUALITE_LIRE)
def entretien(request, pk):
    """Un entretien, pour qui peut en lire les mots ; et ce qui en est entré au plan de formation."""
    ligne = la_ligne(request, EntretienAnnuel.objects.select_related("compte", "mene_par"), pk=pk)
    au_plan = list(ActionDeFormation.objects.pour(request.habilitation).filter(entretien=ligne))
    deja = {action.besoin for action in au_plan}
    contexte = {
        "entretien": ligne,
        "au_plan": au_plan,
        "besoins": [(besoin, besoin[:200] in deja) for besoin in ligne.besoins_dits],
        "reprend": gestes.peut_reprendre(ligne, request.habilitation),
    }
    return render(request, "qualite/entretien_annuel.html", contexte)


@geste("Noter un entretien", "plus")
@avec_droit(Droit.QUALITE_TENIR)
def nouveau(request):
    """Noter un entretien qui s'est tenu."""
    entretien_ = EntretienAnnuel(organisation_id=request.habilitation.organisation_id)
    initial = {"tenu_le": timezone.localdate(), "mene_par": request.habilitation.compte_id}
    return _saisir(request, entretien_, initial | {"compte": numero(request.GET.get("compte", "")) or None})


@geste("Reprendre", "crayon", sur=EntretienAnnuel)
@avec_droit(Droit.QUALITE_TENIR)
def modifier(request, pk):
    """Reprendre les mots d'un entretien."""
    return _saisir(request, la_ligne(request, EntretienAnnuel.objects, pk=pk), {})


def _saisir(request, ligne: EntretienAnnuel, initial: dict):
    nouveau_, differences = ligne.pk is None, []
    form = EntretienAnnuelForm(request.POST or None, instance=ligne, initial=initial, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        try:
            with refus_dans(form):
                version = form.cleaned_data["version"]
                gestes.noter(form.instance, champs=form.changed_data, version=version, par=request.habilitation)
                messages.success(request, "L’entretien est noté.")
                return redirect("qualite:entretiens_annuels")
        except Conflit as conflit:
            differences = form.rapprocher(conflit.actuel)
    contexte = {"form": form, "nouveau": nouveau_, "differences": differences}
    return render(request, "qualite/entretien_annuel_saisir.html", contexte, status=409 if differences else 200)
