"""Une longue liste se montre page par page."""

from django.core.paginator import Page, Paginator


def paginer(request, lignes, par_page: int = 50) -> Page:
    """La page que l'adresse demande (?page=) ; un numéro fou mène à la plus proche. Se montre avec core/_pagination.html."""
    return Paginator(lignes, par_page).get_page(request.GET.get("page"))
