"""Les formulaires d'un audit (AME-4, CER-6)."""

from collections.abc import Iterable

from django import forms
from django.utils import timezone

from cedre.certification.models import Audit, Constat
from cedre.certification.operations.audits import auditeurs_possibles
from cedre.certification.referentiel import Edition
from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation, Organisation
from cedre.core.formulaires import DateInput, proposer


class _AuditForm(forms.ModelForm):
    """Ce que l'on audite, quand, et qui en répond."""

    chapitres = forms.MultipleChoiceField(label="Ce qui est audité", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, edition: Edition, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, audite=habilitation.collegues(Droit.QUALITE_LIRE))
        self.fields["audite"].empty_label = "Choisir…"
        self.fields["chapitres"].choices = [(c.code, f"{c.code} {c.titre}") for c in edition.chapitres]
        self.fields["chapitres"].initial = [c.code for c in edition.chapitres]


class AuditInterneForm(_AuditForm):
    """Un audit mené par quelqu'un de la maison."""

    class Meta:
        model = Audit
        fields = ["auditeur", "audite", "prevu_le"]
        widgets = {"prevu_le": DateInput}
        help_texts = {"auditeur": "Quelqu’un de l’équipe, qui ne répond pas de ce qui est audité."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, habilitation=habilitation, **kwargs)
        proposer(self, auditeur=habilitation.collegues(Droit.QUALITE_LIRE))
        self.fields["auditeur"].required, self.fields["auditeur"].empty_label = True, "Choisir…"


class AuditCroiseForm(_AuditForm):
    """Un audit demandé à une autre structure du réseau, dont on ne voit que le nom : elle dira qui vient."""

    class Meta:
        model = Audit
        fields = ["structure_auditrice", "audite", "prevu_le"]
        widgets = {"prevu_le": DateInput}
        help_texts = {"structure_auditrice": "C’est elle qui nommera la personne qui vient."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, habilitation=habilitation, **kwargs)
        champ = self.fields["structure_auditrice"]
        champ.queryset = Organisation.objects.structures().exclude(pk=habilitation.organisation_id)
        champ.required, champ.empty_label = True, "Choisir…"


class AuditeurForm(forms.ModelForm):
    """Qui mène l'audit, parmi ceux qui le peuvent."""

    class Meta:
        model = Audit
        fields = ["auditeur"]

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["auditeur"].queryset = auditeurs_possibles(self.instance, habilitation)
        self.fields["auditeur"].required, self.fields["auditeur"].empty_label = True, "Choisir…"


class CommencerForm(forms.Form):
    """Le jour de l'audit."""

    le = forms.DateField(
        label="Jour de l’audit", widget=DateInput, initial=timezone.localdate, help_text="Les verdicts se lisent à cette date."
    )


class ConstatForm(forms.ModelForm):
    """Un constat. points : (code, texte) de ceux dont il peut parler ; ancre : ce qui distingue ses champs dans la page."""

    class Meta:
        model = Constat
        fields = ["nature", "point", "texte"]
        widgets = {"nature": forms.RadioSelect, "texte": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"texte": "Ce que vous avez vu ou entendu, sans nommer personne."}

    def __init__(self, *args, points: Iterable[tuple[str, str]], ancre: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = Constat.Nature.choices
        self.fields["point"] = forms.ChoiceField(label="Sur quel point")
        self.se_placer(points, ancre)

    def se_placer(self, points: Iterable[tuple[str, str]], ancre: str) -> None:
        """Se limite à ces points ; un point seul ne se demande pas."""
        self.auto_id, choix = f"id_{ancre}_%s", list(points)
        self.fields["point"].choices = choix
        if len(choix) == 1:
            self.fields["point"].widget, self.initial["point"] = forms.HiddenInput(), choix[0][0]


class CloreAuditForm(forms.Form):
    """Ce que l'on retient de l'audit."""

    synthese = forms.CharField(
        label="Ce que vous en retenez",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="En tête du rapport : l’essentiel, les forces d’abord.",
    )
