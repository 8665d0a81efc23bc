"""Ce qu'une personne écrit dans son espace : son code, une réponse, un objectif à elle (INS-2, INS-7)."""

from django import forms

from cedre.parcours.models import Reponse

TEXTE_MAX = 2000


def _mots(lignes: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lignes})


class CodeDEspaceForm(forms.Form):
    """Le code, tel qu'on le tape."""

    code = forms.CharField(
        label="Votre code",
        max_length=60,
        help_text="Il est écrit sur le papier que l’on vous a donné. Il a 12 signes.",
        widget=forms.TextInput(
            attrs={"class": "code-saisi", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class ReponseForm(forms.Form):
    """Une réponse à un texte remis ; des mots si l'on veut en parler."""

    nature = forms.ChoiceField(choices=[c for c in Reponse.Nature.choices if c[0] != Reponse.Nature.PROPOSITION])
    texte = forms.CharField(label="Ce que je veux dire", required=False, max_length=TEXTE_MAX, widget=_mots(3))


class ObjectifProposeForm(forms.Form):
    """Un objectif à soi."""

    texte = forms.CharField(
        label="Mon objectif",
        max_length=TEXTE_MAX,
        help_text="Par exemple : passer le permis, apprendre un métier, trouver un logement.",
        widget=_mots(4),
    )
