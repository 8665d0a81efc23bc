"""Ce qui se vérifie avant de servir."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from cedre.core import coffre


@register(Tags.security)
def le_coffre_a_ses_cles(app_configs, **kwargs):
    """En production, ou si CEDRE_CLES le nomme, le fichier de clés doit être là, hors des données, lisible du seul Cèdre."""
    if not (settings.HOTE or settings.CLES):
        return []
    try:
        coffre.lire()
    except coffre.CoffreFerme as e:
        return [Error(str(e), id="cedre.E001")]
    if coffre.fichier().stat().st_mode & 0o077:
        return [Error(f"Le fichier de clés {coffre.fichier()} se lit d'autres comptes : chmod 600.", id="cedre.E002")]
    return []
