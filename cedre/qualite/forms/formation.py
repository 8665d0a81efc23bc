"""Les formulaires du plan de formation (PRO-2)."""

from django import forms
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, EnSections, proposer
from cedre.qualite.models import ActionDeFormation
from cedre.structures.models import Poste


class ActionDeFormationForm(EnSections, forms.ModelForm):
    """Un besoin de formation, l'action qui y répond, et ce qu'il en est advenu."""

    SECTIONS = {
        "Le besoin": ("besoin", "poste", "pour_qui"),
        "L’action": ("intitule", "organisme", "prevue_du", "prevue_au", "heures", "cout"),
        "Ce qu’il en est": ("realisee_le", "abandonnee_le", "motif"),
    }

    class Meta:
        model = ActionDeFormation
        fields = ["besoin", "poste", "pour_qui", "intitule", "organisme", "prevue_du", "prevue_au", "heures", "cout"]
        fields += ["realisee_le", "abandonnee_le", "motif"]
        widgets = dict.fromkeys(("prevue_du", "prevue_au", "realisee_le", "abandonnee_le"), DateInput)
        help_texts = {
            "poste": "Le poste concerné ; vide pour toute l’équipe.",
            "pour_qui": "Les noms, s’il le faut.",
            "heures": "Pour l’ensemble des personnes.",
            "cout": "En euros, pour l’ensemble.",
            "realisee_le": "Le dernier jour de l’action, quand elle a eu lieu.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, poste=Poste.objects.pour(habilitation).ouverts(timezone.localdate()))

    def clean_realisee_le(self):
        """Ce qui est à venir n'a pas eu lieu."""
        return _pas_a_venir(self.cleaned_data["realisee_le"])

    def clean_abandonnee_le(self):
        """De même."""
        return _pas_a_venir(self.cleaned_data["abandonnee_le"])


def _pas_a_venir(jour):
    if jour and jour > timezone.localdate():
        raise forms.ValidationError("Ce jour n’est pas encore venu.")
    return jour
