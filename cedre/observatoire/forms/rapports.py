"""Les formulaires d'un rapport : le commencer, l'écrire chapitre par chapitre, le corriger."""

from django import forms
from django.utils import timezone

from cedre.core.champs import TEXTE_MAX
from cedre.core.periodes import Periode, annee, mois
from cedre.observatoire.cadre import Cadre
from cedre.observatoire.cadres import livres
from cedre.observatoire.forms.cadres import ChoixDuCadreForm
from cedre.observatoire.models.rapports import MOTS, Rapport

LU = "lu_"  # le texte tel qu'on l'avait sous les yeux en commençant à écrire


class CommencerUnRapportForm(ChoixDuCadreForm):
    """Le cadre et la période dont on rend compte ; l'année close, à défaut."""

    def __init__(self, donnees=None):
        super().__init__(donnees or {"annee": str(timezone.localdate().year - 1)})
        del self.fields["detail"]
        for nom in ("cadre", "annee"):
            self.fields[nom].required = True

    @property
    def choisi(self) -> dict:
        """Le cadre, et la période entière, fût-elle en cours."""
        dits = self.cleaned_data
        jour = timezone.localdate().replace(year=dits["annee"], month=dits["mois"] or 1, day=1)
        periode: Periode = mois(jour) if dits["mois"] else annee(jour)
        return {"cadre": livres()[dits["cadre"]], "periode": periode}


def _texte(libelle: str, lignes: int, aide: str = "") -> forms.CharField:
    ecrit = forms.Textarea(attrs={"rows": lignes})
    return forms.CharField(label=libelle, required=False, max_length=TEXTE_MAX, widget=ecrit, help_text=aide)


class EcrireForm(forms.Form):
    """Les mots de la structure, puis un commentaire par chapitre ; chacun avec le texte dont on est parti."""

    def __init__(self, *args, rapport: Rapport, cadre: Cadre, **kwargs):
        super().__init__(*args, **kwargs)
        aide = "En tête du rapport, avant les nombres : ce que l’année a été. Ni nom, ni rien qui fasse reconnaître quelqu’un."
        self.fields[MOTS] = _texte(rapport.titre_des_mots, 8, aide)
        for chapitre in cadre.chapitres:
            self.fields[chapitre.code] = _texte(chapitre.libelle, 3)
        self.textes = [*self.fields]
        for nom in self.textes:
            self.initial[nom] = self.initial[f"{LU}{nom}"] = _garde(rapport, nom)
            self.fields[f"{LU}{nom}"] = forms.CharField(required=False, max_length=TEXTE_MAX, widget=forms.HiddenInput)

    @property
    def ecrit(self) -> dict:
        """Ce que l'opération attend."""
        dits = {nom: self.cleaned_data[nom] for nom in self.textes}
        lus = {nom: self.cleaned_data[f"{LU}{nom}"] for nom in self.textes}
        return {"mots": dits.pop(MOTS), "commentaires": dits, "lus": lus}

    def rapprocher(self, actuel: Rapport) -> list[tuple[str, str, str]]:
        """Prépare un second envoi, qui passera ; rend (quoi, ce qui est saisi, ce que l'autre a écrit)."""
        self.data, differents = self.data.copy(), []
        for nom in self.textes:
            garde, dit, lu = _garde(actuel, nom), self.cleaned_data[nom], self.cleaned_data[f"{LU}{nom}"]
            if garde not in (dit, lu) and dit != lu:
                differents.append((self.fields[nom].label, dit, garde))
                self.data[f"{LU}{nom}"] = garde
        return differents


def _garde(rapport: Rapport, nom: str) -> str:
    return rapport.mots if nom == MOTS else rapport.commentaires.get(nom, "")


class CorrigerForm(forms.Form):
    """Pourquoi une nouvelle version."""

    motif = forms.CharField(
        label="Pourquoi une nouvelle version",
        max_length=Rapport._meta.get_field("motif").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Elle le dira, avec chaque nombre qui change : l’ancien et le nouveau.",
    )
