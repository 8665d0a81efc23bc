"""Le formulaire d'une image d'un rapport : elle, sa légende, où elle se montre."""

from django import forms

from cedre.core.images import recevoir
from cedre.observatoire.cadre import Cadre
from cedre.observatoire.models import ImageDuRapport
from cedre.observatoire.models.rapports import MOTS

POIDS, COTE = 10_000_000, 6_000  # octets ; pixels, la photo d'un téléphone


class ImageForm(forms.ModelForm):
    """Une image à joindre ; déjà jointe, tout sauf elle."""

    chapitre = forms.ChoiceField(label="Où elle se montre")

    class Meta:
        model = ImageDuRapport
        fields = ["fichier", "legende", "chapitre", "rang"]
        widgets = {"fichier": forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"})}
        help_texts = {
            "fichier": "PNG ou JPEG, 10 Mo au plus ; le lieu et le jour de la prise de vue en sont ôtés. Personne ne doit s’y "
            "reconnaître sans son accord.",
            "legende": "Sous l’image, et lue à qui ne la voit pas : dites ce qu’elle montre.",
            "rang": "Au même endroit, le plus petit d’abord.",
        }

    def __init__(self, *args, cadre: Cadre, **kwargs):
        super().__init__(*args, **kwargs)
        chapitres = [(c.code, c.libelle) for c in cadre.chapitres]
        self.fields["chapitre"].choices = [(MOTS, self.instance.rapport.titre_des_mots), *chapitres]
        if self.instance.pk:
            del self.fields["fichier"]

    def clean_fichier(self):
        return recevoir(self.cleaned_data["fichier"], poids=POIDS, cote=COTE)
