"""Le formulaire d'un entretien annuel (AME-4)."""

from django import forms
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation
from cedre.core.formulaires import DateInput, proposer
from cedre.qualite.models import EntretienAnnuel


class EntretienAnnuelForm(forms.ModelForm):
    """Avec qui, mené par qui, quand, ce qui s'est dit ; et la version que l'on avait sous les yeux."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    class Meta:
        model = EntretienAnnuel
        fields = ["compte", "mene_par", "tenu_le", "points", "besoins"]
        widgets = {
            "tenu_le": DateInput,
            "points": forms.Textarea(attrs={"rows": 8}),
            "besoins": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "points": "Ces mots ne se lisent que de la personne, de qui a mené l’entretien et de la direction.",
            "besoins": "Un par ligne : chacun pourra entrer au plan de formation, que toute l’équipe lit.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        membres = Habilitation.objects.pour(habilitation).actives().de_l_equipe(timezone.localdate()).values("compte")
        proposer(self, compte=Compte.objects.filter(pk__in=membres), mene_par=habilitation.collegues(Droit.QUALITE_LIRE))
        for nom in ("compte", "mene_par"):
            self.fields[nom].empty_label = "Choisir…"

    def rapprocher(self, garde: EntretienAnnuel) -> list[tuple]:
        """Prépare un second envoi, qui passera ; rend, de ce qui diffère, (quoi, ce qui est saisi, ce que l'autre a écrit)."""
        self.data = self.data.copy()
        self.data["version"] = garde.version
        dits = [(self.fields[nom].label, self.cleaned_data[nom], dit) for nom, dit in garde.mots.items()]
        return [ligne for ligne in dits if ligne[1] != ligne[2]]
