"""Les formulaires de la preuve (CER-3)."""

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone

from cedre.certification.models import Appreciation, Document, Revision, ValeurDeParametre
from cedre.certification.referentiel import Edition
from cedre.comptes.models import Organisation
from cedre.core.fichiers import TAILLE_MAX, type_du_fichier
from cedre.core.formulaires import DateInput


class FichierDePreuve(forms.FileField):
    """Un PDF, un PNG ou un JPEG, reconnu à ses octets, que le fichier rendu porte avec leur genre."""

    widget = forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"})

    def clean(self, donnee, initial=None):
        """Lève ValidationError au-delà de 10 Mo, ou pour tout autre genre de fichier."""
        fichier = super().clean(donnee, initial)
        if fichier.size > TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 10 Mo.")
        fichier.octets = fichier.read()
        fichier.genre = type_du_fichier(fichier.octets)
        if fichier.genre is None:
            raise forms.ValidationError("Ce fichier n’est ni un PDF, ni une image PNG ou JPEG.")
        return fichier


class RevisionForm(forms.ModelForm):
    """Une révision d'un document : le fichier, et la période qu'il couvre. edition : celle dont il prouve des points."""

    fichier = FichierDePreuve(label="Fichier", help_text="PDF, PNG ou JPEG, 10 Mo au plus.")

    class Meta:
        model = Revision
        fields = ["du", "au", "perime_le"]
        widgets = dict.fromkeys(["du", "au", "perime_le"], DateInput)

    field_order = ["intitule", "points", "fichier", "du", "au", "perime_le"]

    def __init__(self, *args, edition: Edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.annuels = [p.code for p in edition.points() if any(preuve.annee_close for preuve in p.preuves)]

    def _post_clean(self):
        """Ce qui prouve une année close en couvre une, et a un dernier jour : sans lui, il prouverait toutes celles à venir."""
        super()._post_clean()
        annuels = [code for code in self.instance.document.points if code in self.annuels]
        if annuels and self.instance.du and "au" not in self.errors and not self.instance.couvre_une_annee:
            codes = ", ".join(annuels)
            self.add_error(
                "au", f"{codes} se prouve année par année : du 1er janvier au 31 décembre au moins, avec un dernier jour."
            )


class DocumentForm(RevisionForm):
    """Un document nouveau, avec sa première révision, et les points qu'il prouve."""

    intitule = forms.CharField(label="Intitulé", max_length=160, help_text="Par exemple : Projet associatif.")
    points = forms.MultipleChoiceField(label="Ce qu’il prouve", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, edition: Edition, organisation: Organisation, **kwargs):
        super().__init__(*args, edition=edition, instance=Revision(document=Document(organisation=organisation)), **kwargs)
        attendus = [p for p in edition.points() if any(preuve.document and not preuve.transmis for preuve in p.preuves)]
        autres = [p for p in edition.points() if p.est_exige and p not in attendus]
        self.fields["points"].choices = [
            ("Un document y est attendu", [(p.code, f"{p.code} · {p.texte}") for p in attendus]),
            ("Les autres exigences", [(p.code, f"{p.code} · {p.texte}") for p in autres]),
        ]

    def clean(self):
        saisie = super().clean()
        document = self.instance.document
        document.intitule, document.points = saisie.get("intitule", ""), saisie.get("points", [])
        return saisie


class TransmissionForm(forms.ModelForm):
    """À qui une révision a été transmise, et quel jour ; vidée, elle ne l'est pas."""

    class Meta:
        model = Revision
        fields = ["transmise_le", "transmise_a"]
        widgets = {"transmise_le": DateInput}

    def clean_transmise_le(self):
        le = self.cleaned_data["transmise_le"]
        if le and le > timezone.localdate():
            raise forms.ValidationError("Ce jour est à venir.")
        dite = self.initial.get("transmise_le")
        if le and dite and le > dite:
            raise forms.ValidationError(f"Il a été transmis le {dite:%d/%m/%Y} : un autre envoi ne change pas ce jour.")
        return le


class ParametreForm(forms.ModelForm):
    """La valeur d'un paramètre, à partir d'un jour."""

    class Meta:
        model = ValeurDeParametre
        fields = ["du", "valeur", "reference"]
        widgets = {"du": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        valeur = self.fields["valeur"]
        valeur.validators.append(MinValueValidator(0))
        valeur.widget.attrs["min"] = 0

    def _get_validation_exclusions(self):
        """Une valeur est unique par jour : la structure et le paramètre, que l'on connaît, comptent dans cette vérification."""
        return super()._get_validation_exclusions() - {"organisation", "parametre"}


class AutoevaluationForm(forms.Form):
    """Ce que l'équipe pense de chaque point : sa valeur, et ce qui le fait dire. points : ceux qui s'évaluent."""

    def __init__(self, *args, points, dites: dict[str, Appreciation | None], **kwargs):
        super().__init__(*args, **kwargs)
        self.points = points
        for point in points:
            dite = dites.get(point.code)
            self.fields[f"valeur-{point.code}"] = forms.ChoiceField(
                label="Ce que l’équipe en pense",
                choices=[("", "Pas encore dit"), *Appreciation.Valeur.choices],
                required=False,
                initial=dite and dite.valeur,
            )
            self.fields[f"commentaire-{point.code}"] = forms.CharField(
                label="Ce qui le fait dire",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=dite and dite.commentaire,
            )

    def clean(self):
        saisie = super().clean()
        for point in self.points:
            if saisie.get(f"commentaire-{point.code}") and not saisie.get(f"valeur-{point.code}"):
                self.add_error(f"valeur-{point.code}", "Dites aussi ce que l’équipe en pense.")
        return saisie

    @property
    def valeurs(self) -> dict[str, tuple[str, str]]:
        """Les points sur lesquels l'équipe s'est prononcée."""
        dites = {p.code: (self.cleaned_data[f"valeur-{p.code}"], self.cleaned_data[f"commentaire-{p.code}"]) for p in self.points}
        return {code: (valeur, texte.replace("\r\n", "\n")) for code, (valeur, texte) in dites.items() if valeur}

    def champs(self, code: str):
        """Les deux champs de ce point."""
        return self[f"valeur-{code}"], self[f"commentaire-{code}"]
