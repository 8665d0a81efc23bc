"""Ce qu'un compte écrit d'avance attend pour se jouer : de quelle organisation, de quelle personne (décision 0017)."""

from collections.abc import Iterable, Iterator

from django.db import connection

UNE_ORGANISATION = -(2**62)  # tient la place de celle que l'on mesure, dans un compte écrit d'avance
UNE_PERSONNE = UNE_ORGANISATION + 1  # et celle dont on ne mesure que les faits
A_LA_FOIS = 2000  # faits lus ensemble
# D'une requête composée. SQLite cherche chaque curseur qu'il rouvre parmi tous ceux de la requête : en composer soixante en
# quadruple la durée. Un compte seul se prépare d'ailleurs une fois pour toutes les dates. PostgreSQL, lui, répond au réseau.
LE_PLUS_DE_TERMES = {"sqlite": 1, "postgresql": 500}


def executer(termes: Iterable[tuple[str, tuple]], organisation, personne: int = 0) -> list[tuple]:
    """Les lignes de ces comptes, en une requête : de chacun, le texte et ce qui s'y remplit."""
    parametres = [valeur for _, siens in termes for valeur in siens]
    with connection.cursor() as curseur:
        curseur.execute(" UNION ALL ".join(texte for texte, _ in termes), remplis(parametres, organisation, personne))
        return curseur.fetchall()


def ligne_a_ligne(texte: str, parametres: list) -> Iterator[tuple]:
    """Les lignes de cette requête, sans les tenir toutes en mémoire."""
    with connection.chunked_cursor() as curseur:
        curseur.execute(texte, parametres)
        for lignes in iter(lambda: curseur.fetchmany(A_LA_FOIS), []):
            yield from lignes


def remplis(parametres: Iterable, organisation, personne: int = 0) -> list:
    """Ce qu'un compte écrit d'avance attend, de cette organisation et de cette personne."""
    places = {UNE_ORGANISATION: getattr(organisation, "pk", organisation), UNE_PERSONNE: personne}
    return [places.get(valeur, valeur) if isinstance(valeur, int) else valeur for valeur in parametres]
