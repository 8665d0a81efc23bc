"""L'écran où une action d'amélioration se décide, d'où qu'elle vienne : réclamation, enquête, point, audit, réunion (AME-3)."""

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.core.refus import refus_dans
from cedre.qualite.forms.ameliorations import ActionAmeliorationForm
from cedre.qualite.models import ActionAmelioration
from cedre.qualite.operations import ameliorations as gestes


def saisir_une_action(request, action: ActionAmelioration, *, decider=gestes.decider, vers: tuple = (), d_apres: str = ""):
    """L'action, préremplie ; dit celles que ce point du référentiel a déjà, pour ne pas décider deux fois.

    decider : le geste qui la garde ; vers : la route où mener ensuite et son numéro, la page de l'action par défaut ;
    d_apres : ce qui la fait décider, à relire, quand l'action elle-même ne le dit pas.
    """
    form = ActionAmeliorationForm(request.POST or None, instance=action, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            decider(form.instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "L’action est décidée.")
            return redirect(*vers or ("qualite:action", form.instance.pk))
    deja = ActionAmelioration.objects.pour(request.habilitation).ouvertes().filter(point=action.point).select_related("qui")
    contexte = {"form": form, "action": action, "deja": deja if action.point and not action.pk else [], "d_apres": d_apres}
    return render(request, "qualite/action_saisir.html", contexte)
