"""Lire ce que demande un formulaire comme on le lit : ses sections, ses libellés, ce qu'il propose, ses aides."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from cedre.core.formulaires import DateInput

SORTES = {
    DateInput: "date",
    forms.Textarea: "texte",
    forms.RadioSelect: "boutons",
    forms.CheckboxSelectMultiple: "cases",
    forms.CheckboxInput: "case",
    forms.Select: "liste",
    forms.NumberInput: "nombre",
    forms.EmailInput: "courriel",
}


def demande(form) -> str:
    """Champ par champ : « Libellé* (sorte, de 1 à 9, 80 signes) = ce qui est proposé : choix / choix — aide ». * : il se remplit.

    Un titre de section est entre crochets ; les choix d'une liste tirée de la base ne se disent pas.
    """
    sections = form.sections if hasattr(form, "sections") else [("", form.visible_fields())]
    dits = [" ".join([titre and f"[{titre}]", *map(_champ, champs)]) for titre, champs in sections]
    return " ".join(" ".join(dits).replace("\N{NO-BREAK SPACE}", " ").split())


def _champ(champ) -> str:
    field, valeur = champ.field, champ.value()
    bornes = {type(v): v.limit_value for v in field.validators if isinstance(v, MinValueValidator | MaxValueValidator)}
    longueur = getattr(field, "max_length", None)
    sorte = [
        SORTES.get(type(field.widget), ""),
        f"de {bornes.get(MinValueValidator)} à {bornes.get(MaxValueValidator)}" if bornes else "",
        longueur and f"{longueur} signes",
        field.widget.attrs.get("placeholder") and f"« {field.widget.attrs['placeholder']} »",
    ]
    tiree = isinstance(field, forms.ModelChoiceField)
    choix = [str(mot) for _, mot in getattr(field, "choices", ())] if not tiree else [str(field.empty_label or "")]
    dite = "aujourd’hui" if valeur == timezone.localdate() else valeur
    return (
        f"{champ.label}{'*' if field.required else ''} "
        + (f"({', '.join(filter(None, sorte))})" if any(sorte) else "")
        + (f" = {dite}" if dite not in (None, "", [], False) else "")
        + (f" : {' / '.join(choix)}" if any(choix) else "")
        + (f" — {champ.help_text}" if champ.help_text else "")
        + " ;"
    )
