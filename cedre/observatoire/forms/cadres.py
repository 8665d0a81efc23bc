"""Le choix d'un cadre à remplir, d'une période, et de ce qui range un chiffre."""

from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS

from cedre.comptes.discretion import jour_lisible
from cedre.comptes.models import Habilitation
from cedre.core.dates import UN_AN
from cedre.core.periodes import Periode
from cedre.observatoire.cadre import Cadre, RubriqueDuCadre
from cedre.observatoire.cadres import en_vigueur, livres
from cedre.observatoire.figures import coupes_proposees, precedente
from cedre.observatoire.rempli import periode_demandee

ANNEES_PROPOSEES = 6


class ChoixDePeriodeForm(forms.Form):
    """De quelle année, ou de quel mois ; gardés dans l'adresse."""

    annee = forms.TypedChoiceField(label="Année", required=False, coerce=int)
    mois = forms.TypedChoiceField(
        label="Mois",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Toute l’année"), *((rang, nom.capitalize()) for rang, nom in MONTHS.items())],
    )

    def __init__(self, donnees):
        cette_annee = timezone.localdate().year
        defaut = dict.fromkeys(self.base_fields, "") | {"annee": str(cette_annee)} | self.defaut()
        super().__init__(defaut | {nom: donnees[nom] for nom in defaut if nom in donnees})
        self.fields["annee"].choices = [(an, an) for an in range(cette_annee, cette_annee - ANNEES_PROPOSEES, -1)]

    def defaut(self) -> dict[str, str]:
        """Ce que l'on choisit sans rien dire."""
        return {}

    def clean(self):
        donnees = super().clean()
        an, rang = donnees.get("annee"), donnees.get("mois")
        if an and rang and periode_demandee(an, rang) is None:
            self.add_error("mois", "Ce mois est à venir : rien ne s’y compte encore.")
        return donnees

    def adresse(self) -> str:
        """De quoi retrouver ce choix."""
        return urlencode(self.data)

    def periode(self) -> Periode:
        """Celle que l'on demande ; à la place de ce qui ne se peut pas, l'année en cours."""
        self.full_clean()
        return periode_demandee(self.cleaned_data.get("annee") or timezone.localdate().year, self.cleaned_data.get("mois"))

    def precedente(self, pour: Habilitation) -> Periode | None:
        """Celle d'avant, que l'on met à côté ; rien s'il n'en reste rien à montrer à ce lecteur."""
        periode = self.periode()
        avant = precedente(periode, relativedelta(months=1) if self.cleaned_data.get("mois") else UN_AN)
        jusqu_au = jour_lisible(avant.au, pour=pour)
        return Periode(avant.du, jusqu_au) if avant.du <= jusqu_au else None


class ChoixDuCadreForm(ChoixDePeriodeForm):
    """Quel cadre on lit, et de quelle période."""

    cadre = forms.ChoiceField(label="Qui demande", required=False)
    detail = forms.ChoiceField(label="Détail", required=False, choices=[("", "Sans"), ("oui", "Avec chaque coupe")])
    field_order = ["cadre"]

    def __init__(self, donnees):
        super().__init__(donnees)
        self.fields["cadre"].choices = [(code, cadre.libelle) for code, cadre in livres().items()]

    def defaut(self) -> dict[str, str]:
        return {"cadre": en_vigueur(timezone.localdate()).code}

    def clean(self):
        donnees = super().clean()
        if donnees.get("cadre") and donnees.get("mois") and not livres()[donnees["cadre"]].par_mois():
            self.add_error("mois", "Ce cadre se remplit par année.")
        return donnees

    def choisis(self) -> tuple[Cadre, Periode]:
        """Le cadre et la période ; à la place de ce qui ne se peut pas, le cadre en vigueur et l'année en cours."""
        periode = self.periode()
        return livres()[self.cleaned_data.get("cadre") or en_vigueur(timezone.localdate()).code], periode


class ChoixDuCroisementForm(ChoixDePeriodeForm):
    """Par quoi ranger un chiffre : une coupe, ou deux croisées."""

    en_lignes = forms.ChoiceField(label="Rangé par", required=False)
    en_colonnes = forms.ChoiceField(label="Croisé avec", required=False)

    def __init__(self, donnees, rubrique: RubriqueDuCadre):
        super().__init__(donnees)
        proposees = [(nom, nom[:1].upper() + nom[1:]) for nom in coupes_proposees(rubrique, self.periode())]
        for nom, sans in (("en_lignes", "Comme le cadre"), ("en_colonnes", "Rien")):
            self.fields[nom].choices = [("", sans), *proposees]

    def clean(self):
        donnees = super().clean()
        if donnees.get("en_colonnes") and not donnees.get("en_lignes"):
            self.add_error("en_lignes", "Choisissez d’abord par quoi ranger.")
        elif donnees.get("en_colonnes") and donnees["en_colonnes"] == donnees["en_lignes"]:
            self.add_error("en_colonnes", "Choisissez-en deux différentes.")
        return donnees

    def coupes(self) -> tuple[str, ...]:
        """Celles que l'on a choisies, s'il en est ; une seule si la seconde ne se peut pas."""
        self.full_clean()
        lignes, colonnes = (self.cleaned_data.get(nom) for nom in ("en_lignes", "en_colonnes"))
        return (lignes, colonnes) if lignes and colonnes else (lignes,) if lignes else ()
