"""Les formulaires de l'entretien de bilan (INS-7)."""

from django import forms
from django.utils import timezone

from cedre.core.formulaires import DateInput, HeureInput
from cedre.observatoire.definitions import definition
from cedre.parcours.forms.entretiens import RendezVousForm
from cedre.parcours.models import Bilan, Objectif, ObjectifEvalue, Trajectoire

Suite = Bilan.Suite
A_DIRE = "Dites où en est cet objectif."


class RendezVousDeBilanForm(RendezVousForm):
    """Un bilan à l'agenda : quand, où, avec qui."""

    QUOI = "Un bilan"

    class Meta(RendezVousForm.Meta):
        model = Bilan


class BilanForm(forms.Form):
    """Chaque objectif regardé, puis les sections guidées ; et la version que l'on avait sous les yeux.

    objectifs : ceux de l'engagement, annotés de leur résultat et de leur commentaire.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, bilan: Bilan, objectifs: list[Objectif], **kwargs):
        dits = {f"resultat-{o.pk}": o.resultat or "" for o in objectifs}
        dits |= {f"commentaire-{o.pk}": o.commentaire or "" for o in objectifs}
        dits |= {nom: getattr(bilan, nom) for nom in (*Bilan.TEXTES, *Bilan.TRAJECTOIRE)}
        super().__init__(*args, **kwargs, initial={"version": bilan.version} | dits)
        self.objectifs = objectifs
        for objectif in objectifs:
            self.fields |= self._regard(objectif)
        for nom in Bilan.TEXTES:
            self.fields[nom] = Bilan._meta.get_field(nom).formfield()
            self.fields[nom].widget.attrs["rows"] = 4
        self.fields["trajectoire"] = forms.ChoiceField(
            label="Sa trajectoire socioprofessionnelle : la carrière",
            choices=[("", "Pas encore dite"), *Trajectoire.choices],
            required=False,
            help_text=definition("trajectoires"),
        )
        self.fields["statut_social"] = forms.ChoiceField(
            label="Sa trajectoire socioprofessionnelle : le statut social",
            choices=[("", "Pas encore dit"), *Trajectoire.choices],
            required=False,
        )

    @staticmethod
    def _regard(objectif: Objectif) -> dict[str, forms.Field]:
        resultats = [("", "À dire"), *ObjectifEvalue.Resultat.choices]
        return {
            f"resultat-{objectif.pk}": forms.ChoiceField(label="Où en est-on ?", choices=resultats, required=False),
            f"commentaire-{objectif.pk}": forms.CharField(
                label="Ce que l’on en dit", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
            ),
        }

    @property
    def textes(self) -> dict[str, str]:
        """Tout ce qui est saisi, avec des fins de ligne toujours les mêmes."""
        return {nom: self.cleaned_data[nom].replace("\r\n", "\n") for nom in self.fields if nom != "version"}

    def regards(self):
        """Chaque objectif, et ses deux champs."""
        return [(o, self[f"resultat-{o.pk}"], self[f"commentaire-{o.pk}"]) for o in self.objectifs]

    def sections(self):
        """Les champs du compte rendu."""
        return [self[nom] for nom in (*Bilan.TEXTES, *Bilan.TRAJECTOIRE)]

    def tout_est_dit(self) -> bool:
        """Vrai si chaque objectif a son résultat ; sinon le dit à côté de chacun, sur la version qui vient d'être gardée."""
        sans = [nom for nom in self.fields if nom.startswith("resultat-") and not self.cleaned_data[nom]]
        for nom in sans:
            self.add_error(nom, A_DIRE)
        self.data = self.data.copy()
        self.data["version"] = self.garde.version
        return not sans


class ConclusionDeBilanForm(forms.Form):
    """La suite et sa date : sans elles, un bilan ne se clôt pas."""

    use_required_attribute = False

    le = forms.DateField(label="A eu lieu le", widget=DateInput)
    suite = forms.ChoiceField(label="La suite", choices=Suite.choices, widget=forms.RadioSelect)
    suite_le = forms.DateField(
        label="Pour le",
        widget=DateInput,
        help_text="Le jour du prochain bilan, celui où le nouvel engagement commencera, ou celui de la sortie.",
    )
    heure = forms.TimeField(
        label="Heure du prochain bilan", widget=HeureInput, required=False, help_text="Si l’engagement se prolonge."
    )

    def __init__(self, *args, bilan: Bilan, **kwargs):
        tenu_le = min(bilan.le, timezone.localdate())
        super().__init__(*args, **kwargs, initial={"le": tenu_le, "suite": bilan.suite, "suite_le": bilan.suite_le})
        self.fields["suite"].error_messages["required"] = "Choisissez la suite : un bilan ne se clôt pas sans elle."
        self.fields["suite_le"].error_messages["required"] = "Dites pour quel jour."


class ReouvertureForm(forms.Form):
    """Pourquoi rouvrir un bilan clos."""

    motif = forms.CharField(label="Pourquoi le rouvrir", max_length=200, help_text="Ce motif se lira sur le bilan.")
