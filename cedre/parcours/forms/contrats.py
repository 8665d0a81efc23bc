"""Les formulaires du contrat de travail, de ses suspensions, de sa rupture, du PASS IAE."""

from django import forms

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, proposer
from cedre.observatoire.models import AnnexeFinanciere, Terme
from cedre.parcours.models import Contrat, PassIAE, Suspension


class ContratForm(forms.ModelForm):
    """Un contrat ; les natures proposées sont celles de la structure. Rompu, sa rupture se corrige aussi."""

    class Meta:
        model = Contrat
        fields = ["nature", "debut", "fin_prevue", "heures_hebdo", "remuneration_horaire", "annexe", "rompu_le", "motif_rupture"]
        widgets = {"debut": DateInput, "fin_prevue": DateInput, "rompu_le": DateInput}
        help_texts = {"rompu_le": "Vide s’il n’a pas été rompu."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        choix = {
            "nature": Terme.objects.de("nature_contrat").pour_type(habilitation.organisation.type_siae),
            "annexe": AnnexeFinanciere.objects.pour(habilitation),
        }
        if self.instance.rompu_le:
            choix["motif_rupture"] = Terme.objects.de("motif_rupture")
        else:
            del self.fields["rompu_le"], self.fields["motif_rupture"]
        proposer(self, **choix)


class RuptureForm(forms.Form):
    """La date et le motif d'une rupture."""

    le = forms.DateField(label="Dernier jour de travail", widget=DateInput, help_text="Ce jour est compris dans le contrat.")
    motif = forms.ModelChoiceField(Terme.objects.none(), empty_label="Choisir…")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motif"].queryset = Terme.objects.de("motif_rupture")


class SuspensionForm(forms.ModelForm):
    """Un temps sans travail ; le retour se note quand il est connu."""

    class Meta:
        model = Suspension
        fields = ["motif", "du", "au"]
        widgets = {"du": DateInput, "au": DateInput}
        labels = {"du": "Premier jour d’absence", "au": "Dernier jour d’absence"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, motif=Terme.objects.de("motif_suspension"))


class NumeroDePass(forms.CharField):
    """Un numéro de PASS IAE, que l'on recopie souvent avec ses espaces."""

    def to_python(self, value):
        return super().to_python(value).replace(" ", "").upper()


class PassForm(forms.ModelForm):
    """Le PASS IAE ; laissé vide, son dernier jour est le 730e."""

    class Meta:
        model = PassIAE
        fields = ["numero", "debut", "fin"]
        field_classes = {"numero": NumeroDePass}
        widgets = {"debut": DateInput, "fin": DateInput, "numero": forms.TextInput(attrs={"autocomplete": "off"})}
        help_texts = {"fin": "Vide : le 730e jour. Une prolongation ou une suspension le repousse."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fin"].required = False
        self.fields["numero"].widget.attrs.pop("maxlength")  # les espaces recopiés ne comptent pas

    def clean_fin(self):
        fin, debut = self.cleaned_data["fin"], self.cleaned_data.get("debut")
        return PassIAE.fin_ordinaire(debut) if debut and not fin else fin
