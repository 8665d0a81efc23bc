"""Le formulaire de l'évaluation au travail, pour l'encadrement et pour le client (INS-4, INS-6)."""

from functools import partial

from django import forms

from cedre.core.formulaires import DateInput
from cedre.parcours.forms.dossiers import pas_dans_le_futur
from cedre.parcours.forms.evaluations import echelle
from cedre.parcours.models import CompetenceEvaluee, EvaluationAuTravail
from cedre.structures.models import Competence


class EvaluationAuTravailForm(forms.ModelForm):
    """Un niveau par compétence de la fiche de poste, ce qui va bien, ce qui reste à travailler, l'objectif."""

    class Meta:
        model = EvaluationAuTravail
        fields = ["le", "points_forts", "a_travailler", "objectif_avance"]
        widgets = {
            "le": DateInput,
            "points_forts": forms.Textarea(attrs={"rows": 3}),
            "a_travailler": forms.Textarea(attrs={"rows": 3}),
            "objectif_avance": forms.RadioSelect,
        }
        help_texts = {"a_travailler": "Rien sur la santé ni la justice."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        mets = self.instance.mise_en_situation
        self.fields["le"].validators.append(partial(pas_dans_le_futur, quoi="Une évaluation"))
        if mets.a_un_objectif:
            choix = self._meta.model._meta.get_field("objectif_avance").choices
            self.fields["objectif_avance"].choices = [*choix, ("", "Ne se prononce pas")]
        else:
            del self.fields["objectif_avance"]
        self.competences = list(mets.fiche_de_poste.competences.all()) if mets.fiche_de_poste else []
        for competence in self.competences:
            self.fields[f"niveau_{competence.pk}"] = echelle(
                competence.libelle, CompetenceEvaluee.Niveau.choices, "Pas encore vu"
            )

    @property
    def echelles(self) -> list[forms.BoundField]:
        """Le champ de chaque compétence."""
        return [self[f"niveau_{c.pk}"] for c in self.competences]

    @property
    def niveaux(self) -> dict[Competence, int | None]:
        """Ce qui a été constaté de chaque compétence."""
        return {c: self.cleaned_data[f"niveau_{c.pk}"] for c in self.competences}


class EvaluationDuClientForm(EvaluationAuTravailForm):
    """La même, signée par un client qui n'a pas de compte."""

    class Meta(EvaluationAuTravailForm.Meta):
        fields = ["signature", *EvaluationAuTravailForm.Meta.fields]
        labels = {"signature": "Votre nom"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].required = True
