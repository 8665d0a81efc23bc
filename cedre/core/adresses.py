"""Les adresses du site : toutes, lues dans les urls, pour les dire et les essayer ; une, complète, pour une lettre."""

from collections.abc import Callable, Iterator
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver, reverse


def adresses(resolveur=None, prefixe: str = "") -> Iterator[tuple[str, Callable]]:
    """Chaque route et sa vue, dans l'ordre. Celles d'allauth ont leurs propres gardes."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLResolver):
            if not str(getattr(motif.urlconf_module, "__name__", "")).startswith("allauth"):
                yield from adresses(motif, prefixe + str(motif.pattern))
        elif isinstance(motif, URLPattern):
            yield prefixe + str(motif.pattern), motif.callback


@cache
def vues_nommees(urlconf: str) -> dict[str, Callable]:
    """Chaque vue par le nom de sa route, « parcours:personne », dans l'ordre des urls."""
    return dict(_nommees(get_resolver(urlconf)))


def _nommees(resolveur, espace: str = "") -> Iterator[tuple[str, Callable]]:
    for motif in resolveur.url_patterns:
        if isinstance(motif, URLResolver):
            if not str(getattr(motif.urlconf_module, "__name__", "")).startswith("allauth"):
                yield from _nommees(motif, f"{espace}{motif.namespace}:" if motif.namespace else espace)
        elif motif.name:
            yield espace + motif.name, motif.callback


def adresse_complete(request, route: str) -> Callable[[int | str], str]:
    """La fonction qui, du numéro ou du jeton d'une page, rend son adresse complète, pour une lettre."""
    return lambda designe: request.build_absolute_uri(reverse(route, args=[designe]))
