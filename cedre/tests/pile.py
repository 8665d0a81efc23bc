"""La pile de Python, prise d'avance."""

from collections.abc import Callable
from functools import wraps

LARGE = 65_536  # mots de huit octets : avec ce que Python y ajoute, un morceau d'un mégaoctet, dont les appels ont la moitié


def au_large[**P, R](fonction: Callable[P, R]) -> Callable[P, R]:
    """La même, dont tous les appels tiennent dans un seul morceau de pile.

    CPython prend sa pile par morceaux de 16 Ko, et rend chacun au système dès qu'il est vide : sur un bord, chaque appel en
    redemande un : le dixième du temps des essais (décision 0020). Un premier appel qui se dit très
    large fait prendre un morceau qui contient tous les autres.
    """

    def appeler(*args: P.args, **kwargs: P.kwargs) -> R:
        return fonction(*args, **kwargs)

    appeler.__code__ = appeler.__code__.replace(co_stacksize=LARGE)
    return wraps(fonction)(appeler)
