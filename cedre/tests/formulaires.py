"""Lire ce que demande un formulaire comme on le lit : ses sections, ses libellés, ce qu'il propose, ses aides."""

from django import forms
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
TROP = 15  # une liste plus longue se tire d'ailleurs


def demande(form) -> str:
    """Champ par champ : « Libellé* (sorte, 80 signes) = ce qu'il propose : choix / choix — aide ; ». * : il se remplit.

    Le titre d'une section est entre crochets ; les choix tirés de la base ne se disent pas.
    """
    sections = form.sections if hasattr(form, "sections") else [("", form.visible_fields())]
    dits = " ".join(" ".join([titre and f"[{titre}]", *map(_champ, champs)]) for titre, champs in sections)
    return " ".join(dits.replace("\N{NO-BREAK SPACE}", " ").split())


def _champ(champ) -> str:
    field, valeur = champ.field, champ.value()
    longueur, invite = getattr(field, "max_length", None), field.widget.attrs.get("placeholder")
    sorte = [SORTES.get(type(field.widget), ""), longueur and f"{longueur} signes", invite and f"« {invite} »"]
    if isinstance(field, forms.ModelChoiceField):
        choix = [field.empty_label]
    else:
        choix = [str(mot) for _, mot in getattr(field, "choices", ())]
    choix = [mot for mot in choix if mot and not str(mot).startswith("-")]  # le tiret est le choix vide de Django
    propose = (
        {timezone.localdate(): "aujourd’hui", True: "oui"}.get(valeur, valeur) if valeur not in (None, "", [], False) else ""
    )
    return (
        f"{champ.label}{'*' if field.required else ''}"
        + (f" ({', '.join(filter(None, sorte))})" if any(sorte) else "")
        + (f" = {propose}" if propose else "")
        + (f" : {' / '.join(map(str, choix))}" if 0 < len(choix) <= TROP else "")
        + (f" — {champ.help_text}" if champ.help_text else "")
        + " ;"
    )
