"""La page qui demande pourquoi l'on change le passé : ce qui bougera, la saisie gardée telle quelle, un motif à choisir."""

from datetime import date

from django import forms
from django.shortcuts import render

from cedre.comptes.discretion import en_mots, est_de_personnes, voit_les_personnes
from cedre.comptes.models import Habilitation
from cedre.comptes.registre import MotifDuPasse
from cedre.core.indicateurs import Indicateur, Mesure, tous

A_BOUGE = "a bougé"
HORS_SAISIE = {"csrfmiddlewaretoken", "motif_du_passe"}


class MotifForm(forms.Form):
    """Pourquoi ce que l'on enregistre change des mesures déjà faites."""

    motif_du_passe = forms.ChoiceField(label="Pourquoi", choices=MotifDuPasse, widget=forms.RadioSelect)


def lignes(bouge: dict[tuple[str, date], tuple[Mesure, Mesure]], *, pour: Habilitation | None) -> list[tuple]:
    """Ce qui bouge, dans l'ordre : l'indicateur, la fin de mois, ce qu'il disait, ce qu'il dira."""
    return [
        (tous()[code], le, *_dits(tous()[code], mesures, le, pour))
        for (code, le), mesures in sorted(bouge.items(), key=lambda un: (un[0][1], un[0][0]))
        if code in tous()
    ]


def _dits(indicateur: Indicateur, mesures: tuple[Mesure, Mesure], le: date, pour: Habilitation | None) -> tuple[str, str]:
    """Les deux mesures ; hors de l'équipe, qu'elle a bougé : deux nombres à cinq près, à une personne d'écart, se devinent."""
    if est_de_personnes(indicateur.modele) and (pour is None or not voit_les_personnes(pour)):
        return A_BOUGE, A_BOUGE
    avant, apres = (en_mots(indicateur, mesure, le, pour=pour) for mesure in mesures)
    return avant, apres


def demander_le_motif(request, bouge: dict):
    """409 : rien n'est encore écrit ; renvoyer la même saisie avec un motif l'écrira."""
    saisie = [(nom, valeur) for nom, valeurs in request.POST.lists() if nom not in HORS_SAISIE for valeur in valeurs]
    contexte = {
        "form": MotifForm(),
        "saisie": saisie,
        "fichiers": list(request.FILES),
        "bouge": lignes(bouge, pour=request.habilitation),
        "cible": request.get_full_path(),
    }
    reponse = render(request, "comptes/motif_du_passe.html", contexte, status=409)
    if request.htmx:  # la page entière, et non un morceau
        reponse["HX-Retarget"], reponse["HX-Reswap"] = "body", "innerHTML"
    return reponse
