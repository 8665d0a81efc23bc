"""Décider, de chaque point en défaut, ce que l'on change ; et voir ce qui est décidé (CER-3, AME-3)."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from cedre.certification.acces import est_jugee, structure_jugee
from cedre.certification.conformite import juger_structure
from cedre.certification.editions import edition_de
from cedre.certification.plan import action_proposee, lignes_du_plan
from cedre.certification.referentiel import nom_dans_l_adresse
from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.qualite.saisie_d_action import saisir_une_action


def _jugees(request, le):
    organisation = structure_jugee(request.habilitation)
    return juger_structure(organisation, edition_de(organisation, le).edition, le)


@geste("Plan d’action", "fleche", quand=est_jugee)
@avec_droit(Droit.CONFORMITE_LIRE)
def plan_d_action(request):
    """Les points en défaut, et ce qui est décidé pour chacun."""
    le = timezone.localdate()
    lignes, d_une_autre_edition = lignes_du_plan(_jugees(request, le), request.habilitation)
    contexte = {
        "le": le,
        "lignes": lignes,
        "autres": d_une_autre_edition,
        "sans_action": sum(not ligne.actions for ligne in lignes),
    }
    return render(request, "certification/plan_d_action.html", contexte)


@geste("Décider une action", "plus", quand=est_jugee)
@avec_droit(Droit.QUALITE_TENIR)
def decider(request, code):
    """Décider une action pour un point : la règle à satisfaire en est l'effet attendu."""
    le = timezone.localdate()
    points = (p for s in _jugees(request, le) for p in s.points if p.point.est_exige)
    voulu = next((p for p in points if nom_dans_l_adresse(p.point.code) == code), None)
    if voulu is None:
        raise Http404
    origine = request.GET.get("origine", "")
    return saisir_une_action(request, action_proposee(voulu, origine=origine, le=le, habilitation=request.habilitation))
