"""Les formulaires de l'évaluation conjointe et de l'évaluation professionnelle (ACC-4, ACC-5)."""

from functools import partial
from typing import NamedTuple

from django import forms

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.core.champs import TEXTE_MAX
from cedre.core.formulaires import DateInput
from cedre.observatoire.definitions import definition
from cedre.parcours.forms.dossiers import pas_dans_le_futur
from cedre.parcours.models import CompetenceEvaluee, Evaluation, EvaluationProfessionnelle, Trajectoire
from cedre.parcours.operations.evaluations import ENSEMBLE, Contenu, Vue
from cedre.structures.models import Domaine

CHAMPS = ("personne", "accompagnateur", "commentaire", "precision")


_deja_faite = partial(pas_dans_le_futur, quoi="Une évaluation")


def echelle(libelle: str, choix: list[tuple[int, str]], aucun: str) -> forms.TypedChoiceField:
    """Des boutons : les degrés, puis le choix de ne pas évaluer, qui ne vaut pas zéro."""
    return forms.TypedChoiceField(
        label=libelle,
        choices=[*((str(v), nom) for v, nom in choix), ("", aucun)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class Carte(NamedTuple):
    """Un domaine à l'écran, et ses champs."""

    domaine: Domaine
    champs: dict


class EvaluationForm(forms.Form):
    """Une évaluation conjointe : les champs de chaque domaine selon son régime (nomenclatures §7)."""

    le = forms.DateField(label="Date", widget=DateInput, validators=[_deja_faite])
    trajectoire = forms.ChoiceField(
        label="Trajectoire socioprofessionnelle : la carrière",
        required=False,
        widget=forms.RadioSelect,
        choices=[*Trajectoire.choices, ("", "Pas encore dite")],
    )
    statut_social = forms.ChoiceField(
        label="Trajectoire socioprofessionnelle : le statut social",
        required=False,
        widget=forms.RadioSelect,
        choices=[*Trajectoire.choices, ("", "Pas encore dit")],
    )
    synthese = forms.CharField(
        label="Ce que l’on retient ensemble",
        max_length=TEXTE_MAX,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Relu avec la personne avant de valider. Rien sur la santé ni la justice.",
    )

    def __init__(self, data=None, *, evaluation: Evaluation, contenu: Contenu, habilitation: Habilitation):
        super().__init__(data, initial={c: getattr(contenu, c) for c in ENSEMBLE})
        self.fields["trajectoire"].help_text = definition("trajectoires")
        self.domaines = list(evaluation.grille.domaines.select_related("theme"))
        self.echelons = [(e.valeur, e.libelle) for e in evaluation.grille.echelons.all()]
        self.sante_lisible = habilitation.peut(Droit.SANTE_LIRE)
        for domaine in self.domaines:
            vue = contenu.vues.get(domaine.pk, Vue())
            for champ, saisie in self._champs(domaine).items():
                valeur = getattr(vue, champ)
                self.fields[f"{champ}_{domaine.pk}"] = saisie
                self.initial[f"{champ}_{domaine.pk}"] = "" if valeur is None else valeur

    def _champs(self, domaine: Domaine) -> dict[str, forms.Field]:
        if domaine.regime == Domaine.Regime.AGENDA:
            choix = [(0, "Non"), (self.echelons[-1][0], "Oui")]
            return {"personne": echelle("Une contrainte d’agenda ?", choix, "Non abordé")}
        champs = {
            "personne": echelle("La personne", self.echelons, "Non évalué"),
            "accompagnateur": echelle("L’accompagnateur\N{ZERO WIDTH SPACE}·rice", self.echelons, "Non évalué"),
        }
        texte = forms.Textarea(attrs={"rows": 2})
        if domaine.se_commente:
            champs["commentaire"] = forms.CharField(
                label="Commentaire", max_length=TEXTE_MAX, required=False, strip=False, widget=texte
            )
        elif domaine.regime == Domaine.Regime.SANTE and self.sante_lisible:
            champs["precision"] = forms.CharField(
                label="Précision réservée",
                max_length=TEXTE_MAX,
                required=False,
                strip=False,
                widget=texte,
                help_text="Lue par la CIP et la direction seulement, jamais exportée. Seulement ce qui est utile au parcours.",
            )
        return champs

    @property
    def cartes(self) -> list[Carte]:
        """Les domaines dans l'ordre, chacun avec ses champs à montrer."""
        return [
            Carte(d, {champ: self[nom] for champ in CHAMPS if (nom := f"{champ}_{d.pk}") in self.fields}) for d in self.domaines
        ]

    @property
    def contenu(self) -> Contenu:
        """Ce qui a été saisi."""
        vues = {}
        for domaine in self.domaines:
            saisie = {c: self.cleaned_data[n] for c in CHAMPS if (n := f"{c}_{domaine.pk}") in self.cleaned_data}
            if domaine.regime == Domaine.Regime.AGENDA:
                saisie["accompagnateur"] = saisie["personne"]
            vues[domaine.pk] = Vue(**saisie)
        return Contenu(**{nom: self.cleaned_data[nom] for nom in ENSEMBLE}, vues=vues)

    def differences(self, enregistre: Contenu) -> list[tuple[str, str, str]]:
        """Ce que l'autre a enregistré et qui n'est pas ce que l'on vient de saisir : libellé, saisi, enregistré."""

        def lisible(nom, valeur):
            choix = dict(getattr(self.fields[nom], "choices", ()))
            return choix.get("" if valeur is None else str(valeur), valeur)

        saisi = self.contenu
        ecarts = [(n, self.fields[n].label, getattr(saisi, n), getattr(enregistre, n)) for n in ENSEMBLE]
        for domaine in self.domaines:
            mien, autre = saisi.vues[domaine.pk], enregistre.vues.get(domaine.pk, Vue())
            for champ in CHAMPS:
                if (nom := f"{champ}_{domaine.pk}") in self.fields:
                    libelle = f"{domaine} · {self.fields[nom].label}"
                    ecarts.append((nom, libelle, getattr(mien, champ), getattr(autre, champ)))
        return [(libelle, lisible(nom, mien), lisible(nom, autre)) for nom, libelle, mien, autre in ecarts if mien != autre]


class EvaluationProForm(forms.ModelForm):
    """Une évaluation professionnelle sur une fiche de poste : un niveau et une observation par compétence (ACC-5)."""

    class Meta:
        model = EvaluationProfessionnelle
        fields = ["mode", "le", "lieu", "conclusion", "synthese"]
        widgets = {
            "mode": forms.RadioSelect,
            "conclusion": forms.RadioSelect,
            "le": DateInput,
            "synthese": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = EvaluationProfessionnelle.Mode.choices
        self.fields["conclusion"].choices = EvaluationProfessionnelle.Conclusion.choices
        self.fields["le"].validators.append(_deja_faite)
        self.competences = list(self.instance.fiche_de_poste.competences.all())
        for competence in self.competences:
            self.fields[f"niveau_{competence.pk}"] = echelle("Niveau", CompetenceEvaluee.Niveau.choices, "Non évalué")
            self.fields[f"observation_{competence.pk}"] = forms.CharField(label="Observation", required=False, max_length=300)

    @property
    def cartes(self) -> list[tuple]:
        """Chaque compétence avec ses deux champs."""
        return [(c, self[f"niveau_{c.pk}"], self[f"observation_{c.pk}"]) for c in self.competences]

    @property
    def evaluees(self) -> list[CompetenceEvaluee]:
        """Ce qui a été saisi de chaque compétence."""
        return [
            CompetenceEvaluee(
                competence=c,
                niveau=self.cleaned_data[f"niveau_{c.pk}"],
                observation=self.cleaned_data[f"observation_{c.pk}"],
            )
            for c in self.competences
        ]
