"""Les formulaires de ce que la structure négocie et emploie : annexes financières, avenants, heures de l'équipe (OBS-1)."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from cedre.comptes.models import Organisation
from cedre.core.dates import AU_PLUS_TOT
from cedre.core.formulaires import DateInput, EnSections
from cedre.core.periodes import Periode, annee, mois
from cedre.observatoire.models import AnnexeFinanciere, HeuresDePermanents
from cedre.observatoire.models.annexes import TAUX

MOIS = range(1, 13)
L_ANNEE = 0


class AnnexeForm(EnSections, forms.ModelForm):
    """Une annexe financière et ce qu'elle convient."""

    SECTIONS = {
        "L’annexe": ("numero", "type_siae", "du", "au"),
        "Les équivalents temps plein": ("heures_etp", "etp"),
        "Les objectifs négociés": TAUX,
    }

    class Meta:
        model = AnnexeFinanciere
        fields = ["numero", "type_siae", "du", "au", "heures_etp", "etp", *TAUX]
        widgets = {"du": DateInput, "au": DateInput, "numero": forms.TextInput(attrs={"autocomplete": "off"})}
        help_texts = {"taux_dynamiques": "Durables, de transition et positives ensemble. Vide : objectif non paramétré."}

    def _get_validation_exclusions(self):
        """Le numéro est unique dans la structure : l'organisation compte dans cette vérification."""
        return super()._get_validation_exclusions() - {"organisation"}


class AvenantForm(EnSections, forms.ModelForm):
    """Ce qu'un avenant change d'une annexe, à partir d'un jour."""

    SECTIONS = {"L’avenant": ("le",)} | {titre: noms for titre, noms in AnnexeForm.SECTIONS.items() if titre != "L’annexe"}

    le = forms.DateField(label="Prend effet le", widget=DateInput, help_text="Jusqu’à la veille vaut ce qui était convenu.")

    class Meta(AnnexeForm.Meta):
        fields = ["heures_etp", "etp", *TAUX]


class HeuresDeLEquipeForm(forms.Form):
    """Les heures de chaque sorte de permanents, mois par mois ou pour l'année entière : une case par nombre."""

    def __init__(self, *args, organisation: Organisation, annee: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation, self.annee = organisation, annee
        notees = HeuresDePermanents.objects.filter(organisation=organisation)
        self.notees = {(n.sorte, n.du, n.au): n for n in notees.filter(du__year=annee)}
        for rang in (*MOIS, L_ANNEE):
            for sorte in HeuresDePermanents.Sorte:
                notee = self.notees.get((sorte.value, *self._bornes(rang)))
                self.fields[f"{sorte}_{rang}"] = forms.DecimalField(
                    label=f"{sorte.label}, {self._dit(rang)}",
                    required=False,
                    min_value=0,
                    max_digits=8,
                    decimal_places=2,
                    initial=notee and notee.heures,
                )

    def clean(self):
        for sorte in HeuresDePermanents.Sorte:
            dits = [rang for rang in MOIS if self.cleaned_data.get(f"{sorte}_{rang}") is not None]
            for rang in dits:
                if self._bornes(rang)[0] > timezone.localdate():
                    self.add_error(f"{sorte}_{rang}", "Ce mois n’est pas commencé.")
            if dits and self.cleaned_data.get(f"{sorte}_{L_ANNEE}") is not None:
                self.add_error(f"{sorte}_{L_ANNEE}", "Ses mois sont déjà dits : laissez vide, ou videz-les.")
        return self.cleaned_data

    def _bornes(self, rang: int) -> tuple[date, date]:
        periode: Periode = mois(date(self.annee, rang, 1)) if rang else annee(date(self.annee, 1, 1))
        return periode.du, periode.au

    def _dit(self, rang: int) -> str:
        return f"{date_format(date(self.annee, rang, 1), 'F')} {self.annee}" if rang else f"année {self.annee} entière"

    @property
    def rangees(self) -> list[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """Chaque mois, puis l'année entière, et ses cases avec leur sorte."""
        return [
            (self._dit(rang).capitalize(), [(sorte.label, self[f"{sorte}_{rang}"]) for sorte in HeuresDePermanents.Sorte])
            for rang in (*MOIS, L_ANNEE)
        ]

    @property
    def changees(self) -> list[HeuresDePermanents]:
        """Les lignes que la saisie ajoute, change, ou vide (sans heures)."""
        lignes = []
        for nom in self.changed_data:
            sorte, _, rang = nom.rpartition("_")
            du, au = self._bornes(int(rang))
            neuve = HeuresDePermanents(organisation=self.organisation, sorte=sorte, du=du, au=au)
            ligne = self.notees.get((sorte, du, au), neuve)
            ligne.heures = self.cleaned_data[nom]
            lignes.append(ligne)
        return lignes


def annee_demandee(texte: str) -> int:
    """L'année que dit une adresse (?annee=), si elle se saisit ; celle-ci si rien n'est dit, ou si c'est fou ou à venir.

    >>> annee_demandee("") == annee_demandee("3000") == annee_demandee("deux") == timezone.localdate().year
    True
    """
    cette_annee = timezone.localdate().year
    dite = int(texte) if texte.isascii() and texte.isdecimal() and len(texte) == len("2026") else cette_annee
    return dite if AU_PLUS_TOT.year <= dite <= cette_annee else cette_annee
