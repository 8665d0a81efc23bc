"""L'espace de la personne, vu de l'équipe : lui remettre un code, lire ce qu'elle répond (INS-2, INS-7)."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit, Role
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dit
from cedre.parcours.espace import en_groupes, qr
from cedre.parcours.models import Personne, Reponse
from cedre.parcours.operations import espace as operations

CODES_MONTRES = 20


def _reponses():
    return Reponse.objects.avec_engagement().select_related("personne", "remise", "lue_par")


@geste("Son espace", "cle", sur=Personne, quand=attrgetter("a_un_parcours"), montre={Reponse: "personne_id"}, rang=62)
@never_cache
@avec_droit(Droit.PARCOURS_CONDUIRE)
def espace(request, pk):
    """Le code à remettre, montré une fois ; les codes passés ; ce que la personne a répondu."""
    personne = la_ligne(request, Personne.objects.nominatives().select_related("organisation"), pk=pk)
    adresse = request.build_absolute_uri(reverse("portail:espace"))
    code = request.session.pop(f"code-espace-{pk}", None) if request.method == "GET" else None
    codes = list(personne.acces_espace.select_related("par")[:CODES_MONTRES])
    contexte = {
        "personne": personne,
        "adresse": adresse,
        "code": en_groupes(code) if code else "",
        "qr": qr(adresse, code) if code else "",
        "codes": codes,
        "valable": next((acces for acces in codes if acces.est_valable), None),
        "reponses": _reponses().filter(personne=personne)[:CODES_MONTRES],
    }
    return render(request, "parcours/espace.html", contexte)


def _personne(request, pk) -> Personne:
    return la_ligne(request, Personne.objects.nominatives(), pk=pk)


@geste("Préparer un code", "cle")
@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:espace")
def nouveau_code(request, pk):
    """Prépare un code ; les précédents n'ouvrent plus."""
    personne = _personne(request, pk)
    with refus_dit(request):
        _, request.session[f"code-espace-{pk}"] = operations.remettre_code(personne, par=request.habilitation)
        messages.success(request, "Le code est prêt : imprimez-le maintenant, il ne se montre qu’une fois.")
    return redirect("parcours:espace", pk)


@geste("Prolonger de quinze jours", "calendrier")
@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:espace")
def prolonger(request, pk):
    """Quinze jours de plus pour le même code."""
    personne = _personne(request, pk)
    with refus_dit(request):
        operations.prolonger_code(personne, par=request.habilitation)
        messages.success(request, "Le code vaut quinze jours de plus.")
    return redirect("parcours:espace", pk)


@geste("Fermer l’espace", "croix")
@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:espace")
def fermer(request, pk):
    """Plus aucun code n'ouvre."""
    personne = _personne(request, pk)
    with refus_dit(request):
        operations.fermer_espace(personne, par=request.habilitation)
        messages.success(request, "L’espace est fermé : aucun code ne l’ouvre plus.")
    return redirect("parcours:espace", pk)


@geste("Réponses", "courriel", menu=Rubrique.TRAVAIL, rang=90)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def reponses(request):
    """Ce que les personnes ont répondu et que personne n'a lu ; pour un CIP, celles qu'il suit, à moins de tout demander."""
    lignes = _reponses().pour(request.habilitation).non_lues().order_by("le", "pk")
    toutes = request.habilitation.role != Role.CIP or request.GET.get("qui") == "toutes"
    if not toutes:
        lignes = lignes.filter(personne__referent=request.habilitation.compte)
    return render(request, "parcours/reponses.html", {"page": paginer(request, lignes), "toutes": toutes})


@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:reponses")
def lue(request, pk):
    """C'est lu : la réponse quitte la liste."""
    reponse = la_ligne(request, Reponse.objects, pk=pk)
    operations.lire(reponse, par=request.habilitation)
    messages.success(request, "C’est noté comme lu.")
    if request.POST.get("depuis") == "personne":
        return redirect("parcours:espace", reponse.personne_id)
    return redirect("parcours:reponses")
