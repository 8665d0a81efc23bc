"""Les formulaires des comptes, des équipes et des organisations."""

from datetime import timedelta

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm, ResetPasswordForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from stdnum.fr import siret as stdnum_siret

from cedre.comptes.droits import Role
from cedre.comptes.fuseaux import Fuseau, fuseau_du
from cedre.comptes.models import Compte, Habilitation, Organisation, Trace, valider_siret
from cedre.core.dates import minuit
from cedre.core.formulaires import DateInput

MOT_DE_PASSE_MAX = 200  # signes : une phrase entière, sans donner à condenser des mégaoctets


class ConnexionForm(LoginForm):
    """Se connecter, dans nos mots."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["placeholder"] = "Adresse électronique"


class OubliForm(ResetPasswordForm):
    """Demander un nouveau mot de passe, dans nos mots."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["placeholder"] = "Adresse électronique"


class DemandeDeCodeForm(RequestLoginCodeForm):
    """Demander un code pour entrer, dans nos mots."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Adresse électronique"
        self.fields["email"].widget.attrs["placeholder"] = "Adresse électronique"


class CodeRecuForm(ConfirmLoginCodeForm):
    """Le code reçu, dans nos mots."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code reçu"


class NomForm(forms.ModelForm):
    """Son propre nom."""

    class Meta:
        model = Compte
        fields = ["prenom", "nom"]
        widgets = {
            "prenom": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "nom": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }


class OuvertureForm(NomForm):
    """Ouvrir son compte depuis une invitation."""

    mot_de_passe = forms.CharField(
        label="Mot de passe",
        max_length=MOT_DE_PASSE_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
    confirmation = forms.CharField(
        label="Le même, pour confirmer",
        max_length=MOT_DE_PASSE_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self):
        donnees = super().clean()
        mot_de_passe = donnees.get("mot_de_passe")
        if mot_de_passe and "confirmation" in donnees and mot_de_passe != donnees["confirmation"]:
            self.add_error("confirmation", "Les deux mots de passe ne sont pas les mêmes.")
        if mot_de_passe:
            auteur = Compte(email=self.instance.email, prenom=donnees.get("prenom", ""), nom=donnees.get("nom", ""))
            try:
                validate_password(mot_de_passe, auteur)
            except forms.ValidationError as refus:
                self.add_error("mot_de_passe", refus)
        return donnees


class InvitationForm(forms.Form):
    """À qui, et pour quel rôle. roles : ceux que l'on peut offrir."""

    courriel = forms.EmailField(label="Courriel de la personne", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label="Rôle", widget=forms.RadioSelect)

    def __init__(self, *args, roles: frozenset[Role], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role in roles]


class FicheForm(forms.ModelForm):
    """Ce qu'une direction tient à jour de sa propre organisation : ni sa nature, ni son rattachement, ni ses dates d'adhésion."""

    siret = forms.CharField(
        label="SIRET",
        required=False,
        max_length=20,
        validators=[valider_siret],
        help_text="14 chiffres ; les espaces sont acceptés.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    fuseau = forms.ChoiceField(
        label="Heure",
        required=False,
        choices=[("", "Celle de son code postal"), *Fuseau.choices],
        help_text="Un jour, une échéance, un compte se lisent à cette heure.",
    )

    class Meta:
        model = Organisation
        fields = ["nom", "siret", "adresse", "code_postal", "commune", "fuseau", "telephone", "courriel"]
        widgets = {"telephone": forms.TextInput(attrs={"inputmode": "tel"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["fuseau"] = ""

    def clean_fuseau(self):
        return self.cleaned_data["fuseau"] or fuseau_du(self.cleaned_data.get("code_postal", ""))

    def clean_siret(self):
        siret = stdnum_siret.compact(self.cleaned_data["siret"])
        if siret and Organisation.objects.filter(siret=siret).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Une organisation porte déjà ce SIRET.")
        return siret


class OrganisationForm(FicheForm):
    """Tous les champs d'une organisation, pour la fédération ; la nature ne change plus une fois l'organisation créée."""

    class Meta(FicheForm.Meta):
        fields = [
            *("nature", "type_siae", "nom", "siret", "adresse", "code_postal", "commune", "fuseau"),
            *("telephone", "courriel"),
            *("region", "ensemblier", "adhesion_le", "charte_le", "convention_tripartite_le", "experimentation_le"),
            "fin_formation_action_le",
        ]
        widgets = FicheForm.Meta.widgets | dict.fromkeys(
            ["adhesion_le", "charte_le", "convention_tripartite_le", "experimentation_le", "fin_formation_action_le"], DateInput
        )
        help_texts = {
            "type_siae": "Pour une structure seulement.",
            "region": "Pour une structure ou un ensemblier.",
            "ensemblier": "Pour une structure qui en fait partie.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        visibles = Organisation.objects.pour(habilitation)
        self.fields["region"].queryset = visibles.filter(nature=Organisation.Nature.REGION)
        self.fields["ensemblier"].queryset = visibles.filter(nature=Organisation.Nature.ENSEMBLIER)
        self.fields["nature"].disabled = self.instance.pk is not None

    def clean(self):
        donnees = super().clean()
        Nature = Organisation.Nature
        nature = donnees.get("nature")
        if nature == Nature.STRUCTURE and not donnees.get("type_siae"):
            self.add_error("type_siae", "Dites si la structure est une AI, une ETTI, une EI ou un ACI.")
        for champ, natures in [
            ("type_siae", {Nature.STRUCTURE}),
            ("region", {Nature.STRUCTURE, Nature.ENSEMBLIER}),
            ("ensemblier", {Nature.STRUCTURE}),
        ]:
            if nature and nature not in natures and donnees.get(champ):
                self.add_error(champ, f"Une organisation de nature « {Nature(nature).label} » n’en a pas.")
        return donnees


class FiltreOrganisationsForm(forms.Form):
    """Les filtres de la liste des organisations."""

    q = forms.CharField(label="Nom ou commune", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Organisation.Nature.choices])
    type_siae = forms.ChoiceField(label="Type", required=False, choices=[("", "Tous"), *Organisation.TypeSiae.choices])
    region = forms.ModelChoiceField(Organisation.objects.none(), label="Région", required=False, empty_label="Toutes")

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Organisation.objects.pour(habilitation).filter(nature=Organisation.Nature.REGION)

    def appliquer(self, organisations):
        """Restreint les organisations aux filtres valables."""
        self.full_clean()
        choix = self.cleaned_data
        if choix.get("q"):
            organisations = organisations.cherchees(choix["q"])
        return organisations.filter(**{champ: choix[champ] for champ in ("nature", "type_siae", "region") if choix.get(champ)})


class FiltreTracesForm(forms.Form):
    """Les filtres de la liste des traces."""

    compte = forms.ModelChoiceField(Compte.objects.none(), label="Qui", required=False, empty_label="Tout le monde")
    geste = forms.ChoiceField(label="Geste", required=False, choices=[("", "Tous"), *Trace.Geste.choices])
    du = forms.DateField(label="Du", required=False, widget=DateInput)
    au = forms.DateField(label="Au", required=False, widget=DateInput)
    dossier = forms.IntegerField(
        label="Dossier n°",
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        # retirées comprises : une trace survit au départ de son auteur
        self.fields["compte"].queryset = Habilitation.objects.pour(habilitation).comptes()

    def appliquer(self, traces):
        """Restreint les traces aux filtres valables."""
        self.full_clean()
        choix = self.cleaned_data
        criteres = {"compte": "compte", "geste": "geste", "dossier": "personne_id"}
        if choix.get("du"):
            traces = traces.filter(le__gte=minuit(choix["du"]))
        if choix.get("au"):
            traces = traces.filter(le__lt=minuit(choix["au"] + timedelta(days=1)))
        return traces.filter(**{critere: choix[champ] for champ, critere in criteres.items() if choix.get(champ)})
