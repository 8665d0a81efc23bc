"""Les chiffres du cadre en vigueur : un chapitre, puis un chiffre, ses coupes, et deux d'entre elles croisées (OBS-4)."""

from django.http import Http404
from django.shortcuts import render

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.exports import tableau
from cedre.observatoire.cadres import en_vigueur
from cedre.observatoire.dessins import image
from cedre.observatoire.figures import du_chapitre, sans_les_coupes
from cedre.observatoire.forms.cadres import ChoixDePeriodeForm, ChoixDuCroisementForm
from cedre.observatoire.un_chiffre import detailler, en_tableau


@geste("Les chiffres d’un chapitre")
@avec_droit(Droit.FIGURES_LIRE)
def chapitre(request, code):
    """Un chapitre du cadre : chaque chiffre, son image, et la période d'avant."""
    choix, qui = ChoixDePeriodeForm(request.GET), request.habilitation
    periode, avant = choix.periode(), choix.precedente(qui)
    cadre = en_vigueur(periode.au)
    lu = next((c for c in cadre.chapitres if c.code == code), None)
    if lu is None:
        raise Http404
    chiffres = [(c, image(c)) for c in du_chapitre(cadre, sans_les_coupes(lu), qui, periode, avant)]
    contexte = {"filtre": choix, "le_cadre": cadre, "chapitre": lu, "periode": periode, "avant": avant, "chiffres": chiffres}
    return render(request, "observatoire/chapitre.html", contexte | {"choix": choix.adresse()})


@geste("Le détail d’un chiffre", "chiffres")
@avec_droit(Droit.FIGURES_LIRE)
def chiffre(request, code):
    """Un chiffre : sa tendance, chacune des coupes qu'il montre, et deux croisées si on le demande ; l'adresse garde le choix."""
    detail, choix = _lire(request, code)
    contexte = {"filtre": choix, "detail": detail, "chiffre": detail.chiffre, "le_cadre": detail.cadre, "choix": choix.adresse()}
    return render(request, "observatoire/chiffre.html", contexte)


@geste("Emporter ce tableau", "exporter")
@avec_droit(Droit.FIGURES_LIRE)
def exporter(request, code, format_):
    """Ce que la page de ce chiffre compte, dans un tableur."""
    if format_ not in ("csv", "xlsx"):
        raise Http404
    detail, _ = _lire(request, code)
    return tableau(*en_tableau(detail), nom=f"{code}-{detail.chiffre.periode.au}", format_=format_)


def _lire(request, code):
    """Le détail que demande l'adresse, et ce qu'elle demande."""
    cadre = en_vigueur(ChoixDePeriodeForm(request.GET).periode().au)
    trouves = [(c, r) for c in cadre.chapitres for r in c.rubriques if r.code == code and r.indicateur]
    if not trouves:
        raise Http404
    ((chapitre_lu, rubrique),) = trouves
    choix, qui = ChoixDuCroisementForm(request.GET, rubrique), request.habilitation
    coupes, periode, avant = choix.coupes(), choix.periode(), choix.precedente(qui)
    return detailler(cadre, chapitre_lu, rubrique, qui, periode=periode, avant=avant, coupes=coupes), choix
