"""L'enregistrement continu d'un compte rendu : ce qui est gardé, ce qui est refusé, les deux textes à réunir (ACC-3, INS-7)."""

from django.http import JsonResponse
from django.utils import timezone

from cedre.core.refus import Conflit, GesteImpossible
from cedre.core.templatetags.cedre import heure


def garder(form, operation, ligne, *, par) -> GesteImpossible | None:
    """Garde la saisie par l'opération donnée, et la ligne écrite dans form.garde ; rend le refus s'il y en a un.

    form : version, et textes par nom de champ.
    """
    if not form.is_valid():
        return GesteImpossible("Ce compte rendu n’a pas pu être lu.")
    try:
        form.garde = operation(ligne, textes=form.textes, version=form.cleaned_data["version"], par=par)
    except GesteImpossible as refus:
        form.add_error(None, str(refus))
        return refus
    return None


def demande_en_json(request) -> bool:
    """Vrai pour l'envoi que la page fait seule, pendant que l'on écrit."""
    return request.accepts("application/json") and not request.accepts("text/html")


def en_json(form, refus) -> JsonResponse:
    """La réponse à l'enregistrement continu : la nouvelle version, ou les deux textes à réunir."""
    if isinstance(refus, Conflit):
        return JsonResponse({"version": refus.actuel.version, "textes": refus.actuel.textes}, status=409)
    if refus:
        return JsonResponse({"refus": str(refus)}, status=422)
    recu = JsonResponse({"version": form.garde.version, "a": heure(timezone.now())})
    recu.ne_montre_rien = True  # un accusé, à chaque arrêt de la main : ce n'est pas une consultation
    return recu


def reunir(form, refus) -> dict[str, dict[str, str]]:
    """Prépare le formulaire à un second envoi, qui passera ; rend ce que l'autre a écrit, champ par champ, s'il diffère."""
    if not isinstance(refus, Conflit):
        return {}
    form.data = form.data.copy()
    form.data["version"] = refus.actuel.version
    return {
        nom: {"valeur": texte, "lisible": dict(getattr(form.fields[nom], "choices", ())).get(texte, texte)}
        for nom, texte in refus.actuel.textes.items()
        if nom in form.fields and texte != form.textes[nom]
    }
