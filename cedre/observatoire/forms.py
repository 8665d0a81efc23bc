"""Les formulaires du cadre commun, et le choix d'un cadre à remplir."""

from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS

from cedre.core.formulaires import DateInput
from cedre.core.periodes import Periode
from cedre.observatoire.cadre import Cadre
from cedre.observatoire.cadres import en_vigueur, livres
from cedre.observatoire.models import Terme
from cedre.observatoire.rempli import periode_demandee

ANNEES_PROPOSEES = 6


class TermeForm(forms.ModelForm):
    """Ce qui se corrige dans un terme : jamais son code ni sa catégorie, que des dossiers et des chiffres d’hier lisent."""

    class Meta:
        model = Terme
        fields = ["libelle", "rang", "valable_du", "valable_au"]
        widgets = {"valable_du": DateInput, "valable_au": DateInput}
        help_texts = {
            "rang": "Sa place dans la liste : le plus petit d’abord.",
            "valable_du": "Vide : depuis toujours.",
            "valable_au": "Dernier jour où on le propose. Vide : sans fin.",
        }

    def clean(self):
        donnees = super().clean()
        du, au = donnees.get("valable_du"), donnees.get("valable_au")
        if du and au and au < du:
            self.add_error("valable_au", "La fin vient avant le début.")
        return donnees


class NouveauTermeForm(TermeForm):
    """Un terme de plus, avec son code et sa catégorie : un terme mal rangé se ferme, un autre le remplace (décision 0029)."""

    code = forms.SlugField(
        max_length=40,
        help_text="Court, sans espace ni accent. Il ne changera plus.",
        error_messages={"invalid": "Des lettres sans accent, des chiffres, des traits : rien d’autre."},
    )

    class Meta(TermeForm.Meta):
        fields = ["code", "libelle", "categorie", *TermeForm.Meta.fields[1:]]
        help_texts = TermeForm.Meta.help_texts | {"categorie": "Elle range des chiffres : elle ne changera plus."}

    def clean_code(self):
        code = self.cleaned_data["code"]
        if Terme.objects.filter(liste=self.instance.liste, code=code).exists():
            raise forms.ValidationError("Ce code existe déjà dans la liste.")
        return code


class ChoixDuCadreForm(forms.Form):
    """Quel cadre on lit, et de quelle année, ou de quel mois ; gardés dans l'adresse."""

    cadre = forms.ChoiceField(label="Qui demande", required=False)
    annee = forms.TypedChoiceField(label="Année", required=False, coerce=int)
    mois = forms.TypedChoiceField(
        label="Mois",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Toute l’année"), *((rang, nom.capitalize()) for rang, nom in MONTHS.items())],
    )

    detail = forms.ChoiceField(label="Détail", required=False, choices=[("", "Sans"), ("oui", "Avec chaque coupe")])

    def __init__(self, donnees):
        cette_annee = timezone.localdate().year
        defaut = {"cadre": en_vigueur(timezone.localdate()).code, "annee": str(cette_annee), "mois": "", "detail": ""}
        super().__init__(defaut | {nom: donnees[nom] for nom in defaut if nom in donnees})
        self.fields["cadre"].choices = [(code, cadre.libelle) for code, cadre in livres().items()]
        self.fields["annee"].choices = [(an, an) for an in range(cette_annee, cette_annee - ANNEES_PROPOSEES, -1)]

    def clean(self):
        donnees = super().clean()
        if {"cadre", "annee", "mois"} <= donnees.keys() and donnees["mois"]:
            if not livres()[donnees["cadre"]].par_mois():
                self.add_error("mois", "Ce cadre se remplit par année.")
            elif periode_demandee(donnees["annee"], donnees["mois"]) is None:
                self.add_error("mois", "Ce mois est à venir : rien ne s’y compte encore.")
        return donnees

    def adresse(self) -> str:
        """De quoi retrouver ce choix."""
        return urlencode(self.data)

    def choisis(self) -> tuple[Cadre, Periode]:
        """Le cadre et la période ; à la place de ce qui ne se peut pas, le cadre en vigueur et l'année en cours."""
        self.full_clean()
        dits, aujourdhui = self.cleaned_data, timezone.localdate()
        cadre = livres()[dits["cadre"]] if dits.get("cadre") else en_vigueur(aujourdhui)
        return cadre, periode_demandee(dits.get("annee") or aujourdhui.year, dits.get("mois"))
