"""Les formulaires de l'annuaire."""

from django import forms

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import ChoixMultiple, DateInput, proposer
from cedre.observatoire.models import Terme
from cedre.partenariats.models import Client, Convention, Partenaire, Rencontre


def _nom_libre(form: forms.ModelForm, refus: str) -> str:
    """Le nom, espaces ramassés, si aucune autre ligne de la structure ne le porte, à la casse près."""
    nom = " ".join(form.cleaned_data["nom"].split())
    homonymes = form._meta.model._base_manager.filter(organisation=form.instance.organisation_id, nom__iexact=nom)
    if homonymes.exclude(pk=form.instance.pk).exists():
        raise forms.ValidationError(refus)
    return nom


class PartenaireForm(forms.ModelForm):
    """Un partenaire, tel que l'équipe en a besoin pour réorienter ou joindre."""

    class Meta:
        model = Partenaire
        fields = ["nom", "nature", "role", "themes", "contact", "telephone", "courriel", "adresse", "actif"]
        widgets = {
            "nature": forms.RadioSelect,
            "themes": forms.CheckboxSelectMultiple,
            "telephone": forms.TextInput(attrs={"inputmode": "tel"}),
        }
        field_classes = {"themes": ChoixMultiple}
        help_texts = {
            "role": "Hébergement d’urgence, permis solidaire, cours de français…",
            "actif": "Décoché, il reste dans les dossiers où il figure, mais on n’y réoriente plus personne.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, themes=Terme.objects.de(Terme.Liste.DOMAINE))

    def clean_nom(self):
        return _nom_libre(self, "Un partenaire porte déjà ce nom.")


class ClientForm(forms.ModelForm):
    """Un client : qui fait travailler, et qui l'on y appelle (INS-6)."""

    class Meta:
        model = Client
        fields = ["nom", "nature", "siret", "contact", "telephone", "courriel", "adresse", "actif"]
        widgets = {"nature": forms.RadioSelect, "telephone": forms.TextInput(attrs={"inputmode": "tel"})}
        help_texts = {
            "nom": "Pour un particulier, son nom.",
            "actif": "Décoché, il reste dans les dossiers où il figure, mais on n’y prévoit plus de mise en situation.",
        }

    def clean_nom(self):
        return _nom_libre(self, "Un client porte déjà ce nom.")


class FiltreAnnuaireForm(forms.Form):
    """Les filtres d'un annuaire, gardés dans l'adresse. natures : celles qu'on y trouve."""

    q = forms.CharField(
        label="Chercher",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Un nom, un service, une rue", "autocomplete": "off"}),
    )
    nature = forms.ChoiceField(label="Nature", required=False)
    actif = forms.ChoiceField(
        label="Proposés dans les listes", required=False, choices=[("", "Oui"), ("non", "Non"), ("tous", "Tous")]
    )

    def __init__(self, *args, natures, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = [("", "Toutes"), *natures.choices]

    def appliquer(self, lignes):
        """Restreint les partenaires, ou les clients, aux filtres valables ; sans choix, ceux que l'on propose."""
        self.full_clean()
        choix = self.cleaned_data
        if choix.get("q"):
            lignes = lignes.recherche(choix["q"])
        if choix.get("nature"):
            lignes = lignes.filter(nature=choix["nature"])
        if choix.get("actif") != "tous":
            lignes = lignes.filter(actif=choix.get("actif") != "non")
        return lignes


class FiltrePartenairesForm(FiltreAnnuaireForm):
    """L'annuaire des partenaires se filtre aussi par thème."""

    theme = forms.ModelChoiceField(Terme.objects.none(), label="Thème", required=False, empty_label="Tous")
    field_order = ["q", "theme"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, natures=Partenaire.Nature, **kwargs)
        self.fields["theme"].queryset = Terme.objects.de(Terme.Liste.DOMAINE)

    def appliquer(self, lignes):
        """Restreint les partenaires aux filtres valables."""
        lignes = super().appliquer(lignes)
        theme = self.cleaned_data.get("theme")
        return lignes.sur(theme) if theme else lignes


class ConventionForm(forms.ModelForm):
    """Une convention : sur quoi, de quand à quand, ce qui est convenu."""

    class Meta:
        model = Convention
        fields = ["objet", "du", "au", "tacite", "close", "precision"]
        widgets = {"du": DateInput, "au": DateInput, "precision": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "au": "Dernier jour où elle vaut. Vide si elle n’a pas de fin.",
            "tacite": "Elle reste en vigueur après cette date, tant que l’on n’y met pas fin.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.close:
            del self.fields["close"]

    def clean(self):
        donnees = super().clean()
        if donnees.get("close") and not donnees.get("au"):
            self.add_error("au", "Dites quand elle finit, puisqu’elle ne sera pas renouvelée.")
        return donnees


class RencontreForm(forms.ModelForm):
    """Une rencontre avec des acteurs du territoire : de l'annuaire, ou non (PRO-3)."""

    class Meta:
        model = Rencontre
        fields = ["nature", "le", "sujet", "partenaires", "avec", "pour_nous", "suites"]
        widgets = {
            "nature": forms.RadioSelect,
            "le": DateInput,
            "partenaires": forms.CheckboxSelectMultiple,
            "suites": forms.Textarea(attrs={"rows": 4}),
        }
        field_classes = {"partenaires": ChoixMultiple}
        help_texts = {
            "avec": "Ceux qui ne sont pas dans l’annuaire : commune, entreprise, branche…",
            "suites": "Ce qui s’est dit, décidé, engagé.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, partenaires=Partenaire.objects.pour(habilitation).filter(actif=True))

    def clean(self):
        donnees = super().clean()
        if not donnees.get("partenaires") and not donnees.get("avec"):
            self.add_error("avec", "Dites qui était là : un partenaire de l’annuaire, ou son nom.")
        return donnees
