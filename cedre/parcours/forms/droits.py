"""Les formulaires de ce qui ne se défait pas : on dit pourquoi, et l'on confirme en écrivant."""

from django import forms

from cedre.core.texte import normaliser
from cedre.parcours.models import Personne
from cedre.parcours.operations.droits import Motif, Sort


class SortForm(forms.Form):
    """Effacer ou rendre anonyme un dossier."""

    sort = forms.ChoiceField(label="Ce que l’on fait du dossier", choices=Sort, widget=forms.RadioSelect)
    motif = forms.ChoiceField(label="Pourquoi", choices=Motif, widget=forms.RadioSelect)
    confirmation = forms.CharField(
        label="Pour confirmer, écrivez le nom de famille",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args, personne: Personne, **kwargs):
        super().__init__(*args, **kwargs)
        self.nom = personne.nom

    def clean_confirmation(self):
        if normaliser(self.cleaned_data["confirmation"]) != normaliser(self.nom):
            raise forms.ValidationError(f"Écrivez « {self.nom} » pour confirmer.")
        return self.cleaned_data["confirmation"]


class PurgeForm(forms.Form):
    """Purger les dossiers que l'on vient de voir ; leurs numéros voyagent dans un seul champ, sans limite de nombre."""

    dossiers = forms.RegexField(r"^\d{1,18}(,\d{1,18})*$", max_length=1_000_000, widget=forms.HiddenInput)
    sort = forms.ChoiceField(label="Ce que l’on en fait", choices=Sort, initial=Sort.ANONYMISER, widget=forms.RadioSelect)
    nombre = forms.IntegerField(
        label="Pour confirmer, écrivez le nombre de dossiers",
        min_value=0,
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
    )

    @property
    def numeros(self) -> list[int]:
        """Les numéros de dossier montrés ; rien si le champ a été abîmé."""
        texte = self.cleaned_data.get("dossiers", "") if self.is_bound else self.initial["dossiers"]
        return [int(numero) for numero in texte.split(",") if numero]

    def clean(self):
        donnees = super().clean()
        attendu = len(set(self.numeros))
        if donnees.get("nombre") is not None and donnees["nombre"] != attendu:
            self.add_error("nombre", f"La liste ci-dessous en compte {attendu}.")
        return donnees
