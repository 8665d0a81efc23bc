"""Champs de modèle d'usage général."""

from django.db import models

TEXTE_MAX = 20_000  # signes : une dizaine de pages ; au-delà, le texte est refusé à côté de son champ


class _Derive:
    """Un champ dont la valeur se déduit de la ligne, à chaque enregistrement (save, bulk_create)."""

    def __init__(self, *args, de=None, **kwargs):
        self.de = de
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        if self.de:
            setattr(model_instance, self.attname, self.de(model_instance))
        return super().pre_save(model_instance, add)


class TexteDerive(_Derive, models.CharField):
    """Un texte déduit. de : fonction de la ligne vers le texte."""


class DateDerivee(_Derive, models.DateField):
    """Une date déduite. de : fonction de la ligne vers la date ou None."""
