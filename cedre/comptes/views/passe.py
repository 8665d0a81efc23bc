"""Ce qui a changé le passé : quel geste, pourquoi, quelles mesures il a déplacées (décision 0029)."""

from django.db.models import Prefetch
from django.shortcuts import render

from cedre.comptes.acces import avec_droit
from cedre.comptes.demande_de_motif import lignes
from cedre.comptes.discretion import voit_les_personnes
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Deplacement, Trace
from cedre.core.indicateurs import Mesure
from cedre.core.pagination import paginer


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
    siens = Deplacement.objects.pour(request.habilitation)
    traces = Trace.objects.pour(request.habilitation).du_passe().select_related("compte")
    page = paginer(request, traces.prefetch_related(Prefetch("deplacements", queryset=siens, to_attr="bouge")), 50)
    montres = [(trace, lignes(_mesures(trace.bouge), pour=request.habilitation)) for trace in page]
    contexte = {"page": page, "montres": montres, "voit_les_personnes": voit_les_personnes(request.habilitation)}
    return render(request, "comptes/passe.html", contexte)


def _mesures(deplacements: list[Deplacement]) -> dict:
    return {
        (d.code, d.mois): (Mesure(d.total_avant, d.atteint_avant), Mesure(d.total_apres, d.atteint_apres)) for d in deplacements
    }
