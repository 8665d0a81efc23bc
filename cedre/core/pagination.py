"""Une longue liste se montre page par page."""

from collections.abc import Callable

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


def paginer(request, lignes: QuerySet, par_page: int = 50, *, avec: Callable[[QuerySet], QuerySet] | None = None) -> Page:
    """La page que l'adresse demande (?page=) ; un numéro fou mène à la plus proche. Se montre avec core/_pagination.html.

    avec : ce que l'on montre de chaque ligne, quand il coûte à lire : les lignes de la page se choisissent d'abord. Annoter
    d'abord ferait lire à PostgreSQL tout un réseau pour cinquante lignes.
    """
    page = Paginator(lignes, par_page).get_page(request.GET.get("page"))
    if avec:
        numeros = list(page.object_list.values_list("pk", flat=True))
        annotees = avec(lignes.model._default_manager.filter(pk__in=numeros)).in_bulk()
        page.object_list = [annotees[numero] for numero in numeros]
    return page
