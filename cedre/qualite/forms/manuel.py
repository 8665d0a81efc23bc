"""Les formulaires du manuel : une section, une publication, une liste de lecture en papier (MAN-1, MAN-3)."""

from django import forms
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation
from cedre.core.formulaires import ChoixMultiple, DateInput
from cedre.parcours.models import Personne
from cedre.qualite.forms.procedures import LignesField
from cedre.qualite.manuel import Section
from cedre.qualite.models import TexteDuManuel, VersionDuManuel
from cedre.qualite.operations.manuel import a_informer


class TexteForm(forms.Form):
    """Ce que la structure écrit d'une section, et la version que l'on avait sous les yeux."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    texte = forms.CharField(
        label="Le texte de la structure",
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 16}),
    )

    def __init__(self, *args, section: Section, ecrit: TexteDuManuel, **kwargs):
        super().__init__(*args, initial={"texte": ecrit.texte, "version": ecrit.version}, **kwargs)
        self.fields["texte"].help_text = f"{section.aide} Une ligne vide sépare deux paragraphes."

    def rapprocher(self, actuel: TexteDuManuel) -> list[tuple[str, str, str]]:
        """Prépare un second envoi, qui passera ; rend (quoi, ce qui est saisi, ce que l'autre a écrit)."""
        self.data = self.data.copy()
        self.data["version"] = actuel.version
        return [(self.fields["texte"].label, self.cleaned_data["texte"], actuel.texte)]


class PublicationForm(forms.ModelForm):
    """Qui approuve la version, quand, et ce qui change."""

    class Meta:
        model = VersionDuManuel
        fields = ["approuvee_par", "au_titre_de", "approuvee_le", "changements"]
        widgets = {"approuvee_le": DateInput, "changements": forms.Textarea(attrs={"rows": 3})}

    def clean_approuvee_le(self):
        le = self.cleaned_data["approuvee_le"]
        if le > timezone.localdate():
            raise forms.ValidationError("Elle ne se publie qu’une fois approuvée : ce jour est à venir.")
        return le


class ListeEnPapierForm(forms.Form):
    """Une liste signée, recopiée : qui a lu la version publiée, quel jour."""

    comptes = ChoixMultiple(Compte.objects.none(), label="De l’équipe", required=False, widget=forms.CheckboxSelectMultiple)
    personnes = ChoixMultiple(
        Personne.objects.none(), label="Salariés en parcours", required=False, widget=forms.CheckboxSelectMultiple
    )
    noms = LignesField(
        label="Autres personnes",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bénévoles, administrateurs sans compte : un nom par ligne.",
    )
    le = forms.DateField(label="Lu le", widget=DateInput, initial=timezone.localdate)

    def __init__(self, *args, habilitation: Habilitation, version: VersionDuManuel, **kwargs):
        super().__init__(*args, **kwargs)
        l_ont_lue = version.lectures.filter(compte__isnull=False).values("compte")
        self.fields["comptes"].queryset = habilitation.collegues(Droit.QUALITE_LIRE).exclude(pk__in=l_ont_lue)
        self.fields["personnes"].queryset = a_informer(habilitation, version)

    def clean_le(self):
        if self.cleaned_data["le"] > timezone.localdate():
            raise forms.ValidationError("Ce jour est à venir.")
        return self.cleaned_data["le"]

    def clean_noms(self):
        noms = self.cleaned_data["noms"]
        if any(len(nom) > 120 for nom in noms):
            raise forms.ValidationError("Un nom par ligne, de 120 signes au plus.")
        return noms

    def clean(self):
        donnees = super().clean()
        if not self.errors and not any(donnees.get(nom) for nom in ("comptes", "personnes", "noms")):
            raise forms.ValidationError("Cochez au moins une personne, ou écrivez un nom.")
        return donnees
