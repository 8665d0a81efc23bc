"""Les formulaires d'une enquête : l'ouvrir, y répondre (AME-2)."""

from django import forms

from cedre.core.formulaires import DateInput
from cedre.qualite.models import Enquete
from cedre.qualite.questionnaires import questionnaires


class EnqueteForm(forms.ModelForm):
    """Quel questionnaire, et pendant combien de temps."""

    modele = forms.ChoiceField(label="À qui, et quand", widget=forms.RadioSelect)

    class Meta:
        model = Enquete
        fields = ["modele", "du", "au"]
        widgets = {"du": DateInput, "au": DateInput}
        labels = {"du": "On peut répondre du", "au": "Jusqu’au"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["modele"].choices = [(m.code, f"{m.pour} · {m.quand.lower()}") for m in questionnaires().values()]


class ReponseEnqueteForm(forms.Form):
    """Un questionnaire à remplir : aucune question n'est obligatoire. questions : celles que l'enquête a figées."""

    def __init__(self, *args, questions: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question["code"]] = self._champ(question)

    @staticmethod
    def _champ(question: dict) -> forms.Field:
        if question["genre"] == "texte":
            zone, aide = forms.Textarea(attrs={"rows": 3}), "Sans nom de personne."
            return forms.CharField(label=question["texte"], required=False, max_length=1000, widget=zone, help_text=aide)
        mots = list(enumerate(question["mots"]))
        return forms.TypedChoiceField(
            label=question["texte"], required=False, choices=mots, widget=forms.RadioSelect, coerce=int, empty_value=None
        )
