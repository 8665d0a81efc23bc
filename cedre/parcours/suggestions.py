"""Ce que l'évaluation fait penser : types d'engagement, moyens de l'offre, et pourquoi (INS-3).

Une fonction pure : elle propose et dit sa raison ; la personne et l'équipe décident.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple


class Difficulte(NamedTuple):
    """Un domaine où quelque chose gêne. theme : code du cadre commun ; poids : de 0 à 1, le plus fort des deux regards."""

    theme: str
    libelle: str
    degre: str
    poids: float


class Piste(NamedTuple):
    """Ce que l'on pourrait proposer. themes : les domaines auxquels cela répond ; convient : à quoi d'autre cela convient."""

    cle: Hashable
    themes: frozenset[str]
    convient: frozenset[str] = frozenset()


class Suggestion(NamedTuple):
    """Une piste et ses raisons, de la plus forte à la moins forte."""

    cle: Hashable
    raisons: tuple[str, ...]


def suggerer(
    pistes: Iterable[Piste], difficultes: Iterable[Difficulte], contexte: Mapping[str, str] | None = None
) -> list[Suggestion]:
    """Les pistes qui répondent à une difficulté au moins, de la plus utile à la moins utile.

    contexte : ce qui pèse en plus, et comment le dire ; seul, il ne suggère rien.

    >>> suggerer(
    ...     [Piste("Coup de pouce", frozenset({"ressources"})), Piste("Soutien actif", frozenset({"mobilite", "logement"}))],
    ...     [Difficulte("mobilite", "Mobilité", "Difficulté importante", 0.67)],
    ... )
    [Suggestion(cle='Soutien actif', raisons=('Mobilité = Difficulté importante',))]
    """
    difficultes = sorted((d for d in difficultes if d.poids > 0), key=lambda d: -d.poids)
    trouvees = []
    for piste in pistes:
        rencontrees = [d for d in difficultes if d.theme in piste.themes]
        en_plus = [dit for code, dit in (contexte or {}).items() if code in piste.convient]
        if rencontrees:
            force = sum(d.poids for d in rencontrees) + 0.5 * len(en_plus)
            raisons = tuple(f"{d.libelle} = {d.degre}" for d in rencontrees) + tuple(en_plus)
            trouvees.append((force, Suggestion(piste.cle, raisons)))
    return [suggestion for _, suggestion in sorted(trouvees, key=lambda t: -t[0])]
