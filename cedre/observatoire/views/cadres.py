"""Les cadres : ce qu'ils demandent, et ce qu'une structure y répond (OBS-1)."""

from django.http import Http404
from django.shortcuts import render

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.pagination import paginer
from cedre.observatoire.cadres import livres
from cedre.observatoire.figures import precisee
from cedre.observatoire.forms.cadres import ChoixDuCadreForm
from cedre.observatoire.rempli import Derriere, dire, remplir, se_liste


@geste("Bilans à rendre", "bilan", menu=Rubrique.TRAVAIL, rang=165, a_lire="Les chiffres que l’on nous demande, case par case.")
@avec_droit(Droit.FIGURES_LIRE)
def cadres(request):
    """Le formulaire de qui demande, rempli : chaque rubrique du cadre et de la période choisis, avec son nombre."""
    choix = ChoixDuCadreForm(request.GET)
    cadre_lu, periode = choix.choisis()
    contexte = {"filtre": choix, "le_cadre": cadre_lu, "periode": periode}
    en_detail, qui = bool(choix.cleaned_data.get("detail")), request.habilitation
    contexte["chapitres"] = dire(remplir(cadre_lu, qui.organisation, periode, en_detail=en_detail), periode, qui)
    contexte["choix"] = choix.adresse()
    return render(request, "observatoire/cadres.html", contexte)


@geste("Ce que demande ce cadre", "livre")
@avec_droit(Droit.FIGURES_LIRE)
def cadre(request, code):
    """Un cadre en entier : ce qu'il demande, d'où il vient, ce qu'il ne couvre pas, ce que Cèdre tient et ne tient pas."""
    if code not in livres():
        raise Http404
    return render(request, "observatoire/cadre.html", {"le_cadre": livres()[code]})


@geste("Ce qu’il y a derrière")
@avec_droit(Droit.FIGURES_LIRE)
def derriere(request, code, rubrique):
    """Les lignes que compte une rubrique, sur la période que dit l'adresse ; à qui lit les dossiers.

    ?non_dit=sexe : celles dont cette coupe n'est pas renseignée.
    """
    tenues = {r.code: r for r in livres()[code].tenues()} if code in livres() else {}
    if rubrique not in tenues:
        raise Http404
    lue, qui = tenues[rubrique], request.habilitation
    if (non_dit := request.GET.get("non_dit", "")) in lue.mesuree.noms_des_coupes:
        lue = lue.de_qui_on_ne_sait_pas(non_dit)
    choix = ChoixDuCadreForm(request.GET.dict() | {"cadre": code})
    retenu, periode = choix.choisis()
    lue = precisee(lue, periode, request.GET)
    contexte = {"le_cadre": retenu, "rubrique": lue, "periode": periode, "lignes": None, "choix": choix.adresse()}
    contexte["seules"] = {coupe: valeurs for coupe, valeurs in lue.coupes.items() if coupe not in tenues[rubrique].coupes}
    if se_liste(lue, qui):
        lignes = Derriere(lue, qui, periode)
        page = paginer(request, lignes)
        contexte |= {"page": page, "lignes": lignes.montrer(page)}
    return render(request, "observatoire/derriere.html", contexte)
