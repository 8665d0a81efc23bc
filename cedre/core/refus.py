"""Un geste que l'état des choses refuse, et la façon de le dire à l'écran."""

from contextlib import contextmanager

from django.contrib import messages
from django.shortcuts import redirect

ECHEANCE_PASSEE = "Cette échéance est passée : elle ne se déplace plus."


class GesteImpossible(Exception):
    """Le geste ne peut pas (ou plus) se faire ; le message, en français, dit pourquoi et que faire.

    champ : ce qui est à remplir, quand une seule chose manque.
    """

    def __init__(self, message: str, *, champ: str | None = None):
        super().__init__(message)
        self.champ = champ


class Conflit(GesteImpossible):
    """Quelqu'un d'autre a enregistré entre-temps : rien n'est écrit, et actuel est la ligne telle qu'elle est gardée."""

    def __init__(self, actuel):
        super().__init__("Quelqu’un d’autre a enregistré entre-temps. Rien n’est perdu : réunissez les deux versions.")
        self.actuel = actuel


@contextmanager
def refus_dans(form):
    """Montre le refus à côté du champ qu'il désigne, sinon en tête du formulaire, qui garde toute la saisie.

    Un Conflit passe : lui se montre avec les deux versions.
    """
    try:
        yield
    except Conflit:
        raise
    except GesteImpossible as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, str(refus))


@contextmanager
def refus_dit(request):
    """Montre le refus en message, sur la page où mène la redirection."""
    try:
        yield
    except GesteImpossible as refus:
        messages.error(request, str(refus))


def faire_ou_remontrer(request, ligne, form, geste, *, dit: str, page):
    """Fait le geste d'un des formulaires de la page d'une ligne, et y revient ; sinon la remontre, la saisie à reprendre.

    geste : reçoit la ligne, les champs et par= ; page : la vue, qui reçoit refusee=, ce formulaire sous le nom du geste.
    """
    if form.is_valid():
        with refus_dans(form):
            geste(ligne, **form.cleaned_data, par=request.habilitation)
            messages.success(request, dit)
            return redirect(ligne)
    return page(request, ligne.pk, refusee={geste.__name__: form})
