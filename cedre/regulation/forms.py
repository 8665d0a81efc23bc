"""Les formulaires de la régulation (TRA-1)."""

from django import forms
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation
from cedre.core.champs import TEXTE_MAX
from cedre.core.formulaires import ChoixMultiple, DateInput
from cedre.parcours.models import Personne
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation


class RegulationForm(forms.ModelForm):
    """Quand et où l'équipe se réunit."""

    class Meta:
        model = Regulation
        fields = ["le", "heure", "lieu", "animee_par"]
        widgets = {"le": DateInput, "heure": forms.TimeInput(attrs={"type": "time"})}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["animee_par"].queryset = habilitation.collegues(Droit.REGULATION_TENIR)


class PointForm(forms.ModelForm):
    """Un point de plus : une personne, ou un sujet."""

    class Meta:
        model = PointOrdreDuJour
        fields = ["personne", "sujet"]

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["personne"].queryset = Personne.objects.pour(habilitation).ouvertes()


class NoteForm(forms.Form):
    """Ce qui s'est dit d'un point, et une décision."""

    echange = forms.CharField(
        label="Ce qui s’est dit", required=False, max_length=TEXTE_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )
    quoi = forms.CharField(label="On décide de", required=False, max_length=300)
    qui = forms.ModelChoiceField(Compte.objects.none(), label="Qui s’en charge", required=False, empty_label="Choisir…")
    echeance = forms.DateField(label="Pour le", required=False, widget=DateInput)

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["qui"].queryset = habilitation.collegues(Droit.REGULATION_TENIR)

    def clean_echeance(self):
        echeance = self.cleaned_data["echeance"]
        if echeance and echeance < timezone.localdate():
            raise forms.ValidationError("Cette date est passée.")
        return echeance

    def clean(self):
        donnees = super().clean()
        if any(donnees.get(nom) for nom in ("quoi", "qui", "echeance")):
            manquants = {"quoi": "Dites ce que l’on décide.", "qui": "Dites qui s’en charge.", "echeance": "Dites pour quand."}
            for nom, message in manquants.items():
                if nom not in self.errors and not donnees.get(nom):
                    self.add_error(nom, message)
        return donnees

    @property
    def decision(self) -> Decision | None:
        """La décision saisie, sans son point."""
        champs = {nom: self.cleaned_data[nom] for nom in ("quoi", "qui", "echeance")}
        return Decision(**champs) if champs["quoi"] else None


class DevenirForm(forms.Form):
    """Ce que devient une décision qui n'est pas faite."""

    suite = forms.ChoiceField(label="Ce qu’elle devient", choices=Decision.Devenir, widget=forms.RadioSelect)


class CloreRegulationForm(forms.Form):
    """Qui était là, ce que l'équipe retient."""

    presents = ChoixMultiple(
        Compte.objects.none(),
        label="Qui était là",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez qui était là."},
    )
    synthese = forms.CharField(
        label="Ce que l’équipe retient", required=False, max_length=TEXTE_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["presents"].queryset = habilitation.collegues(Droit.REGULATION_TENIR)
