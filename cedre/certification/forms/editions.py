"""Les formulaires des éditions et des certifications (CER-1)."""

from django import forms

from cedre.certification.models import Certificat
from cedre.core.fichiers import TAILLE_MAX
from cedre.core.formulaires import DateInput


class EditionForm(forms.Form):
    """Le fichier d'une édition."""

    fichier = forms.FileField(
        label="Fichier YAML", help_text="Au format cedre-referentiel/1.", widget=forms.FileInput(attrs={"accept": ".yaml,.yml"})
    )

    def clean_fichier(self):
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 10 Mo.")
        try:
            return fichier.read().decode()
        except UnicodeDecodeError:
            raise forms.ValidationError("Ce fichier n’est pas du texte en UTF-8.") from None


class ValidationForm(forms.Form):
    """La décision du bureau."""

    le = forms.DateField(label="Décision du", widget=DateInput)
    noms = forms.CharField(
        label="Validée par",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="Les membres du bureau, un par ligne.",
    )


class CertificatForm(forms.ModelForm):
    """Le jour d'une certification."""

    class Meta:
        model = Certificat
        fields = ["le"]
        widgets = {"le": DateInput}
