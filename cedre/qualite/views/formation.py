"""Le plan de formation : par année, ses totaux, son tableur (PRO-2)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import tableau
from cedre.core.refus import refus_dans
from cedre.core.texte import numero
from cedre.qualite.forms.formation import ActionDeFormationForm
from cedre.qualite.models import ActionDeFormation, EntretienAnnuel
from cedre.qualite.operations.formation import enregistrer_action

COLONNES = ("Besoin", "Pour qui", "Action", "Organisme", "Prévue du", "Au", "Heures", "Coût (euros)")
COLONNES += ("Réalisée le", "Abandonnée le", "Motif de l’abandon")


def _annee(request) -> int:
    """L'année que l'adresse demande ; à défaut, ou si elle est folle, celle-ci."""
    demandee = numero(request.GET.get("annee", ""))
    return demandee if 1990 <= demandee <= 2100 else timezone.localdate().year


@geste("Plan de formation", "diplome", menu=Rubrique.QUALITE, rang=30)
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Le plan d'une année : ce qui est prévu, ce qui s'est fait, ce que cela coûte."""
    le, annee = timezone.localdate(), _annee(request)
    toutes = ActionDeFormation.objects.pour(request.habilitation)
    actions = toutes.de_l_annee(annee)
    contexte = {
        "annee": annee,
        "annees": sorted({le.year, le.year + 1, annee, *(d.year for d in toutes.dates("prevue_du", "year"))}),
        "actions": [(action, action.etat(le)) for action in actions.select_related("poste")],
        "totaux": actions.totaux(le),
    }
    return render(request, "qualite/formations.html", contexte)


@geste("Tableur", "exporter")
@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("qualite:formations")
def exporter(request, format_):
    """Le plan d'une année, à ouvrir dans un tableur ; l'export est tracé avant d'être rendu."""
    if format_ not in ("csv", "xlsx"):
        raise Http404
    annee = _annee(request)
    actions = ActionDeFormation.objects.pour(request.habilitation).de_l_annee(annee).select_related("poste")
    lignes = [
        (a.besoin, a.destinataires, a.intitule, a.organisme, a.prevue_du, a.prevue_au, a.heures, a.cout)
        + (a.realisee_le, a.abandonnee_le, a.motif)
        for a in actions
    ]
    tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=ActionDeFormation, detail=f"{annee}, {format_}")
    return tableau(COLONNES, lignes, nom=f"plan-de-formation-{annee}", format_=format_)


def _saisir(request, action: ActionDeFormation, initial: dict | None = None):
    intitule = action.intitule
    form = ActionDeFormationForm(request.POST or None, instance=action, initial=initial, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            enregistrer_action(form.instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, f"« {action} » est au plan de formation.")
            return redirect(reverse("qualite:formations", query={"annee": action.prevue_du.year}))
    return render(request, "qualite/formation.html", {"form": form, "intitule": intitule})


@geste("Nouvelle action", "plus", remedie=("plan_de_formation",))
@avec_droit(Droit.QUALITE_TENIR)
def nouvelle(request):
    """Une action de plus au plan ; venue d'un entretien annuel, son besoin et pour qui sont déjà dits."""
    action, initial = ActionDeFormation(organisation_id=request.habilitation.organisation_id), {}
    if pk := numero(request.GET.get("entretien", "")):
        action.entretien = la_ligne(request, EntretienAnnuel.objects.select_related("compte"), pk=pk)
        rang = numero(request.GET.get("besoin", ""))
        besoin = "".join(action.entretien.besoins_dits[rang : rang + 1])
        initial = {"besoin": besoin[:200], "pour_qui": str(action.entretien.compte)[:160]}
    return _saisir(request, action, initial)


@geste("Modifier", "crayon", sur=ActionDeFormation, montre={ActionDeFormation: "pk"}, remedie=("formation_realisee",))
@avec_droit(Droit.QUALITE_TENIR)
def formation(request, pk):
    """Corriger une action, dire qu'elle a eu lieu ou qu'on y renonce."""
    return _saisir(request, la_ligne(request, ActionDeFormation.objects, pk=pk))
