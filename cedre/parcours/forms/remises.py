"""Remettre un texte à la personne, et garder sa signature : dessinée à l'écran ou scannée (INS-2, INS-7)."""

import base64
import binascii

from django import forms
from django.core.files.base import ContentFile

from cedre.core.fichiers import EXTENSIONS, PNG, type_du_fichier
from cedre.core.formulaires import DateInput
from cedre.core.images import redessiner
from cedre.parcours.forms.dossiers import pas_dans_le_futur
from cedre.parcours.models import Remise

DESSIN_MAX = 300_000
SCAN_MAX = 5 * 1024 * 1024
_ENTETE = f"data:{PNG};base64,"


class SignatureForm(forms.Form):
    """Une signature dessinée, ou un scan ; ce que l'on garde est vérifié octet par octet."""

    dessin = forms.CharField(required=False, widget=forms.HiddenInput, max_length=DESSIN_MAX * 4 // 3 + 100)
    scan = forms.FileField(
        label="Ou le papier signé, scanné",
        required=False,
        help_text="PDF, PNG ou JPEG, 5 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def clean_dessin(self):
        dessin = self.cleaned_data["dessin"]
        if not dessin:
            return None
        try:
            octets = base64.b64decode(dessin.removeprefix(_ENTETE), validate=True)
        except (binascii.Error, ValueError):
            octets = b""
        if len(octets) > DESSIN_MAX or not (octets := redessiner(octets, formats=("PNG",))):
            raise forms.ValidationError("La signature n’a pas pu être lue : effacez-la et signez de nouveau.")
        return octets

    def clean_scan(self):
        scan = self.cleaned_data["scan"]
        if scan is None:
            return None
        if scan.size > SCAN_MAX:
            raise forms.ValidationError("Ce fichier dépasse 5 Mo : scannez en noir et blanc, ou moins finement.")
        octets = scan.read()
        if type_du_fichier(octets) is None:
            raise forms.ValidationError("Ce fichier n’est ni un PDF, ni une image PNG ou JPEG.")
        return octets

    @property
    def fichier(self) -> ContentFile | None:
        """Ce qui est signé ; le dessin d'abord. Son nom ne dit rien de la personne."""
        octets = self.cleaned_data.get("dessin") or self.cleaned_data.get("scan")
        return ContentFile(octets, name=f"signature.{EXTENSIONS[type_du_fichier(octets)]}") if octets else None


class SignerForm(SignatureForm):
    """La signature d'un texte déjà remis."""

    def clean(self):
        if not self.errors and not (self.cleaned_data.get("dessin") or self.cleaned_data.get("scan")):
            raise forms.ValidationError("Signez dans le cadre, ou joignez le papier scanné.")


class RemiseForm(SignatureForm):
    """Quand et comment le texte a été remis ; signé tout de suite, ou plus tard."""

    le = forms.DateField(label="Remis le", widget=DateInput)
    mode = forms.ChoiceField(label="Comment", choices=Remise.Mode.choices, widget=forms.RadioSelect)
    field_order = ["le", "mode", "dessin", "scan"]

    def clean_le(self):
        return pas_dans_le_futur(self.cleaned_data["le"], "Une remise")
