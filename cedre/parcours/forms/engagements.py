"""Les formulaires de l'engagement réciproque : un seul écran, des lignes que l'on ajoute, retire et range (INS-1 à INS-3)."""

from django import forms

from cedre.core.champs import TEXTE_MAX
from cedre.core.formulaires import DateInput
from cedre.parcours.construction import Reserve
from cedre.parcours.models import Engagement, Moyen, Objectif
from cedre.parcours.models.engagement import ManquesDeForme
from cedre.parcours.operations.engagements import EngagementSaisi


def _choix(liste, vide: str) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=[("", vide), *liste])


class EngagementForm(forms.Form):
    """Ce que l'engagement dit une fois : type, forme, dates, demande ; et la version que l'on avait sous les yeux."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    type_engagement = forms.ChoiceField(
        label="Type d’engagement",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez avec la personne pour quoi faire."},
    )
    demande = forms.CharField(required=False, max_length=TEXTE_MAX, widget=forms.Textarea(attrs={"rows": 4}))
    forme = forms.ChoiceField(label="Forme", choices=Engagement.Forme.choices, widget=forms.RadioSelect)
    debut = forms.DateField(widget=DateInput)
    bilan_le = forms.DateField(required=False, widget=DateInput)

    def __init__(self, data=None, *, engagement: Engagement, reserve: Reserve):
        propres = {nom: getattr(engagement, nom) for nom in ("forme", "debut", "demande", "bilan_le", "version")}
        neuf = engagement.etat == Engagement.Etat.PROJET and engagement.version == 1
        super().__init__(data, initial=propres | {"type_engagement": "" if neuf else str(engagement.type_engagement_id)})
        self.reserve = reserve
        self.fields["type_engagement"].choices = [(str(t.pk), str(t)) for t in reserve.types]
        for nom in ("demande", "debut", "bilan_le"):
            champ = Engagement._meta.get_field(nom)
            self.fields[nom].label = champ.verbose_name.capitalize()
            self.fields[nom].help_text = champ.help_text
        self.fields["debut"].disabled = engagement.etat != Engagement.Etat.PROJET

    def clean_type_engagement(self):
        return self.reserve.termes[self.cleaned_data["type_engagement"]]

    def clean_demande(self):
        return self.cleaned_data["demande"].replace("\r\n", "\n")

    def clean(self):
        debut, bilan_le = self.cleaned_data.get("debut"), self.cleaned_data.get("bilan_le")
        if debut and bilan_le and bilan_le < debut:
            self.add_error("bilan_le", "Le bilan vient après le début de l’engagement.")


class LigneDEngagementForm(forms.Form):
    """Une ligne qui garde son numéro ; laissée vide, une nouvelle ligne est ignorée."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    ECRITS = ("libelle",)
    RETIRER = "Retirer"

    def __init__(self, *args, reserve: Reserve, **kwargs):
        super().__init__(*args, **kwargs)
        self.reserve = reserve

    def has_changed(self):
        return any(self.data.get(self.add_prefix(nom)) for nom in ("id", "DELETE", *self.ECRITS))

    @property
    def cle(self) -> str:
        """Son numéro dans la page."""
        return self.prefix.rpartition("-")[2]


class ObjectifForm(LigneDEngagementForm):
    """Un objectif."""

    RETIRER = "Retirer cet objectif et ses moyens"

    libelle = forms.CharField(label="Objectif", max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["domaine"] = _choix([(str(t.pk), str(t)) for t in self.reserve.domaines], "Sans domaine")
        self.fields["domaine"].label = "Domaine"

    @property
    def objectif(self) -> Objectif:
        """L'objectif saisi."""
        dit = self.cleaned_data
        return Objectif(pk=dit["id"], libelle=dit["libelle"], domaine=self.reserve.termes.get(dit["domaine"]))


class MoyenForm(LigneDEngagementForm):
    """Un moyen. objectif : le numéro, dans la page, de celui qu'il sert."""

    ECRITS = ("libelle", "echeance", "evaluation", "fiche_de_poste", "client", "partenaire")
    LIENS = {"offre": "Aucune", "fiche_de_poste": "Aucune", "client": "Aucun", "partenaire": "Aucun"}

    objectif = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)
    qui = forms.ChoiceField(label="Qui", choices=Moyen.Qui.choices, initial=Moyen.Qui.STRUCTURE)
    libelle = forms.CharField(label="Fera quoi", max_length=300)
    echeance = forms.DateField(label="Pour le", required=False, widget=DateInput)
    evaluation = forms.CharField(label="Comment on saura", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for nom, vide in self.LIENS.items():
            self.fields[nom] = _choix(self.reserve.listes[nom], vide)
            self.fields[nom].label = str(Moyen._meta.get_field(nom).verbose_name).capitalize()

    @property
    def precise(self) -> bool:
        """Vrai s'il cite un poste, un client, un partenaire ou l'offre : ces choix se montrent alors ouverts."""
        return any(self[nom].value() for nom in self.LIENS)

    def moyen(self, objectifs: dict[str, Objectif]) -> Moyen:
        """Le moyen saisi. objectifs : ceux de la page, par numéro."""
        dit = self.cleaned_data
        liens = {f"{nom}_id": int(dit[nom]) if dit[nom] else None for nom in self.LIENS}
        propres = {nom: dit[nom] for nom in ("qui", "libelle", "echeance", "evaluation")}
        return Moyen(pk=dit["id"], objectif=objectifs.get(dit["objectif"]), **propres, **liens)


class Lignes(forms.BaseFormSet):
    """Des lignes toutes pareilles : celles qui sont gardées et celles que l'on ajoute se lisent de même."""

    def __init__(self, data=None, *, prefix: str, lignes: list[dict], reserve: Reserve):
        super().__init__(data, initial=None if data else lignes, prefix=prefix, form_kwargs={"reserve": reserve})

    def initial_form_count(self):
        return 0

    def total_form_count(self):
        return super().total_form_count() if self.is_bound else len(self.initial or ())

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = form.RETIRER

    def neuve(self, rang: int, initial: dict) -> forms.Form:
        """Une ligne de plus, à ce rang de la page."""
        kwargs = self.get_form_kwargs(None) | {"auto_id": self.auto_id, "renderer": self.renderer}
        form = self.form(
            prefix=self.add_prefix(rang), initial=initial, empty_permitted=True, use_required_attribute=False, **kwargs
        )
        self.add_fields(form, None)
        return form

    @property
    def gardees(self) -> list[forms.Form]:
        """Les lignes écrites et non retirées, dans l'ordre de la page."""
        return [f for f in self.forms if f.has_changed() and not self._should_delete_form(f)]

    @property
    def retirees(self) -> list[int]:
        """Les numéros des lignes gardées que l'on retire."""
        return [pk for f in self.deleted_forms if (pk := f.cleaned_data.get("id"))]


ObjectifsFormSet = forms.formset_factory(ObjectifForm, formset=Lignes, can_delete=True, max_num=20, absolute_max=20)
MoyensFormSet = forms.formset_factory(MoyenForm, formset=Lignes, can_delete=True, max_num=60, absolute_max=60)
DEPART = [{}], [{"objectif": "0", "qui": Moyen.Qui.STRUCTURE}, {"objectif": "0", "qui": Moyen.Qui.PERSONNE}]


class ConstructionForm:
    """Les trois formulaires d'un même écran : l'engagement, ses objectifs, ses moyens."""

    def __init__(self, data=None, *, engagement: Engagement, reserve: Reserve):
        objectifs, moyens = self._gardes(engagement) if data is None else ([], [])
        self.engagement = EngagementForm(data, engagement=engagement, reserve=reserve)
        self.objectifs = ObjectifsFormSet(data, prefix="objectifs", lignes=objectifs, reserve=reserve)
        self.moyens = MoyensFormSet(data, prefix="moyens", lignes=moyens, reserve=reserve)

    @staticmethod
    def _gardes(engagement: Engagement) -> tuple[list[dict], list[dict]]:
        objectifs = engagement.objectifs_en_vigueur
        if not objectifs:
            return DEPART
        numeros = {o.pk: str(rang) for rang, o in enumerate(objectifs)}
        champs = ("qui", "libelle", "echeance", "evaluation")
        return (
            [{"id": o.pk, "libelle": o.libelle, "domaine": str(o.domaine_id or "")} for o in objectifs],
            [
                {"id": m.pk, "objectif": numeros.get(m.objectif_id, "")}
                | {nom: getattr(m, nom) for nom in champs}
                | {nom: str(getattr(m, f"{nom}_id") or "") for nom in MoyenForm.LIENS}
                for m in engagement.moyens_en_vigueur
            ],
        )

    def is_valid(self) -> bool:
        """Vrai si les trois le sont ; un moyen dont l'objectif n'est pas écrit le dit."""
        valides = self.engagement.is_valid() & self.objectifs.is_valid() & self.moyens.is_valid()
        if not valides:
            return False
        ecrits = {f.cle for f in self.objectifs.gardees}
        retires = {f.cle for f in self.objectifs.deleted_forms}
        servis = {f.cleaned_data["objectif"] for f in self.moyens.gardees}
        a_dire = [f for f in self.objectifs.forms if f.cle in servis - ecrits - retires]
        for form in a_dire:
            form.add_error("libelle", "Dites l’objectif que servent ces moyens.")
        return not a_dire

    @property
    def manques(self) -> ManquesDeForme:
        """Ce qui manque à la saisie, même incomplète, pour être formalisée : la règle de l'engagement lui-même."""
        for formulaire in (self.engagement, self.objectifs, self.moyens):
            formulaire.is_valid()
        objectifs = [f for f in self.objectifs.gardees if f.cleaned_data.get("libelle")]
        moyens = [
            Moyen(qui=dit.get("qui", ""), echeance=dit.get("echeance"), evaluation=dit.get("evaluation", ""))
            for f in self.moyens.gardees
            if (dit := f.cleaned_data).get("libelle")
        ]
        return Engagement(bilan_le=self.engagement.cleaned_data.get("bilan_le")).manques_de_forme(objectifs, moyens)

    def saisie(self, geste: str = "") -> EngagementSaisi:
        """Ce qui est à l'écran. geste : « monter-3 » ou « descendre-3 » déplace un objectif d'un cran."""
        forms_ = self.objectifs.gardees
        sens, _, cle = geste.partition("-")
        ici = next((rang for rang, f in enumerate(forms_) if f.cle == cle), None)
        if ici is not None:
            forms_.insert(max(0, ici + {"monter": -1, "descendre": 1}.get(sens, 0)), forms_.pop(ici))
        objectifs = {f.cle: f.objectif for f in forms_}
        retires = {f.cle for f in self.objectifs.deleted_forms}
        moyens = [f.moyen(objectifs) for f in self.moyens.gardees if f.cleaned_data["objectif"] not in retires]
        champs = {nom: v for nom, v in self.engagement.cleaned_data.items() if nom != "version"}
        effaces = [Objectif(pk=pk) for pk in self.objectifs.retirees] + [Moyen(pk=pk) for pk in self.moyens.retirees]
        return EngagementSaisi(champs, list(objectifs.values()), moyens, effaces)

    @property
    def blocs(self) -> list[tuple[str, ObjectifForm | None, list[MoyenForm]]]:
        """Chaque objectif, son numéro et ses moyens ; en dernier, s'il y en a, ceux de tout l'engagement."""
        blocs = {f.cle: (f.cle, f, []) for f in self.objectifs.forms}
        autres = ("", None, [])
        for moyen in self.moyens.forms:
            blocs.get(moyen["objectif"].value(), autres)[2].append(moyen)
        return [*blocs.values(), *([autres] if autres[2] else [])]
