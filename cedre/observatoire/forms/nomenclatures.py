"""Les formulaires du cadre commun."""

from django import forms

from cedre.core.formulaires import DateInput
from cedre.observatoire.models import Terme


class TermeForm(forms.ModelForm):
    """Ce qui se corrige dans un terme : jamais son code ni sa catégorie, que des dossiers et des chiffres d’hier lisent."""

    class Meta:
        model = Terme
        fields = ["libelle", "rang", "valable_du", "valable_au"]
        widgets = {"valable_du": DateInput, "valable_au": DateInput}
        help_texts = {
            "rang": "Sa place dans la liste : le plus petit d’abord.",
            "valable_du": "Vide : depuis toujours.",
            "valable_au": "Dernier jour où on le propose. Vide : sans fin.",
        }

    def clean(self):
        donnees = super().clean()
        du, au = donnees.get("valable_du"), donnees.get("valable_au")
        if du and au and au < du:
            self.add_error("valable_au", "La fin vient avant le début.")
        return donnees


class NouveauTermeForm(TermeForm):
    """Un terme de plus, avec son code et sa catégorie : un terme mal rangé se ferme, un autre le remplace (décision 0029)."""

    code = forms.SlugField(
        max_length=40,
        help_text="Court, sans espace ni accent. Il ne changera plus.",
        error_messages={"invalid": "Des lettres sans accent, des chiffres, des traits : rien d’autre."},
    )

    class Meta(TermeForm.Meta):
        fields = ["code", "libelle", "categorie", *TermeForm.Meta.fields[1:]]
        help_texts = TermeForm.Meta.help_texts | {"categorie": "Elle range des chiffres : elle ne changera plus."}

    def clean_code(self):
        code = self.cleaned_data["code"]
        if Terme.objects.filter(liste=self.instance.liste, code=code).exists():
            raise forms.ValidationError("Ce code existe déjà dans la liste.")
        return code
