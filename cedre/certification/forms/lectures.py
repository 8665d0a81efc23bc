"""Les formulaires de ce que le texte laisse ouvert (CER-3)."""

import re
from fractions import Fraction

from django import forms
from django.utils import timezone

from cedre.certification.referentiel import Lecture, SorteDeLecture
from cedre.core.champs import TEXTE_MAX
from cedre.core.formulaires import DateInput
from cedre.core.typographie import typographier

MOITIE = Fraction(1, 2)


class PartField(forms.CharField):
    """Une part, telle qu'on la dit : « 80 % », « 4/5 » ; rendue en fraction exacte, « 4/5 »."""

    default_error_messages = {"part": "Écrivez une part : « 80 % », ou « 4/5 »."}

    def clean(self, value):
        dit = super().clean(value).replace("\N{NO-BREAK SPACE}", " ").replace(",", ".").strip()
        if not re.fullmatch(r"\d{1,3}(\.\d{1,3})? ?%?|\d{1,3}/[1-9]\d{0,2}", dit):
            raise forms.ValidationError(self.error_messages["part"])
        part = Fraction(dit.removesuffix("%").strip()) / (100 if dit.endswith("%") else 1)
        if not MOITIE <= part <= 1:
            raise forms.ValidationError("Une part va de la moitié au tout : en dessous, un verdict dirait combien l’ont fait.")
        return f"{part.numerator}/{part.denominator}"


class RetenirForm(forms.Form):
    """Qui retient, et à partir de quand."""

    retenue_par = forms.CharField(
        label="Retenue par", max_length=160, help_text="L’instance et sa séance : « le bureau du 12 mars »."
    )
    du = forms.DateField(
        label="Vaut à partir du", widget=DateInput, initial=timezone.localdate, help_text="Aujourd’hui au plus tôt."
    )


class AdoptionForm(RetenirForm):
    """Ce que l'on adopte de ce que Cèdre propose. proposees : par code, ce qui s'en lit ; ouvertes : les codes à cocher."""

    lectures = forms.MultipleChoiceField(
        label="Ce que vous adoptez",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une question."},
    )
    field_order = ["lectures", "retenue_par", "du"]

    def __init__(self, *args, proposees: dict[str, str], ouvertes: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        montrees = [*ouvertes, *self.data.getlist("lectures")] if self.is_bound else ouvertes
        self.fields["lectures"].choices = [(code, typographier(dit)) for code, dit in proposees.items() if code in montrees]
        self.initial["lectures"] = ouvertes


class LectureForm(RetenirForm):
    """La réponse à une question, et sa raison."""

    pourquoi = forms.CharField(
        label="Pourquoi",
        max_length=TEXTE_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Tout le réseau le lira : n’y nommez personne.",
    )
    field_order = ["reponse", "pourquoi", "retenue_par", "du"]

    def __init__(self, *args, lecture: Lecture, **kwargs):
        super().__init__(*args, **kwargs)
        propose = lecture.projet
        if lecture.sorte == SorteDeLecture.TOLERANCE:
            reponse = PartField(label="Au moins", max_length=20, help_text="Une part de ce qui est compté : « 80 % », « 4/5 ».")
        else:
            choix = lecture.reponses or {"oui": "Oui", "non": "Non"}
            reponse = forms.ChoiceField(label="Réponse", choices=[("", "Choisir…"), *choix.items()])
        self.fields["reponse"] = reponse
        if propose:
            self.initial["reponse"] = propose.reponse  # sa raison se lit à côté : elle n'est pas celle d'une autre réponse
        self.order_fields(self.field_order)
