"""Les formulaires de l'annuaire."""

from django import forms

from cedre.partenariats.models import Partenaire


class PartenaireForm(forms.ModelForm):
    """Un partenaire, tel que l'équipe en a besoin pour réorienter ou joindre."""

    class Meta:
        model = Partenaire
        fields = ["nom", "nature", "role", "contact", "telephone", "courriel", "adresse", "actif"]
        widgets = {"nature": forms.RadioSelect, "telephone": forms.TextInput(attrs={"inputmode": "tel"})}
        help_texts = {
            "role": "Hébergement d’urgence, permis solidaire, cours de français…",
            "actif": "Décoché, il reste dans les dossiers où il figure, mais on n’y réoriente plus personne.",
        }

    def clean_nom(self):
        nom = " ".join(self.cleaned_data["nom"].split())
        homonymes = Partenaire.objects.filter(organisation=self.instance.organisation_id, nom__iexact=nom)
        if homonymes.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Un partenaire porte déjà ce nom.")
        return nom


class FiltreForm(forms.Form):
    """Les filtres de l'annuaire, gardés dans l'adresse."""

    q = forms.CharField(
        label="Chercher",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Un nom, un service, une rue", "autocomplete": "off"}),
    )
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Partenaire.Nature.choices])
    actif = forms.ChoiceField(
        label="Proposés dans les listes", required=False, choices=[("", "Oui"), ("non", "Non"), ("tous", "Tous")]
    )

    def appliquer(self, partenaires):
        """Restreint les partenaires aux filtres valables ; sans choix, ceux que l'on propose."""
        self.full_clean()
        choix = self.cleaned_data
        if choix.get("q"):
            partenaires = partenaires.recherche(choix["q"])
        if choix.get("nature"):
            partenaires = partenaires.filter(nature=choix["nature"])
        if choix.get("actif") != "tous":
            partenaires = partenaires.filter(actif=choix.get("actif") != "non")
        return partenaires
