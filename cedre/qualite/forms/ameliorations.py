"""Les formulaires d'une action d'amélioration (AME-3)."""

from django import forms
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, proposer
from cedre.qualite.models import ActionAmelioration


class ActionAmeliorationForm(forms.ModelForm):
    """Qui, quoi, pour quand, quel effet."""

    class Meta:
        model = ActionAmelioration
        fields = ["quoi", "effet_attendu", "qui", "echeance", "origine", "reference"]
        widgets = {"echeance": DateInput, "effet_attendu": forms.Textarea(attrs={"rows": 2})}
        labels = {
            "quoi": "Que change-t-on ?",
            "effet_attendu": "Quel effet en attend-on ?",
            "qui": "Qui s’en charge ?",
            "origine": "D’où vient-elle ?",
        }
        help_texts = {
            "effet_attendu": "Ce que l’on regardera pour savoir si cela a servi.",
            "reference": "Par exemple : § 2.1 b, régulation du 3 mars, procédure d’accueil.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, qui=habilitation.collegues(Droit.QUALITE_LIRE))
        self.fields["qui"].empty_label = "Choisir…"


class FaireForm(forms.Form):
    """Ce qui a été fait, et quand."""

    fait = forms.CharField(label="Ce qui a été fait", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    le = forms.DateField(label="Fait le", widget=DateInput, initial=timezone.localdate)


class VerifierForm(forms.Form):
    """L'effet que l'on constate."""

    effet_constate = forms.CharField(label="L’effet que l’on constate", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    efficace = forms.TypedChoiceField(
        label="L’effet attendu est-il là ?",
        widget=forms.RadioSelect,
        choices=[("oui", "Oui"), ("non", "Non : il faudra autre chose")],
        coerce=lambda dit: dit == "oui",
    )
    le = forms.DateField(label="Vérifié le", widget=DateInput, initial=timezone.localdate)


class FiltreActionForm(forms.Form):
    """Les filtres de la liste, gardés dans l'adresse."""

    ETATS = {
        "": "Toutes",
        "a_faire": "À faire",
        "en_retard": "En retard",
        "faites": "Faites",
        "a_verifier": "Effet à vérifier",
        "verifiees": "Effet vérifié",
        "a_clore": "À clore",
        "closes": "Closes",
    }

    q = forms.CharField(
        label="Chercher",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Un mot", "autocomplete": "off"}),
    )
    etat = forms.ChoiceField(label="Où elle en est", required=False, choices=list(ETATS.items()))
    origine = forms.ChoiceField(
        label="D’où vient-elle", required=False, choices=[("", "Peu importe"), *ActionAmelioration.Origine.choices]
    )
    qui = forms.ChoiceField(label="À qui", required=False, choices=[("", "À tous"), ("moi", "À moi")])
    point = forms.CharField(
        label="Point du référentiel", required=False, max_length=20, widget=forms.TextInput(attrs={"placeholder": "2.1a"})
    )
    du = forms.DateField(label="Décidées depuis le", required=False, widget=DateInput)
    au = forms.DateField(label="Décidées jusqu’au", required=False, widget=DateInput)

    def appliquer(self, actions, habilitation: Habilitation):
        """Restreint aux filtres valables."""
        self.full_clean()
        choix = self.cleaned_data
        if (etat := choix.get("etat")) in ("en_retard", "faites", "verifiees"):
            actions = getattr(actions, etat)(timezone.localdate())
        elif etat:
            actions = getattr(actions, etat)()
        if choix.get("origine"):
            actions = actions.filter(origine=choix["origine"])
        if choix.get("point"):
            actions = actions.filter(point__startswith=choix["point"])
        if choix.get("qui"):
            actions = actions.filter(qui=habilitation.compte_id)
        if choix.get("du"):
            actions = actions.filter(decidee_le__gte=choix["du"])
        if choix.get("au"):
            actions = actions.filter(decidee_le__lte=choix["au"])
        if choix.get("q"):
            actions = actions.filter(quoi__icontains=choix["q"])
        return actions
