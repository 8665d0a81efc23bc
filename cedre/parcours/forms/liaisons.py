"""Le formulaire de la liaison avec un partenaire (TRA-3)."""

from django import forms

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, proposer
from cedre.parcours.models import Liaison
from cedre.partenariats.models import Partenaire


class LiaisonForm(forms.ModelForm):
    """Ce que l'on demande, à qui, quand relancer ; puis ce qu'il a répondu."""

    class Meta:
        model = Liaison
        fields = ["partenaire", "demande", "le", "relance_le", "reponse", "reponse_le"]
        widgets = {
            "demande": forms.Textarea(attrs={"rows": 4}),
            "reponse": forms.Textarea(attrs={"rows": 4}),
            "le": DateInput,
            "relance_le": DateInput,
            "reponse_le": DateInput,
        }
        help_texts = {
            "demande": "Le partenaire le lira tel quel : ce qu’il lui faut pour répondre, rien sur la santé ni la justice.",
            "relance_le": "Ce jour-là, sans réponse, Cèdre vous le rappelle.",
            "reponse_le": "Vide : aujourd’hui, si vous écrivez une réponse.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, partenaire=Partenaire.objects.pour(habilitation).filter(actif=True))
        if self.instance.pk is None:
            del self.fields["reponse"], self.fields["reponse_le"]
