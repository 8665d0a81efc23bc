"""Les formulaires de la sortie, des nouvelles qui la suivent, du jobcoach, de l'échange (INS-8, INS-9, ACC-6)."""

from itertools import groupby

from django import forms
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, proposer
from cedre.core.periodes import Periode
from cedre.observatoire.definitions import definition
from cedre.observatoire.models import Terme
from cedre.parcours.forms.dossiers import OUI_NON, pas_dans_le_futur
from cedre.parcours.models import Activite, Echange, Jobcoach, Sortie, SuiviSortie, VisiteJobcoach, referents_possibles
from cedre.partenariats.models import Partenaire


def _ligne(nombre: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": nombre})


class SortieForm(forms.ModelForm):
    """La sortie, et le motif de rupture des contrats qui courraient encore après elle."""

    motif_rupture = forms.ModelChoiceField(
        Terme.objects.none(), label="Motif de la rupture", required=False, empty_label="Choisir…"
    )

    class Meta:
        model = Sortie
        fields = ["le", "motif", "situation", "relais", "trajectoire", "statut_social", "precision"]
        widgets = {"le": DateInput, "trajectoire": forms.RadioSelect, "statut_social": forms.RadioSelect}
        widgets |= {"precision": _ligne()}
        labels = {"motif": "Motif de la sortie"}
        help_texts = {"situation": "L’emploi, la formation… et chez qui.", "precision": "Rien sur la santé ni la justice."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        partenaires = Partenaire.objects.pour(habilitation).filter(actif=True)
        proposer(self, motif=Terme.objects.de("motif_sortie"), relais=partenaires)
        motif = self.fields["motif"]
        par_categorie = groupby(motif.queryset, key=lambda t: t.categorie)
        groupes = [(categorie, [(t.pk, motif.label_from_instance(t)) for t in termes]) for categorie, termes in par_categorie]
        motif.widget.choices = [("", "Choisir…"), *groupes]
        trajectoire = self.fields["trajectoire"]
        trajectoire.choices = [c for c in trajectoire.choices if c[0]]
        trajectoire.required, trajectoire.help_text = True, definition("trajectoires")
        self.fields["statut_social"].choices = [*trajectoire.choices, ("", "Pas encore dit")]
        self.fields["motif_rupture"].queryset = Terme.objects.de("motif_rupture")
        self.fields["motif_rupture"].required = not self.is_bound and bool(self.contrats_qui_courent)

    def clean_le(self):
        return pas_dans_le_futur(self.cleaned_data["le"], "Une sortie")

    @property
    def contrats_qui_courent(self) -> list:
        """Ceux qui courent encore après la date de la sortie, telle qu'elle est saisie."""
        le = getattr(self, "cleaned_data", {}).get("le") or self.instance.le
        return list(self.instance.personne.contrats.apres(le).filter(rompu_le=None, debut__lte=le).select_related("nature"))


class NouvellesForm(forms.ModelForm):
    """Les nouvelles prises après la sortie."""

    use_required_attribute = False  # « que fait-elle » ne se demande qu'à qui a répondu

    jointe = forms.TypedChoiceField(
        label="A-t-on pu lui parler ?", choices=OUI_NON, widget=forms.RadioSelect, coerce=lambda v: v == "oui"
    )
    activite = forms.ChoiceField(
        label="Que fait-elle ?",
        choices=Activite.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si elle a un emploi, une formation, ou n’en a pas."},
    )

    class Meta:
        model = SuiviSortie
        fields = ["fait_le", "jointe", "activite", "situation"]
        widgets = {"fait_le": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fait_le"].required = True
        self.initial["fait_le"] = self.instance.fait_le or timezone.localdate()
        self.initial["jointe"] = {True: "oui", False: "non", None: ""}[self.instance.jointe]
        self.fields["activite"].required = not self.is_bound or self["jointe"].value() == "oui"

    def clean_fait_le(self):
        fait_le = pas_dans_le_futur(self.cleaned_data["fait_le"], "Un appel déjà passé")
        if fait_le < self.instance.au_plus_tot:
            raise forms.ValidationError(
                f"Les nouvelles à {self.instance.mois} mois se prennent à partir du {self.instance.au_plus_tot:%d/%m/%Y}. "
                "Si vous vous êtes parlé avant, notez un échange dans son dossier."
            )
        return fait_le

    def clean(self):
        donnees = super().clean()
        if donnees.get("jointe") is False:
            donnees |= {"activite": "", "situation": ""}
        self.instance.en_emploi = donnees.get("activite") == Activite.EMPLOI if donnees.get("jointe") else None
        return donnees


class JobcoachForm(forms.ModelForm):
    """Un suivi avec le nouvel employeur : chez qui, jusqu'à quand, par qui."""

    class Meta:
        model = Jobcoach
        fields = ["employeur", "contact", "poste", "du", "au", "conduit_par"]
        widgets = {"du": DateInput, "au": DateInput}
        help_texts = {"contact": "Nom, fonction, téléphone."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, conduit_par=referents_possibles(habilitation))


class ClotureJobcoachForm(forms.ModelForm):
    """La fin d'un suivi de jobcoach."""

    class Meta:
        model = Jobcoach
        fields = ["clos_le", "conclusion"]
        widgets = {"clos_le": DateInput, "conclusion": _ligne(4)}
        help_texts = {"conclusion": "Ce que l’emploi est devenu, ce qui a aidé. Rien sur la santé ni la justice."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["clos_le"].required = self.fields["conclusion"].required = True

    def clean_clos_le(self):
        return pas_dans_le_futur(self.cleaned_data["clos_le"], "Un suivi clos")


class VisiteForm(forms.ModelForm):
    """Une visite ou un appel chez l'employeur."""

    class Meta:
        model = VisiteJobcoach
        fields = ["le", "avec", "difficultes", "decide"]
        widgets = {"le": DateInput, "difficultes": _ligne(3), "decide": _ligne(3)}
        help_texts = {"difficultes": "Au travail. Rien sur la santé ni la justice."}

    def clean_le(self):
        le = pas_dans_le_futur(self.cleaned_data["le"], "Une visite")
        if le < self.instance.jobcoach.du:
            raise forms.ValidationError("Le suivi n’avait pas encore commencé.")
        return le


class EchangeForm(forms.ModelForm):
    """On s'est parlé : quelques mots, quelques secondes (ACC-6)."""

    class Meta:
        model = Echange
        fields = ["texte", "canal", "le"]
        widgets = {
            "texte": forms.Textarea(attrs={"rows": 3, "autofocus": True}),
            "canal": forms.RadioSelect,
            "le": DateInput,
        }

    def clean_le(self):
        return pas_dans_le_futur(self.cleaned_data["le"], "Un échange")


class PeriodeForm(forms.Form):
    """Une période ; vide ou illisible, l'année en cours jusqu'à aujourd'hui."""

    du = forms.DateField(widget=DateInput)
    au = forms.DateField(widget=DateInput)

    def __init__(self, donnees):
        aujourdhui = timezone.localdate()
        self.habituelle = {"du": aujourdhui.replace(month=1, day=1), "au": aujourdhui}
        super().__init__({nom: donnees.get(nom) or jour for nom, jour in self.habituelle.items()})

    @property
    def periode(self) -> Periode:
        """Celle qui est choisie, telle qu'on la voit aujourd'hui."""
        self.is_valid()
        return Periode(**self.habituelle | self.cleaned_data, vue_le=timezone.localdate())
