"""Les formulaires de l'information, collective ou non (ACC-2)."""

from django import forms

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, HeureInput, proposer
from cedre.core.templatetags.cedre import accorde, heure, jour_semaine
from cedre.parcours.forms.dossiers import pas_dans_le_futur
from cedre.parcours.forms.seances import FeuilleDeSeance, LigneDeSeance
from cedre.parcours.models import Information, InformationCollective, Personne, referents_possibles

Presence = Information.Presence


class SeanceForm(forms.ModelForm):
    """Une séance : quand, où, combien de places."""

    class Meta:
        model = InformationCollective
        fields = ["le", "heure", "duree", "lieu", "capacite", "animee_par"]
        widgets = {"le": DateInput, "heure": HeureInput}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, animee_par=referents_possibles(habilitation))


def nom_de_seance(seance: InformationCollective) -> str:
    """Une séance annotée par avec_places, telle qu'on la choisit dans une liste."""
    places = accorde(seance.places, "place") if seance.places > 0 else "complète"
    return f"{jour_semaine(seance.le)} à {heure(seance.heure)}, {seance.lieu} ({places})"


class LigneDInformationForm(LigneDeSeance):
    """Une personne sur la feuille d'une information collective : sa présence, ce qui lui a été dit, où la déplacer."""

    NOTES = {nom: nom for nom in ("presence", "offre_presentee", "statut_explique")}
    offre_presentee = forms.BooleanField(label="Offre présentée", required=False, show_hidden_initial=True)
    statut_explique = forms.BooleanField(label="Statut expliqué", required=False, show_hidden_initial=True)
    vers = forms.ChoiceField(label="Déplacer vers", required=False)

    def __init__(self, data, *, seances: dict[str, InformationCollective], **options):
        super().__init__(data, **options)
        self.seances = seances
        self.fields["vers"].choices = [("", "—"), *((cle, nom_de_seance(s)) for cle, s in seances.items())]

    def clean(self):
        donnees = super().clean()
        dit = donnees.get("offre_presentee") or donnees.get("statut_explique")
        if dit and donnees.get("presence") != Presence.PRESENTE:
            self.add_error(None, "On n’a pu expliquer qu’à une personne présente.")
        if donnees.get("vers") and donnees.get("presence") == Presence.PRESENTE:
            self.add_error("vers", "Elle était présente : elle n’a pas à être déplacée.")
        return donnees

    @property
    def seance(self) -> InformationCollective | None:
        """La séance où la déplacer."""
        return self.seances.get(self.cleaned_data.get("vers", ""))


class FeuilleDInformation(FeuilleDeSeance):
    """La feuille d'une information collective : on peut aussi y déplacer quelqu'un vers une autre qui a des places."""

    LIGNE = LigneDInformationForm

    def __init__(self, data, *, seance: InformationCollective, habilitation: Habilitation):
        a_venir = InformationCollective.objects.pour(habilitation).a_venir().exclude(pk=seance.pk).avec_places()
        self.seances = {str(s.pk): s for s in a_venir if s.places > 0}
        self.prochaine = next(iter(self.seances.values()), None)
        inscriptibles = Personne.objects.pour(habilitation).ouvertes()
        super().__init__(data, seance=seance, inscriptibles=inscriptibles, seances=self.seances)

    @property
    def demandes(self) -> dict:
        """Ce que l'opération tenir doit faire."""
        deplacements = {ligne.inscription: ligne.seance for ligne in self.saisies if ligne.seance}
        return super().demandes | {"deplacements": deplacements}


class InscriptionForm(forms.Form):
    """Depuis un dossier : à quelle séance inscrire la personne."""

    collective = forms.ModelChoiceField(
        InformationCollective.objects.none(), label="Séance", widget=forms.RadioSelect, empty_label=None
    )
    en_surnombre = forms.BooleanField(label="Inscrire même si la séance est complète", required=False)

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collective"].queryset = InformationCollective.objects.pour(habilitation).a_venir().avec_places()
        self.fields["collective"].label_from_instance = nom_de_seance


class InformationForm(forms.ModelForm):
    """Ce qui a été dit à une personne reçue seule."""

    class Meta:
        model = Information
        fields = ["le", "offre_presentee", "statut_explique"]
        widgets = {"le": DateInput}

    def clean_le(self):
        return pas_dans_le_futur(self.cleaned_data["le"], "Une information")

    def clean(self):
        donnees = super().clean()
        if not (donnees.get("offre_presentee") or donnees.get("statut_explique")):
            raise forms.ValidationError("Dites ce qui a été présenté ou expliqué.")
        return donnees
