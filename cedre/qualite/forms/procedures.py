"""Le formulaire d'une procédure (TRA-4)."""

from django import forms
from django.utils import timezone

from cedre.core.formulaires import DateInput, EnSections
from cedre.core.indicateurs import tous
from cedre.qualite.models import Procedure


class LignesField(forms.CharField):
    """Des lignes de texte, une par élément : la valeur est leur liste."""

    widget = forms.Textarea

    def prepare_value(self, value):
        """La liste, telle qu'on la saisit."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value) -> list[str]:
        """Les lignes qui disent quelque chose."""
        return [ligne.strip() for ligne in super().clean(value).splitlines() if ligne.strip()]

    def has_changed(self, initial, data) -> bool:
        """Vrai si les lignes diffèrent, où que passe le retour à la ligne."""
        return (initial or []) != [ligne.strip() for ligne in (data or "").splitlines() if ligne.strip()]


class ProcedureForm(EnSections, forms.ModelForm):
    """Une procédure et, quand on la change, ce qui change."""

    SECTIONS = {
        "Ce qu’elle est": ("titre", "mission", "objet", "but", "phase", "qui"),
        "Comment on fait": ("etapes", "outils"),
        "Faire ce que l’on a écrit": ("reglage", "valeur", "codes"),
        "La tenir à jour": ("depuis", "relue_le", "changement", "prochaine_revision"),
    }
    etapes = LignesField(
        label="Étapes", max_length=6000, widget=forms.Textarea(attrs={"rows": 8}), help_text="Une par ligne, dans l’ordre."
    )
    outils = LignesField(
        label="Outils",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Un par ligne : le nom que l’équipe lui donne.",
    )
    codes = forms.MultipleChoiceField(
        label="Indicateurs qui la surveillent",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leur mesure du jour se lira sur la page de la procédure.",
    )
    relue_le = forms.DateField(label="Relue le", widget=DateInput, initial=timezone.localdate)
    changement = forms.CharField(label="Ce qui change", required=False, max_length=300)

    class Meta:
        model = Procedure
        fields = ["titre", "but", "mission", "objet", "phase", "qui", "etapes", "outils", "codes", "reglage", "valeur", "depuis"]
        fields += ["prochaine_revision"]
        widgets = {"but": forms.Textarea(attrs={"rows": 3}), "depuis": DateInput, "prochaine_revision": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        a_tenir = ((i.code, i.libelle) for i in tous().values() if i.se_corrige)
        self.fields["codes"].choices = sorted(a_tenir, key=lambda choix: choix[1])
        if self.instance.pk:  # un code que Cèdre ne connaît plus ne se coche plus
            self.initial["codes"] = [code for code in self.instance.codes if code in tous()]

    def clean_relue_le(self):
        le = self.cleaned_data["relue_le"]
        if le > timezone.localdate():
            raise forms.ValidationError("Une relecture a déjà eu lieu : ce jour est à venir.")
        return le

    def clean_depuis(self):
        if self.cleaned_data["depuis"] > timezone.localdate():
            raise forms.ValidationError("Ce jour est à venir : une procédure en vigueur est déjà suivie.")
        return self.cleaned_data["depuis"]
