"""Les formulaires du suivi a minima (ACC-6)."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation
from cedre.core.formulaires import ChoixMultiple, DateInput
from cedre.parcours.models import ObjectifEvalue, Personne, PriseEnCharge, SuiviAMinima, referents_possibles

AU_PLUS = timedelta(days=90)
UN_TRIMESTRE = timedelta(weeks=13)  # ce que l'on propose, au même jour de la semaine : la structure fixe l'échéance


class SuiviForm(forms.ModelForm):
    """L'objectif, et l'échéance que la structure lui fixe."""

    class Meta:
        model = SuiviAMinima
        fields = ["objectif", "echeance", "du"]
        widgets = {"objectif": forms.TextInput(attrs={"autofocus": True}), "echeance": DateInput, "du": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["du"]
        else:
            self.initial["echeance"] = timezone.localdate() + UN_TRIMESTRE

    def clean(self):
        donnees = super().clean()
        if donnees.get("echeance") and donnees.get("du") and donnees["echeance"] < donnees["du"]:
            self.add_error("echeance", "L’échéance vient après le jour où l’objectif est fixé.")
        return donnees


class ControleForm(forms.ModelForm):
    """Ce qu'est devenu l'objectif, et celui qui le suit ; le même se reprend s'il n'est pas atteint."""

    objectif = forms.CharField(
        label="L’objectif qui suit",
        max_length=300,
        required=False,
        help_text="Le même, s’il reste à atteindre. Vide : elle reste sans objectif, et Cèdre vous le redira.",
    )
    echeance = forms.DateField(label="Son échéance", widget=DateInput, required=False)

    class Meta:
        model = SuiviAMinima
        fields = ["resultat", "constat", "au"]
        widgets = {"resultat": forms.RadioSelect, "constat": forms.Textarea(attrs={"rows": 2}), "au": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        aujourdhui = timezone.localdate()
        self.initial |= {"au": aujourdhui, "objectif": self.instance.objectif, "echeance": aujourdhui + UN_TRIMESTRE}
        self.fields["resultat"].choices = SuiviAMinima.resultat.field.choices
        self.fields["resultat"].required = self.fields["au"].required = True

    def clean(self):
        donnees = super().clean()
        if donnees.get("objectif") and not donnees.get("echeance") and "echeance" not in self.errors:
            self.add_error("echeance", "Dites pour quand.")
        finis = (ObjectifEvalue.Resultat.ATTEINT, ObjectifEvalue.Resultat.ABANDONNE)
        if donnees.get("resultat") in finis and donnees.get("objectif") == self.instance.objectif:
            self.add_error("objectif", "Celui-ci est fini : dites celui qui le suit, ou videz ce champ.")
        return donnees

    @property
    def suivant(self) -> SuiviAMinima | None:
        """L'objectif qui suit, pas encore enregistré."""
        objectif, echeance = (self.cleaned_data[nom] for nom in ("objectif", "echeance"))
        return SuiviAMinima(objectif=objectif, echeance=echeance) if objectif else None


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
