"""Les formulaires du projet de la structure (PRO-1)."""

from django import forms

from cedre.core.formulaires import DateInput, EnSections
from cedre.core.indicateurs import tous
from cedre.core.texte import normaliser
from cedre.structures.models import Axe, ProjetAssociatif


class DansLaStructure:
    """Une ligne dont l'unicité se vérifie dans la structure : l'organisation, posée avant la saisie, y compte."""

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"organisation"}


class ProjetAssociatifForm(DansLaStructure, forms.ModelForm):
    """Le projet associatif, tel qu'il a été adopté."""

    class Meta:
        model = ProjetAssociatif
        fields = ["texte", "le", "adopte_par"]
        widgets = {"texte": forms.Textarea(attrs={"rows": 16}), "le": DateInput}
        help_texts = {
            "texte": "Une page : 3 500 signes au plus.",
            "adopte_par": "L’assemblée générale, le conseil d’administration…",
        }


class AxeForm(EnSections, forms.ModelForm):
    """Une priorité de la structure."""

    SECTIONS = {
        "La priorité": ("intitule", "pourquoi"),
        "Quand, par qui": ("defini_le", "defini_par", "jusqu_au", "diffuse_le", "diffusion"),
        "Ce qui la suit": ("codes",),
    }
    codes = forms.MultipleChoiceField(
        label="Indicateurs",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leur mesure du jour se lira sous l’axe.",
    )

    class Meta:
        model = Axe
        fields = ["intitule", "pourquoi", "defini_le", "defini_par", "jusqu_au", "diffuse_le", "diffusion", "codes"]
        widgets = {"pourquoi": forms.Textarea(attrs={"rows": 4})} | dict.fromkeys(
            ("defini_le", "jusqu_au", "diffuse_le"), DateInput
        )
        help_texts = {
            "defini_le": "Redit depuis, un axe garde son premier jour et repart pour trente-six mois : écrivez ici ce jour-là.",
            "defini_par": "Le conseil d’administration, l’équipe, l’assemblée générale…",
            "jusqu_au": "Dernier jour où il vaut. Vide s’il n’a pas de fin.",
            "diffusion": "Réunion d’équipe, lettre aux adhérents, affiche à l’accueil…",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [(i.code, i.libelle) for i in sorted(tous().values(), key=lambda i: normaliser(i.libelle))]
        if self.instance.pk:  # un code que Cèdre ne connaît plus ne se coche plus, et se perd à l'enregistrement
            self.initial["codes"] = [indicateur.code for indicateur in self.instance.indicateurs]
