"""Les traces de l'organisation : qui a fait quoi, sur quoi, quand ; qui a ouvert quel dossier (nomenclatures §7)."""

from django.core.paginator import Paginator
from django.shortcuts import render

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.forms import FiltreTracesForm
from cedre.comptes.models import Trace

PAR_PAGE = 100


@avec_droit(Droit.TRACES_LIRE)
def traces(request):
    """Les plus récentes d'abord."""
    filtre = FiltreTracesForm(request.GET, habilitation=request.habilitation)
    lignes = filtre.appliquer(Trace.objects.pour(request.habilitation)).select_related("compte")
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "comptes/traces.html", {"filtre": filtre, "page": page})
