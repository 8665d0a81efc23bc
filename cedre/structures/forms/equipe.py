"""Les formulaires de l'équipe : un poste, qui le tient (PRO-2)."""

from django import forms
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, proposer
from cedre.structures.models import Occupation, Poste
from cedre.structures.models.equipe import Fonction


class PosteForm(forms.ModelForm):
    """Un poste de l'équipe permanente."""

    fonctions = forms.MultipleChoiceField(
        label="À quoi il sert",
        choices=Fonction,
        widget=forms.CheckboxSelectMultiple,
        help_text="L’organigramme fonctionnel le montre sous chacune.",
    )

    class Meta:
        model = Poste
        fields = ["intitule", "missions", "fonctions", "rattache_a", "ouvert_le", "ferme_le"]
        widgets = {"missions": forms.Textarea(attrs={"rows": 4}), "ouvert_le": DateInput, "ferme_le": DateInput}
        help_texts = {
            "missions": "En quelques lignes : ce que l’on en attend.",
            "rattache_a": "Le poste dont il dépend. Vide : il est en haut de l’organigramme.",
            "ferme_le": "Qui le tient encore le quitte ce jour-là. Il reste dans les organigrammes d’avant.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        autres = Poste.objects.pour(habilitation).ouverts(timezone.localdate()).exclude(pk=self.instance.pk)
        proposer(self, rattache_a=autres)
        if not self.instance.pk:
            del self.fields["ferme_le"]


class OccupationForm(forms.ModelForm):
    """Quelqu'un tient un poste : qui, depuis quand, jusqu'à quand."""

    class Meta:
        model = Occupation
        fields = ["compte", "nom", "du", "au"]
        widgets = {"du": DateInput, "au": DateInput}
        help_texts = {
            "compte": "Si cette personne se connecte à Cèdre.",
            "nom": "Tel qu’on le lira. Vide : le nom du compte.",
            "au": "Son dernier jour à ce poste ; vide tant qu’il n’est pas connu.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nom"].required = False
        proposer(self, compte=Habilitation.objects.pour(habilitation).actives().comptes())

    def clean(self):
        donnees = super().clean()
        if not donnees.get("nom"):
            if donnees.get("compte"):
                donnees["nom"] = str(donnees["compte"])
            elif "nom" not in self.errors:
                self.add_error("nom", "Dites qui c’est : un compte, ou un nom.")
        return donnees
