"""Les formulaires du dossier : premier contact, rectification, suite, filtres."""

from django import forms
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation
from cedre.core.cellules import Invalide, telephones
from cedre.core.formulaires import ChoixMultiple, DateInput, EnSections, proposer
from cedre.core.manques import manques
from cedre.core.texte import numero
from cedre.observatoire.models import Terme
from cedre.parcours.eligibilite import AUCUN, DEDUITS
from cedre.parcours.models import Activite, Contact, Personne, Suite, referents_possibles
from cedre.partenariats.models import Partenaire


def pas_dans_le_futur(le, quoi: str):
    """La date, si elle n'est pas à venir ; sinon une erreur qui dit quoi."""
    if le and le > timezone.localdate():
        raise forms.ValidationError(f"{quoi} ne peut pas être dans le futur.")
    return le


def telephone_lisible(ecrit: str) -> str:
    """Le numéro écrit comme en France, ou tel quel s'il y a des mots autour ; une erreur s'il n'y a pas de numéro."""
    try:
        numeros = telephones(ecrit)
    except Invalide as refus:
        raise forms.ValidationError(str(refus)) from refus
    return numeros[0] if len(numeros) == 1 and not any(map(str.isalpha, ecrit)) else ecrit


class IdentiteForm(forms.ModelForm):
    """Ce qu'il faut pour reconnaître et joindre quelqu'un (ACC-1)."""

    class Meta:
        model = Personne
        fields = ["nom", "prenom", "date_naissance", "telephone", "courriel", "commune"]
        widgets = {
            "date_naissance": DateInput,
            "nom": forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
            "prenom": forms.TextInput(attrs={"autocomplete": "off"}),
            "telephone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
            "courriel": forms.EmailInput(attrs={"autocomplete": "off"}),
        }

    def clean_telephone(self):
        return telephone_lisible(self.cleaned_data["telephone"])

    def clean_date_naissance(self):
        naissance = self.cleaned_data["date_naissance"]
        if naissance and naissance.year > timezone.localdate().year - 14:
            raise forms.ValidationError("Vérifiez l’année : elle donne un âge qui n’est pas possible.")
        return naissance


class ContactForm(forms.ModelForm):
    """La demande, et le délai annoncé (ACC-1)."""

    class Meta:
        model = Contact
        fields = ["le", "canal", "prescripteur", "prescripteur_precision", "demande", "delai_annonce"]
        widgets = {
            "le": DateInput,
            "canal": forms.RadioSelect,
            "demande": forms.Textarea(attrs={"rows": 2}),
            "delai_annonce": forms.NumberInput(attrs={"min": 0, "max": 365}),
        }
        labels = {"canal": "Prise de contact"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        proposer(self, prescripteur=Terme.objects.de("prescripteur"))

    def clean_le(self):
        return pas_dans_le_futur(self.cleaned_data["le"], "Un premier contact")


SECTIONS_DU_DOSSIER = {
    "Qui": ("nom", "prenom", "date_naissance", "sexe"),
    "Où la joindre": ("telephone", "telephone_2", "courriel", "adresse", "code_postal", "commune"),
    "Qui la suit, qui l’adresse": ("referent", "prescripteur", "prescripteur_precision", "reference"),
    "Sa situation": ("niveau_formation", "duree_chomage", "statut_entree", "prestations", "criteres", "rqth"),
}
OUI_NON = [("oui", "Oui"), ("non", "Non")]
NON_RENSEIGNE = ("", "Non renseigné")


class AvecAucun(ChoixMultiple):
    """Des termes à cocher, dont « aucun », qui ne se coche pas avec un autre."""

    def clean(self, value):
        coches = super().clean(value)
        if len(coches) > 1 and any(terme.code == AUCUN for terme in coches):
            raise forms.ValidationError("« Aucun » ne se coche pas avec un autre : gardez l’un ou l’autre.")
        return coches


class DossierForm(EnSections, IdentiteForm):
    """Tout ce qui se rectifie dans un dossier, et dans sa première demande qui l'a adressée (avec_precision)."""

    SECTIONS = SECTIONS_DU_DOSSIER
    prescripteur_precision = Contact._meta.get_field("prescripteur_precision").formfield()
    prestations = AvecAucun(
        Terme.objects.none(), label="Prestations et revenus", required=False, widget=forms.CheckboxSelectMultiple
    )
    criteres = AvecAucun(
        Terme.objects.none(),
        label="Critères administratifs d’éligibilité",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ceux qui se déduisent du reste (RSA, ASS, AAH, âge, chômage, formation, RQTH) ne se cochent pas.",
    )
    rqth = forms.TypedChoiceField(
        label="Reconnue travailleur handicapé (RQTH)",
        choices=[*OUI_NON, NON_RENSEIGNE],
        coerce=lambda v: v == "oui",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text="Lu par la CIP et la direction seulement ; compté dans les chiffres, jamais exporté avec un nom.",
    )

    class Meta(IdentiteForm.Meta):
        fields = [nom for noms in SECTIONS_DU_DOSSIER.values() for nom in noms]
        widgets = IdentiteForm.Meta.widgets | {"sexe": forms.RadioSelect, "statut_entree": forms.RadioSelect}
        help_texts = {"statut_entree": "Face à l’emploi, le jour de sa demande."}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sexe"].choices = [*Personne.Sexe.choices, NON_RENSEIGNE]
        self.fields["statut_entree"].choices = [*Activite.choices, NON_RENSEIGNE]
        self.initial["rqth"] = {True: "oui", False: "non", None: ""}[self.instance.rqth]
        if not habilitation.peut(Droit.SANTE_LIRE):
            del self.fields["rqth"]
        self.initial["prescripteur_precision"] = self.instance.prescripteur_precision
        if self.instance.prescripteur_precision is None:
            del self.fields["prescripteur_precision"]
        proposer(
            self,
            referent=referents_possibles(habilitation),
            prescripteur=Terme.objects.de("prescripteur"),
            niveau_formation=Terme.objects.de("formation"),
            duree_chomage=Terme.objects.de("duree_chomage"),
            prestations=Terme.objects.de("prestation"),
            criteres=Terme.objects.de("critere_administratif").exclude(code__in=DEDUITS),
        )

    def _get_validation_exclusions(self):
        """La référence est unique dans la structure : l'organisation, que le dossier a déjà, compte dans cette vérification."""
        return super()._get_validation_exclusions() - {"organisation"}

    def clean_telephone_2(self):
        return telephone_lisible(self.cleaned_data["telephone_2"])


class SuiteForm(forms.ModelForm):
    """Une réorientation ou une clôture : toujours un motif (ACC-3)."""

    use_required_attribute = False  # le partenaire, qu'une réorientation seule demande, est caché sinon

    class Meta:
        model = Suite
        fields = ["nature", "partenaire", "motif", "precision", "le"]
        widgets = {"le": DateInput, "nature": forms.RadioSelect, "precision": forms.Textarea(attrs={"rows": 2})}
        labels = {"nature": "Suite donnée"}
        error_messages = {"partenaire": {"required": "Dites vers quel partenaire."}}

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = [(n.value, n.label) for n in (Suite.Nature.REORIENTATION, Suite.Nature.SANS_SUITE)]
        proposer(
            self,
            partenaire=Partenaire.objects.pour(habilitation).filter(actif=True),
            motif=Terme.objects.de("motif_reorientation") | Terme.objects.de("motif_sans_suite"),
        )
        self.fields["partenaire"].required = not self.is_bound or self["nature"].value() == Suite.Nature.REORIENTATION
        motif = self.fields["motif"]
        motif.required = True
        groupes = [
            (libelle, [(t.pk, str(t)) for t in Terme.objects.de(f"motif_{n}")]) for n, libelle in self.fields["nature"].choices
        ]
        motif.widget.choices = [("", "Choisir…"), *groupes]

    def clean_le(self):
        return pas_dans_le_futur(self.cleaned_data["le"], "Une suite")

    def clean(self):
        donnees = super().clean()
        nature, motif = donnees.get("nature"), donnees.get("motif")
        if nature and motif and motif.liste != f"motif_{nature}":
            self.add_error("motif", f"Ce motif n’est pas celui d’une {Suite.Nature(nature).label.lower()}.")
        if nature == Suite.Nature.SANS_SUITE:
            donnees["partenaire"] = None
        return donnees


class FiltreForm(forms.Form):
    """Les filtres de la liste des personnes, gardés dans l'adresse."""

    q = forms.CharField(
        label="Chercher un nom",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Un morceau du nom suffit", "autocomplete": "off"}),
    )
    phase = forms.ChoiceField(label="Phase", required=False)
    referent = forms.ChoiceField(label="Référent·e", required=False)
    prescripteur = forms.ModelChoiceField(Terme.objects.none(), label="Prescripteur", required=False, empty_label="Tous")
    attente = forms.IntegerField(
        label="Attend depuis plus de (jours)", required=False, min_value=0, max_value=3650, widget=forms.NumberInput
    )
    manque = forms.ChoiceField(label="Ce qui manque", required=False)

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phase"].choices = [
            ("", "Toutes"),
            ("accueil_en_cours", "Accueil en cours"),
            ("ouvertes", "Dossier ouvert"),
            ("suivies", "Dossier ouvert ou nouvelles à prendre"),
            *Personne.Phase.choices,
        ]
        self.fields["referent"].choices = [
            ("", "Tous"),
            ("moi", "Moi"),
            ("personne", "Personne"),
            ("parti", "Référent·e parti·e"),
            *((str(c.pk), str(c)) for c in referents_possibles(habilitation)),
            *self._referent_parti(habilitation),
        ]
        self.fields["prescripteur"].queryset = Terme.objects.de("prescripteur")
        self.fields["manque"].choices = [("", "Peu importe"), *((m.cle, m.alerte) for m in manques(Personne).values())]

    def _referent_parti(self, habilitation: Habilitation) -> list[tuple[str, str]]:
        """Celui que l'adresse demande et qui n'est plus de l'équipe, s'il a encore quelqu'un ici."""
        demande = numero(self.data.get("referent", ""))
        partis = Personne.objects.pour(habilitation).au_referent_parti().filter(referent=demande) if demande else ()
        return [(str(p.referent_id), f"{p.referent} (parti·e)") for p in partis[:1]]

    def appliquer(self, personnes, compte: Compte):
        """Restreint les personnes aux filtres valables ; un filtre mal formé est montré en erreur et ignoré."""
        self.full_clean()
        choix = self.cleaned_data
        if choix.get("q"):
            personnes = personnes.recherche(choix["q"])
        if (phase := choix.get("phase")) == "ouvertes":
            personnes = personnes.ouvertes()
        elif phase == "accueil_en_cours":
            personnes = personnes.en_accueil()
        elif phase == "suivies":
            personnes = personnes.suivies()
        elif phase:
            personnes = personnes.filter(phase=phase)
        if (referent := choix.get("referent")) == "parti":
            personnes = personnes.au_referent_parti()
        elif referent:
            personnes = personnes.filter(referent={"moi": compte.pk, "personne": None}.get(referent, referent))
        if choix.get("prescripteur"):
            personnes = personnes.filter(prescripteur=choix["prescripteur"])
        if choix.get("attente") is not None:
            personnes = personnes.en_attente(jours=choix["attente"])
        if choix.get("manque"):
            personnes = personnes.a_traiter(choix["manque"])
        return personnes
