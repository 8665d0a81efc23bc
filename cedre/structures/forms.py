"""Les formulaires de ce que la structure pose."""

from django import forms

from cedre.structures.models import Reglages


class ReglagesForm(forms.ModelForm):
    """Les seuils, les durées et les textes de l'accueil."""

    class Meta:
        model = Reglages
        fields = ["delai_annonce", "duree_entretien", "conservation_mois", "offre", "statut"]
        widgets = {"offre": forms.Textarea(attrs={"rows": 5}), "statut": forms.Textarea(attrs={"rows": 5})}
