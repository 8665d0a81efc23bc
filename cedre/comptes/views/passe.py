"""Ce qui a changé le passé : quel geste, pourquoi, quelles mesures il a déplacées (décision 0029)."""

from django.shortcuts import render

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.lecture_du_passe import page_du_passe
from cedre.comptes.models import Trace


@geste(
    "Ce qui a changé le passé",
    "retour",
    menu=Rubrique.QUALITE,
    rang=75,
    a_lire="Les corrections, les faits notés après leur jour, les annulations, et les mesures qu’ils ont déplacées.",
)
@avec_droit(Droit.CONFORMITE_LIRE)
def le_passe(request):
    """Les gestes les plus récents d'abord, chacun avec son motif et ce qui a bougé."""
    qui = request.habilitation
    return render(request, "comptes/passe.html", page_du_passe(request, Trace.objects.pour(qui), pour=qui))
