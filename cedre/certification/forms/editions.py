"""Les formulaires des éditions et des certifications (CER-1)."""

from django import forms

from cedre.certification.models import Certificat
from cedre.comptes.models import Habilitation, Organisation
from cedre.core.formulaires import DateInput
from cedre.core.yaml_borne import TAILLE_MAX


class FichierForm(forms.Form):
    """Un fichier YAML. format_ : celui que l'on attend."""

    fichier = forms.FileField(label="Fichier YAML", widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}))

    def __init__(self, *args, format_: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fichier"].help_text = f"Au format {format_}."

    def clean_fichier(self):
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 1 Mo.")
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
    """Le jour où une structure a été certifiée."""

    class Meta:
        model = Certificat
        fields = ["organisation", "le"]
        labels = {"organisation": "Structure"}
        widgets = {"le": DateInput}
        help_texts = {"le": "Le jour de la décision du comité. Le certificat vaut trois ans."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.pour(habilitation).structures()
        self.fields["organisation"].empty_label = "Choisir…"


class RetraitForm(forms.Form):
    """Pourquoi une certification est retirée."""

    motif = forms.CharField(
        label="Pourquoi la retirer",
        max_length=200,
        help_text="Par exemple : date mal recopiée. Les traces le gardent, celles de la structure aussi : n’y nommez personne.",
    )
