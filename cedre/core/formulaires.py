"""Le rendu de tous les formulaires : un libellé, une aide, une erreur à côté du champ, et rien de perdu."""

from django import forms
from django.db.models import BooleanField, Case, Q, QuerySet, When
from django.forms.renderers import TemplatesSetting

from cedre.core.typographie import typographier


class Champ(forms.BoundField):
    """Un champ à l'écran : classes de Bootstrap, erreur reliée au champ pour les lecteurs d'écran."""

    def __init__(self, form, field, name):
        super().__init__(form, field, name)
        self.label = typographier(str(self.label))
        self.help_text = typographier(str(self.help_text))

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return attrs
        if isinstance(widget, forms.Textarea):
            # sans quoi le navigateur couperait sans rien dire ce que l'on colle ; le refus se lit à côté du champ
            attrs["maxlength"] = False
        if isinstance(widget, forms.CheckboxInput):
            classe = "form-check-input"
        elif isinstance(widget, forms.Select):
            classe = "form-select"
        else:
            classe = "form-control"
        attrs["class"] = " ".join(filter(None, [widget.attrs.get("class"), classe, self.errors and "is-invalid"]))
        return attrs

    @property
    def est_case(self) -> bool:
        """Une case seule se lit avant son libellé."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def est_choix(self) -> bool:
        """Des boutons ou des cases à choisir, et non une saisie."""
        return isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


class Rendu(TemplatesSetting):
    """Moteur de rendu des formulaires (réglage FORM_RENDERER)."""

    form_template_name = "core/_formulaire.html"
    field_template_name = "core/_champ.html"
    bound_field_class = Champ


class EnSections:
    """Un long formulaire qui se remplit par sections. SECTIONS : leurs titres et les champs de chacune, dans l'ordre."""

    SECTIONS: dict[str, tuple[str, ...]]
    template_name = "core/_formulaire_en_sections.html"

    @property
    def sections(self) -> list[tuple[str, list[Champ]]]:
        """Chaque titre et ses champs à montrer ; un champ retiré ne se montre pas."""
        return [(titre, [self[nom] for nom in noms if nom in self.fields]) for titre, noms in self.SECTIONS.items()]


def _nom_du_choix(choix) -> str:
    return str(choix) if choix.propose else f"{choix} (n’est plus proposé)"


def proposer(form: forms.ModelForm, **choix: QuerySet) -> None:
    """Limite chaque champ à ces choix, et à ce que la ligne porte déjà : ce qui ne se propose plus n'est pas perdu."""
    for nom, proposes in choix.items():
        present = form._meta.model._meta.get_field(nom).value_from_object(form.instance)
        presents = [ligne.pk for ligne in present] if isinstance(present, list) else [present]
        propose = Q(pk__in=proposes.order_by().values("pk"))
        lignes = proposes.model._base_manager.filter(propose | Q(pk__in=presents))
        form.fields[nom].queryset = lignes.annotate(
            propose=Case(When(propose, then=True), default=False, output_field=BooleanField())
        )
        form.fields[nom].label_from_instance = _nom_du_choix


class ChoixMultiple(forms.ModelMultipleChoiceField):
    """Plusieurs lignes à cocher : un numéro démesuré n'est pas un choix, quand la base en ferait une panne."""

    def clean(self, value):
        for pk in value or ():
            if len(str(pk)) > 18:
                raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": pk[:20]})
        return super().clean(value)


class DateInput(forms.DateInput):
    """Une date choisie dans le calendrier du navigateur."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class HeureInput(forms.TimeInput):
    """Une heure, à la minute."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")
