"""La feuille d'une séance de groupe : une ligne par personne, l'ajout d'une autre, un seul envoi pour le tout (ACC-2, INS-5)."""

from django import forms
from django.db.models import QuerySet

from cedre.parcours.models import Personne
from cedre.parcours.models.seance import ATTENDUE, EXCUSEE, SeanceDeGroupe


class LigneDeSeance(forms.Form):
    """Une personne sur la feuille. Les valeurs de départ voyagent avec la page : seul ce qui a changé s'écrit.

    NOTES : chaque champ à noter, et celui de la ligne où il s'écrit. MOTS : ce qui se dit autrement d'une présence que du fait.
    """

    NOTES: dict[str, str]
    MOTS: dict[str, str] = {}
    presence = forms.ChoiceField(label="Présence", widget=forms.RadioSelect, show_hidden_initial=True)

    def __init__(self, data, *, inscription, passee: bool):
        super().__init__(
            data,
            prefix=str(inscription.pk),
            initial={champ: getattr(inscription, ou) for champ, ou in self.NOTES.items()},
        )
        self.inscription = inscription
        etat = self.NOTES["presence"]
        permis = (ATTENDUE, EXCUSEE, getattr(inscription, etat))
        self.fields["presence"].choices = [
            (valeur, self.MOTS.get(valeur, mot))
            for valeur, mot in inscription._meta.get_field(etat).choices
            if passee or valeur in permis
        ]

    @property
    def note(self) -> dict | None:
        """Ce qu'il faut écrire sur la ligne, si quelque chose y a changé."""
        if not set(self.changed_data) & set(self.NOTES):
            return None
        return {ou: self.cleaned_data[champ] for champ, ou in self.NOTES.items()}


class AjoutForm(forms.Form):
    """La personne que l'on ajoute à la séance, par le bouton de sa ligne."""

    inscrire = forms.ModelChoiceField(Personne.objects.none(), required=False)
    en_surnombre = forms.ModelChoiceField(Personne.objects.none(), required=False)

    def __init__(self, data, *, inscriptibles: QuerySet):
        super().__init__(data)
        for champ in self.fields.values():
            champ.queryset = inscriptibles
            champ.error_messages["invalid_choice"] = "Cette personne n’est pas de celles que l’on peut inscrire."


class FeuilleDeSeance:
    """La feuille d'une séance. LIGNE : le formulaire d'une ligne ; inscriptibles : qui l'on peut y ajouter."""

    LIGNE: type[LigneDeSeance]

    def __init__(self, data, *, seance: SeanceDeGroupe, inscriptibles: QuerySet, **options):
        self.lignes = [
            self.LIGNE(
                data if data and f"{inscription.pk}-presence" in data else None,
                inscription=inscription,
                passee=seance.est_passee,
                **options,
            )
            for inscription in seance.inscriptions.select_related("personne").order_by("personne__nom_recherche", "pk")
        ]
        self.ajout = AjoutForm(data, inscriptibles=inscriptibles)

    @property
    def saisies(self) -> list[LigneDeSeance]:
        """Les lignes que l'envoi contient."""
        return [ligne for ligne in self.lignes if ligne.is_bound]

    def is_valid(self) -> bool:
        """Vrai si tout peut s'enregistrer."""
        bonnes = [ligne.is_valid() for ligne in self.saisies]
        if not all(bonnes):
            self.ajout.add_error(None, "Une ligne est à corriger. Rien n’est encore enregistré, rien n’est perdu.")
        return self.ajout.is_valid()

    @property
    def demandes(self) -> dict:
        """Ce que l'opération tenir doit faire."""
        ajout = self.ajout.cleaned_data
        return {
            "presences": {ligne.inscription: ligne.note for ligne in self.saisies if ligne.note},
            "inscriptions": {ajout[champ]: champ == "en_surnombre" for champ in ajout if ajout[champ]},
        }
