"""Les formulaires des principes d'action (OBS-5)."""

from django import forms
from django.utils import timezone

from cedre.core.formulaires import DateInput
from cedre.qualite.models import EvaluationDePrincipe, Principe


class PrincipeForm(forms.ModelForm):
    """Un principe d'action."""

    class Meta:
        model = Principe
        fields = ["enonce", "au_quotidien", "enonce_le", "retire_le"]
        widgets = {"au_quotidien": forms.Textarea(attrs={"rows": 5}), "enonce_le": DateInput, "retire_le": DateInput}
        help_texts = {
            "enonce": "Une phrase que chacun peut redire.",
            "au_quotidien": "Ce que l’on fait, ou ne fait pas, à cause de lui.",
            "retire_le": "À partir de ce jour, il n’est plus des vôtres ; il reste dans l’histoire.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["retire_le"]


class EvaluationDePrincipeForm(forms.ModelForm):
    """L'évaluation d'un principe."""

    class Meta:
        model = EvaluationDePrincipe
        fields = ["le", "comment", "constat", "changements"]
        widgets = {
            "le": DateInput,
            "constat": forms.Textarea(attrs={"rows": 4}),
            "changements": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"comment": "Réunion d’équipe, enquête, lecture de dossiers, regard d’une autre structure…"}

    def clean_le(self):
        le = self.cleaned_data["le"]
        if le > timezone.localdate():
            raise forms.ValidationError("Ce jour n’est pas encore venu.")
        return le
