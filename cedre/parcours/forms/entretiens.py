"""Les formulaires de l'entretien d'accueil (ACC-3)."""

from django import forms
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.core.champs import TEXTE_MAX
from cedre.core.formulaires import DateInput, HeureInput, proposer
from cedre.observatoire.models import Terme
from cedre.parcours.forms.dossiers import pas_dans_le_futur
from cedre.parcours.models import Entretien, Personne, Suite, referents_possibles
from cedre.partenariats.models import Partenaire

Issue = Entretien.Issue


def _pas_dans_le_passe(le, quoi: str):
    if le and le < timezone.localdate():
        raise forms.ValidationError(f"{quoi} ne peut pas être prévu dans le passé.")
    return le


class RendezVousForm(forms.ModelForm):
    """Un entretien : quand, où, avec qui. Le premier jour dit peut être passé : il a eu lieu, il reste à l'écrire."""

    QUOI = "Un entretien"

    class Meta:
        model = Entretien
        fields = ["le", "heure", "lieu", "conduit_par"]
        widgets = {"le": DateInput, "heure": HeureInput}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, conduit_par=referents_possibles(habilitation))
        self.fields["heure"].required = True
        if self.nouveau:
            self.fields["le"].help_text = "Il a déjà eu lieu ? Mettez ce jour-là : il vous restera à l’écrire et à le conclure."

    @property
    def nouveau(self) -> bool:
        """Vrai tant que rien n'est à l'agenda."""
        return self.instance.pk is None

    def clean_le(self):
        le = self.cleaned_data["le"]
        return le if self.nouveau else _pas_dans_le_passe(le, self.QUOI)


class CompteRenduForm(forms.Form):
    """Les sections guidées, et la version que l'on avait sous les yeux."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, entretien: Entretien, **kwargs):
        kwargs["initial"] = {"version": entretien.version} | entretien.textes
        super().__init__(*args, **kwargs)
        for nom in Entretien.SECTIONS:
            champ = Entretien._meta.get_field(nom).formfield()
            champ.widget.attrs["rows"] = 4
            self.fields[nom] = champ

    @property
    def textes(self) -> dict[str, str]:
        """Le compte rendu saisi, avec des fins de ligne toujours les mêmes."""
        return {nom: self.cleaned_data[nom].replace("\r\n", "\n") for nom in Entretien.SECTIONS}


class ConclusionForm(forms.Form):
    """La suite d'un entretien : trois issues, et ce que chacune demande ; rien de plus si le dossier a été clos depuis."""

    use_required_attribute = False  # ce qu'exigent les autres issues est caché

    le = forms.DateField(label="A eu lieu le", widget=DateInput)
    issue = forms.ChoiceField(label="Suite donnée", choices=Issue.choices, widget=forms.RadioSelect)
    partenaire = forms.ModelChoiceField(Partenaire.objects.none(), empty_label="Choisir…")
    motif = forms.ModelChoiceField(Terme.objects.none(), empty_label="Choisir…")
    precision = forms.CharField(label="Précision", required=False, max_length=TEXTE_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    prochain_le = forms.DateField(label="Date de l’autre rencontre", widget=DateInput)
    prochaine_heure = forms.TimeField(label="Heure", widget=HeureInput)

    EXIGE = {
        "prochain_le": (Issue.AUTRE_RENCONTRE, "Dites quand vous vous revoyez."),
        "prochaine_heure": (Issue.AUTRE_RENCONTRE, "Dites à quelle heure."),
        "partenaire": (Issue.REORIENTATION, "Dites vers quel partenaire."),
        "motif": (Issue.REORIENTATION, "Une réorientation dit toujours son motif."),
    }

    def __init__(self, *args, personne: Personne, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        if not personne.est_ouverte:
            self.fields = {nom: self.fields[nom] for nom in ("le", "issue")}
            return
        self.fields["partenaire"].queryset = Partenaire.objects.pour(habilitation).filter(actif=True)
        self.fields["motif"].queryset = Terme.objects.de("motif_reorientation")
        for nom, (issue, erreur) in self.EXIGE.items():
            self.fields[nom].required = not self.is_bound or self["issue"].value() == issue
            self.fields[nom].error_messages["required"] = erreur

    def clean_le(self):
        return pas_dans_le_futur(self.cleaned_data["le"], "Un entretien conclu")

    def clean_prochain_le(self):
        autre = self.cleaned_data.get("issue") == Issue.AUTRE_RENCONTRE
        return _pas_dans_le_passe(self.cleaned_data["prochain_le"], "Un entretien") if autre else None

    def conclusion(self, entretien: Entretien) -> dict:
        """Ce que l'opération conclure demande."""
        saisie = self.cleaned_data
        demande = {"issue": saisie["issue"], "le": saisie["le"]}
        if "partenaire" not in self.fields:
            return demande
        if saisie["issue"] == Issue.REORIENTATION:
            demande["suite"] = Suite(partenaire=saisie["partenaire"], motif=saisie["motif"], precision=saisie["precision"])
        elif saisie["issue"] == Issue.AUTRE_RENCONTRE:
            demande["suivant"] = Entretien(
                le=saisie["prochain_le"],
                heure=saisie["prochaine_heure"],
                lieu=entretien.lieu,
                conduit_par_id=entretien.conduit_par_id,
            )
        return demande
