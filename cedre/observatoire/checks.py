"""À chaque démarrage, les cadres sont tels qu'on les a livrés, et ceux que l'on a ajoutés se lisent (OBS-1)."""

from django.core.checks import Error, register

from cedre.observatoire.cadres import alteres


@register()
def cadres_intacts(app_configs, **kwargs):
    """Une erreur par cadre altéré."""
    return [Error(dit, hint="Reprenez le fichier d’origine, ou corrigez-le.", id="observatoire.E001") for dit in alteres()]
