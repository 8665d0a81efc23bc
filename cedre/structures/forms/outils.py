"""Les formulaires de ce que la structure pose : réglages, grille commune, offre, fiches de poste."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator

from cedre.comptes.models import Habilitation
from cedre.core.formulaires import ChoixMultiple, EnSections, proposer
from cedre.core.images import recevoir
from cedre.observatoire.models import Terme
from cedre.partenariats.models import Partenaire
from cedre.structures.models import Competence, Domaine, Echelon, FicheDePoste, Grille, Offre, Reglages

LOGO_MAX = 200_000


class LogoInput(forms.ClearableFileInput):
    """Le logo actuel, de quoi le retirer ou le remplacer."""

    template_name = "structures/_logo.html"


class ReglagesForm(EnSections, forms.ModelForm):
    """Les seuils, les durées et les textes que la structure choisit."""

    SECTIONS = {
        "L’accueil": ("delai_annonce", "duree_entretien", "offre", "statut"),
        "Être averti": ("jours_sans_contact", "semaines_sans_heures", "alerte_bilan", "alerte_contrat", "alerte_pass")
        + ("delai_remise", "delai_sortie"),
        "L’équipe": ("rythme_regulation",),
        "Les documents": ("logo",),
        "La conservation": ("conservation_mois",),
    }

    class Meta:
        model = Reglages
        fields = ["delai_annonce", "duree_entretien", "offre", "statut", "jours_sans_contact", "semaines_sans_heures"]
        fields += ["alerte_bilan", "alerte_contrat", "alerte_pass", "delai_remise", "delai_sortie", "rythme_regulation"]
        fields += ["conservation_mois", "logo"]
        widgets = {
            "offre": forms.Textarea(attrs={"rows": 5}),
            "statut": forms.Textarea(attrs={"rows": 5}),
            "logo": LogoInput(attrs={"accept": ".png,.jpg,.jpeg"}),
        }

    def clean_logo(self):
        recu = self.cleaned_data["logo"]
        if not isinstance(recu, UploadedFile):
            return recu
        return recevoir(recu, poids=LOGO_MAX, cote=2_000)


class PresentationForm(forms.ModelForm):
    """Comment présenter la grille à la personne."""

    class Meta:
        model = Grille
        fields = ["presentation"]
        widgets = {"presentation": forms.Textarea(attrs={"rows": 3})}


class DomaineForm(forms.Form):
    """Un domaine de la grille. themes : les thèmes du cadre commun, par identifiant."""

    theme = forms.ChoiceField(label="Thème du cadre commun")
    libelle = forms.CharField(label="Libellé", max_length=80)
    aide = forms.CharField(label="De quoi parler", max_length=300, required=False)
    regime = forms.ChoiceField(label="Régime", choices=Domaine.Regime, initial=Domaine.Regime.ORDINAIRE)

    def __init__(self, *args, themes: dict[str, Terme], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", "Choisir"), *((pk, str(theme)) for pk, theme in themes.items())]
        self.themes = themes

    def clean_theme(self):
        return self.themes[self.cleaned_data["theme"]]

    def clean(self):
        if {"theme", "regime"} <= self.cleaned_data.keys() and (refus := self.domaine.refus_de_regime):
            self.add_error("regime", refus)
        return self.cleaned_data

    @property
    def domaine(self) -> Domaine:
        """Le domaine saisi, sans grille ni rang."""
        return Domaine(**{champ: self.cleaned_data.get(champ, "") for champ in ("theme", "libelle", "aide", "regime")})


class BaseDomaines(forms.BaseFormSet):
    """Les domaines d'une grille, dans leur ordre."""

    ordering_widget = forms.HiddenInput

    def __init__(self, data=None, *, grille: Grille):
        self.themes = {str(theme.pk): theme for theme in Terme.objects.de(Terme.Liste.DOMAINE)}
        domaines = list(grille.domaines.select_related("theme"))
        self.themes |= {str(d.theme_id): d.theme for d in domaines}
        initial = [{"theme": d.theme_id, "libelle": d.libelle, "aide": d.aide, "regime": d.regime} for d in domaines]
        super().__init__(data, initial=None if data else initial, prefix="domaines")

    def get_form_kwargs(self, index):
        return {"themes": self.themes}

    def clean(self):
        vus = set()
        for form in self.forms:
            theme = None if self._should_delete_form(form) else form.cleaned_data.get("theme") if form.is_valid() else None
            if theme in vus:
                form.add_error("theme", "Ce thème est déjà dans la grille.")
            vus |= {theme} - {None}

    def domaines(self, geste: str = "") -> list[Domaine]:
        """Les domaines saisis, dans l'ordre ; geste : « monter-3 » ou « descendre-3 » en déplace un d'un cran."""
        forms_ = [f for f in self.ordered_forms if f.cleaned_data.get("theme")]
        sens, _, numero = geste.partition("-")
        rangs = [f.prefix for f in forms_]
        if (prefixe := f"{self.prefix}-{numero}") in rangs:
            ici = rangs.index(prefixe)
            la = max(0, min(len(forms_) - 1, ici + {"monter": -1, "descendre": 1}.get(sens, 0)))
            forms_.insert(la, forms_.pop(ici))
        return [f.domaine for f in forms_]


DomainesFormSet = forms.formset_factory(
    DomaineForm, formset=BaseDomaines, can_order=True, can_delete=True, extra=1, max_num=40, absolute_max=40
)


class EchelonForm(forms.ModelForm):
    """Un degré de l'échelle."""

    class Meta:
        model = Echelon
        fields = ["libelle"]
        labels = {"libelle": "Degré"}


class BaseEchelons(forms.BaseFormSet):
    """L'échelle, du degré le plus favorable au plus bloquant."""

    def __init__(self, data=None, *, grille: Grille):
        initial = [{"libelle": e.libelle} for e in grille.echelons.all()]
        super().__init__(data, initial=None if data else initial, prefix="echelons")

    def clean(self):
        if not any(self.errors) and len(self.libelles) < 2:
            raise forms.ValidationError("Une échelle a au moins deux degrés.")

    @property
    def libelles(self) -> list[str]:
        """Les degrés saisis, dans l'ordre."""
        gardes = (f for f in self.forms if not self._should_delete_form(f))
        return [libelle for f in gardes if (libelle := f.cleaned_data.get("libelle"))]


EchelonsFormSet = forms.formset_factory(
    EchelonForm, formset=BaseEchelons, can_delete=True, extra=1, max_num=10, validate_max=True, absolute_max=10
)


class FicheDePosteForm(forms.ModelForm):
    """Une fiche de poste."""

    class Meta:
        model = FicheDePoste
        fields = ["intitule", "code_rome", "description", "active"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "code_rome": "Une lettre et quatre chiffres, par exemple K1304.",
            "active": "Décochez pour ne plus la proposer ; les évaluations déjà faites la gardent.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation_id = habilitation.organisation_id

    def clean_code_rome(self):
        return self.cleaned_data["code_rome"].upper()

    def _get_validation_exclusions(self):
        """L'intitulé est unique dans la structure : l'organisation, posée ici, compte dans cette vérification."""
        return super()._get_validation_exclusions() - {"organisation"}


class OrdreField(forms.IntegerField):
    """Un rang gardé à partir de 0, et que l'on lit et écrit à partir de 1."""

    def prepare_value(self, value):
        return value + 1 if isinstance(value, int) else value

    def to_python(self, value):
        ordre = super().to_python(value)
        return None if ordre is None else ordre - 1


class CompetenceForm(forms.ModelForm):
    """Une compétence demandée par le poste."""

    rang = OrdreField(
        label="Ordre",
        widget=forms.NumberInput(attrs={"min": 1, "max": 999}),
        validators=[
            MinValueValidator(0, "L’ordre commence à 1."),
            MaxValueValidator(998, "L’ordre va jusqu’à 999."),
        ],
    )

    class Meta:
        model = Competence
        fields = ["rang", "libelle"]

    def has_changed(self):
        """Une nouvelle ligne sans compétence est vide, même si son numéro a été touché."""
        return super().has_changed() and bool(self.instance.pk or self.data.get(self.add_prefix("libelle")))


class BaseCompetences(forms.BaseInlineFormSet):
    """Les compétences d'une fiche de poste, et d'elle seule."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["id"].queryset = self.queryset
        if index is not None and not form.instance.pk:
            form.initial["rang"] = index


CompetencesFormSet = forms.inlineformset_factory(
    FicheDePoste,
    Competence,
    form=CompetenceForm,
    formset=BaseCompetences,
    extra=3,
    can_delete=True,
    max_num=60,
    absolute_max=60,
)


class OffreForm(forms.ModelForm):
    """Une réponse de l'offre d'insertion."""

    class Meta:
        model = Offre
        fields = ["intitule", "nature", "partenaire", "themes", "types_engagement", "description", "qualifiante", "active"]
        widgets = {
            "nature": forms.RadioSelect,
            "themes": forms.CheckboxSelectMultiple,
            "types_engagement": forms.CheckboxSelectMultiple,
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        field_classes = {"themes": ChoixMultiple, "types_engagement": ChoixMultiple}
        help_texts = {
            "themes": "Ce à quoi elle répond : c’est par là que Cèdre la propose à qui en a besoin.",
            "active": "Décochez pour ne plus la proposer ; les engagements qui la citent la gardent.",
        }

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation_id = habilitation.organisation_id
        proposer(
            self,
            partenaire=Partenaire.objects.pour(habilitation).filter(actif=True),
            themes=Terme.objects.de(Terme.Liste.DOMAINE),
            types_engagement=Terme.objects.de(Terme.Liste.TYPE_ENGAGEMENT),
        )

    def _get_validation_exclusions(self):
        """L'intitulé est unique dans la structure : l'organisation, posée ici, compte dans cette vérification."""
        return super()._get_validation_exclusions() - {"organisation"}


class FiltreOffreForm(forms.Form):
    """Les filtres de l'offre, gardés dans l'adresse."""

    theme = forms.ModelChoiceField(Terme.objects.none(), label="Thème", required=False, empty_label="Tous")
    type_engagement = forms.ModelChoiceField(Terme.objects.none(), label="Type d’engagement", required=False, empty_label="Tous")
    porteur = forms.ChoiceField(
        label="Portée par",
        required=False,
        choices=[("", "Tous"), ("interne", "La structure"), ("externe", "Un partenaire")],
    )
    active = forms.ChoiceField(
        label="Proposée dans les listes", required=False, choices=[("", "Oui"), ("non", "Non"), ("toutes", "Toutes")]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Terme.objects.de(Terme.Liste.DOMAINE)
        self.fields["type_engagement"].queryset = Terme.objects.de(Terme.Liste.TYPE_ENGAGEMENT)

    def appliquer(self, offres):
        """Restreint l'offre aux filtres valables ; sans choix, ce que l'on propose."""
        self.full_clean()
        choix = self.cleaned_data
        if choix.get("theme"):
            offres = offres.filter(themes=choix["theme"])
        if choix.get("type_engagement"):
            offres = offres.filter(types_engagement=choix["type_engagement"])
        if choix.get("porteur"):
            offres = offres.filter(partenaire__isnull=choix["porteur"] == "interne")
        if choix.get("active") != "toutes":
            offres = offres.filter(active=choix.get("active") != "non")
        return offres
