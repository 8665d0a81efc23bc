"""Les formulaires d'un import : déposer un fichier, dire ce que donne chaque colonne."""

from django import forms

from cedre.comptes.models import Habilitation
from cedre.core.tableau import TAILLE_MAX
from cedre.parcours.models import Importation
from cedre.parcours.operations.importation import CHAINES


class DepotForm(forms.Form):
    """Le fichier à importer."""

    fichier = forms.FileField(
        help_text="CSV, XLSX, XLS ou ODS, 20 Mo au plus. Rien n’est importé avant que vous ayez vu l’aperçu.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.xlsb,.ods"}),
        error_messages={"empty": "Ce fichier est vide."},
    )

    def clean_fichier(self):
        """Refuse un fichier trop lourd avant de le lire."""
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise forms.ValidationError(f"Ce fichier est trop lourd : {TAILLE_MAX // 2**20} Mo au plus.")
        return fichier


class ImportForm(DepotForm):
    """Le fichier, et ce qu'il contient ; qui ne tient pas les contrats n'importe que des personnes."""

    sorte = forms.ChoiceField(label="Ce que le fichier contient", widget=forms.RadioSelect, initial=Importation.Sorte.PERSONNES)
    field_order = ["sorte", "fichier"]

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sorte"].choices = [(s.value, s.label) for s in Importation.sortes_offertes(habilitation)]
        if len(self.fields["sorte"].choices) == 1:  # rien à choisir
            self.fields["sorte"].widget = self.fields["sorte"].hidden_widget()


class ColonnesForm(forms.Form):
    """Ce que donne chaque colonne du fichier ; celles que l'on n'a pas le droit de lire n'y sont pas."""

    def __init__(self, *args, importation: Importation, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        choix = [("", "Ne pas lire"), *((c.nom, c.libelle) for c in CHAINES[importation.sorte].colonnes(habilitation))]
        for rang, colonne in enumerate(importation.colonnes):
            if not colonne["ecartee"]:
                champ = forms.ChoiceField(choices=choix, label=colonne["entete"], required=False, initial=colonne["champ"])
                champ.exemples = colonne["exemples"]
                self.fields[f"colonne_{rang}"] = champ

    def correspondance(self) -> dict[int, str]:
        """Le rang de chaque colonne du fichier, et la colonne attendue qu'elle donne."""
        return {int(nom.removeprefix("colonne_")): valeur for nom, valeur in self.cleaned_data.items()}
