"""Les formulaires d'une campagne : l'ouvrir, la reporter ; ce que l'on rend à corriger ; les filtres de son tableau (OBS-3)."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS

from cedre.comptes.models import Organisation
from cedre.core.champs import TEXTE_MAX
from cedre.core.formulaires import DateInput
from cedre.core.periodes import annee, mois
from cedre.observatoire.cadres import livres
from cedre.observatoire.chaine import Attendue
from cedre.observatoire.models import Campagne, Rapport

ANNEES_PROPOSEES = 3


class CampagneForm(forms.ModelForm):
    """Quel rapport l'on attend, de quelle année ou de quel mois, et pour quand."""

    cadre = forms.ChoiceField(label="Quel rapport")
    annee = forms.TypedChoiceField(label="Année", coerce=int)
    mois = forms.TypedChoiceField(
        label="Mois",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Toute l’année"), *((rang, nom.capitalize()) for rang, nom in MONTHS.items())],
    )

    class Meta:
        model = Campagne
        fields = ["cadre", "annee", "mois", "attendu_le"]
        widgets = {"attendu_le": DateInput}
        help_texts = {"attendu_le": "Chaque structure le lira. Ce jour passé, il ne se déplace plus."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cette_annee = timezone.localdate().year
        self.fields["cadre"].choices = [(code, cadre.libelle) for code, cadre in livres().items()]
        self.fields["annee"].choices = [(an, an) for an in range(cette_annee, cette_annee - ANNEES_PROPOSEES, -1)]
        self.fields["annee"].initial = cette_annee - 1

    def _get_validation_exclusions(self):
        """Une campagne ne s'ouvre qu'une fois : l'organisation et la période comptent dans cette vérification."""
        comptent = {"organisation", "du", "au"} if self.instance.du else set()
        return super()._get_validation_exclusions() - comptent

    def clean(self):
        dits = super().clean()
        if {"cadre", "annee"} <= dits.keys():
            rang = dits.get("mois")
            if rang and not livres()[dits["cadre"]].par_mois():
                self.add_error("mois", "Ce rapport se fait par année.")
            periode = mois(date(dits["annee"], rang, 1)) if rang else annee(date(dits["annee"], 1, 1))
            self.instance.du, self.instance.au = periode.du, periode.au
            if dits.get("attendu_le") and dits["attendu_le"] <= periode.au:
                self.add_error("attendu_le", f"La période finit le {periode.au:%d/%m/%Y} : choisissez un jour d’après.")
        return dits


class ReporterForm(forms.Form):
    """Un autre jour."""

    attendu_le = forms.DateField(label="Attendu le", widget=DateInput)


class RendreForm(forms.Form):
    """Ce qu'il faut corriger : la structure le lira tel quel."""

    a_corriger = forms.CharField(
        label="Ce qu’il faut corriger",
        max_length=Rapport._meta.get_field("a_corriger").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="La structure le lit tel quel, et publie une nouvelle version.",
    )


class PublierReunisForm(forms.Form):
    """Les mots de la région, ou de la fédération ; et, d'une autre version, pourquoi."""

    mots = forms.CharField(
        label="Vos mots",
        required=False,
        max_length=TEXTE_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="En tête du rapport, avant les nombres. Ni nom, ni rien qui fasse reconnaître quelqu’un.",
    )
    motif = forms.CharField(
        label="Pourquoi une autre version",
        max_length=Rapport._meta.get_field("motif").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Elle le dira, avec chaque nombre qui change : l’ancien et le nouveau.",
    )

    def __init__(self, *args, deja: Rapport | None, **kwargs):
        super().__init__(*args, **kwargs)
        if deja is None:
            del self.fields["motif"]


class FiltreCampagnesForm(forms.Form):
    """Les filtres de la liste, gardés dans l'adresse."""

    ETATS = {"": "Toutes", "retard": "Avec une structure en retard"}

    etat = forms.ChoiceField(label="Où elles en sont", required=False, choices=list(ETATS.items()))

    def appliquer(self, campagnes, structures):
        """Restreint aux filtres valables. structures : celles que l'on suit."""
        self.full_clean()
        return campagnes.en_retard(structures, timezone.localdate()) if self.cleaned_data.get("etat") else campagnes


class FiltreRapportsForm(forms.Form):
    """Les filtres de la liste des rapports, gardés dans l'adresse."""

    ETATS = {"": "Tous", "a_lire": "À lire", "a_corriger": "À corriger"}

    etat = forms.ChoiceField(label="Où ils en sont", required=False, choices=list(ETATS.items()))

    def appliquer(self, rapports, organisation: Organisation):
        """Restreint aux filtres valables. organisation : celle de qui lit."""
        self.full_clean()
        match self.cleaned_data.get("etat"):
            case "a_lire":
                return rapports.a_recevoir_par(organisation)
            case "a_corriger":
                return rapports.a_corriger()
        return rapports


class RegionForm(forms.Form):
    """De quelle région, à qui en suit plusieurs ; gardée dans l'adresse."""

    region = forms.ModelChoiceField(label="Région", required=False, queryset=None, empty_label="Toutes")

    def __init__(self, donnees, *, habilitation):
        super().__init__(donnees)
        natures = Organisation.Nature
        self.fields["region"].queryset = Organisation.objects.pour(habilitation).filter(nature=natures.REGION)
        if habilitation.organisation.nature == natures.REGION:
            del self.fields["region"]

    def choisie(self) -> Organisation | None:
        """Celle que l'on a choisie, si c'en est une."""
        self.full_clean()
        return self.cleaned_data.get("region")


class FiltreAttenduesForm(RegionForm):
    """Les filtres du tableau, gardés dans l'adresse."""

    ETATS = {
        "": "Toutes",
        "retard": "En retard",
        "attendues": "N’ont rien transmis",
        "a_lire": "À lire",
        "a_corriger": "À corriger",
        "acceptees": "Acceptés et clos",
    }

    q = forms.CharField(
        label="Chercher",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Nom ou commune", "autocomplete": "off"}),
    )
    etat = forms.ChoiceField(label="Où en est le rapport", required=False, choices=list(ETATS.items()))
    field_order = ["q", "etat", "region"]

    def appliquer(self, attendues: list[Attendue]) -> list[Attendue]:
        """Restreint aux filtres valables ; ce qui est en retard d'abord, puis ce qui attend qu'on le lise."""
        region, dits = self.choisie(), self.cleaned_data
        mot = dits.get("q", "").casefold()
        retenues = [
            a
            for a in attendues
            if mot in f"{a.structure} {a.structure.commune}".casefold()
            and (not region or a.structure.region_id == region.pk)
            and dits.get("etat", "") in ("", *a.rangs)
        ]
        return sorted(retenues, key=lambda a: [*self.ETATS].index(a.rangs[0]))
