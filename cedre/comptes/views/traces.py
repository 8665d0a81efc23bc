"""Les traces de l'organisation : qui a fait quoi, sur quoi, quand ; qui a ouvert quel dossier (nomenclatures §7)."""

from django.shortcuts import render

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.forms import FiltreTracesForm
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Trace
from cedre.core.pagination import paginer


@geste("Traces", "traces", menu=Rubrique.ORGANISATION, rang=70)
@avec_droit(Droit.TRACES_LIRE)
def traces(request):
    """Les plus récentes d'abord."""
    filtre = FiltreTracesForm(request.GET, habilitation=request.habilitation)
    lignes = filtre.appliquer(Trace.objects.pour(request.habilitation)).select_related("compte")
    page = paginer(request, lignes, 100)
    return render(request, "comptes/traces.html", {"filtre": filtre, "page": page})
