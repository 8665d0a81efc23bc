"""Les formulaires d'une réclamation : la dire, en accuser réception, y répondre, la clore (AME-1)."""

from django import forms
from django.db.models import Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation
from cedre.core.formulaires import DateInput
from cedre.qualite.models import Reclamation
from cedre.qualite.operations.reclamations import SANS_REPONSE

TEXTE_MAX = 4000


def _mots(lignes: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lignes})


class SignalerForm(forms.ModelForm):
    """Pour toute l'équipe, en moins d'une minute : ce qui ne va pas, et qui le dit."""

    anonyme = forms.BooleanField(
        label="Ne pas dire que c’est moi qui le signale",
        required=False,
        help_text="Votre nom ne sera gardé nulle part : on ne pourra pas vous répondre. Ce sera lu demain, avec ce qui est dit le"
        " même jour. Dans une petite équipe, ou à votre façon de le dire, on peut encore vous deviner.",
    )

    class Meta:
        model = Reclamation
        fields = ["texte", "sorte", "origine", "canal", "recue_le", "qui", "contact"]
        widgets = {"texte": _mots(4), "recue_le": DateInput, "sorte": forms.RadioSelect}
        labels = {"texte": "Ce qui ne va pas"}
        help_texts = {
            "qui": "Seulement si la personne le veut bien.",
            "contact": "Un téléphone, une adresse, un courriel. Sans lui, personne n’attend de réponse.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ici = {Reclamation.Canal.ESPACE, Reclamation.Canal.PUBLIC}
        self.fields["canal"].choices = [c for c in Reclamation.Canal.choices if c[0] not in ici]
        self.fields["origine"].choices = [("", "Choisir…"), *Reclamation.Origine.choices]


class PubliqueForm(forms.ModelForm):
    """Pour tout le monde, sans compte ni nom si l'on veut."""

    class Meta:
        model = Reclamation
        fields = ["texte", "origine", "qui", "contact"]
        widgets = {"texte": _mots(6), "origine": forms.RadioSelect}
        labels = {"texte": "Ce qui ne va pas", "origine": "Vous êtes", "qui": "Votre nom", "contact": "Comment vous répondre"}
        help_texts = {
            "qui": "Vous pouvez ne pas le dire.",
            "contact": "Un téléphone ou une adresse. Si vous ne laissez rien, nous ne pourrons pas vous répondre.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["origine"].choices = [
            ("salarie", "Je travaille avec la structure"),
            ("demandeur", "Je cherche un emploi"),
            ("client", "Je suis client"),
            ("partenaire", "Je suis partenaire"),
            ("autre", "Autre, ou je préfère ne pas le dire"),
        ]


class EspaceForm(forms.Form):
    """Depuis son espace : ce qui ne va pas, avec ou sans son nom."""

    texte = forms.CharField(label="Ce qui ne va pas", max_length=TEXTE_MAX, widget=_mots(5))
    nommee = forms.TypedChoiceField(
        label="Mon nom",
        widget=forms.RadioSelect,
        choices=[("oui", "Je dis mon nom. On me répondra."), ("non", "Je ne dis pas mon nom.")],
        coerce=lambda dit: dit == "oui",
    )


class AccuserForm(forms.Form):
    """Le jour où l'on a dit « bien reçu », et qui s'en charge."""

    traitee_par = forms.ModelChoiceField(Compte.objects.none(), label="Qui s’en charge", empty_label="Choisir…")
    le = forms.DateField(label="Réception accusée le", widget=DateInput, initial=timezone.localdate)

    def __init__(self, *args, reclamation: Reclamation, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        offerts = Q(pk__in=habilitation.collegues(Droit.QUALITE_TENIR)) | Q(pk=reclamation.traitee_par_id)
        self.fields["traitee_par"].queryset = Compte.objects.filter(offerts)


class RepondreForm(forms.Form):
    """Ce que l'on a fait, ce que l'on a répondu ; sur la même page que l'accusé de réception, qui a aussi sa date."""

    traitement = forms.CharField(label="Ce que l’on a fait", required=False, max_length=TEXTE_MAX, widget=_mots(3))
    reponse = forms.CharField(label="Ce que l’on a répondu", max_length=TEXTE_MAX, widget=_mots(3))
    le = forms.DateField(label="Répondu le", widget=DateInput, initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="reponse_%s", **kwargs)


class CloreReclamationForm(forms.Form):
    """Pourquoi clore sans réponse ; rien à dire s'il y en a une."""

    motif = forms.CharField(
        label="Pourquoi il n’y a pas de réponse",
        max_length=1000,
        widget=_mots(2),
        help_text="Par exemple : personne à qui répondre, et ce que l’on en a fait.",
        error_messages={"required": SANS_REPONSE},
    )

    def __init__(self, *args, reclamation: Reclamation, **kwargs):
        super().__init__(*args, **kwargs)
        if reclamation.repondue_le:
            del self.fields["motif"]


class FiltreReclamationForm(forms.Form):
    """Les filtres de la liste, gardés dans l'adresse."""

    ETATS = {
        "": "Ouvertes",
        "a_accuser": "Accusé à envoyer",
        "a_repondre": "À répondre",
        "en_retard": "En retard",
        "a_clore": "À clore",
        "closes": "Closes",
        "delai_tenu": "Délai passé, et tenu",
        "toutes": "Toutes",
    }

    q = forms.CharField(
        label="Chercher",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Un mot, un nom", "autocomplete": "off"}),
    )
    etat = forms.ChoiceField(label="Où elle en est", required=False, choices=list(ETATS.items()))
    sorte = forms.ChoiceField(label="C’est", required=False, choices=[("", "Peu importe"), *Reclamation.Sorte.choices])
    origine = forms.ChoiceField(label="Qui le dit", required=False, choices=[("", "Peu importe"), *Reclamation.Origine.choices])
    du = forms.DateField(label="Reçues depuis le", required=False, widget=DateInput)
    au = forms.DateField(label="Reçues jusqu’au", required=False, widget=DateInput)

    def appliquer(self, reclamations):
        """Restreint aux filtres valables."""
        self.full_clean()
        choix = self.cleaned_data
        etat = choix.get("etat", "")
        if etat == "en_retard":
            reclamations = reclamations.en_retard(timezone.localdate())
        elif etat == "delai_tenu":
            reclamations = reclamations.delai_passe(timezone.localdate()).traitees_a_temps()
        elif etat == "closes":
            reclamations = reclamations.exclude(close_le=None)
        elif etat != "toutes":
            verbe = {"": "ouvertes"}.get(etat, etat)
            reclamations = getattr(reclamations, verbe)()
        for champ in ("sorte", "origine"):
            if choix.get(champ):
                reclamations = reclamations.filter(**{champ: choix[champ]})
        if choix.get("du"):
            reclamations = reclamations.filter(recue_le__gte=choix["du"])
        if choix.get("au"):
            reclamations = reclamations.filter(recue_le__lte=choix["au"])
        if choix.get("q"):
            reclamations = reclamations.filter(Q(texte__icontains=choix["q"]) | Q(qui__icontains=choix["q"]))
        return reclamations
