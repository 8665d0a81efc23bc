"""Les formulaires du suivi a minima (ACC-6)."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation
from cedre.core.formulaires import ChoixMultiple, DateInput
from cedre.parcours.models import Personne, PriseEnCharge, referents_possibles

AU_PLUS = timedelta(days=90)


class PriseEnChargeForm(forms.ModelForm):
    """« Je m'en occupe jusqu'au… » : une date proche, jamais pour toujours."""

    class Meta:
        model = PriseEnCharge
        fields = ["jusqu_au", "note"]
        widgets = {"jusqu_au": DateInput}

    def clean_jusqu_au(self):
        jusqu_au, aujourdhui = self.cleaned_data["jusqu_au"], timezone.localdate()
        if not aujourdhui < jusqu_au <= aujourdhui + AU_PLUS:
            raise forms.ValidationError("Choisissez une date à venir, dans les trois mois : ce manque doit pouvoir revenir.")
        return jusqu_au


class ConfierForm(forms.Form):
    """Des personnes à confier à quelqu'un d'autre."""

    personnes = ChoixMultiple(
        Personne.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une personne."},
    )
    a = forms.ModelChoiceField(Compte.objects.none(), label="Confier à", empty_label="Choisir…")

    def __init__(self, *args, habilitation: Habilitation, personnes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["personnes"].queryset = personnes
        self.fields["a"].queryset = referents_possibles(habilitation)
