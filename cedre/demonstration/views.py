"""L'entrée d'un clic dans un compte de démonstration, et la charte des composants."""

import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cedre.comptes.acces import poste_depuis, public
from cedre.comptes.middleware import CLE_SESSION
from cedre.core.formulaires import DateInput
from cedre.core.texte import numero
from cedre.demonstration.acces import comptes_ouverts


@public
@poste_depuis("account_login")
def entrer(request):
    """Entre dans l'habilitation choisie, sans mot de passe : 404 hors du mode de démonstration (issue 2, §5)."""
    habilitation = get_object_or_404(comptes_ouverts(), pk=numero(request.POST.get("habilitation", "")))
    login(request, habilitation.compte)
    request.session[CLE_SESSION] = habilitation.pk
    return redirect(settings.LOGIN_REDIRECT_URL)


class ExempleForm(forms.Form):
    """Un champ de chaque sorte, avec et sans erreur."""

    nom = forms.CharField(label="Nom", max_length=80, help_text="Une aide : courte, utile, sous le champ.")
    courriel = forms.EmailField(label="Courriel")
    date_naissance = forms.DateField(label="Date de naissance", required=False, widget=DateInput)
    canal = forms.ChoiceField(label="Canal", choices=[("v", "Sur place"), ("t", "Au téléphone")], widget=forms.RadioSelect)
    prescripteur = forms.ChoiceField(label="Prescripteur", choices=[("ml", "Mission locale"), ("ft", "France Travail")])
    demande = forms.CharField(
        label="Ce que la personne demande", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    accord = forms.BooleanField(label="Le statut de salarié a été expliqué", required=False)


@public
def charte(request):
    """Chaque composant des écrans, pour les regarder ensemble (mode de démonstration seulement)."""
    if not settings.DEMO:
        raise Http404
    exemple = ExempleForm({"nom": "Exemple", "courriel": "sans arobase", "canal": "v"})
    icones = re.findall(r'symbol id="([a-z]+)"', Path(finders.find("core/icones.svg")).read_text(encoding="utf-8"))
    page = Paginator(range(120), 50).get_page(2)
    return render(request, "demonstration/charte.html", {"exemple": exemple, "icones": icones, "page": page})
