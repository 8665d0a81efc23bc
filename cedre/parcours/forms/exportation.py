"""Le formulaire de l'export entier."""

from django import forms

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation


class ExportationForm(forms.Form):
    """Avec ou sans les précisions de santé, pour qui peut les lire ; sans, par défaut."""

    sante = forms.BooleanField(
        label="Avec les précisions de santé, et la RQTH",
        required=False,
        help_text="Elles restent d’ordinaire hors des exports (RGPD art. 9) : à cocher seulement pour changer de logiciel.",
    )

    def __init__(self, *args, habilitation: Habilitation, **kwargs):
        super().__init__(*args, **kwargs)
        if not habilitation.peut(Droit.SANTE_LIRE):
            del self.fields["sante"]
