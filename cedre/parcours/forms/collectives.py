"""Les formulaires de l'information, collective ou non (ACC-2)."""

from django import forms

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import DateInput, HeureInput, proposer
from cedre.core.templatetags.cedre import accorde, heure, jour_semaine
from cedre.parcours.forms.dossiers import pas_dans_le_futur
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


class LigneForm(forms.Form):
    """Une personne sur la feuille d'une séance. Les valeurs de départ voyagent avec la page : seul ce qui a changé s'écrit."""

    presence = forms.ChoiceField(label="Présence", widget=forms.RadioSelect, show_hidden_initial=True)
    offre_presentee = forms.BooleanField(label="Offre présentée", required=False, show_hidden_initial=True)
    statut_explique = forms.BooleanField(label="Statut expliqué", required=False, show_hidden_initial=True)
    vers = forms.ChoiceField(label="Déplacer vers", required=False)

    def __init__(self, data, *, information: Information, seances: dict[str, InformationCollective], passee: bool):
        noms = ("presence", "offre_presentee", "statut_explique")
        super().__init__(data, prefix=str(information.pk), initial={nom: getattr(information, nom) for nom in noms})
        self.information, self.seances = information, seances
        self.fields["presence"].choices = [
            (p.value, p.label)
            for p in Presence
            if passee or p in (Presence.PREVUE, Presence.EXCUSEE) or p == information.presence
        ]
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
    def note(self) -> dict | None:
        """Ce qu'il faut écrire sur la ligne, si quelque chose y a changé."""
        noms = ("presence", "offre_presentee", "statut_explique")
        return {nom: self.cleaned_data[nom] for nom in noms} if set(self.changed_data) & set(noms) else None

    @property
    def seance(self) -> InformationCollective | None:
        """La séance où la déplacer."""
        return self.seances.get(self.cleaned_data.get("vers", ""))


class AjoutForm(forms.Form):
    """La personne que l'on ajoute à la séance, par le bouton de sa ligne."""

    inscrire = forms.ModelChoiceField(Personne.objects.none(), required=False)
    en_surnombre = forms.ModelChoiceField(Personne.objects.none(), required=False)

    def __init__(self, data, *, habilitation: Habilitation):
        super().__init__(data)
        for champ in self.fields.values():
            champ.queryset = Personne.objects.pour(habilitation).ouvertes()
            champ.error_messages["invalid_choice"] = "Cette personne n’est pas de celles que l’on peut inscrire."


class Feuille:
    """La feuille d'une séance : une ligne par personne, et l'ajout d'une autre ; un seul envoi pour le tout."""

    def __init__(self, data, *, collective: InformationCollective, habilitation: Habilitation):
        a_venir = InformationCollective.objects.pour(habilitation).a_venir().exclude(pk=collective.pk).avec_places()
        self.seances = {str(s.pk): s for s in a_venir if s.places > 0}
        self.prochaine = next(iter(self.seances.values()), None)
        informations = collective.informations.select_related("personne").order_by("personne__nom_recherche", "pk")
        self.lignes = [
            LigneForm(
                data if data and f"{i.pk}-presence" in data else None,
                information=i,
                seances=self.seances,
                passee=collective.est_passee,
            )
            for i in informations
        ]
        self.ajout = AjoutForm(data, habilitation=habilitation)

    def is_valid(self) -> bool:
        """Vrai si tout peut s'enregistrer."""
        bonnes = [ligne.is_valid() for ligne in self.lignes if ligne.is_bound]
        if not all(bonnes):
            self.ajout.add_error(None, "Une ligne est à corriger. Rien n’est encore enregistré, rien n’est perdu.")
        return self.ajout.is_valid()

    @property
    def demandes(self) -> dict:
        """Ce que l'opération tenir doit faire."""
        lignes = [ligne for ligne in self.lignes if ligne.is_bound]
        ajout = self.ajout.cleaned_data
        return {
            "presences": {ligne.information: ligne.note for ligne in lignes if ligne.note},
            "deplacements": {ligne.information: ligne.seance for ligne in lignes if ligne.seance},
            "inscriptions": {ajout[champ]: champ == "en_surnombre" for champ in ajout if ajout[champ]},
        }


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
