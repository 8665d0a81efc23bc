"""Toutes les adresses du site et leurs vues, lues dans les urls : pour les dire et pour les essayer."""

from collections.abc import Callable, Iterator
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver


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
