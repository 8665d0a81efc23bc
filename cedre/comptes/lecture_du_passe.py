"""Ce qui a changé le passé, tel qu'on le lit : chaque geste, et les mesures qu'il a déplacées (décision 0029)."""

from cedre.comptes.demande_de_motif import lignes
from cedre.comptes.discretion import voit_les_personnes
from cedre.comptes.models import Habilitation, Trace
from cedre.core.indicateurs import Mesure
from cedre.core.pagination import paginer

PAR_PAGE = 50


def page_du_passe(request, traces, *, pour: Habilitation | None) -> dict:
    """Les gestes les plus récents d'abord, chacun avec ce qui a bougé. pour : qui est de la structure ; rien de qui n'en est pas.

    De qui n'en est pas, ni dossier, ni nom, ni jour d'un fait, et les personnes à cinq près (décision 0028).
    """
    page = paginer(request, traces.du_passe().select_related("compte").prefetch_related("deplacements"), PAR_PAGE)
    montres = [(trace, lignes(_bouge(trace), pour=pour)) for trace in page]
    voit = pour is not None and voit_les_personnes(pour)
    return {"page": page, "montres": montres, "voit_les_personnes": voit, "dehors": pour is None}


def _bouge(trace: Trace) -> dict:
    return {
        (d.code, d.mois): (Mesure.gardee(d.total_avant, d.atteint_avant), Mesure.gardee(d.total_apres, d.atteint_apres))
        for d in trace.deplacements.all()
    }
