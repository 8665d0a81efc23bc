"""Un geste que l'état des choses refuse, et la façon de le dire à l'écran."""

from contextlib import contextmanager

from django.contrib import messages


class GesteImpossible(Exception):
    """Le geste ne peut pas (ou plus) se faire ; le message, en français, dit pourquoi et que faire.

    champ : ce qui est à remplir, quand une seule chose manque.
    """

    def __init__(self, message: str, *, champ: str | None = None):
        super().__init__(message)
        self.champ = champ


@contextmanager
def refus_dans(form):
    """Montre le refus à côté du champ qu'il désigne, sinon en tête du formulaire, qui garde toute la saisie."""
    try:
        yield
    except GesteImpossible as refus:
        form.add_error(refus.champ if refus.champ in form.fields else None, str(refus))


@contextmanager
def refus_dit(request):
    """Montre le refus en message, sur la page où mène la redirection."""
    try:
        yield
    except GesteImpossible as refus:
        messages.error(request, str(refus))
