"""Ce qu'un mot du cadre veut dire, si la fédération l'a retenu : l'app qui tient ses lectures le dit, d'autres le montrent."""

from collections.abc import Callable

_TENUES: dict[str, Callable[[str], str]] = {}


def tenir_les_definitions(dire: Callable[[str], str]) -> Callable[[str], str]:
    """Décore la fonction qui, d'une question de la fédération, dit ce qu'elle en a retenu aujourd'hui ; "" si rien."""
    _TENUES["dire"] = dire
    return dire


def definition(question: str) -> str:
    """Ce que la fédération a retenu de cette question ; "" si elle est ouverte."""
    return _TENUES["dire"](question) if _TENUES else ""
