"""Reconnaître une personne déjà venue, quand son nom s'écrit autrement (ACC-1)."""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import NamedTuple

from django.db.models import IntegerChoices

from cedre.core.texte import normaliser
from cedre.parcours.models.personne import Personne, PersonneQuerySet


class Certitude(IntegerChoices):
    """À quel point deux identités semblent n'en faire qu'une."""

    POSSIBLE = 1, "possible"
    PROBABLE = 2, "probable"
    FORTE = 3, "presque sûre"


class Identite(NamedTuple):
    """Ce qui se compare d'une personne ; un dossier a les mêmes attributs et convient aussi."""

    nom: str
    prenom: str
    date_naissance: date | None = None


@dataclass(frozen=True)
class Sosie:
    """Un dossier qui ressemble, et pourquoi, en français."""

    personne: Personne
    raison: str
    certitude: Certitude


def a_une_lettre_pres(a: str, b: str) -> bool:
    """Vrai si une lettre ajoutée, ôtée, changée, ou deux lettres voisines échangées mènent d'un mot à l'autre."""
    if a == b:
        return True
    court, long = sorted((a, b), key=len)
    if len(court) < 3 or len(long) - len(court) > 1:
        return False
    i = next((i for i, (x, y) in enumerate(zip(court, long, strict=False)) if x != y), len(court))
    if len(court) < len(long):
        return court[i:] == long[i + 1 :]
    echange = court[i : i + 2] == long[i : i + 2][::-1] and court[i + 2 :] == long[i + 2 :]
    return court[i + 1 :] == long[i + 1 :] or echange


def _apparier(restent_a: list[str], restent_b: list[str], pareils) -> int:
    """Ôte des deux listes les mots pareils, deux à deux, et les compte."""
    trouves = 0
    for a, b in list(product(restent_a, restent_b)):
        if a in restent_a and b in restent_b and pareils(a, b):
            restent_a.remove(a)
            restent_b.remove(b)
            trouves += 1
    return trouves


def _commence_pareil(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


def _noms(a, b) -> tuple[str, Certitude | None]:
    """Ce que les noms seuls disent, et la certitude qu'ils donnent ; None s'il faut une date de naissance pour y croire."""
    nom_a, prenom_a, nom_b, prenom_b = map(normaliser, (a.nom, a.prenom, b.nom, b.prenom))
    mots_a, mots_b = f"{nom_a} {prenom_a}".split(), f"{nom_b} {prenom_b}".split()
    deux_mots = min(len(mots_a), len(mots_b)) >= 2
    if (nom_a, prenom_a) == (nom_b, prenom_b):
        return "mêmes nom et prénom", Certitude.PROBABLE
    if sorted(mots_a) == sorted(mots_b):
        return "mêmes nom et prénom, dans l’autre ordre", Certitude.PROBABLE
    communs = _apparier(mots_a, mots_b, str.__eq__)
    voisins = _apparier(mots_a, mots_b, a_une_lettre_pres)
    if not mots_a and not mots_b:
        return "nom et prénom à une lettre près", Certitude.POSSIBLE
    if communs >= 2 and not (mots_a and mots_b):
        return "mêmes nom et prénom, l’un des deux plus long", Certitude.POSSIBLE
    debuts = _apparier(mots_a, mots_b, _commence_pareil)
    if deux_mots and not (mots_a and mots_b) and communs + voisins + debuts >= 2:
        return "nom et prénom qui commencent pareil", Certitude.POSSIBLE
    return ("nom proche", None) if communs or voisins or debuts else ("", None)


def ressemblance(a, b) -> tuple[str, Certitude] | None:
    """Dit pourquoi deux identités pourraient être la même personne, et à quel point ; None si rien ne le laisse croire.

    >>> ressemblance(Identite("Dupont", "Éva"), Identite("EVA", "dupont"))[0]
    'mêmes nom et prénom, dans l’autre ordre'
    """
    raison, certitude = _noms(a, b)
    if not raison:
        return None
    nee_a, nee_b = a.date_naissance, b.date_naissance
    if not (nee_a and nee_b):
        return (raison, certitude) if certitude else None
    if nee_a == nee_b:
        return f"même date de naissance, {raison}", Certitude.FORTE if certitude else Certitude.PROBABLE
    if certitude and (nee_a.year, nee_a.month, nee_a.day) == (nee_b.year, nee_b.day, nee_b.month):
        return f"{raison}, jour et mois de naissance inversés", Certitude.PROBABLE
    if certitude == Certitude.PROBABLE:
        return f"{raison}, mais une autre date de naissance", Certitude.POSSIBLE
    return None


def sosies(
    personnes: PersonneQuerySet, *, nom: str, prenom: str, date_naissance: date | None = None, limite: int = 8
) -> list[Sosie]:
    """Les dossiers qui ressemblent à ce qui vient d'être saisi, le plus sûr d'abord : une requête (ACC-1).

    personnes : celles que l'on a le droit de voir.
    """
    cherchee = Identite(nom, prenom, date_naissance)
    trouves = [
        Sosie(personne, *pareil)
        for personne in personnes.homonymes(nom, prenom, date_naissance)
        if (pareil := ressemblance(cherchee, personne))
    ]
    return sorted(trouves, key=lambda s: (-s.certitude, s.personne.nom_recherche, s.personne.pk))[:limite]
