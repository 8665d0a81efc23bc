"""Toutes les adresses du site et leurs vues, lues dans les urls : pour les dire et pour les essayer."""

from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def adresses(resolveur=None, prefixe: str = "") -> Iterator[tuple[str, Callable]]:
    """Chaque route et sa vue, dans l'ordre. Celles d'allauth ont leurs propres gardes."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLResolver):
            if not str(getattr(motif.urlconf_module, "__name__", "")).startswith("allauth"):
                yield from adresses(motif, prefixe + str(motif.pattern))
        elif isinstance(motif, URLPattern):
            yield prefixe + str(motif.pattern), motif.callback
