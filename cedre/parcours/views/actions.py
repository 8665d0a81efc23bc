"""Les actions associées d'une personne : toutes, celles qu'elle suit seule, ses formations (INS-5)."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.parcours.forms.actions import ActionForm
from cedre.parcours.models import ActionAssociee, Personne
from cedre.parcours.operations.actions import retirer_action, tenir_action


@geste("Ses actions", "atelier", montre={ActionAssociee: "personne_id"})
@avec_droit(Droit.PARCOURS_LIRE)
def actions(request, pk):
    """Toutes ses actions, et le total de ses heures faites."""
    personne = la_ligne(request, Personne.objects, pk=pk)
    page = paginer(request, personne.actions.select_related("offre__partenaire", "objectif", "seance"))
    contexte = {
        "personne": personne,
        "page": page,
        "heures": personne.actions.faites().heures(),
    }
    return render(request, "parcours/actions.html", contexte)


def _saisir(request, action: ActionAssociee, titre: str):
    form = ActionForm(request.POST or None, instance=action, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            tenir_action(action, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "L’action est enregistrée.")
            return redirect("parcours:actions", action.personne_id)
    contexte = {"personne": action.personne, "form": form, "titre": titre, "action": action}
    return render(request, "parcours/action.html", contexte)


@geste(
    "Noter une action ou une formation",
    "atelier",
    sur=Personne,
    quand=attrgetter("a_un_parcours"),
    ajoute=ActionAssociee,
    rang=31,
)
@avec_droit(Droit.ACTIONS_TENIR)
def nouvelle(request, pk):
    """Note une action suivie seule, ou une formation."""
    personne = la_ligne(request, Personne.objects.nominatives().avec_un_parcours(), pk=pk)
    return _saisir(request, ActionAssociee(personne=personne), "Noter une action ou une formation")


def _action(request, pk) -> ActionAssociee:
    return la_ligne(request, ActionAssociee.objects.nominatifs().select_related("personne", "offre", "objectif", "seance"), pk=pk)


@geste("Corriger", "crayon", sur=ActionAssociee, remedie=("actions_selon_l_engagement",))
@avec_droit(Droit.ACTIONS_TENIR)
def action(request, pk):
    """Corrige une action, en dit le résultat."""
    ligne = _action(request, pk)
    return _saisir(request, ligne, str(ligne.offre))


@avec_droit(Droit.ACTIONS_TENIR)
@poste_depuis("parcours:action")
def retirer(request, pk):
    """Retire une action notée par erreur."""
    ligne = _action(request, pk)
    with refus_dit(request):
        retirer_action(ligne, par=request.habilitation)
        messages.success(request, "L’action est retirée.")
    return redirect("parcours:actions", ligne.personne_id)
