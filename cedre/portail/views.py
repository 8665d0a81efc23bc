"""L'accueil de chaque rôle : ce qu'il y a à faire aujourd'hui ; et les chiffres de la structure."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, connecte
from cedre.comptes.droits import Droit
from cedre.core.indicateurs import tous
from cedre.portail import jour
from cedre.portail.chiffres import chiffres

PAR_PAGE = 50


@connecte
def accueil(request):
    """La page du jour, selon le rôle."""
    contexte = jour.contexte(request.habilitation, request.habilitations) if request.habilitation else {}
    return render(request, "portail/accueil.html", {"aujourdhui": timezone.localdate(), **contexte})


@avec_droit(Droit.EQUIPE_SUIVRE)
def suivi_de_l_equipe(request):
    """Ce qui manque aux personnes de toute l'équipe, par référent·e (ACC-6)."""
    return render(request, "portail/equipe.html", {"suivis": jour.equipe(request.habilitation)})


@avec_droit(Droit.FIGURES_LIRE)
def les_chiffres(request):
    """Où en est la structure, indicateur par indicateur."""
    le = timezone.localdate()
    contexte = {"le": le, "chiffres": chiffres(request.habilitation, le)}
    return render(request, "portail/chiffres.html", contexte)


@avec_droit(Droit.DOSSIER_LIRE)
def manquants(request, code):
    """La liste derrière un chiffre : ceux qui ne satisfont pas."""
    if code not in tous():
        raise Http404
    lignes = tous()[code].manquants(request.habilitation.organisation_id, timezone.localdate()).pour(request.habilitation)
    if hasattr(lignes.model, "personne"):
        lignes = lignes.select_related("personne")
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    sujets = [getattr(ligne, "personne", ligne) for ligne in page]
    contexte = {"indicateur": tous()[code], "page": page, "sujets": sujets}
    return render(request, "portail/manquants.html", contexte)
