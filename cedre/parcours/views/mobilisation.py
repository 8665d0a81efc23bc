"""La mobilisation : les besoins des clients, et les personnes dont ils servent l'engagement (TRA-2)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.operations import enregistrer
from cedre.core import graphiques
from cedre.core.pagination import paginer
from cedre.parcours import mobilisation as rapprochements
from cedre.parcours.forms.travail import BesoinForm
from cedre.parcours.models import Besoin
from cedre.parcours.operations.travail import pourvoir as operation_pourvoir

BESOINS_PAR_PAGE = 20
PAR_BESOIN = 4
PRIORITAIRES = 10


@geste("Mobilisation", "reseau", menu=Rubrique.TRAVAIL, rang=110)
@avec_droit(Droit.TRAVAIL_TENIR)
def mobilisation(request):
    """Les besoins ouverts devant les personnes, puis les heures du mois et leur tendance."""
    le = timezone.localdate()
    ouverts = Besoin.objects.pour(request.habilitation).ouverts(le).select_related("client", "fiche_de_poste")
    page = paginer(request, ouverts, BESOINS_PAR_PAGE)
    candidats = rapprochements.candidats(request.habilitation, le)
    tendance = rapprochements.tendance(request.habilitation, le)
    rapproches = [(besoin, rapprochements.a_qui_sert(besoin, candidats)) for besoin in page]
    contexte = {
        "page": page,
        "besoins": [(besoin, servis[:PAR_BESOIN], len(servis)) for besoin, servis in rapproches],
        "prioritaires": rapprochements.prioritaires(candidats, PRIORITAIRES),
        "en_contrat": len(candidats),
        "types": rapprochements.par_type_d_engagement(request.habilitation, le),
        "tendance": tendance,
        "dessin": _dessin(tendance),
    }
    return render(request, "parcours/mobilisation.html", contexte)


def _dessin(tendance):
    """La part des heures sans objectif, mois par mois ; rien tant qu'il n'y a pas deux mois travaillés."""
    points = [{"mois": date_format(m.le, "M Y"), "part": round(m.part, 1)} for m in tendance if m.part is not None]
    if len(points) < 2:
        return ""
    spec = {
        "width": 400,
        "height": 170,
        "data": {"values": points},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "mois", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "part", "type": "quantitative", "title": "% des heures", "scale": {"domain": [0, 100]}},
        },
    }
    return graphiques.svg(spec, titre="Part des heures distribuées sans objectif, sur douze mois")


@geste("Nouveau besoin", "plus", ajoute=Besoin)
@avec_droit(Droit.TRAVAIL_TENIR)
def nouveau(request):
    """Noter un besoin."""
    besoin = Besoin(organisation_id=request.habilitation.organisation_id, du=timezone.localdate())
    return _saisir(request, besoin)


@geste("Ouvrir le besoin", "poste", montre={Besoin: "pk"})
@avec_droit(Droit.TRAVAIL_TENIR)
def modifier(request, pk):
    """Corriger un besoin."""
    return _saisir(request, la_ligne(request, Besoin.objects, pk=pk))


def _saisir(request, besoin: Besoin):
    nom = str(besoin)
    form = BesoinForm(request.POST or None, instance=besoin, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "Le besoin est enregistré.")
        return redirect("parcours:mobilisation")
    return render(request, "parcours/besoin.html", {"form": form, "nom": nom})


@geste("Pourvu", "valide", sur=Besoin)
@avec_droit(Droit.TRAVAIL_TENIR)
@poste_depuis("parcours:mobilisation")
def pourvoir(request, pk):
    """Un besoin a trouvé qui il lui faut."""
    besoin = la_ligne(request, Besoin.objects, pk=pk)
    operation_pourvoir(besoin, le=timezone.localdate(), par=request.habilitation)
    messages.success(request, f"« {besoin} » est noté comme pourvu.")
    return redirect("parcours:mobilisation")
