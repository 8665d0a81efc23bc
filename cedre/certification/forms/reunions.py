"""Les formulaires des réunions d'évaluation (AME-4)."""

from django import forms
from django.db.models import Q

from cedre.certification.models import ReunionEvaluation
from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation
from cedre.core.formulaires import ChoixMultiple, DateInput


class ReunionForm(forms.ModelForm):
    """Quand l'équipe se réunit, et la période qu'elle regarde."""

    class Meta:
        model = ReunionEvaluation
        fields = ["nature", "prevue_le", "du", "au"]
        widgets = {"nature": forms.RadioSelect} | dict.fromkeys(("prevue_le", "du", "au"), DateInput)
        help_texts = {"du": "Les verdicts de ce jour-là se comparent à ceux du jour de la réunion."}


class TenirForm(forms.Form):
    """Qui était là, ce qui s'est dit, ce que l'on en retient ; et la version que l'on avait sous les yeux."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    le = forms.DateField(label="Elle s’est tenue le", widget=DateInput)
    presents = ChoixMultiple(
        Compte.objects.none(),
        label="Qui était là",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez qui était là."},
    )
    autres_presents = forms.CharField(
        label="Et aussi",
        required=False,
        max_length=300,
        help_text="Administrateurs, salariés en parcours qui l’acceptent, partenaires : ce texte s’imprime.",
    )
    compte_rendu = forms.CharField(
        label="Ce qui s’est dit",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Ne nommez personne en parcours : toute l’équipe et le conseil d’administration le lisent.",
    )
    conclusions = forms.CharField(
        label="Ce que l’on en retient", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, reunion: ReunionEvaluation, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        offerts = Q(pk__in=habilitation.collegues(Droit.QUALITE_LIRE)) | Q(pk__in=reunion.presents.all())
        self.fields["presents"].queryset = Compte.objects.filter(offerts)
        if reunion.tenue_le:
            self.fields["le"].disabled = True

    def rapprocher(self, actuelle: ReunionEvaluation) -> list[tuple[str, str, str]]:
        """Prépare un second envoi, qui passera ; rend, de ce qui diffère, (quoi, ce qui est saisi, ce que l'autre a écrit)."""
        self.data = self.data.copy()
        self.data["version"] = actuelle.version
        saisis, gardes = [", ".join(sorted(map(str, qui))) for qui in (self.cleaned_data["presents"], actuelle.presents.all())]
        dits = [("presents", saisis, gardes), *((nom, self.cleaned_data[nom], dit) for nom, dit in actuelle.mots.items())]
        return [(self.fields[nom].label, saisi, garde) for nom, saisi, garde in dits if saisi != garde]
